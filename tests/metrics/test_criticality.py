"""The weight of a touchpoint: Pearson's r with Fisher's interval, against R's cor.test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.criticality import ALIKE, UNBOUNDED, Moments, correlation, weights

SPEED = [4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17,
         17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25]  # fmt: skip
DIST = [2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32, 40,
        32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85]  # fmt: skip
"""R's data set `cars` (Ezekiel 1930, *Methods of Correlation Analysis*)."""

points = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=60)


def moments(x: object, y: object) -> Moments:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return Moments(len(a), a.sum(), b.sum(), (a * a).sum(), (b * b).sum(), (a * b).sum())


def test_cars_as_r_cor_test() -> None:
    """R: cor.test(cars$speed, cars$dist): 0.8068949, 95 percent 0.6816422 to 0.8862036."""
    found = correlation(moments(SPEED, DIST))
    assert found.value == pytest.approx(0.8068949, abs=5e-8)
    assert (found.lower, found.upper) == (pytest.approx(0.6816422, abs=5e-8), pytest.approx(0.8862036, abs=5e-8))
    assert found.n == 50


@given(points)
def test_r_is_scipys_wherever_there_is_one(pairs: list[tuple[float, float]]) -> None:
    x, y = np.round(np.array(pairs).T, 3)
    found = correlation(moments(x, y))
    if np.ptp(x) < 0.01 or np.ptp(y) < 0.01:
        return
    assert found.value == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-6)
    if found.lower is not None and found.upper is not None:
        assert -1 <= found.lower <= found.value <= found.upper <= 1


@given(points)
def test_it_is_symmetric(pairs: list[tuple[float, float]]) -> None:
    x, y = np.array(pairs).T
    first, second = correlation(moments(x, y)), correlation(moments(y, x))
    assert (first.value is None) == (second.value is None)
    assert first.value == pytest.approx(second.value)


def test_no_value_without_customers_or_where_one_side_is_all_alike() -> None:
    assert correlation(Moments(0, 0, 0, 0, 0, 0)).value is None
    assert correlation(moments([1], [0.5])).value is None
    alike = correlation(moments([0.3] * 50, np.linspace(-1, 1, 50)))
    assert (alike.value, alike.n, alike.method) == (None, 50, ALIKE)


def test_three_customers_and_a_perfect_line_have_no_interval() -> None:
    for found in (correlation(moments([0, 1, 0.5], [0, 0.3, 0.9])), correlation(moments(range(9), range(9)))):
        assert found.value is not None
        assert found.lower is None
        assert found.method == UNBOUNDED


def test_below_the_fewest_only_n_is_told() -> None:
    found = weights({"sales": moments(SPEED, DIST), "email": moments(SPEED[:29], DIST[:29])}, 30)
    assert found["sales"].value is not None
    assert (found["email"].value, found["email"].n) == (None, 29)
