"""Everything the metric page says about one KPI in one scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data_sources.view import View
from metrics.behaviour import weekly_behaviour
from metrics.catalog import Axis, DeclaredEvent
from metrics.estimate import Assurance, Comparator, Estimate
from metrics.figure_series import Series
from metrics.history import History
from metrics.intervals import estimate
from metrics.limits import ProcessBehaviour, assurance, rule_in_words
from metrics.metric import Metric
from metrics.periods import Period
from metrics.review import Reading

CHART_WEEKS = 78
"""A year and a half on the chart: this year beside the same season of the last."""
RECENT_WEEKS = 13
"""Patterns of the last quarter are put into words; older ones are on the chart."""


@dataclass(frozen=True, slots=True)
class MetricReport:
    """`reading` is the scan's verdict on the whole; `chart` with its `estimates` by `periods`; `patterns` say in
    words what the chart's rules found in the last quarter; `breakdowns` hold a reading for every value of every
    axis; `rival`/`rival_series` and `expected_series` are what the chart is held against."""

    metric: Metric
    reading: Reading
    chart: ProcessBehaviour
    periods: tuple[Period, ...]
    estimates: tuple[Estimate, ...]
    patterns: tuple[str, ...]
    breakdowns: Mapping[str, tuple[tuple[str, Reading], ...]]
    comparators: tuple[Comparator, ...]
    rival: str
    rival_series: Series
    expected_series: Series
    events: tuple[DeclaredEvent, ...]
    assurance: Assurance
    looked_at: int


def metric_report(view: View, metric: Metric) -> MetricReport:
    """The report of one KPI in the view's scope and week."""
    scan = view.scan()
    scanned = scan.of(metric.id)
    weeks = view.weeks[-CHART_WEEKS:]
    history = History(metric, weeks, view.sums(metric, weeks))
    events = tuple(event for event in view.catalog.events if not event.metrics or metric.id in event.metrics)
    chart = weekly_behaviour(history, events)
    comparators = view.comparators(metric)
    rival, rival_series = view.rival_series(metric)
    return MetricReport(
        metric,
        scanned.reading(),
        chart,
        weeks,
        tuple(estimate(metric, history.total.at(i)) for i in range(len(weeks))),
        _patterns(chart, weeks),
        {axis.id: _breakdown(view, metric, axis) for axis in view.open_axes()},
        comparators,
        rival,
        rival_series,
        view.expected_series(metric),
        events,
        assurance(chart, metric.target, metric.better),
        scan.looked_at,
    )


def _patterns(chart: ProcessBehaviour, weeks: tuple[Period, ...]) -> tuple[str, ...]:
    recent = [signal for signal in chart.signals if signal.index >= len(weeks) - RECENT_WEEKS]
    return tuple(f"{weeks[signal.index].text()}: {rule_in_words(signal)}" for signal in reversed(recent))


def _breakdown(view: View, metric: Metric, axis: Axis) -> tuple[tuple[str, Reading], ...]:
    scanned = view.scan().of(metric.id)
    kept = view.scope.filters.get(axis.id) or axis.values
    readings = ((value, scanned.reading_of(((axis.id, value),))) for value in axis.values if value in kept)
    return tuple((value, reading) for value, reading in readings if reading is not None)
