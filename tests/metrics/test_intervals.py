from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.intervals import difference, estimate, gap, standard_error, z_test
from metrics.metric import Metric
from metrics.sums import NOTHING, Sums
from tests.metrics.sample import EVERY_KIND, NET, NPS, ON_TIME, STARS, net, share, sums_of

metrics_and_scores = st.sampled_from(EVERY_KIND).flatmap(
    lambda metric: st.tuples(
        st.just(metric),
        st.lists(st.integers(*map(int, metric.scale)), min_size=1, max_size=40),
        st.lists(st.integers(*map(int, metric.scale)), min_size=1, max_size=40),
    )
)


def limits(given_estimate: Estimate) -> tuple[float, float]:
    assert given_estimate.lower is not None
    assert given_estimate.upper is not None
    return given_estimate.lower, given_estimate.upper


# --- Net scores -------------------------------------------------------------------------------------------------


def test_nps_adjusted_wald_measuringu() -> None:
    """MeasuringU, "three confidence intervals for NPS": P = 9, N = 0, D = 2."""
    found = estimate(NPS, net(9, 0, 2))
    assert found.value == pytest.approx(63.64, abs=0.005)
    assert limits(found) == pytest.approx((8.00, 92.00), abs=0.005)
    assert found.method == "adjusted Wald"


def test_nps_plain_wald_measuringu_is_impossible_at_the_top() -> None:
    """The same sample, plain: [18.05, 109.22]; why the adjusted one is shown."""
    error = standard_error(NPS, net(9, 0, 2))
    assert error is not None
    assert 700 / 11 - 1.959964 * error == pytest.approx(18.05, abs=0.005)
    assert 700 / 11 + 1.959964 * error == pytest.approx(109.22, abs=0.005)


def test_nps_standard_error_cross_validated() -> None:
    """Cross Validated, "margin of error in NPS": p = 1/2, passive 1/3, d = 1/6, variance 5/9; n = 324 → 4.14."""
    sums = net(162, 108, 54)
    error = standard_error(NPS, sums)
    assert estimate(NPS, sums).value == pytest.approx(100 / 3)
    assert error == pytest.approx(4.14, abs=0.005)
    assert error == pytest.approx(100 * np.sqrt(5 / 9 / 324))


def test_nps_two_samples_plain() -> None:
    """METHODS §2: 20/0/10 against 12/0/18: difference 53.33, SE 24.83, p .0317."""
    a, b = net(20, 0, 10), net(12, 0, 18)
    found = z_test(NPS, a, b, adjusted=False)
    assert found is not None
    assert 53.3333 / found[0] == pytest.approx(24.83, abs=0.005)
    assert found[1] == pytest.approx(0.0317, abs=0.00005)
    assert difference(NPS, a, b).value == pytest.approx(53.33, abs=0.005)


def test_nps_two_samples_adjusted() -> None:
    """METHODS §2: the same, adjusted: 48.48, SE 23.25, z 2.085, p .0371; the interval leaves 0 out as p says."""
    a, b = net(20, 0, 10), net(12, 0, 18)
    found = z_test(NPS, a, b)
    assert found == pytest.approx((2.085, 0.0371), abs=0.0005)
    lower, upper = limits(difference(NPS, a, b))
    assert (lower + upper) / 2 == pytest.approx(48.48, abs=0.005)
    assert (upper - lower) / 2 / 1.959964 == pytest.approx(23.25, abs=0.005)
    assert lower > 0


def test_nps_two_samples_of_different_size_against_raw_rows() -> None:
    """n₁ ≠ n₂, where a public script swaps the two n: independently from raw rows through numpy's variance."""
    a, b = [10] * 70 + [8] * 20 + [3] * 10, [9] * 8 + [7] * 5 + [0] * 12
    values = [np.where(np.array(x) >= 9, 100.0, np.where(np.array(x) <= 6, -100.0, 0.0)) for x in (a, b)]
    z = (values[0].mean() - values[1].mean()) / np.sqrt(sum(v.var() / len(v) for v in values))
    found = z_test(NPS, sums_of(NPS, a), sums_of(NPS, b), adjusted=False)
    assert found == pytest.approx((z, 2 * stats.norm.sf(abs(z))))
    swapped = (values[0].mean() - values[1].mean()) / np.sqrt(values[0].var() / 25 + values[1].var() / 100)
    assert abs(z - swapped) > 0.5, "the example would not show the bug"


