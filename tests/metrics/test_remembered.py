"""What is remembered beside what was lived: estimates and verdict from sums, held against plain numpy and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from metrics.estimate import Direction, Verdict
from metrics.peak_end import peak_end
from metrics.remembered import MomentSums, remembered
from metrics.sums import NOTHING, Sums


def sums_of(values: np.ndarray) -> Sums:
    return Sums(len(values), float(values.sum()), float((values * values).sum()))


def moments(peak_end: np.ndarray, mean: np.ndarray) -> MomentSums:
    return MomentSums(sums_of(peak_end - 4), sums_of(mean - 4), sums_of(peak_end - mean))


def test_the_paired_difference_is_scipys() -> None:
    rng = np.random.default_rng(2)
    mean = rng.uniform(2, 6, 60)
    peak_end = np.clip(mean - 0.5 + rng.normal(0, 0.4, 60), 1, 7)
    found = remembered(moments(peak_end, mean), fewest=5)
    interval = stats.ttest_rel(peak_end, mean).confidence_interval(0.95)
    assert found.apart.value == pytest.approx(float((peak_end - mean).mean()))
    assert (found.apart.lower, found.apart.upper) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert found.peak_end.value == pytest.approx(float(peak_end.mean()))
    assert found.mean.value == pytest.approx(float(mean.mean()))
    assert found.mean.n == found.apart.n == 60
    assert (found.verdict, found.direction) == (Verdict.ROUTINE, Direction.CONCERN)
    turned = remembered(moments(mean, peak_end), fewest=5)
    assert (turned.verdict, turned.direction) == (Verdict.ROUTINE, Direction.IMPROVEMENT)


def test_moments_in_any_order_are_no_signal_though_the_peak_lies_off_the_mean() -> None:
    """2,000 customers whose three moments are drawn from one distribution, so that their order says nothing: the
    difference is clearly above 0 for happy customers and below 0 for unhappy ones, by how the peak is picked."""
    rng = np.random.default_rng(7)
    for feelings, side in (([3, 5, 6, 7], Direction.IMPROVEMENT), ([5, 3, 2, 1], Direction.CONCERN)):
        drawn = rng.choice(feelings, (2_000, 3), p=[0.1, 0.2, 0.4, 0.3]).astype(float)
        found = remembered(moments(np.array([peak_end(row.tolist()).value for row in drawn]), drawn.mean(axis=1)), 5)
        assert found.direction is side
        assert found.verdict is Verdict.ROUTINE


def test_no_difference_is_routine_and_few_are_not_told() -> None:
    values = np.array([3.0, 4.0, 5.0, 6.0, 2.0, 4.5])
    alike = remembered(moments(values, values), fewest=5)
    assert (alike.verdict, alike.apart.value) == (Verdict.ROUTINE, 0)
    few = remembered(moments(values, values), fewest=7)
    assert few.verdict is Verdict.TOO_FEW
    assert few.apart.value is few.mean.value is few.peak_end.value is None
    nobody = remembered(MomentSums(NOTHING, NOTHING, NOTHING), fewest=5)
    assert nobody.verdict is Verdict.TOO_FEW
    assert nobody.mean.value is None
