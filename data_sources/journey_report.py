"""What the journey page says: the strip of stages, and the map of touchpoints across another axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data_sources import query
from data_sources.errors import NotConfigured
from data_sources.view import View
from metrics.cells import Where
from metrics.estimate import NO_ESTIMATE, Direction, Verdict, shown
from metrics.intervals import estimate
from metrics.journey_strip import Extremes, Spot, Strip, TwoWeeks, extremes, strip_metrics, strip_row, two_weeks
from metrics.listening import Heard, listening
from metrics.metric import Metric
from metrics.periods import Period
from metrics.review import Reading, held_back
from metrics.slices import NOT_RECORDED, STAGE, TOUCHPOINT
from metrics.story import asks_feeling
from metrics.sums import IntArray, Sums
from metrics.suppression import beside_shown_columns, suppress
from metrics.words import plural

WIDEST = 12
"""Columns of the map: more cannot be read; those with most answers are kept."""
MAP = "The map of touchpoints"
UNSCANNED = "no verdict: cells this thin are not scanned"


@dataclass(frozen=True, slots=True)
class JourneyReport:
    """`whole` is the KPI end to end; `strip` is None where no stages are recorded. `axis` is what the sentence speaks
    of: the stages, else the touchpoints, "" where neither is recorded; `spots` are its cells in order and `extremes`
    where customers feel best and worst. `looked_at` cells were tested together before any was called a signal."""

    metric: Metric
    whole: Reading
    axis: str
    strip: Strip | None
    spots: tuple[Spot, ...]
    extremes: Extremes | None
    looked_at: int
    against: Period | None = None


@dataclass(frozen=True, slots=True)
class MapRow:
    """A touchpoint: its score over all columns, one reading a column, and how it is heard."""

    touchpoint: str
    whole: Reading
    cells: tuple[Reading, ...]
    heard: Heard


@dataclass(frozen=True, slots=True)
class TouchpointMap:
    """Touchpoints across the values (`columns`) of `axis`; `left_out` counts further values with fewer answers.
    `scanned` is False where the cells carry no verdict because the scan does not look at so many."""

    metric: Metric
    axis: str
    columns: tuple[str, ...]
    rows: tuple[MapRow, ...]
    left_out: int
    scanned: bool


def journey_report(view: View, metric: Metric, against: Period | None = None) -> JourneyReport:
    """The strip of the view's week, held against its usual level or another week; worked out once for all viewers of
    the same slice."""
    return view.once(("journey", metric.id, against), lambda: _report(view, metric, against))


def touchpoint_map(view: View, metric: Metric, axis: str | None) -> TouchpointMap:
    """Touchpoints across an axis (None: as wholes only). Raises NotConfigured where no touchpoints are recorded."""
    return view.once(("touchpoint map", metric.id, axis), lambda: _map(view, metric, axis))


def across_axes(view: View) -> tuple[str, ...]:
    """The axes that touchpoints can be laid across: the stages first, then every open dimension. Raises NotConfigured
    where no touchpoints are recorded."""
    if not view.catalog.touchpoints.values:
        raise NotConfigured("responses.touchpoint", MAP)
    axes = [axis.id for axis in view.open_axes() if axis.id != TOUCHPOINT]
    return tuple(sorted(axes, key=lambda axis: axis != STAGE))


def _report(view: View, metric: Metric, against: Period | None) -> JourneyReport:
    metrics = strip_metrics(view.catalog.metrics, metric)
    whole, looked_at = view.scan().of(metric.id).reading(), view.scan().looked_at
    axis = next((axis.id for axis in (view.catalog.stages, view.catalog.touchpoints) if axis.values), "")
    strip = _strip(view, metrics, against) if axis == STAGE else None
    felt = metric if strip is None else next(filter(asks_feeling, metrics), metric)
    spots = [] if strip is None else [
        Spot(STAGE, stage, cell) for row in strip.rows for stage, cell in zip(strip.stages, row.cells, strict=True)
    ]  # fmt: skip
    if strip is None or against is None:
        along = (_along(view, it, TOUCHPOINT) for it in metrics if kept(view, TOUCHPOINT))
        spots += [Spot(TOUCHPOINT, place, reading) for readings in along for place, reading in readings]
    if strip is not None:
        whole, looked_at = strip.rows[0].whole, strip.compared
    found = _extremes(view, felt, axis) if axis else None
    return JourneyReport(metric, whole, axis, strip, tuple(spots), found, looked_at, against if strip else None)


def _extremes(view: View, metric: Metric, axis: str) -> Extremes | None:
    """Of the places that have a name and a number of their own on the page."""
    labels, cells = _cells(view, metric, view.week, axis)
    hidden = suppress(np.array([cell.n for cell in cells], dtype=np.int64), view.fewest).cells.tolist()
    told = [(label, cell) for label, cell, hide in zip(labels, cells, hidden, strict=True)
            if not hide and label != NOT_RECORDED]  # fmt: skip
    return extremes(metric, [label for label, _ in told], [cell for _, cell in told], view.fewest)


# -- the strip ------------------------------------------------------------------------------------------------


def _strip(view: View, metrics: Sequence[Metric], against: Period | None) -> Strip:
    stages = kept(view, STAGE)
    if against is None:
        scan = view.scan()
        alongs = [[reading for _, reading in _along(view, metric, STAGE)] for metric in metrics]
        readings = tuple((scan.of(m.id).reading(), *along) for m, along in zip(metrics, alongs, strict=True))
        compared = scan.looked_at
    else:
        readings, compared = two_weeks([_two_weeks(view, metric, against) for metric in metrics], against)
    rows = (strip_row(metric, stages, row) for metric, row in zip(metrics, readings, strict=True))
    return Strip(stages, tuple(rows), compared, against)


def _two_weeks(view: View, metric: Metric, against: Period) -> TwoWeeks:
    """Hidden is what is hidden in either week."""
    both = (view.week, against)
    weeks = [_cells(view, metric, week, STAGE)[1] for week in both]
    hidden = np.zeros(len(weeks[0]) + 1, dtype=np.bool_)
    for cells in weeks:
        found = suppress(np.array([cell.n for cell in cells], dtype=np.int64), view.fewest)
        hidden |= np.array([found.total, *found.cells.tolist()])
    now, then = ((view.sums(metric, (week,)).at(0), *cells) for week, cells in zip(both, weeks, strict=True))
    return TwoWeeks(metric, now, then, tuple(hidden.tolist()))


def _along(view: View, metric: Metric, axis: str) -> tuple[tuple[str, Reading], ...]:
    """The readings of an axis' values beside their total, none given away by the others."""
    labels, cells = _cells(view, metric, view.week, axis)
    hidden = suppress(np.array([cell.n for cell in cells], dtype=np.int64), view.fewest).cells
    readings = (_reading(view, metric, ((axis, label),), cell) for label, cell in zip(labels, cells, strict=True))
    return tuple(
        (label, held_back(reading) if hide else reading)
        for label, reading, hide in zip(labels, readings, hidden.tolist(), strict=True)
    )


