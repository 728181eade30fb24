"""Rows as a CSV file (RFC 4180) that a spreadsheet opens with every letter intact and runs nothing of.

OWASP, "CSV Injection": a cell that begins with = + - @, a tab or a line end, or one of their full-width forms, can be
run as a formula. Such a cell gets an apostrophe before it, every text is quoted, and quotes in it are doubled. Blanks
and quotes before the sign do not hide it; nor does a semicolon, a tab or a line end inside a text, behind which a
spreadsheet of another country begins a new cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from math import isnan

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Tells Excel that the file is UTF-8; every other reader skips it."""
LONGEST_CELL = 32_000
"""Letters of a cell: Excel takes 32,767 and breaks a longer one in two (Microsoft, "Excel specifications and
limits"); the rest is room for apostrophes."""
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, zero-width ones and bidirectional overrides: they hide a sign or change how a cell reads."""
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
BLANKS = r"[^\S;\t\r\n]|[\"'`“”„‘’«»]"
"""Blanks and quotes, but no character that may begin a cell: each place is looked at once, however long the text."""
RUNS = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=(?:{BLANKS})*[{SIGNS}])|^(?=[\t\r\n])")
"""Where a formula would begin."""
NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")
"""A number with its sign is no formula."""
DIGITS = 15
"""Of a number: as many as a spreadsheet keeps (IEEE 754 doubles hold 15 decimal digits whatever they are)."""
LINE_END = "\r\n"

Cell = str | float | int | date | None


def harmless(text: str) -> str:
    """A text that no spreadsheet runs, at most some LONGEST_CELL letters of it; numbers stay as they are."""
    seen = UNSEEN.sub("", text)
    if len(seen) > LONGEST_CELL:
        seen = seen[:LONGEST_CELL] + " …"
    return seen if NUMBER.fullmatch(seen) else RUNS.sub("'", seen)[: LONGEST_CELL + 767]


def line(cells: Sequence[Cell]) -> str:
    """One row with its line end. Texts are quoted; numbers are not; times are ISO 8601 to the minute; None and NaN are
    empty cells."""
    return ",".join(map(_written, cells)) + LINE_END


def file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file."""
    return b"".join(chunks(rows))


def chunks(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file piece by piece: the mark, then each row as it comes."""
    yield BYTE_ORDER_MARK
    for row in rows:
        yield line(row).encode("utf-8", "replace")


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f'"{cell:%Y-%m-%d %H:%M}"'
        case date():
            return f'"{cell.isoformat()}"'
        case str():
            doubled = harmless(cell).replace('"', '""')
            return f'"{doubled}"'
        case float():
            return "" if isnan(cell) else f"{cell:.{DIGITS}g}"
        case _:
            return f"{cell}"
