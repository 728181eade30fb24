"""Metrics of every kind, and sums made from raw scores by the slow, obvious way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metrics.metric import Metric, MetricKind
from metrics.sums import Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
NET = Metric("emotion", "Emotion", MetricKind.NET, (1, 7))
CSAT = Metric("csat", "Satisfied", MetricKind.TOP_BOX, (1, 5), threshold=4)
ON_TIME = Metric("on_time", "On time", MetricKind.RATE, (0, 1))
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
EVERY_KIND = (NPS, NET, CSAT, ON_TIME, STARS)


def sums_of(metric: Metric, scores: Sequence[float]) -> Sums:
    """n, Σ(v − c), Σ(v − c)² of raw scores."""
    values = metric.values(np.asarray(scores, dtype=float)) - metric.centre
    return Sums(len(values), float(values.sum()), float((values * values).sum()))


def net(promoters: int, passives: int, detractors: int) -> Sums:
    """The sums of an NPS sample."""
    return sums_of(NPS, [10] * promoters + [8] * passives + [0] * detractors)


def share(count: int, n: int) -> Sums:
    """The sums of a rate: `count` of `n`."""
    return sums_of(ON_TIME, [1] * count + [0] * (n - count))