def test_nps_two_samples_of_different_size_adjusted_rows() -> None:
    """The adjustment as rows: each side gets three more responses, ¾ promoter, ¾ detractor, 1½ passive (weights)."""
    expected, errors = [], []
    for promoters, passives, detractors in ((70, 20, 10), (8, 5, 12)):
        weights = np.array([promoters + 0.75, passives + 1.5, detractors + 0.75])
        values = np.array([100.0, 0.0, -100.0])
        mean = np.average(values, weights=weights)
        expected.append(mean)
        errors.append(np.average((values - mean) ** 2, weights=weights) / weights.sum())
    z = (expected[0] - expected[1]) / np.sqrt(sum(errors))
    assert z_test(NPS, net(70, 20, 10), net(8, 5, 12)) == pytest.approx((z, 2 * stats.norm.sf(z)))


def test_a_net_score_of_promoters_only_is_not_certain() -> None:
    found = estimate(NPS, net(10, 0, 0))
    assert found.value == 100
    assert limits(found)[0] < 75
    assert limits(found)[1] == 100
    assert standard_error(NPS, net(10, 0, 0)) is None


def test_adjusted_wald_covers_its_truth() -> None:
    """20,000 samples of n = 30 from p, d = .5, .2 (numpy, seed 1): the 95 % interval holds 30 in 94–97 %."""
    draws = np.random.default_rng(1).multinomial(30, [0.5, 0.3, 0.2], size=20_000)
    kinds, times = np.unique(draws, axis=0, return_counts=True)
    held = [lower <= 30 <= upper for lower, upper in (limits(estimate(NPS, net(*k))) for k in kinds.tolist())]
    assert 0.94 <= np.average(held, weights=times) <= 0.97


# --- Shares -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_newcombe_1998(count: int, n: int, lower: float, upper: float) -> None:
    """Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3."""
    found = estimate(ON_TIME, share(count, n))
    assert limits(found) == pytest.approx((100 * lower, 100 * upper), abs=0.005)
    assert found.method == "Wilson"


@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_difference_of_shares_newcombe_1998(a: tuple[int, int], b: tuple[int, int], lower: float, upper: float) -> None:
    """Newcombe 1998, "Interval estimation for the difference between independent proportions", table II,
    contrasts (a)–(h), method 10."""
    found = difference(ON_TIME, share(*a), share(*b))
    assert limits(found) == pytest.approx((100 * lower, 100 * upper), abs=0.006)
    assert found.value == pytest.approx(100 * (a[0] / a[1] - b[0] / b[1]))


def test_share_test_is_pearsons_chi_square() -> None:
    """z² of the pooled test = χ² without correction (scipy.stats.chi2_contingency), n₁ ≠ n₂."""
    expected = stats.chi2_contingency([[56, 14], [48, 32]], correction=False)
    found = z_test(ON_TIME, share(56, 70), share(48, 80))
    assert found is not None
    assert found[0] ** 2 == pytest.approx(expected.statistic)
    assert found[1] == pytest.approx(expected.pvalue)


# --- Means ------------------------------------------------------------------------------------------------------


def test_mean_t_interval_against_scipy() -> None:
    scores = [1, 5, 4, 4, 3, 5, 2, 4, 4, 5, 1]
    expected = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    assert limits(estimate(STARS, sums_of(STARS, scores))) == pytest.approx((expected.low, expected.high))
    assert standard_error(STARS, sums_of(STARS, scores)) == pytest.approx(stats.sem(scores))


