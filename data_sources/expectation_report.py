"""Everything the Expectations page says: gaps by item and slice, and the levels over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from data_sources.cube.store import CubeSlice
from data_sources.errors import Unavailable
from data_sources.paired import paired, pairing
from data_sources.view import View
from metrics.catalog import Axis
from metrics.comparators import WEEKS_A_YEAR
from metrics.estimate import Estimate, shown
from metrics.expectation import Item, Pairs
from metrics.expectation_trend import LevelTrend, judged_trends, level_trends
from metrics.figures import Figure
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.periods import Period
from metrics.published import matching
from metrics.servqual import expected_of, held_back, item, judged, mean_gap, pooled
from metrics.slices import Filters
from metrics.sums import Sums, SumsTable
from metrics.suppression import suppress

TREND_MONTHS = 25
"""Two years and the month they began in: the newest figure and the one of a year before, with a year behind it."""


@dataclass(frozen=True, slots=True)
class Overall:
    """The mean gap over the items of one scale against one level: `count` items."""

    metrics: tuple[Metric, ...]
    level: str
    gap: Estimate

    @property
    def count(self) -> int:
        """How many items."""
        return len(self.metrics)


@dataclass(frozen=True, slots=True)
class ExpectationReport:
    """`items`: one a metric that has any level to be held against; `slices`: metric id → axis id → items by value;
    `trends`: metric id → levels over time, and `ours` the metric by month beside them. `tested` gaps were judged
    together, `trends_tested` changes of levels. `asked` says whether [expectations] is configured; `unpaired` why
    customers could not be joined, "" where they were or nothing asks for it."""

    items: tuple[Item, ...]
    slices: Mapping[str, Mapping[str, tuple[Item, ...]]]
    overall: tuple[Overall, ...]
    trends: Mapping[str, tuple[LevelTrend, ...]]
    ours: Mapping[str, tuple[tuple[date, Estimate], ...]]
    tested: int
    trends_tested: int
    asked: bool
    unpaired: str = ""

    def item(self, metric: str) -> Item | None:
        """The item of a metric; None where it has no level."""
        return next((each for each in self.items if each.metric.id == metric), None)


def expectation_report(view: View) -> ExpectationReport:
    """The report of the view's scope and week, worked out once for all who look at it. Raises Unavailable only where
    the responses themselves give no answer."""
    return view.once("expectations", lambda: _report(view))


def _report(view: View) -> ExpectationReport:
    weeks = view.weeks[-WEEKS_A_YEAR:]
    figures = {metric.id: view.figures("expectations", metric) for metric in view.catalog.metrics}
    axes = {metric.id: _axes(view, figures[metric.id]) for metric in view.catalog.metrics}
    needed = tuple(axis.id for axis in view.open_axes() if any(axis in found for found in axes.values()))
    cells = view.room.slice(weeks, view.scope, needed)
    places: list[tuple[str, str]] = []
    items: list[Item] = []
    for metric in view.catalog.metrics:
        for axis, found in _items(view, metric, figures[metric.id], axes[metric.id], cells):
            places += [(metric.id, axis)] * len(found)
            items += found
    told, tested = judged(items)
    trends = {metric.id: _trends(view, metric, figures[metric.id]) for metric in view.catalog.metrics}
    seen, trends_tested = judged_trends([trend for each in trends.values() for trend in each])
    whole = tuple(each for (_, axis), each in zip(places, told, strict=True) if not axis)
    return ExpectationReport(
        whole,
        _by_axis(places, told),
        overall(whole),
        {metric: tuple(trend for trend in seen if trend.metric.id == metric) for metric in trends},
        {metric.id: _ours(view, metric) for metric in view.catalog.metrics if figures[metric.id]},
        tested,
        trends_tested,
        "expectations" in view.room.datasets,
        pairing(view).refused,
    )


def overall(items: tuple[Item, ...]) -> tuple[Overall, ...]:
    """The mean gap for every scale and level that several items share."""
    groups: dict[tuple[object, ...], list[tuple[Metric, Estimate]]] = {}
    for each in items:
        for gap in each.gaps:
            metric = each.metric
            key = (metric.kind, metric.scale, metric.better, gap.expected.level)
            groups.setdefault(key, []).append((metric, gap.gap))
    return tuple(
        Overall(tuple(metric for metric, _ in own), str(key[-1]), mean_gap([gap for _, gap in own]))
        for key, own in groups.items()
        if len(own) > 1
    )


# -- gaps ---------------------------------------------------------------------------------------------------------


def _axes(view: View, figures: tuple[Figure, ...]) -> tuple[Axis, ...]:
    """The axes that still divide the scope and that the metric's expectations record."""
    recorded = {axis for figure in figures for axis, _ in figure.where}
    return tuple(axis for axis in view.open_axes() if axis.id in recorded)


