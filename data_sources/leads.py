"""Who leads where, by month: ours from the cube, theirs from the benchmarks, and the months in which it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data_sources.room import Room
from metrics.catalog import Axis
from metrics.estimate import Estimate
from metrics.figures import Figure
from metrics.metric import Metric
from metrics.overtaking import Overtaking, overtakings
from metrics.published import by_month, within
from metrics.rivals import companies
from metrics.slices import Scope
from metrics.sums import NOTHING, Sums, SumsTable


@dataclass(frozen=True, slots=True)
class Change:
    """A month in which the order changed with signal, and what both sides come to since."""

    what: Overtaking
    ours: Estimate
    theirs: Estimate


def changes_of_lead(
    room: Room, until: date, scope: Scope, open_axes: Sequence[Axis], figures: Mapping[Metric, Sequence[Figure]]
) -> tuple[Overtaking, ...]:
    """Competitors that passed us, or that we passed, within the last year before `until`, in this scope: whole and by
    every axis that the benchmarks record. Where a filter is set, only benchmarks that record its axis take part: the
    figure for all is no figure for a part."""
    months = tuple(month for month in room.months if month.end <= until)
    known = {metric: held_in(scope, given) for metric, given in figures.items()}
    known = {metric: given for metric, given in known.items() if given}
    if not months or not known:
        return ()
    axes = recorded([figure for given in known.values() for figure in given], open_axes)
    cells = room.slice(months, scope, axes)
    ours = {metric.id: [cells.sums(metric), *(cells.sums(metric, (axis,)) for axis in axes)] for metric in known}
    return overtakings(list(known), {metric.id: given for metric, given in known.items()}, ours)


def changes_in_a_study(
    metric: Metric, own: Sequence[Figure], figures: Sequence[Figure], scope: Scope, open_axes: Sequence[Axis]
) -> tuple[Overtaking, ...]:
    """The same inside a study that has figures of ourselves."""
    mine, theirs = held_in(scope, own), held_in(scope, figures)
    values = {axis: sorted({dict(f.where)[axis] for f in mine if axis in dict(f.where)}) for axis in
              recorded(mine, open_axes)}  # fmt: skip
    tables = [_table(metric, mine, "", [""]), *(_table(metric, mine, axis, values[axis]) for axis in values)]
    return overtakings([metric], {metric.id: theirs}, {metric.id: [table for table in tables if table.n.size]})


def held_in(scope: Scope, figures: Sequence[Figure]) -> list[Figure]:
    """Each company's figures, of one source, that hold for exactly the filters."""
    return [figure for own in companies(within(figures, scope.filters)).values() for figure in own]


def recorded(figures: Sequence[Figure], open_axes: Sequence[Axis]) -> list[str]:
    """The axes that still divide the scope and that the figures record."""
    known = {axis for figure in figures for axis, _ in figure.where}
    return sorted(axis.id for axis in open_axes if axis.id in known)


def sums_since(metric: Metric, figures: Sequence[Figure], found: Overtaking) -> Sums:
    """Figures of the slice that changed hands, from the month of the change on."""
    months = by_month(metric, figures, found.where) if figures else {}
    return sum((sums for month, sums in months.items() if month >= found.month), NOTHING)


def _table(metric: Metric, own: Sequence[Figure], axis: str, values: Sequence[str]) -> SumsTable:
    """Figures of ourselves as the cube would have them: months × values of an axis, or months alone."""
    lines = [by_month(metric, own, ((axis, value),) if axis else ()) if own else {} for value in values]
    months = sorted({month for line in lines for month in line})
    cells = [[line.get(month, NOTHING) for line in lines] for month in months]
    shape = (len(months), len(values)) if axis else (len(months),)
    labels = (tuple(month.isoformat() for month in months), *((tuple(values),) if axis else ()))
    n = np.array([cell.n for row in cells for cell in row], dtype=np.int64).reshape(shape)
    total = np.array([cell.total for row in cells for cell in row]).reshape(shape)
    squares = np.array([cell.squares for row in cells for cell in row]).reshape(shape)
    return SumsTable(("month", *((axis,) if axis else ())), labels, n, total, squares)
