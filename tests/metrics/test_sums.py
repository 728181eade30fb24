from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.sums import NOTHING, Sums, SumsTable
from tests.metrics.sample import EVERY_KIND, STARS, sums_of

scores = st.lists(st.integers(1, 5), max_size=40)


def table() -> SumsTable:
    n = np.arange(1, 25).reshape(2, 3, 4)
    labels = (("2026-11-09", "2026-11-16"), ("Use", "Buy", "Help"), ("North", "South", "East", "West"))
    return SumsTable(("week", "stage", "region"), labels, n, n * 2.0, n * 5.0)


def test_none_and_one_response() -> None:
    assert NOTHING.mean is None
    assert NOTHING.variance is None
    assert Sums(1, 2.0, 4.0).mean == 2
    assert Sums(1, 2.0, 4.0).variance is None


@given(st.lists(st.integers(1, 5), min_size=2, max_size=60))
def test_mean_and_variance_are_numpys(given_scores: list[int]) -> None:
    sums = sums_of(STARS, given_scores)
    assert (sums.mean or 0) + STARS.centre == pytest.approx(np.mean(given_scores))
    assert sums.variance == pytest.approx(np.var(given_scores, ddof=1), abs=1e-12)


def test_variance_is_never_below_nought() -> None:
    n = 100_001
    squares = float(np.cumsum(np.full(n, 0.1 * 0.1))[-1])
    assert (Sums(n, float(np.cumsum(np.full(n, 0.1))[-1]), squares).variance or 0) >= 0


@given(st.sampled_from(EVERY_KIND), st.data())
def test_sums_of_parts_add_up_to_the_whole(metric, data: st.DataObject) -> None:
    """METHODS §1: a week's value is computed from the week's sums, whatever the parts."""
    score = st.integers(*map(int, metric.scale))
    parts = data.draw(st.lists(st.lists(score, max_size=10), max_size=6))
    added = sum((sums_of(metric, part) for part in parts), start=NOTHING)
    assert added == sums_of(metric, [score for part in parts for score in part])


@given(scores, scores, scores)
def test_addition_has_no_order_and_a_nought(a: list[int], b: list[int], c: list[int]) -> None:
    first, second, third = (sums_of(STARS, part) for part in (a, b, c))
    assert first + second == second + first
    assert (first + second) + third == first + (second + third)
    assert first + NOTHING == first


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=12))
def test_a_weight_is_a_repetition(weighted: list[tuple[int, int]]) -> None:
    """Counting a response k times is adding its sums k times; the mean is numpy's weighted one."""
    repeated = [score for score, times in weighted for _ in range(times)]
    added = sum((sums_of(STARS, [score]) for score, times in weighted for _ in range(times)), start=NOTHING)
    assert added == sums_of(STARS, repeated)
    values, weights = zip(*weighted, strict=True)
    assert (added.mean or 0) + STARS.centre == pytest.approx(np.average(values, weights=weights))


def test_a_mean_of_daily_means_is_not_the_weeks_value() -> None:
    """Why sums are kept: one answer of 1 on Monday, nine of 5 on Tuesday: 4.6, not 3."""
    monday, tuesday = sums_of(STARS, [1]), sums_of(STARS, [5] * 9)
    assert ((monday + tuesday).mean or 0) + STARS.centre == pytest.approx(4.6)


@pytest.mark.parametrize("axis", ["week", "stage", "region"])
def test_any_breakdown_adds_up_to_the_whole(axis: str) -> None:
    assert table().over(axis).whole() == table().whole()
    assert axis not in table().over(axis).axes


def test_over_sums_along_the_named_axis() -> None:
    by_week = table().over("region").over("stage")
    assert by_week.axes == ("week",)
    assert by_week.labels == (("2026-11-09", "2026-11-16"),)
    assert by_week.at(0) == Sums(78, 156.0, 390.0)
    assert by_week.at(1) == Sums(222, 444.0, 1110.0)


def test_only_keeps_a_run_of_places_without_copying() -> None:
    full = table()
    last = full.only("stage", slice(1, 3))
    assert last.labels[1] == ("Buy", "Help")
    assert last.at(0, 0, 0) == full.at(0, 1, 0)
    assert last.whole() + full.only("stage", slice(0, 1)).whole() == full.whole()
    assert np.shares_memory(last.n, full.n)


def test_an_axis_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="no axis 'product' in this table; it has: week, stage, region"):
        table().over("product")
