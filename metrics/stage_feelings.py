"""How customers feel stage by stage: the emotional curve of everybody, its peak and its end (METHODS §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.catalog import Catalog
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.metric import Better, Metric
from metrics.periods import Period
from metrics.review import Reading
from metrics.story import asks_feeling


@dataclass(frozen=True, slots=True)
class StageFeeling:
    """One stage this week; `hoped` is what customers hope for there, no value where nobody was asked."""

    stage: str
    reading: Reading
    hoped: Estimate = NO_ESTIMATE


@dataclass(frozen=True, slots=True)
class StageFeelings:
    """The stages in order, those whose name is not recorded left out. `peak` and `end` are places among them, None with
    fewer than two values; `stands_in` says that the metric does not ask for the feeling itself. `notes` say what limits
    the hopes; `looked_at` is how many slices were scanned before any was called a signal."""

    metric: Metric
    stages: tuple[StageFeeling, ...]
    peak: int | None
    end: int | None
    stands_in: bool
    notes: tuple[str, ...]
    looked_at: int


@dataclass(frozen=True, slots=True)
class FeelingsOverTime:
    """The newest weeks of every stage: `estimates` by stage, then week, without a value where too few answered.
    `newest` are the scan's readings of the last week."""

    metric: Metric
    weeks: tuple[Period, ...]
    estimates: tuple[tuple[Estimate, ...], ...]
    newest: tuple[StageFeeling, ...]


def feeling_metric(catalog: Catalog) -> Metric:
    """The metric that asks for the feeling (metrics/story.py), else the headline metric."""
    return next((metric for metric in catalog.metrics if asks_feeling(metric)), catalog.headline_metric)


def peak_place(metric: Metric, readings: Sequence[Reading]) -> int | None:
    """The place whose value lies furthest from the middle of what the metric can be; between equals the worse, then the
    later, as for one customer's moments (metrics/peak_end.py). None without any value."""
    middle, up = sum(metric.bounds) / 2, 1 if metric.better is Better.HIGHER else -1
    felt = [
        (abs(value - middle), up * (value - middle) < 0, place)
        for place, reading in enumerate(readings)
        if (value := reading.estimate.value) is not None
    ]
    return max(felt)[2] if felt else None
