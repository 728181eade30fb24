"""What leaves the app as a file: only for who may export, masked and under pseudonyms as on the page, run by no
spreadsheet (metrics/spreadsheet.py), and noted in the audit log before it is handed out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa

from data_sources.audit import SEARCH, Act
from data_sources.looks import place
from data_sources.view import View
from data_sources.voices import Request
from metrics.access import Right
from metrics.bands import bands
from metrics.catalog import Catalog
from metrics.people import Verbatim
from metrics.search import EVERYTHING_SAID
from metrics.sentiment import in_words
from metrics.slice_of import Slice
from metrics.spreadsheet import Cell, file

MOST_COMMENTS = 5_000
"""Comments in a file: as many as the page reads for its themes. A few megabytes, some seconds; who needs more asks the
database."""
AT_ONCE = 500
"""Comments read at once."""


class TooFewToExport(Exception):  # noqa: N818  named for what is the case
    """The slice has too few answers for its comments to be shown, and so to be taken away."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"Too few answers to export their comments: at least {needed} are needed. Widen the filters.")


def comments_file(view: View, request: Request) -> bytes:
    """The comments that the request finds, in its order, MOST_COMMENTS at most, as CSV: first what they are, who took
    them and when, then their heads, then a row each. Raises NotPermitted, TooFewToExport, StoreTrouble, and what
    reading comments raises."""
    view.viewer.require(Right.EXPORT)
    found = list(_found(view, replace(request, after=None)))
    asked = request.search.in_words()
    narrowed = _narrowed(view, request)
    about = {SEARCH: asked} if request.search != EVERYTHING_SAID else None
    view.room.audit.note(view.viewer.person, Act.EXPORTED, f"{narrowed} · comments", len(found), about)
    count = f"{len(found):,} comments" + (f", the first {MOST_COMMENTS:,}" if len(found) == MOST_COMMENTS else "")
    title = _title(view, " · ".join(part for part in (narrowed, asked) if part), count)
    return file([title, _heads(view.catalog), *(_row(verbatim, view.catalog) for verbatim in found)])


def table_file(view: View, table: pa.Table, what: str) -> bytes:
    """The table behind a chart as CSV; `what` names it. Raises NotPermitted, StoreTrouble."""
    view.viewer.require(Right.EXPORT)
    view.room.audit.note(view.viewer.person, Act.EXPORTED, f"{place(view, what)} · table", table.num_rows)
    return table_as_csv(table)


def table_as_csv(table: pa.Table) -> bytes:
    """A table: its heads, then its rows."""
    rows = (tuple(_cell(value) for value in row.values()) for row in table.to_pylist())
    return file([table.column_names, *rows])


def _found(view: View, request: Request) -> Iterator[Verbatim]:
    verbatims = view.room.verbatims(view.viewer)
    slice_ = Slice(view.metric, view.span(request.weeks), view.scope, request.band)
    after, left = request.after, MOST_COMMENTS
    while left:
        page = verbatims.page(
            slice_, request.search, request.order, after=after, limit=min(AT_ONCE, left), seed=request.seed
        )
        if page.hidden:
            raise TooFewToExport(view.catalog.thresholds.show_comments)
        yield from page.items
        after, left = page.after, left - len(page.items)
        if after is None or not page.items:
            return


def _narrowed(view: View, request: Request) -> str:
    """Page, metric, period, filters and band, in words."""
    band = next((band.label for band in bands(view.metric) if band.id == request.band), "")
    parts = ("voices", view.metric.label, view.span(request.weeks).text(), view.words, band)
    return " · ".join(part for part in parts if part)


def _title(view: View, what: str, count: str) -> Sequence[Cell]:
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return (f"{view.catalog.company} · {what} · {count} · taken by {view.viewer.person} on {now}",)


def _heads(catalog: Catalog) -> Sequence[Cell]:
    axes = [axis.label for axis in catalog.dimensions]
    return ("Time", "Customer", "Comment", *(metric.label for metric in catalog.metrics), "Feeling", "Stage",
            "Touchpoint", "Topic", *axes)  # fmt: skip


def _row(verbatim: Verbatim, catalog: Catalog) -> Sequence[Cell]:
    dimensions: Mapping[str, str | None] = verbatim.dimensions
    return (
        verbatim.time, verbatim.pseudonym, verbatim.text,
        *(verbatim.scores.get(metric.id) for metric in catalog.metrics),
        in_words(verbatim.sentiment), verbatim.stage, verbatim.touchpoint, verbatim.topic,
        *(dimensions.get(axis.id) for axis in catalog.dimensions),
    )  # fmt: skip


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float | datetime) else str(value)
