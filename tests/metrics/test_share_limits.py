from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.share_limits import laney_p_prime, p_chart

COUNTS = [40, 44, 22, 34, 24, 32, 28, 32, 34, 30]
"""METHODS §3: ten samples of 200."""


def test_p_chart_by_the_published_example() -> None:
    """METHODS §3: n = 200: centre .16, limits .2378 and .0822."""
    chart = p_chart(COUNTS, [200] * 10)
    assert chart.centre == pytest.approx(0.16)
    assert chart.upper == pytest.approx([0.2378] * 10, abs=0.00005)
    assert chart.lower == pytest.approx([0.0822] * 10, abs=0.00005)


def test_p_chart_limits_follow_each_n() -> None:
    chart = p_chart([50, 5] * 5, [500, 50] * 5)
    assert chart.upper[0] - 0.1 == pytest.approx(3 * np.sqrt(0.09 / 500))
    assert chart.upper[1] - 0.1 == pytest.approx(3 * np.sqrt(0.09 / 50))
    assert chart.lower[1] == 0


def test_p_prime_by_hand() -> None:
    """Laney 2002, with equal n: zᵢ are the shares over one σ, so the limits are those of an XmR chart of the shares,
    p̄ ± 3·mR̄/1.128: here moving ranges 4, 22, 12, 10, 8, 4, 4, 2, 4 of 200, mean 70/9."""
    chart = laney_p_prime(COUNTS, [200] * 10)
    reach = 3 * (70 / 9 / 200) / 1.128
    assert chart.upper == pytest.approx([0.16 + reach] * 10)
    assert chart.lower == pytest.approx([0.16 - reach] * 10)


def test_with_large_n_everything_signals_on_p_and_not_on_p_prime() -> None:
    """METHODS §3: 20,000 responses a week whose true share moves by 2 points (numpy, seed 3)."""
    random = np.random.default_rng(3)
    n = np.full(60, 20_000)
    counts = random.binomial(n, random.normal(0.6, 0.02, 60))
    shares = counts / n
    plain, prime = p_chart(counts, n), laney_p_prime(counts, n)
    assert np.mean((shares > plain.upper) | (shares < plain.lower)) > 0.4
    assert np.mean((shares > prime.upper) | (shares < prime.lower)) < 0.05
    assert prime.over_dispersion > 4


def test_p_prime_of_mere_chance_is_nearly_the_p_chart() -> None:
    counts = np.random.default_rng(5).binomial(300, 0.4, 2000)
    assert laney_p_prime(counts, np.full(2000, 300)).over_dispersion == pytest.approx(1, abs=0.05)


def test_no_limits_below_six_periods_and_in_periods_without_responses() -> None:
    few = p_chart([1, 2, 3, 0, 4, 5], [10, 10, 10, 0, 10, 10])
    assert few.centre == pytest.approx(0.3)
    assert np.isnan(few.upper).all()
    assert np.isnan(laney_p_prime([1] * 5, [10] * 5).upper).all()
    chart = laney_p_prime([1, 2, 3, 0, 4, 5, 2], [10, 10, 10, 0, 10, 10, 10])
    assert np.isnan(chart.upper).tolist() == [False] * 3 + [True] + [False] * 3
    assert np.isnan(p_chart([], []).centre)


@pytest.mark.parametrize("chart", [p_chart, laney_p_prime])
def test_a_share_of_none_or_all_has_limits_on_itself(chart) -> None:
    assert chart([0] * 8, [50] * 8).upper == pytest.approx([0] * 8)
    assert chart([50] * 8, [50] * 8).lower == pytest.approx([1] * 8)


@pytest.mark.parametrize("chart", [p_chart, laney_p_prime])
def test_impossible_counts_are_refused(chart) -> None:
    with pytest.raises(ValueError, match="period 1 counts 11 of 10"):
        chart([1, 11], [10, 10])
    with pytest.raises(ValueError, match="give one of each"):
        chart([1, 2], [10])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=6, max_size=30))
def test_limits_lie_inside_nought_and_one_around_the_centre(drawn: list[tuple[int, int]]) -> None:
    counts, ns = zip(*drawn, strict=True)
    for chart in (p_chart(counts, ns), laney_p_prime(counts, ns)):
        assert (chart.lower >= 0).all()
        assert (chart.upper <= 1).all()
        assert (chart.lower <= chart.centre + 1e-12).all()
        assert (chart.upper >= chart.centre - 1e-12).all()
