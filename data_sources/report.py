"""The doctor's findings as plain text, aligned, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data_sources.doctor import Examination
from data_sources.profile import DatasetProfile

LONGEST = 1_000
"""Characters of one problem or cell that are printed."""


def report(examination: Examination) -> str:
    """Profiles as tables, then problems, then one line that sums them up. Ends without a newline."""
    parts = [_datasets(examination.profiles), _columns(examination.profiles), _problems(examination)]
    return "\n\n".join(part for part in parts if part)


def _datasets(profiles: Sequence[DatasetProfile]) -> str:
    rows = [("dataset", "source", "from", "rows", "first", "last", "repeated", "in future")]
    for p in profiles:
        rows.append(
            (p.role, p.source, p.place, _count(p.rows), _day(p.first), _day(p.last), _count(p.duplicates),
             _count(p.future))
        )  # fmt: skip
    return aligned(rows, numbers=(3, 6, 7))


def _columns(profiles: Sequence[DatasetProfile]) -> str:
    rows = [("column of", "is", "holds", "missing", "off scale")]
    for p in profiles:
        for column in p.columns:
            share = p.null_share(column.word)
            scores = p.scores.get(column.word.removeprefix("score:")) if column.word.startswith("score:") else None
            rows.append(
                (p.role, f"{column.word} = {column.column}", column.type.value,
                 "–" if share is None else f"{share:.1%}", _count(scores.off_scale) if scores else "")
            )  # fmt: skip
    return aligned(rows, numbers=(3, 4)) if len(rows) > 1 else ""


def _problems(examination: Examination) -> str:
    lines = [f"{'WRONG' if p.grave else 'note '}  {seen(p.text())}" for p in examination.problems]
    grave = sum(problem.grave for problem in examination.problems)
    if not lines:
        verdict = "No problem found."
    elif not grave:
        verdict = f"Nothing that would make a number wrong; {_things(len(lines), 'note')}."
    else:
        verdict = f"{_things(grave, 'problem')} would make a number wrong; {_things(len(lines) - grave, 'note')}."
    return "\n".join([*lines, *([""] if lines else []), verdict])


def aligned(rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Rows as columns of text, the first underlined; the columns listed in `numbers` flush right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        cells = (
            seen(cell).rjust(width) if i in numbers else seen(cell).ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join([line(rows[0]), line(["-" * width for width in widths]), *(line(row) for row in rows[1:])])


def seen(text: str) -> str:
    """A text of a table or a file as a terminal may be sent it: one line of bounded length, without the characters that
    move its cursor, change its colours or turn its letters around."""
    whole = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    return "".join(character if character.isprintable() else "\ufffd" for character in whole)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _day(value: datetime | None) -> str:
    return "–" if value is None else f"{value:%Y-%m-%d}"


def _things(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
