"""What lateness costs: from sums by day, against least squares on the single answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.delays import CAP, FIRST_WEEK, delays, share_late, slope
from metrics.estimate import Verdict
from metrics.intervals import difference, estimate
from metrics.metric import Metric, MetricKind
from metrics.sums import NOTHING, Sums

STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))


def by_day(metric: Metric, days, values) -> dict[int, Sums]:
    off = np.asarray(values, dtype=float) - metric.centre
    return {
        int(day): Sums(int((days == day).sum()), float(off[days == day].sum()), float((off[days == day] ** 2).sum()))
        for day in np.unique(days)
    }


def least_squares(days, values) -> tuple[float, float]:
    """Slope and HC3 error on single answers by the matrices of the textbook: (X'X)⁻¹ X' diag(e²/(1 − h)²) X (X'X)⁻¹
    (Long & Ervin 2000, eq. 8)."""
    x = np.column_stack([np.ones(len(days)), days.astype(float)])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ values
    error, leverage = values - x @ beta, np.einsum("ij,jk,ik->i", x, inverse, x)
    middle = (x * (error / (1 - leverage))[:, None] ** 2).T @ x
    return float(beta[1]), float(np.sqrt((inverse @ middle @ inverse)[1, 1]))


def rows(seed: int, size: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    days = rng.integers(1, FIRST_WEEK + 1, size)
    stars = np.clip(np.round(4 - 0.35 * days + rng.normal(0, 0.4 + 0.1 * days)), 1, 5)
    return days, stars


@given(st.integers(0, 10_000), st.integers(12, 300))
@settings(max_examples=40, deadline=None)
def test_the_slope_and_its_error_are_those_of_the_single_answers(seed, size):
    days, stars = rows(seed, size)
    if len(np.unique(days)) < 3 or np.bincount(days)[1:].min(initial=9) < 1:
        return
    found, line = slope(by_day(STARS, days, stars), STARS)
    b, error = least_squares(days, stars)
    assert found.value == pytest.approx(b, abs=1e-9) and found.n == size
    reach = stats.t.ppf(0.975, size - 2) * error
    assert found.half_width == pytest.approx(reach, rel=1e-6, abs=1e-9)
    for day, value in line:
        assert 1 <= value <= 5 and value == pytest.approx(stars.mean() + b * (day - days.mean()), abs=1e-9)


def test_the_interval_of_the_slope_covers_the_truth_though_the_spread_grows():
    """A planted −0.3 a day with a spread that grows with the day: 95 % of 400 intervals hold it, give or take three
    standard errors of the count."""
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        days = rng.integers(1, 8, 120)
        values = 3.9 - 0.3 * days + rng.normal(0, 0.1 * days)
        found, _ = slope(by_day(STARS, days, values), STARS)
        held += found.lower <= -0.3 <= found.upper
    assert abs(held / 400 - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


def test_a_slope_needs_three_answers_on_two_days():
    assert slope({}, STARS)[0].value is None
    assert slope({3: Sums(50, 1.0, 9.0)}, STARS)[0].value is None
    assert slope({1: Sums(1, 0.0, 0.0), 2: Sums(1, 1.0, 1.0)}, STARS)[0].value is None


def test_one_answer_that_holds_the_line_alone_gives_no_interval():
    found, _ = slope({1: Sums(20, 10.0, 30.0), 5: Sums(1, -1.0, 1.0)}, STARS)
    assert found.value == pytest.approx((-1.0 - 0.5) / 4) and found.lower is None


def test_late_begins_the_day_after_the_promised_one():
    given = {-2: Sums(50, 50.0, 60.0), 0: Sums(30, 20.0, 40.0), 1: Sums(20, -10.0, 30.0), 9: Sums(25, -30.0, 50.0)}
    found = delays(STARS, given, 5)
    in_time, late = given[-2] + given[0], given[1] + given[9]
    assert found.in_time == estimate(STARS, in_time) and found.late == estimate(STARS, late)
    assert found.step == difference(STARS, late, in_time)
    assert found.share_late.value == pytest.approx(100 * 45 / 125) and found.n == 125
    assert found.later == estimate(STARS, given[9])


def test_share_late_is_wilson_s():
    """936 of 14,518 (Olist by calendar day), against scipy's Wilson interval."""
    found = share_late(936, 14_518)
    truth = stats.binomtest(936, 14_518).proportion_ci(method="wilson")
    assert found.value == pytest.approx(100 * 936 / 14_518)
    assert (found.lower, found.upper) == (pytest.approx(100 * truth.low), pytest.approx(100 * truth.high))
    assert share_late(0, 0).value is None


def test_days_with_too_few_answers_are_hidden_and_do_not_follow_from_the_totals():
    given = {0: Sums(40, 9.0, 30.0), -1: Sums(3, 1.0, 2.0), -2: Sums(9, 2.0, 5.0), 1: Sums(30, 1.0, 9.0)}
    shown = {day: each.value is not None for day, each in delays(STARS, given, 5).days}
    assert shown == {-2: False, -1: False, 0: True, 1: True}


def test_what_came_later_does_not_give_away_a_first_week_of_a_few():
    given = {0: Sums(40, 9.0, 30.0), 2: Sums(3, 1.0, 2.0), 12: Sums(30, 1.0, 9.0)}
    found = delays(STARS, given, 5)
    assert found.late.value is not None and found.later.value is None


@given(st.dictionaries(st.integers(1, CAP), st.integers(1, 12), min_size=1), st.integers(2, 9))
def test_no_few_days_follow_from_the_late_the_first_week_or_what_came_later(counts, fewest):
    """Beside every shown total, what its hidden days come to together is nothing or at least `fewest`."""
    found = delays(STARS, {0: Sums(40, 9.0, 30.0), **{day: Sums(n, 1.0, 20.0) for day, n in counts.items()}}, fewest)
    hidden = {day: each.n for day, each in found.days if day > 0 and each.value is None}
    totals = {"late": found.late.value, "later": found.later.value, "first week": found.later.value}
    within = {
        "late": lambda _: True,
        "later": lambda day: day > FIRST_WEEK,
        "first week": lambda day: day <= FIRST_WEEK,
    }
    for name, total in totals.items():
        together = sum(n for day, n in hidden.items() if within[name](day))
        assert total is None or together == 0 or together >= fewest


def test_answers_that_all_lie_on_the_line_do_not_claim_certainty():
    """Five late answers, all alike or all alike by day: R's lm warns of an "essentially perfect fit"; in 2,000 draws of
    five answers with nine in ten alike, half had an interval of no width."""
    for first, second in ((0.0, 0.0), (100.0, 0.0)):
        given = {1: Sums(2, 2 * first, 2 * first**2), 3: Sums(3, 3 * second, 3 * second**2)}
        found = delays(NPS, given, 5)
        assert found.slope.value == pytest.approx((second - first) / 2)
        assert found.slope.lower is None and found.verdict is Verdict.ROUTINE


def test_the_ends_that_take_in_everything_beyond_do_not_bend_the_slope():
    days, stars = rows(3)
    plain = by_day(STARS, days, stars)
    with_end = delays(STARS, {**plain, CAP: Sums(80, 60.0, 90.0)}, 5)
    assert with_end.slope == delays(STARS, plain, 5).slope
    assert with_end.overall == slope(plain, STARS)[0]


def test_nothing_at_all():
    found = delays(NPS, {}, 5)
    assert (found.n, found.step.value, found.slope.value, found.days) == (0, None, None, ())
    assert found.verdict is Verdict.TOO_FEW and found.share_late.value is None
    assert delays(NPS, {0: NOTHING}, 5).days == ()


def test_lateness_that_costs_nothing_is_no_signal():
    rng = np.random.default_rng(5)
    days, stars = rng.integers(1, 8, 500), rng.integers(1, 6, 500)
    assert delays(STARS, by_day(STARS, days, stars), 5).verdict is Verdict.ROUTINE
    assert delays(STARS, by_day(STARS, *rows(3)), 5).verdict is Verdict.SIGNAL


def test_a_line_is_drawn_only_where_it_is_on_the_scale():
    """From 3 a point a day downwards: below 1 from day 4 on."""
    _, line = slope({day: Sums(9, 9.0 * (1 - day), 9.0 * (1 - day) ** 2 + 4) for day in range(1, 8)}, STARS)
    assert line == ((1, pytest.approx(3.0)), (3, pytest.approx(1.0)))
