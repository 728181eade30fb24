from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.departure import RANGE_DF, baseline, degrees, departures, dispersion, two_point_tail, wander

BOUNDS = (np.array(-100.0), np.array(100.0))


def nets(rng: np.random.Generator, weeks: int, cells: int, n: int, shares=(0.2, 0.3, 0.5)):
    """Week × cell sums of net scores with detractor, passive and promoter shares."""
    low, _, high = np.moveaxis(rng.multinomial(n, shares, (weeks, cells)), -1, 0)
    return np.full((weeks, cells), n), 100.0 * (high - low), 1e4 * (high + low)


def test_sampling_noise_alone_is_found_as_often_as_promised_or_less():
    """p of a single window is uniform under multinomial sampling; the joint p is on the safe side."""
    tested = departures(*nets(np.random.default_rng(1), 61, 20_000, 200), BOUNDS)
    for level in (0.05, 0.01, 0.001):
        assert (tested.joint <= level).mean() <= level
    assert 0.02 <= (tested.p[0] <= 0.05).mean() <= 0.055


@pytest.mark.parametrize("shares", [(0.03, 0.0, 0.97), (0.1, 0.1, 0.8)])
def test_five_skewed_answers_a_week_give_no_crowd_of_signals(shares):
    """With plain normal tails, cells of five answers where nearly all agree signal a hundred times too often."""
    tested = departures(*nets(np.random.default_rng(2), 61, 20_000, 5, shares), BOUNDS)
    assert (tested.joint <= 0.001).mean() <= 0.001


def test_dispersion_is_laneys():
    """Laney 2002: σ of the z-scores by moving ranges; a second noise as large as sampling gives √2."""
    rng = np.random.default_rng(3)
    n, total, squares = nets(rng, 2000, 50, 400)
    se = np.sqrt(6100 / 400)  # P + D − (P − D)² = .7 − .09 in units of 100²
    phi, ranges = dispersion(n, total, squares, 0)
    assert phi.mean() == pytest.approx(1.0, abs=0.12)
    noisy, _ = dispersion(n, total + n * rng.normal(0, se, n.shape), squares, 0)
    assert noisy.mean() == pytest.approx(np.sqrt(2), rel=0.06)
    assert set(ranges) == {51}


def test_degrees_of_freedom_of_a_mean_moving_range():
    """Simulated: a χ²-like quantity with ν degrees of freedom has a coefficient of variation of 1/√(2ν) in σ̂."""
    steps = np.abs(np.diff(np.random.default_rng(4).normal(size=(52, 40_000)), axis=0)).mean(axis=0) / 1.128
    nu = 1 / (2 * (steps.std() / steps.mean()) ** 2)
    assert nu == pytest.approx(RANGE_DF * 51, rel=0.05)


@pytest.mark.parametrize(("hits", "n", "rate"), [(3, 5, 0.1), (7, 20, 0.2), (40, 100, 0.3)])
def test_two_point_tail_is_the_binomial_for_shares(hits, n, rate):
    """Authority: scipy.stats.binom; 100 marks for a hit, room up to 100."""
    tail = two_point_tail(
        np.array([100 * (hits / n - rate)]),
        np.array([1e4 * rate * (1 - rate)]),
        np.array([float(n)]),
        np.array([100 * (1 - rate)]),
    )
    assert tail[0] == pytest.approx(min(1, 2 * stats.binom.sf(hits - 1, n, rate)))


def test_change_and_windows_by_hand():
    """12 weeks of 10 answers at mean 0, then 3 at mean 60: the three windows' changes against what lies before."""
    n = np.full((15, 1), 10)
    means = np.where(np.arange(15)[:, None] < 12, 0.0, 60.0)
    tested = departures(n, n * means, n * (2500 + means**2), BOUNDS)
    assert tested.change[:, 0] == pytest.approx([60 - 120 / 14, 60, 180 / 8 - 0])
    variance = (150 * 2500 + 30 * 3600 - 1800**2 / 150) / 149
    assert tested.se[1, 0] == pytest.approx(tested.dispersion[0] * np.sqrt(variance * (1 / 30 + 1 / 120)))


def test_a_week_that_is_back_to_normal_is_no_signal():
    n = np.full((61, 2), 400)
    means = np.full((61, 2), 30.0) + np.random.default_rng(5).normal(0, 3.9, (61, 2))
    means[-3:] -= 25
    means[-1, 1] += 25
    tested = departures(n, n * means, n * (6100 + means**2), BOUNDS)
    assert tested.joint[0] < 1e-4
    assert tested.joint[1] > 0.1


@pytest.mark.parametrize("weeks", [1, 2, 6])
def test_too_short_a_past_is_not_tested(weeks):
    tested = departures(*nets(np.random.default_rng(6), weeks, 3, 50), BOUNDS)
    assert np.isnan(tested.joint).all()


def test_answers_that_are_all_alike_are_no_departure_and_a_fall_from_them_is():
    n, total = np.full((30, 2), 40), np.full((30, 2), 4000.0)
    total[-1, 1] = 2000.0
    tested = departures(n, total, total * 100, (np.array(0.0), np.array(100.0)))
    assert np.isnan(tested.joint[0])
    assert tested.joint[1] < 1e-6


def test_baseline_is_a_year_at_most_and_never_before_a_rebase():
    assert baseline(61, 8, 0) == slice(1, 53)
    assert baseline(100, 1, 0) == slice(47, 99)
    assert baseline(61, 3, 50) == slice(50, 58)
    assert baseline(5, 8, 0) == slice(0, 0)
    assert baseline(61, 8, 60) == slice(53, 53)


@settings(deadline=None)
@given(st.floats(0.1, 10), st.integers(1, 5))
def test_the_unit_does_not_matter(scale, seed):
    n, total, squares = nets(np.random.default_rng(seed), 30, 4, 30)
    one = departures(n, total, squares, BOUNDS)
    bounds = (BOUNDS[0] * scale, BOUNDS[1] * scale)
    other = departures(n, total * scale, squares * scale**2, bounds)
    assert other.p == pytest.approx(one.p, nan_ok=True, rel=1e-6)


def test_a_level_that_wanders_with_the_seasons_is_no_news():
    """Eight weeks at the season's low signal far less often when the baseline shows the same season a year ago."""
    n, total, squares = nets(np.random.default_rng(8), 61, 400, 400)
    season = 5 * np.sin(2 * np.pi * np.arange(61) / 20)[:, None]
    drift = departures(n, total + n * season, squares, BOUNDS)
    sums = [
        np.concatenate((np.zeros((1, 400)), np.cumsum(table, axis=0))) for table in (n, total + n * season, squares)
    ]
    assert wander(sums, baseline(61, 8, 0), 8).mean() > 2
    assert (drift.p[2] < 0.01).mean() < 0.05
    assert wander(sums, slice(40, 50), 8).tolist() == [1.0] * 400


def test_noise_of_sampling_has_a_normal_tail_and_other_noise_a_heavier_one():
    phi, ranges = np.array([1.0, 1.1, 1.5]), np.array([51, 51, 51])
    assert degrees(phi, ranges).tolist() == pytest.approx([1e6, 1e6, 0.62 * 51])
