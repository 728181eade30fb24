"""Bands of every kind of metric: each score of a scale is in exactly one, and they agree with the metric's values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.bands import band, band_of, bands
from metrics.metric import Metric, MetricKind

METRICS = (
    Metric("nps", "NPS", MetricKind.NPS, (0, 10)),
    Metric("ease", "Ease", MetricKind.NET, (1, 7)),
    Metric("csat", "CSAT", MetricKind.TOP_BOX, (1, 5), threshold=4),
    Metric("done", "Done", MetricKind.RATE, (0, 1)),
    Metric("stars", "Stars", MetricKind.MEAN, (1, 5)),
)


@given(st.sampled_from(METRICS), st.floats(0, 1))
def test_a_score_is_in_one_band(metric: Metric, share: float) -> None:
    low, high = metric.scale
    score = min(max(low + share * (high - low), low), high)
    assert sum(found.holds(score) for found in bands(metric)) == 1
    assert band_of(metric, score).holds(score)


@pytest.mark.parametrize("metric", METRICS[:4])
def test_bands_are_the_values_of_the_metric(metric: Metric) -> None:
    low, high = metric.scale
    for score in np.arange(low, high + 1):
        place = [found.id for found in bands(metric)].index(band_of(metric, float(score)).id)
        assert metric.values(np.array([float(score)]))[0] == np.linspace(*metric.bounds, len(bands(metric)))[place]


def test_names_and_cut_points() -> None:
    nps, stars = METRICS[0], METRICS[4]
    assert [band_of(nps, s).id for s in (0, 6, 7, 8, 9, 10)] == ["detractors"] * 2 + ["passives"] * 2 + [
        "promoters"
    ] * 2
    assert [band_of(stars, s).id for s in (1, 2, 3, 4, 5)] == ["low", "low", "middle", "high", "high"]
    assert band(METRICS[2], "not_satisfied").label == "Not satisfied"
    with pytest.raises(KeyError, match="detractors, passives, promoters"):
        band(nps, "fans")
    with pytest.raises(ValueError, match="off the scale"):
        band_of(nps, 11)
