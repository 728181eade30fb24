"""Pearson's r with pairwise deletion, against pandas' DataFrame.corr and scipy, far from zero too; Fisher's interval
against R's cor.test (see also test_criticality.py)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.correlation import ALIKE, PEARSON, UNBOUNDED, correlations, fisher

OFFSETS = (0.0, 1.0, 1e4, 1e8)


def ratings(seed: int, rows: int, columns: int) -> np.ndarray:
    """Ratings 1-7 that share one factor, with 5-38 % missing."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(rows, 1))
    values = np.clip(np.round(4 + factor + rng.normal(size=(rows, columns))), 1, 7)
    values[rng.random((rows, columns)) < np.linspace(0.05, 0.38, columns)] = np.nan
    return values


def by_pandas(values: np.ndarray) -> np.ndarray:
    return pd.DataFrame(values).corr().to_numpy()


@pytest.mark.parametrize("offset", OFFSETS)
def test_r_is_pandas_with_missing_values_wherever_zero_is(offset: float) -> None:
    """An offset changes no correlation; at 1e8 pandas itself is only asked without it (its running mean loses eight
    digits there: -0.49999999162 for -0.5)."""
    values = ratings(1, 3_000, 8)
    found = correlations(values + offset)
    assert found.r == pytest.approx(by_pandas(values), abs=1e-9)
    known = ~np.isnan(values)
    assert (found.n == known.T.astype(int) @ known).all()


@pytest.mark.parametrize("offset", [1e4, 1e8])
def test_rows_of_a_pair_far_from_the_columns_own_mean(offset: float) -> None:
    """Half of the first column lies around the offset, the other half around zero; the second column answers only the
    first half: centring at the column's mean alone would leave a few digits, or none."""
    rng = np.random.default_rng(2)
    x = np.concatenate([offset + rng.normal(size=500), rng.normal(size=500)])
    y = np.concatenate([rng.normal(size=500) + (x[:500] - offset), np.full(500, np.nan)])
    found = correlations(np.column_stack([x, y]))
    assert found.n[0, 1] == 500
    assert found.r[0, 1] == pytest.approx(stats.pearsonr(x[:500] - offset, y[:500]).statistic, abs=1e-7)


numbers = st.one_of(st.just(np.nan), st.integers(-5, 5).map(float), st.floats(-1e3, 1e3).map(lambda x: round(x, 2)))


@settings(max_examples=150)
@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=30), st.sampled_from(OFFSETS))
def test_any_table_is_pandas(rows: list[tuple[float, float, float]], offset: float) -> None:
    values = np.array(rows, dtype=float).reshape(-1, 3) + offset
    found = correlations(values)
    expected = by_pandas(values - offset)  # exact: what adding the offset left of the digits
    for i in range(3):
        for j in range(3):
            both = values[~np.isnan(values[:, i]) & ~np.isnan(values[:, j])][:, [i, j]]
            assert found.n[i, j] == len(both)
            if len(both) < 2 or (np.ptp(both, axis=0) == 0).any():
                assert np.isnan(found.r[i, j]), "no rows, one row or a constant"
            elif (np.ptp(both, axis=0) > 1e-3).all():  # less is what adding 1e8 leaves of a hundredth
                assert found.r[i, j] == pytest.approx(expected[i, j], abs=1e-9)
                assert found.r[i, j] == found.r[j, i]


@pytest.mark.parametrize("rows", [0, 1])
def test_no_rows_and_one_row(rows: int) -> None:
    found = correlations(np.ones((rows, 2)))
    assert np.isnan(found.r).all()
    assert (found.n == rows).all()
    assert found.estimate(0, 1).value is None
    assert found.estimate(0, 1).n == rows


def test_a_constant_column_has_no_correlation_whatever_the_constant() -> None:
    values = np.column_stack([np.full(200, 0.1), np.arange(200.0), np.full(200, 1e8 + 0.1)])
    found = correlations(values)
    assert np.isnan(found.r[0]).all()
    assert np.isnan(found.r[2]).all()
    assert found.estimate(0, 1) == fisher(float("nan"), 200)
    assert found.estimate(0, 1).method == ALIKE


def test_fishers_interval() -> None:
    """R: cor.test on n = 50 with r = 0.8068949 (data set cars): 0.6816422 to 0.8862036."""
    found = fisher(0.8068949, 50)
    assert (found.lower, found.upper) == (pytest.approx(0.6816422, abs=1e-6), pytest.approx(0.8862036, abs=1e-6))
    assert (found.n, found.method) == (50, PEARSON)
    assert fisher(1.0, 50).method == fisher(0.5, 3).method == UNBOUNDED
    assert fisher(0.0, 0).value is None


def test_the_interval_of_a_sample_holds_the_r_of_all_rows() -> None:
    """Coverage: of 200 samples of 400 rows about 95 % have an interval around the r of all 20,000."""
    everything = ratings(3, 20_000, 2)
    truth = correlations(everything).r[0, 1]
    rng = np.random.default_rng(4)
    found = [correlations(everything[rng.choice(20_000, 400, replace=False)]).estimate(0, 1) for _ in range(200)]
    covered = sum(one.lower is not None and one.upper is not None and one.lower <= truth <= one.upper for one in found)
    assert 181 <= covered <= 199, "binomial, 4 standard deviations around 190"
