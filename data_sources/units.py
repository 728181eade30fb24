"""Units of the company against each other: regions, segments, touchpoints, any axis, over a span of weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_sources.competition import ALL, NEWEST, YEAR
from data_sources.view import View
from metrics.funnel import Funnel, funnel
from metrics.metric import Metric
from metrics.periods import Period
from metrics.suppression import suppress

WEEKS = {NEWEST: 13, YEAR: 52}
"""A quarter has enough answers in most units and is still now; a year; everything that is held."""


@dataclass(frozen=True, slots=True)
class Units:
    """One axis: the funnel of the units that may be shown (None for fewer than two), those held back because too few
    answered or another would follow from them, and the weeks that count."""

    axis: str
    funnel: Funnel | None
    held_back: tuple[str, ...]
    weeks: Period


def units(view: View, metric: Metric, axis: str, level: str = NEWEST) -> Units:
    """The values of an axis in the view's scope held against all of them together, worked out once. Units without an
    answer are left out. Raises KeyError for an axis that is not configured."""
    return view.once(("units", metric.id, axis, level), lambda: _units(view, metric, axis, level))


def _units(view: View, metric: Metric, axis: str, level: str) -> Units:
    weeks = view.weeks if level == ALL else view.weeks[-WEEKS[level] :]
    table = view.sums(metric, weeks, (axis,)).over("week")
    kept = view.scope.filters.get(axis) or view.catalog.axis(axis).values
    asked = [(value, table.at(place)) for place, value in enumerate(table.labels[0]) if value in kept]
    asked = [(value, sums) for value, sums in asked if sums.n]
    hidden = suppress(np.array([sums.n for _, sums in asked], dtype=np.int64), view.fewest).cells.tolist()
    shown = [unit for unit, hide in zip(asked, hidden, strict=True) if not hide]
    held_back = tuple(value for (value, _), hide in zip(asked, hidden, strict=True) if hide)
    return Units(axis, funnel(metric, shown), held_back, Period(weeks[0].start, weeks[-1].end))