def test_difference_of_means_is_welch_against_scipy() -> None:
    a, b = [1, 5, 4, 4, 3, 5, 2, 4, 4, 5, 1], [2, 2, 3, 1, 2]
    welch = stats.ttest_ind(a, b, equal_var=False)
    interval = welch.confidence_interval(0.95)
    sums = sums_of(STARS, a), sums_of(STARS, b)
    assert limits(difference(STARS, *sums)) == pytest.approx((interval.low, interval.high))
    assert z_test(STARS, *sums) == pytest.approx((welch.statistic, welch.pvalue))


def test_large_sums_keep_their_digits() -> None:
    """Ten million answers of 4 and 5 with a spread of ½: the variance is 1/4 to ten digits."""
    n = 10_000_000
    sums = Sums(n, n / 2 * 1 + n / 2 * 2, n / 2 * 1 + n / 2 * 4)
    found = estimate(STARS, sums)
    assert found.value == 4.5
    assert found.half_width == pytest.approx(1.959964 * 0.5 / np.sqrt(n), rel=1e-6)


def test_a_mean_of_equal_answers_claims_no_certainty() -> None:
    """8 answers, all 5: by Wilson at most z²/(8 + z²) = 32.4 % answer otherwise, at worst 1."""
    found = estimate(STARS, sums_of(STARS, [5] * 8))
    assert found.value == 5
    assert limits(found) == pytest.approx((5 - 0.32441 * 4, 5), abs=1e-4)
    assert standard_error(STARS, sums_of(STARS, [5] * 8)) is None
    assert z_test(STARS, sums_of(STARS, [5] * 8), sums_of(STARS, [4, 3, 5])) is None
    against = difference(STARS, sums_of(STARS, [5] * 8), sums_of(STARS, [4, 3, 5, 4]))
    assert limits(against)[0] < 1 < limits(against)[1]


def test_equal_answers_off_the_centre_are_alike_despite_rounding() -> None:
    thirds = Metric("x", "X", STARS.kind, (0.0, 1.0))
    sums = sums_of(thirds, [0.1] * 100_001)
    assert estimate(thirds, sums).method.startswith("all alike")
    assert standard_error(thirds, sums) is None


# --- Few, none, gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", EVERY_KIND, ids=lambda m: m.id)
def test_none_and_one_response(metric: Metric) -> None:
    one, two = sums_of(metric, [metric.scale[1]]), sums_of(metric, list(metric.scale))
    assert estimate(metric, NOTHING) == NO_ESTIMATE
    assert estimate(metric, NOTHING).value is None
    assert estimate(metric, one).value == metric.bounds[1]
    assert estimate(metric, one).half_width is None
    assert estimate(metric, two).half_width is not None
    assert difference(metric, two, NOTHING).value is None
    assert difference(metric, one, two).value is not None
    assert difference(metric, one, two).half_width is None
    assert z_test(metric, one, two) is None
    assert standard_error(metric, one) is None


def test_gap_adds_standard_errors_in_squares() -> None:
    """METHODS §4: SE of a gap of two published figures = √(SE² + SE²): half widths 3 and 4 make 5."""
    found = gap(Estimate(40, 37, 43, 900, "published"), Estimate(50, 46, 54, 400, "published"))
    assert (found.value, found.lower, found.upper, found.n) == (-10, -15, -5, 400)


def test_gap_servqual_mwongoso_2015() -> None:
    """Mwongoso et al. 2015: mean SERVQUAL gap −1.611, n = 132: perception minus expectation, negative below."""
    perceived, expected = Estimate(3.009, None, None, 132, "published"), Estimate(4.620, None, None, 132, "published")
    found = gap(perceived, expected)
    assert found.value == pytest.approx(-1.611)
    assert (found.lower, found.upper, found.n) == (None, None, 132)


@pytest.mark.parametrize(("ours_has", "theirs_has", "said"), [(True, False, "theirs"), (False, True, "ours")])
def test_gap_without_an_interval_says_whose_is_missing(ours_has: bool, theirs_has: bool, said: str) -> None:
    def made(has: bool) -> Estimate:
        return Estimate(5, 4, 6, 9, "m") if has else Estimate(5, None, None, None, "m")

    found = gap(made(ours_has), made(theirs_has))
    assert found.value == 0
    assert found.half_width is None
    assert found.n is None
    assert said in found.method


