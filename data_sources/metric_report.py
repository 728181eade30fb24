"""Everything the metric page says about one KPI in one scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data_sources.view import View
from metrics.behaviour import weekly_behaviour
from metrics.catalog import Axis, DeclaredEvent
from metrics.estimate import Assurance, Comparator, Estimate, shown
from metrics.event_effects import EventEffect, event_effects
from metrics.figure_series import Series
from metrics.history import History
from metrics.intervals import estimate
from metrics.limits import ProcessBehaviour, RuleSignal, assurance, rule_in_words
from metrics.metric import Metric
from metrics.periods import Period
from metrics.review import Reading, held_back
from metrics.suppression import suppress

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
    effects: tuple[EventEffect, ...]
    assurance: Assurance
    looked_at: int


def metric_report(view: View, metric: Metric) -> MetricReport:
    """The report of one KPI in the view's scope and week, worked out once for all who look at it."""
    return view.once(f"report {metric.id}", lambda: _report(view, metric))


def _report(view: View, metric: Metric) -> MetricReport:
    scan = view.scan()
    scanned = scan.of(metric.id)
    weeks = view.weeks[-CHART_WEEKS:]
    history = History(metric, weeks, view.sums(metric, weeks))
    events = tuple(event for event in view.catalog.events if not event.metrics or metric.id in event.metrics)
    chart = weekly_behaviour(history, events, view.fewest)
    comparators = view.comparators(metric)
    rival, rival_series = view.rival_series(metric)
    return MetricReport(
        metric,
        scanned.reading(),
        chart,
        weeks,
        tuple(shown(estimate(metric, history.total.at(i)), view.fewest) for i in range(len(weeks))),
        _patterns(chart, weeks),
        {axis.id: _breakdown(view, metric, axis) for axis in view.open_axes()},
        comparators,
        rival,
        rival_series,
        view.expected_series(metric),
        events,
        event_effects(history, events, view.fewest),
        assurance(chart, metric.target, metric.better),
        scan.looked_at,
    )


def _patterns(chart: ProcessBehaviour, weeks: tuple[Period, ...]) -> tuple[str, ...]:
    """One line a run: the weeks from its first to its last, and the rule."""
    recent = [signal for signal in chart.signals if signal.index >= len(weeks) - RECENT_WEEKS]
    runs: list[list[RuleSignal]] = []
    for signal in sorted(recent, key=lambda it: (it.rule, it.high, it.index)):
        last = runs[-1][-1] if runs else None
        if last is not None and (last.rule, last.high, last.index + 1) == (signal.rule, signal.high, signal.index):
            runs[-1].append(signal)
        else:
            runs.append([signal])
    newest_first = sorted(runs, key=lambda run: (-run[-1].index, run[-1].rule))
    return tuple(f"{_span(weeks, run[0].index, run[-1].index)}: {rule_in_words(run[-1])}" for run in newest_first)


def _span(weeks: tuple[Period, ...], first: int, last: int) -> str:
    return Period(weeks[first].start, weeks[last].end).text()


def _breakdown(view: View, metric: Metric, axis: Axis) -> tuple[tuple[str, Reading], ...]:
    scanned = view.scan().of(metric.id)
    kept = view.scope.filters.get(axis.id) or axis.values
    every = ((value, scanned.reading_of(((axis.id, value),))) for value in axis.values if value in kept)
    readings = [(value, reading) for value, reading in every if reading is not None]
    counts = np.array([reading.estimate.n or 0 for _, reading in readings], dtype=np.int64)
    hidden = suppress(counts, view.fewest).cells
    return tuple(
        (value, held_back(reading) if hide else reading)
        for (value, reading), hide in zip(readings, hidden.tolist(), strict=True)
    )
