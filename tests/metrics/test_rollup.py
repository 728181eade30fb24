"""A part held against the whole that contains it. Authority: own − whole = share of the rest × (own − rest), worked out
on raw scores by NumPy, and how often the interval of simulated companies says that there is a gap where none is."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.catalog import Thresholds
from metrics.estimate import Verdict
from metrics.intervals import difference
from metrics.metric import Metric, MetricKind
from metrics.rollup import company_total
from metrics.sums import Sums

STARS = Metric("stars", "Stars", MetricKind.MEAN, (1.0, 5.0))
NPS = Metric("nps", "NPS", MetricKind.NPS, (0.0, 10.0))


def sums(metric: Metric, scores: np.ndarray) -> Sums:
    values = metric.values(scores) - metric.centre
    return Sums(len(values), float(values.sum()), float((values**2).sum()))


@pytest.mark.parametrize("metric", [STARS, NPS])
def test_the_gap_is_own_less_whole(metric: Metric) -> None:
    rng = np.random.default_rng(2)
    own, rest = rng.integers(1, 6, 40).astype(float), rng.integers(2, 6, 160).astype(float)
    every = np.concatenate([own, rest])
    (found,) = company_total(metric, sums(metric, own), sums(metric, every), "Larkmere", Thresholds())
    assert found.gap.value == pytest.approx(metric.values(own).mean() - metric.values(every).mean())
    assert found.theirs.n == 200 and found.label == "All of Larkmere"
    apart = difference(metric, sums(metric, own), sums(metric, rest))
    assert found.gap.lower == pytest.approx(0.8 * apart.lower) and found.gap.upper == pytest.approx(0.8 * apart.upper)


def test_a_rest_that_would_follow_by_subtraction_hides_the_whole() -> None:
    own = sums(STARS, np.full(50, 3.0))
    for n, hidden in ((0, True), (4, True), (5, False)):
        rest = np.linspace(1, 5, n) if n else np.empty(0)
        whole = sums(STARS, np.concatenate([np.full(50, 3.0), rest]))
        assert (company_total(STARS, own, whole, "L", Thresholds()) == ()) is hidden


@pytest.mark.parametrize("n", [0, 1, 4])
def test_few_of_ones_own_have_no_gap_but_the_whole_is_there(n: int) -> None:
    own = np.linspace(1, 4, n) if n else np.empty(0)
    whole = sums(STARS, np.concatenate([own, np.linspace(1, 5, 300)]))
    (found,) = company_total(STARS, sums(STARS, own), whole, "L", Thresholds())
    assert found.gap.value is None and found.verdict is Verdict.TOO_FEW and found.theirs.value is not None


def test_a_part_like_the_rest_is_a_signal_one_time_in_twenty() -> None:
    rng = np.random.default_rng(7)
    signals = 0
    for _ in range(1_000):
        own, rest = rng.integers(1, 6, 60).astype(float), rng.integers(1, 6, 140).astype(float)
        whole = sums(STARS, np.concatenate([own, rest]))
        (found,) = company_total(STARS, sums(STARS, own), whole, "L", Thresholds())
        signals += found.verdict is Verdict.SIGNAL
    assert 30 <= signals <= 72  # 50 ± 3.2 standard errors