def test_gap_without_a_value_is_none() -> None:
    assert gap(NO_ESTIMATE, Estimate(1, 0, 2, 9, "m")).value is None


def test_gap_agrees_with_the_difference_of_shares() -> None:
    """Newcombe's hybrid is made from the two published Wilson intervals: both ways give the same."""
    a, b = share(56, 70), share(48, 80)
    assert limits(gap(estimate(ON_TIME, a), estimate(ON_TIME, b))) == pytest.approx(limits(difference(ON_TIME, a, b)))


# --- Laws -------------------------------------------------------------------------------------------------------


@given(metrics_and_scores)
def test_interval_holds_the_value_within_bounds(drawn: tuple[Metric, list[int], list[int]]) -> None:
    metric, scores, others = drawn
    found = estimate(metric, sums_of(metric, scores))
    assert found.value == pytest.approx(np.mean(metric.values(np.array(scores, dtype=float))))
    if len(scores) > 1:
        lower, upper = limits(found)
        assert found.value is not None
        assert metric.bounds[0] <= lower <= found.value <= upper <= metric.bounds[1]
        assert lower < upper
    apart = difference(metric, sums_of(metric, scores), sums_of(metric, others))
    if min(len(scores), len(others)) > 1:
        lower, upper = limits(apart)
        assert apart.value is not None
        assert lower <= apart.value <= upper


@given(metrics_and_scores)
def test_difference_turned_round_is_the_mirror_image(drawn: tuple[Metric, list[int], list[int]]) -> None:
    metric, first, second = drawn
    a, b = sums_of(metric, first), sums_of(metric, second)
    there, back = difference(metric, a, b), difference(metric, b, a)
    assert there.value == pytest.approx(-(back.value or 0), abs=1e-9)
    if there.lower is not None:
        assert limits(there) == pytest.approx(tuple(-x for x in reversed(limits(back))), abs=1e-9)


@given(metrics_and_scores, st.randoms(use_true_random=False))
def test_order_of_responses_does_not_matter(drawn: tuple[Metric, list[int], list[int]], random) -> None:
    metric, scores, _ = drawn
    shuffled = random.sample(scores, len(scores))
    assert estimate(metric, sums_of(metric, shuffled)) == estimate(metric, sums_of(metric, scores))


@given(metrics_and_scores)
def test_sums_of_parts_give_the_estimate_of_the_whole(drawn: tuple[Metric, list[int], list[int]]) -> None:
    metric, first, second = drawn
    parts = sums_of(metric, first) + sums_of(metric, second)
    assert estimate(metric, parts) == estimate(metric, sums_of(metric, first + second))


@given(metrics_and_scores, st.integers(2, 20))
def test_every_response_counted_k_times_keeps_the_value_and_narrows(
    drawn: tuple[Metric, list[int], list[int]], times: int
) -> None:
    metric, scores, _ = drawn
    once, often = (estimate(metric, sums_of(metric, scores * k)) for k in (2, 2 * times))
    assert often.value == pytest.approx(once.value)
    assert (often.half_width or 0) < (once.half_width or 0)


@given(metrics_and_scores)
def test_more_confidence_is_never_narrower(drawn: tuple[Metric, list[int], list[int]]) -> None:
    metric, scores, _ = drawn
    widths = [estimate(metric, sums_of(metric, scores * 2), c).half_width or 0 for c in (0.5, 0.8, 0.95, 0.99)]
    assert all(less <= more + 1e-9 for less, more in pairwise(widths))


def test_net_uses_its_own_cut_points() -> None:
    """METHODS §1: 1–7, +100 at 6 and 7, −100 at 1–3: (7, 6, 5, 4, 3) is 20 points."""
    assert estimate(NET, sums_of(NET, [7, 6, 5, 4, 3])).value == pytest.approx(20)
