"""Figures from elsewhere, read once: published ones as they stand, answers of others summed up by month.

`[benchmarks]` and `[expectations]` come in two forms (docs/configuration.md). Either way few rows leave the database:
a small table of figures, or one row a month × company × slice, never anybody's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import isfinite, sqrt

import sqlalchemy as sa

from data_sources import query
from data_sources.connections import Sources
from data_sources.dialects import as_datetime
from data_sources.errors import RefusedQuery
from data_sources.settings import Settings
from data_sources.settings.datasets import ComparisonSettings
from data_sources.tables import Dataset, datasets
from metrics.figures import Figure
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import EVERYTHING, NOT_RECORDED, TOUCHPOINT

MOST_FIGURES = 200_000
"""A table of figures is read whole; a larger one is answers by mistake (40 companies × 20 metrics × 20 years of
months are 192,000)."""
MOST_CELLS = 50_000
"""Cells a query of answers by month × company × every dimension; above, one dimension at a time is read."""
MONTHS_A_QUERY = 64
"""Months in one CASE ladder, as for the cube (ENGINE §5)."""
WORDS = ("company", "level", "publisher", "kind")
"""What else a figure is told apart by."""
Row = Mapping[str, object]
Condition = sa.ColumnElement[bool]


def read_figures(
    settings: Settings, sources: Sources, role: str, months: Sequence[Period], *, of_us: bool = False
) -> tuple[Figure, ...]:
    """The figures of a role, `benchmarks` or `expectations`; none where it is not configured. `months` are
    consecutive and bound the answers that are summed up; published figures are read whatever their date.
    Raises Unavailable.

    Rows of the company itself (`benchmarks.own`) are left out; `of_us` reads only them. A figure without a value or
    a day, off its metric's bounds, or of a metric that is not configured says nothing and is left out; the doctor
    reports it."""
    configured = settings.datasets().get(role)
    own = getattr(configured, "own", None)
    if not isinstance(configured, ComparisonSettings) or (of_us and not own):
        return ()
    dataset = datasets(settings)[role]
    catalog = settings.catalog()
    metrics = {metric.id: metric for metric in (*catalog.metrics, *catalog.benchmark_metrics)}
    read = _answers if configured.form == "responses" else _published
    found = read(dataset, metrics, sources, months, _is_own(dataset, own) if of_us else sa.true())
    return tuple(
        replace(
            figure,
            publisher=figure.publisher or configured.publisher_name or "",
            kind=figure.kind or configured.kind_name or "",
        )
        for figure in found
        if (figure.company or "company" not in dataset) and (figure.company == own if of_us else figure.company != own)
    )


def span_of_answers(settings: Settings, sources: Sources, role: str) -> Period | None:
    """From the first day of the answers of a role to the day after the last; None where the role is not configured
    as answers or has none. Raises Unavailable.

    A month of which answers cover a week must not be held against our whole month."""
    configured = settings.datasets().get(role)
    if not isinstance(configured, ComparisonSettings) or configured.form != "responses":
        return None
    dataset = datasets(settings)[role]
    time = dataset["time"]
    ends = sa.select(sa.func.min(time).label("first"), sa.func.max(time).label("last"))
    row = sources.run(dataset.source, ends.select_from(dataset.from_clause)).to_pylist()[0]
    first, last = as_datetime(row["first"]), as_datetime(row["last"])
    return None if first is None or last is None else Period(first.date(), last.date() + timedelta(days=1))


def _is_own(dataset: Dataset, own: str | None) -> Condition:
    return sa.func.trim(dataset["company"]) == own


# -- published figures --------------------------------------------------------------------------------------------


def _published(
    dataset: Dataset, metrics: Mapping[str, Metric], sources: Sources, _months: Sequence[Period], whose: Condition
) -> Iterator[Figure]:
    statement = sa.select(*(column.label(word) for word, column in dataset.columns.items()))
    statement = statement.select_from(dataset.from_clause).where(whose).limit(MOST_FIGURES + 1)
    table = sources.run(dataset.source, statement)
    if table.num_rows > MOST_FIGURES:
        reason = f'“{dataset.role}” has more than {MOST_FIGURES:,} figures; are these answers (form = "responses")?'
        raise RefusedQuery(dataset.source, reason)
    for row in table.to_pylist():
        figure = _figure(row, metrics)
        if figure is not None:
            yield figure


def _figure(row: Row, metrics: Mapping[str, Metric]) -> Figure | None:
    metric, day, value = metrics.get(_text(row.get("metric"))), as_datetime(row["time"]), _number(row.get("value"))
    if metric is None or day is None or value is None or not metric.bounds[0] <= value <= metric.bounds[1]:
        return None
    n = _number(row.get("n"))
    return Figure(
        metric.id, _text(row.get("company")), day.date(), value, None if n is None or n < 1 else int(n), None,
        _text(row.get("level")), _text(row.get("publisher")), _where(row, keep_missing=False), _text(row.get("kind")),
    )  # fmt: skip


# -- answers, summed up -------------------------------------------------------------------------------------------


def _answers(
    dataset: Dataset, metrics: Mapping[str, Metric], sources: Sources, months: Sequence[Period], whose: Condition
) -> Iterator[Figure]:
    asked = [metric for metric in metrics.values() if f"score:{metric.id}" in dataset]
    words = [word for word in WORDS if word in dataset]
    grouped = replace(dataset, columns={**dataset.columns, **{f"dim:{_key(word)}": dataset[word] for word in words}})
    axes = [word.removeprefix("dim:") for word in dataset.columns if word.startswith("dim:") or word == TOUCHPOINT]
    for start in range(0, len(months), MONTHS_A_QUERY):
        some = months[start : start + MONTHS_A_QUERY]

        def cells(by: Sequence[str], some: Sequence[Period] = some) -> list[Row] | None:
            keys = [*by, *map(_key, words)]
            statement = query.cells(grouped, asked, keys, some, EVERYTHING).where(whose).limit(MOST_CELLS + 1)
            table = sources.run(dataset.source, statement)
            return None if table.num_rows > MOST_CELLS else table.to_pylist()

        for row in _finest(dataset, axes, cells):
            yield from _counted(row, asked, some)


def _finest(dataset: Dataset, axes: Sequence[str], cells: Callable[[Sequence[str]], list[Row] | None]) -> list[Row]:
    """Cells by all axes at once, so that any filter can be answered; where those are too many, whole and by one
    axis at a time, leaving out an axis that alone is too wide."""
    everything = cells(axes)
    if everything is not None:
        return [{f"dim:{axis}": row[axis] for axis in axes} | dict(row) for row in everything]
    whole = cells(())
    if whole is None:
        raise RefusedQuery(dataset.source, f"“{dataset.role}” names more than {MOST_CELLS:,} companies × months")
    apart = [(axis, cells((axis,))) for axis in axes]
    return whole + [{f"dim:{axis}": row[axis], **row} for axis, rows in apart for row in rows or ()]


def _counted(row: Row, metrics: Sequence[Metric], months: Sequence[Period]) -> Iterator[Figure]:
    """One figure a metric that has answers in the cell."""
    words = {word: _text(row.get(_key(word))) for word in WORDS}
    for metric in metrics:
        sums = query.sums_of(metric, row)
        if sums.mean is not None:
            # one answer has no spread of its own, and none is needed: its sums are its value
            error = sqrt((sums.variance or 0.0) / sums.n)
            yield Figure(
                metric.id, words["company"], _month(row, months), sums.mean + metric.centre, sums.n, error,
                words["level"], words["publisher"], _where(row, keep_missing=True), words["kind"],
            )  # fmt: skip


def _month(row: Row, months: Sequence[Period]) -> date:
    return months[int(_number(row[query.ATOM]) or 0)].start


def _key(word: str) -> str:
    return f"{word}_of_figure"


# -- cells of a row -----------------------------------------------------------------------------------------------


def _where(row: Row, *, keep_missing: bool) -> tuple[tuple[str, str], ...]:
    """The slice a row holds for. A published figure without a product holds for all; an answer without one is
    "not recorded"."""
    axes = {word.removeprefix("dim:"): value for word, value in row.items() if word.startswith("dim:")}
    if TOUCHPOINT in row and TOUCHPOINT not in axes and not keep_missing:
        axes[TOUCHPOINT] = row[TOUCHPOINT]
    named = {axis: _text(value) or (NOT_RECORDED if keep_missing else "") for axis, value in axes.items()}
    return tuple(sorted((axis, value) for axis, value in named.items() if value))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    number = float(str(value)) if not isinstance(value, int | float) else float(value)
    return number if isfinite(number) else None
