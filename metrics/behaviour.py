"""A KPI's weeks as a process behaviour chart, rebased where the company declared an event."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from metrics.catalog import DeclaredEvent
from metrics.cells import rebases
from metrics.history import History
from metrics.limits import ProcessBehaviour, process_behaviour
from metrics.sums import FloatArray


def weekly_behaviour(history: History, events: Iterable[DeclaredEvent] = (), fewest: int = 1) -> ProcessBehaviour:
    """The chart of the history's total; a week with fewer than `fewest` responses has no value."""
    return process_behaviour(
        weekly_values(history, fewest), history.metric.bounds, rebases(events, history.metric, history.weeks)
    )


def weekly_values(history: History, fewest: int = 1) -> FloatArray:
    """The metric's value by week; NaN where fewer than `fewest` answered, or nobody."""
    n, total = history.total.n, history.total.total
    means = np.divide(total, n, out=np.full(n.shape, np.nan), where=n >= max(1, fewest))
    values: FloatArray = means + history.metric.centre
    return values
