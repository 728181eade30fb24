"""Funnel limits (Spiegelhalter 2005, doi:10.1002/sim.1970): published intervals, closed forms and laws."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Direction, Verdict
from metrics.funnel import ACTION, WARNING, Funnel, funnel, over_dispersion
from metrics.metric import Better, Metric, MetricKind
from metrics.sums import Sums

KEPT = Metric("kept", "Kept", MetricKind.RATE, (0, 1))
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))


def share(yes: int, n: int) -> Sums:
    return Sums(n, 100.0 * yes, 1e4 * yes)


def plain(overall: float, spread: float, phi: float = 1.0) -> Funnel:
    return Funnel(overall, spread, phi, False, (), (0.0, 100.0))


@pytest.mark.parametrize(
    ("yes", "n", "target"), [(81, 263, 0.2553), (81, 263, 0.3662), (15, 148, 0.0624), (15, 148, 0.1605)]
)
def test_a_published_wilson_limit_lies_on_the_95_per_cent_line(yes, n, target):
    """Newcombe 1998, table I, method 3: a unit touches the limits around θ exactly when θ is an end of its Wilson
    interval: |p − θ| = z·√(θ(1 − θ)/n)."""
    low, high = plain(100 * target, 100 * sqrt(target * (1 - target))).limits(n, WARNING)
    assert min(abs(100 * yes / n - low), abs(100 * yes / n - high)) < 0.02


def test_closed_form_of_shares_and_means():
    found = funnel(KEPT, [("A", share(60, 100)), ("B", share(240, 300))])
    assert found.overall == pytest.approx(75)
    assert found.limits(100) == pytest.approx((75 - ACTION * sqrt(75 * 25 / 100), 75 + ACTION * sqrt(75 * 25 / 100)))
    assert [unit.z for unit in found.units] == pytest.approx([-15 / sqrt(18.75), 5 / sqrt(6.25)])
    assert [(unit.verdict, unit.direction) for unit in found.units] == [
        (Verdict.SIGNAL, Direction.CONCERN), (Verdict.ROUTINE, Direction.NONE),
    ]  # fmt: skip
    stars = [np.array([1.0, 3.0, 5.0, 4.0]), np.array([2.0, 2.0, 3.0])]
    units = [(str(i), Sums(v.size, float((v - 3).sum()), float(((v - 3) ** 2).sum()))) for i, v in enumerate(stars)]
    pooled = sqrt((np.var(stars[0], ddof=1) * 3 + np.var(stars[1], ddof=1) * 2) / 5)
    assert funnel(STARS, units).spread == pytest.approx(pooled)
    assert funnel(STARS, units).overall == pytest.approx(np.concatenate(stars).mean())


def test_phi_is_the_mean_square_of_winsorised_scores():
    z = np.array([-9.0, *([-1.5, 1.5] * 9), 30.0])
    low, high = np.quantile(z, [0.1, 0.9])
    assert over_dispersion(z) == pytest.approx(np.mean(np.clip(z, low, high) ** 2)) and over_dispersion(z) < 3
    assert over_dispersion(np.zeros(12)) == 1.0, "never narrower than sampling"


def test_a_small_unit_is_not_called_worst_by_chance_and_few_units_allow_for_nothing():
    units = [("small", share(4, 10)), *((f"u{i}", share(1_400 + i, 2_000)) for i in range(6))]
    found = funnel(KEPT, units)
    assert not found.outside and not found.estimated and found.phi == 1
    spread = [(f"u{i}", share(1_400 + 120 * (-1) ** i, 2_000)) for i in range(12)]
    wide = funnel(KEPT, spread)
    assert wide.estimated and wide.phi > 10 and not wide.outside, "all units differ: that is what is usual here"


def test_lower_is_better_turns_the_direction():
    waits = Metric("waits", "Waits", MetricKind.RATE, (0, 1), better=Better.LOWER)
    (worst, *_) = funnel(waits, [("A", share(90, 100)), ("B", share(200, 400))]).outside
    assert (worst.name, worst.direction) == ("A", Direction.CONCERN)


def test_nothing_to_compare():
    assert funnel(KEPT, []) is None and funnel(KEPT, [("A", share(3, 9))]) is None
    assert funnel(KEPT, [("A", share(9, 9)), ("B", share(8, 8))]) is None, "no answer differs from another"
    assert funnel(KEPT, [("A", share(3, 9)), ("none", share(0, 0))]) is None


@given(st.floats(0, 100), st.floats(0.1, 50), st.floats(1, 20), st.integers(1, 10_000), st.integers(1, 10_000))
def test_limits_shrink_with_n_and_hold_the_overall_value(overall, spread, phi, n, more):
    given_ = plain(overall, spread, phi)
    (low, high), (inner, outer) = given_.limits(n), given_.limits(n + more)
    assert low <= inner <= overall <= outer <= high
    warning = given_.limits(n, WARNING)
    assert low <= warning[0] and warning[1] <= high
