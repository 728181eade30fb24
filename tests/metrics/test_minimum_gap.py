"""The gap to a level, and p by turning the interval round: against R, scipy and METHODS §2."""

from __future__ import annotations

from datetime import date
from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.metric import Metric, MetricKind
from metrics.minimum_gap import Level, gap_to, origin_of, p_value
from tests.metrics.sample import EVERY_KIND, NPS, ON_TIME, STARS, net, share, sums_of

SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
"""R's data set `sleep` (Student 1908, doi:10.2307/2331554)."""
HOURS = Metric("hours", "Hours", MetricKind.MEAN, (-10, 10))
JULY = date(2026, 7, 1)


def stated(metric: Metric, scores: list[float]) -> Level:
    sums = sums_of(metric, scores)
    assert sums.mean is not None
    return Level(sums.mean + metric.centre, sums, JULY)


def test_two_means_as_r_t_test() -> None:
    """R: t.test(extra ~ group, sleep): p 0.07939, 95 percent −3.3654832 to 0.2054832."""
    ours, level = sums_of(HOURS, SLEEP[0]), stated(HOURS, SLEEP[1])
    gap = gap_to(HOURS, ours, level)
    assert (gap.lower, gap.upper) == (pytest.approx(-3.3654832, abs=5e-8), pytest.approx(0.2054832, abs=5e-8))
    assert p_value(HOURS, ours, level) == pytest.approx(0.07939, abs=5e-6)


def test_a_mean_against_a_fixed_level_is_students_test() -> None:
    expected = stats.ttest_1samp(SLEEP[1], 0.5).pvalue
    assert p_value(HOURS, sums_of(HOURS, SLEEP[1]), Level(0.5)) == pytest.approx(expected, rel=1e-7)


def test_a_share_against_a_fixed_level_is_the_score_test() -> None:
    """Wilson's interval is the inversion of z = (p − p₀)/√(p₀(1 − p₀)/n)."""
    z = (81 / 263 - 0.25) / sqrt(0.25 * 0.75 / 263)
    expected = 2 * NormalDist().cdf(-abs(z))
    assert p_value(ON_TIME, share(81, 263), Level(25.0)) == pytest.approx(expected, rel=1e-7)


def test_two_nets_as_methods() -> None:
    """METHODS §2: 20/0/10 against 12/0/18, adjusted 48.48 ± 23.25, z 2.085, p .0371."""
    theirs = net(12, 0, 18)
    level = Level(-20.0, theirs, JULY)
    assert p_value(NPS, net(20, 0, 10), level) == pytest.approx(0.0371, abs=5e-5)


def test_alike_answers_are_no_certainty_but_do_tell() -> None:
    """Forty times 1 against a minimum of 4: Wilson's share of the unseen, z²/(n + z²), is far from three quarters."""
    found = p_value(STARS, sums_of(STARS, [1.0] * 40), Level(4.0))
    assert found is not None
    assert found < 1e-6


def test_without_an_interval_there_is_no_p() -> None:
    for ours, level in (
        (net(1, 0, 0), Level(15.0)),
        (net(0, 0, 0), Level(15.0)),
        (net(9, 1, 2), Level(15, None, JULY)),
    ):
        assert p_value(NPS, ours, level) is None
    assert gap_to(NPS, net(9, 1, 2), Level(15.0, None, JULY)).value == pytest.approx(100 * 7 / 12 - 15)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Metric, list[float], Level]:
    metric = draw(st.sampled_from(EVERY_KIND))
    low, high = metric.scale
    scores = st.lists(st.integers(int(low), int(high)).map(float), min_size=2, max_size=40)
    fixed = st.floats(*metric.bounds).map(Level)
    return metric, draw(scores), draw(st.one_of(fixed, scores.map(lambda given: stated(metric, given))))


@given(asked())
def test_p_is_below_five_per_cent_exactly_when_the_interval_leaves_zero_out(
    given_: tuple[Metric, list[float], Level],
) -> None:
    metric, scores, level = given_
    ours = sums_of(metric, scores)
    gap, p = gap_to(metric, ours, level), p_value(metric, ours, level)
    assert p is not None and gap.lower is not None and gap.upper is not None
    if min(abs(gap.lower), abs(gap.upper)) > 1e-9:
        assert (p < 0.05) == (not gap.lower <= 0 <= gap.upper)


@given(asked(), st.integers(2, 6))
def test_more_of_the_same_answers_never_make_it_less_sure(
    given_: tuple[Metric, list[float], Level], times: int
) -> None:
    """For means and shares against a fixed level; adjusted nets pull towards 0 and may cross the level."""
    metric, scores, level = given_
    if metric.kind in (MetricKind.NPS, MetricKind.NET) or not level.fixed or np.ptp(scores) == 0:
        return
    once, often = (p_value(metric, sums_of(metric, scores * k), level) for k in (1, times))
    assert once is not None and often is not None
    assert often <= once + 1e-9


def test_origins_in_words() -> None:
    levels = [Level(30, net(3, 0, 1), JULY, own=True), Level(31, net(5, 0, 1), JULY, own=True)]
    assert origin_of(levels, "for each touchpoint") == "stated by customers for each touchpoint, n 4 to 6, Jul 2026"
    assert Level(15.0).origin == "set in the configuration"
    assert Level(15.0, None, JULY, notes=("not by region: figure for all",)).origin == (
        "stated by customers for all, n not stated, Jul 2026, not by region: figure for all"
    )
    assert origin_of([levels[0], Level(15.0)]).endswith("Jul 2026; set in the configuration")