def _items(
    view: View, metric: Metric, figures: tuple[Figure, ...], axes: tuple[Axis, ...], cells: CubeSlice
) -> list[tuple[str, list[Item]]]:
    """("", the whole), then every axis with its values; nothing where the metric has no level."""
    filters, rules = view.scope.filters, view.catalog.thresholds
    expected = expected_of(metric, figures, filters, view.week.last_day, rules)
    if not expected:
        return []
    ours = pooled(_weekly(cells.sums(metric)), rules.low_n)
    pairs = _pairs(view, metric, "")
    found = [("", [item(metric, ours, expected, _of(pairs, ""), rules)])]
    return found + [(axis.id, _slices(view, metric, figures, axis, cells)) for axis in axes]


def _slices(view: View, metric: Metric, figures: tuple[Figure, ...], axis: Axis, cells: CubeSlice) -> list[Item]:
    """One item a value that has figures of its own; those hidden whose number would be too few."""
    rules, table, pairs = view.catalog.thresholds, cells.sums(metric, (axis.id,)), _pairs(view, metric, axis.id)
    found: list[Item] = []
    counts: list[int] = []
    own = [figure for figure in figures if any(name == axis.id for name, _ in figure.where)]
    for place, value in enumerate(table.labels[1]):
        filters = view.scope.filters.narrowed(axis.id, value)
        kept = [figure for figure in own if (axis.id, value) in figure.where]
        if not kept or not _holds(kept, filters):
            continue
        expected = expected_of(metric, kept, filters, view.week.last_day, rules)
        ours = pooled([table.at(week, place) for week in range(len(table.labels[0]))], rules.low_n)
        counts.append(ours[0].n)
        found.append(item(metric, ours, expected, _of(pairs, value), rules, where=((axis.id, value),)))
    hidden = suppress(np.array(counts, dtype=np.int64), view.fewest).cells.tolist()
    return [held_back(each) if hide else each for each, hide in zip(found, hidden, strict=True)]


def _holds(figures: list[Figure], filters: Filters) -> bool:
    return bool(matching(figures, filters)[0])


def _weekly(table: SumsTable) -> list[Sums]:
    return [table.at(week) for week in range(len(table.labels[0]))]


def _pairs(view: View, metric: Metric, axis: str) -> Mapping[tuple[str, str], Pairs]:
    """The pairs; none while their source gives no answer, and then the page says so."""
    try:
        return paired(view, metric, axis)
    except Unavailable as error:
        view.room.note_trouble("expectations", str(error))
        return {}


def _of(pairs: Mapping[tuple[str, str], Pairs], value: str) -> dict[str, Pairs]:
    return {level: found for (level, place), found in pairs.items() if place == value}


def _by_axis(places: list[tuple[str, str]], items: tuple[Item, ...]) -> dict[str, dict[str, tuple[Item, ...]]]:
    found: dict[str, dict[str, tuple[Item, ...]]] = {}
    for (metric, axis), each in zip(places, items, strict=True):
        if axis:
            own = found.setdefault(metric, {})
            own[axis] = (*own.get(axis, ()), each)
    return found


# -- over time ----------------------------------------------------------------------------------------------------


def _months(view: View) -> tuple[Period, ...]:
    return tuple(month for month in view.room.months if month.end <= view.week.end)[-TREND_MONTHS:]


def _trends(view: View, metric: Metric, figures: tuple[Figure, ...]) -> tuple[LevelTrend, ...]:
    """The levels since the first month drawn, so that lines of ours and theirs begin together."""
    months = _months(view)
    recent = [figure for figure in figures if not months or figure.day >= months[0].start]
    return level_trends(metric, recent, view.scope.filters, view.week.last_day, view.fewest)


def _ours(view: View, metric: Metric) -> tuple[tuple[date, Estimate], ...]:
    months = _months(view)
    if not months:
        return ()
    table = view.sums(metric, months)
    return tuple((month.start, shown(estimate(metric, table.at(i)), view.fewest)) for i, month in enumerate(months))
