from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.metric import Better, Metric
from tests.metrics.sample import CSAT, EVERY_KIND, NET, NPS, ON_TIME, STARS, sums_of


def values(metric: Metric, scores: list[float]) -> list[float]:
    return metric.values(np.array(scores, dtype=float)).tolist()


@pytest.mark.parametrize(
    ("metric", "scores", "expected"),
    [
        (NPS, range(11), [-100] * 7 + [0, 0, 100, 100]),
        (NET, range(1, 8), [-100] * 3 + [0, 0, 100, 100]),
        (CSAT, range(1, 6), [0, 0, 0, 100, 100]),
        (ON_TIME, [0, 1], [0, 100]),
        (STARS, range(1, 6), [1, 2, 3, 4, 5]),
    ],
    ids=["NPS, Reichheld 2003", "net, Temkin", "top box from 4", "rate", "mean"],
)
def test_value_of_every_score(metric: Metric, scores, expected) -> None:
    """METHODS §1."""
    assert values(metric, list(scores)) == list(expected)


@pytest.mark.parametrize("metric", EVERY_KIND, ids=lambda m: m.id)
def test_a_score_not_given_has_no_value(metric: Metric) -> None:
    found = metric.values(np.array([[np.nan, metric.scale[1]]]))
    assert found.shape == (1, 2)
    assert np.isnan(found[0, 0])
    assert found[0, 1] == metric.bounds[1]


def test_top_box_without_threshold_counts_full_marks_only() -> None:
    assert values(replace(CSAT, threshold=None), [4, 5]) == [0, 100]


def test_values_do_not_change_the_scores_they_are_made_of() -> None:
    scores = np.array([1.0, 5.0])
    STARS.values(scores)[0] = 99
    assert scores.tolist() == [1, 5]


@pytest.mark.parametrize(
    ("metric", "bounds", "unit", "centre"),
    [
        (NPS, (-100, 100), "points", 0),
        (NET, (-100, 100), "points", 0),
        (CSAT, (0, 100), "%", 0),
        (ON_TIME, (0, 100), "%", 0),
        (STARS, (1, 5), "", 3),
    ],
    ids=lambda x: getattr(x, "id", None),
)
def test_bounds_unit_and_centre(metric: Metric, bounds: tuple[float, float], unit: str, centre: float) -> None:
    assert (metric.bounds, metric.unit, metric.centre) == (bounds, unit, centre)


@given(st.sampled_from(EVERY_KIND), st.data())
def test_every_value_lies_within_bounds_and_follows_the_score(metric: Metric, data: st.DataObject) -> None:
    score, other = (data.draw(st.floats(*metric.scale)) for _ in range(2))
    low, high = metric.bounds
    first, second = values(metric, [score, other])
    assert low <= first <= high
    assert (first <= second) or score > other


@given(st.lists(st.integers(0, 10), min_size=1, max_size=50))
def test_promoters_and_detractors_follow_from_the_sums(scores: list[int]) -> None:
    """METHODS §1: Σv = 100(P − D), Σv² = 100²(P + D)."""
    promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
    sums = sums_of(NPS, scores)
    assert sums.total == 100 * (promoters - detractors)
    assert sums.squares == 100**2 * (promoters + detractors)


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (NPS, 31.4, "31"),
        (NPS, -8.6, "−9"),
        (NPS, -0.2, "0"),
        (CSAT, 81.7, "82\u202f%"),
        (STARS, 4.284, "4.28"),
        (replace(STARS, scale=(0, 10)), 8.25, "8.2"),
        (NPS, None, "–"),
    ],
)
def test_a_value_as_printed(metric: Metric, value: float | None, text: str) -> None:
    assert metric.text(value) == text


@pytest.mark.parametrize(
    ("metric", "change", "text"),
    [
        (NPS, 4.2, "+4"),
        (NPS, -9.0, "−9"),
        (NPS, -0.3, "±0"),
        (CSAT, 1.0, "+1"),
        (STARS, -0.004, "±0"),
        (STARS, 0.126, "+0.13"),
        (NPS, None, "–"),
    ],
)
def test_a_change_as_printed(metric: Metric, change: float | None, text: str) -> None:
    assert metric.text_change(change) == text


def test_a_change_with_decimals_of_its_own() -> None:
    assert NPS.text_change(-0.34, decimals=1) == "−0.3"


@pytest.mark.parametrize(
    ("better", "change", "improves"),
    [
        (Better.HIGHER, 1, True),
        (Better.HIGHER, -1, False),
        (Better.LOWER, -1, True),
        (Better.LOWER, 1, False),
        (Better.HIGHER, 0, False),
        (Better.LOWER, 0, False),
    ],
)
def test_which_way_is_better(better: Better, change: float, improves: bool) -> None:
    assert replace(NPS, better=better).improves(change) is improves