# -- the map --------------------------------------------------------------------------------------------------


def _map(view: View, metric: Metric, axis: str | None) -> TouchpointMap:
    if not view.catalog.touchpoints.values:
        raise NotConfigured("responses.touchpoint", MAP)
    heard = {one.label: one for one in _heard(view)}
    if axis is None:
        rows = [MapRow(name, reading, (), heard[name]) for name, reading in _along(view, metric, TOUCHPOINT)]
        return TouchpointMap(metric, "", (), tuple(rows), 0, True)
    columns, (names, wholes) = kept(view, axis), _cells(view, metric, view.week, TOUCHPOINT)
    table = view.sums(metric, (view.week,), (TOUCHPOINT, axis))
    down, across = (
        [labels.index(one) for one in some] for labels, some in zip(table.labels[1:], (names, columns), strict=True)
    )
    n = table.n[0][np.ix_(down, across)]
    hidden, chosen = beside_shown_columns(n, view.fewest), _widest(n)

    def cell(i: int, k: int) -> Reading:
        where = ((axis, columns[k]), (TOUCHPOINT, names[i]))
        reading = _reading(view, metric, where, table.at(0, down[i], across[k]))
        return held_back(reading) if hidden.cells[i, k] else reading

    def row(i: int) -> MapRow:
        whole = _reading(view, metric, ((TOUCHPOINT, names[i]),), wholes[i])
        cells = tuple(cell(i, k) for k in chosen)
        return MapRow(names[i], held_back(whole) if hidden.rows[i] else whole, cells, heard[names[i]])

    rows = [row(i) for i in range(len(names))]
    scanned = not any(reading.why == UNSCANNED for it in rows for reading in it.cells)
    return TouchpointMap(
        metric, axis, tuple(columns[k] for k in chosen), tuple(rows), len(columns) - len(chosen), scanned
    )


def _widest(n: IntArray) -> list[int]:
    """The columns with most answers, in their own order."""
    return sorted(np.argsort(-n.sum(axis=0), kind="stable")[:WIDEST].tolist())


def _heard(view: View) -> tuple[Heard, ...]:
    """Every touchpoint of the scope as the room hears it up to the view's week, whatever the filters leave of it."""
    names = kept(view, TOUCHPOINT)
    cells = view.room.slice(view.weeks, view.scope.unfiltered(), (TOUCHPOINT,))
    heard = listening(cells.labels(TOUCHPOINT), view.weeks, cells.counts(query.ROWS, (TOUCHPOINT,)))
    return tuple(one for one in heard if one.label in names)


# -- one cell -------------------------------------------------------------------------------------------------


def kept(view: View, axis_id: str) -> tuple[str, ...]:
    """The values of an axis that the filters leave; none where the company does not record it."""
    values = {axis.id: axis.values for axis in view.catalog.axes}.get(axis_id, ())
    chosen = view.scope.filters.get(axis_id)
    return tuple(value for value in values if chosen is None or value in chosen)


def _cells(view: View, metric: Metric, week: Period, axis: str) -> tuple[tuple[str, ...], tuple[Sums, ...]]:
    """The values kept on an axis and their sums in a week."""
    values, table = kept(view, axis), view.sums(metric, (week,), (axis,))
    return values, tuple(table.at(0, table.labels[1].index(value)) for value in values)


def _reading(view: View, metric: Metric, where: Where, cell: Sums) -> Reading:
    """What the scan says of a cell; where the scan does not look at so thin ones, the estimate without a verdict. An
    axis that the filters leave one value of does not divide the scope: the cell is then what the others make it."""
    dividing = tuple((axis, value) for axis, value in where if len(kept(view, axis)) > 1)
    found = view.scan().of(metric.id).reading_of(dividing)
    if found is not None:
        return found
    verdict = Verdict.ROUTINE if cell.n >= view.fewest else Verdict.TOO_FEW
    said = shown(estimate(metric, cell), view.fewest)
    why = UNSCANNED if cell.n >= view.fewest else f"{plural(cell.n, 'answer')}: too few to say"
    return Reading(metric, said, NO_ESTIMATE, NO_ESTIMATE, verdict, Direction.NONE, why)
