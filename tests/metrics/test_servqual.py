"""METHODS §4: gaps between expectation and perception, the zone of tolerance, many gaps at once."""

from datetime import date
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.catalog import Thresholds
from metrics.estimate import Direction, Estimate, Verdict
from metrics.expectation import MINIMUM, PAIRED, TWO_SAMPLES, Basis, Expected, Pairs, Zone
from metrics.figures import ADEQUATE, DESIRED, PROMISED, SELF, Figure
from metrics.intervals import difference, estimate
from metrics.metric import Better, Metric, MetricKind
from metrics.servqual import expected_of, held_back, item, judged, mean_gap, p_from, pooled, targets
from metrics.slices import Filters
from metrics.sums import Sums

ITEM = Metric("reliability", "Reliability", MetricKind.MEAN, (1, 5))
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4, minimum=60, aspiration=85)
DAYS = Metric("days", "Days", MetricKind.MEAN, (0, 30), Better.LOWER)
RULES = Thresholds()
TODAY = date(2026, 11, 15)

PATIENTS = {  # expectation mean, SD; perception mean, SD; gap; its 95 % interval; t
    "Tangible": (4.44, 0.44, 4.19, 0.53, -0.25, (-0.30, -0.19), -9.14),
    "Reliable": (4.49, 0.44, 4.36, 0.51, -0.13, (-0.18, -0.08), -4.93),
    "Responsiveness": (4.48, 0.46, 4.35, 0.50, -0.13, (-0.18, -0.07), -4.87),
    "Empathy": (4.56, 0.46, 4.40, 0.51, -0.16, (-0.20, -0.10), -5.65),
}
"""Patients' SERVQUAL gaps, N = 386, paired t-tests: https://pmc.ncbi.nlm.nih.gov/articles/PMC6131925/, table 2. (Its
row Assurance prints the t of Responsiveness and is left out.)"""
N = 386


def sums(metric: Metric, values) -> Sums:
    off = np.asarray(values, dtype=float) - metric.centre
    return Sums(off.size, float(off.sum()), float((off**2).sum()))


def of(mean: float, sd: float, n: int, centre: float = 0.0) -> Sums:
    """The sums of n values with this mean and standard deviation."""
    off = mean - centre
    return Sums(n, n * off, (n - 1) * sd * sd + n * off * off)


def level(name: str, metric: Metric, theirs: Sums | None, value: float | None = None, **more) -> Expected:
    said = estimate(metric, theirs) if theirs else Estimate(value, None, None, None, "stated")
    return Expected(name, said, theirs, date(2026, 10, 1), **more)


def gap_of(metric: Metric, ours: Sums, expected: Expected, pairs: dict[str, Pairs] | None = None):
    return item(metric, (ours, 1), [expected], pairs or {}, RULES).gaps[0]


# -- paired, against published results ----------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", PATIENTS)
def test_paired_gaps_reproduce_a_published_table(dimension):
    """From the printed gap and t the sums of the differences follow (s = gap·√N/t); the printed interval comes back
    as far as the print tells: the gap is rounded to half a hundredth, its limits are cut or rounded to one."""
    _, _, perceived, sd, apart, (low, high), t = PATIENTS[dimension]
    differences = of(apart, apart * sqrt(N) / t, N)
    expected = level(DESIRED, ITEM, of(perceived - apart, 0.44, N, ITEM.centre))
    found = gap_of(ITEM, of(perceived, sd, N, ITEM.centre), expected, {DESIRED: Pairs(differences)})
    assert found.pairing == PAIRED and found.gap.n == N
    assert found.gap.value == pytest.approx(apart)
    assert (found.gap.lower, found.gap.upper) == (pytest.approx(low, abs=0.016), pytest.approx(high, abs=0.016))
    assert found.p is not None and found.p < 0.001


@pytest.mark.parametrize("dimension", PATIENTS)
def test_two_samples_of_the_same_table_are_wider(dimension):
    """The same means and SDs as separate samples (Welch): the published pairs had gained from their correlation."""
    mean, sd_e, perceived, sd, apart, _, t = PATIENTS[dimension]
    theirs, ours = of(mean, sd_e, N, ITEM.centre), of(perceived, sd, N, ITEM.centre)
    found = gap_of(ITEM, ours, level(DESIRED, ITEM, theirs))
    assert found.pairing == TWO_SAMPLES
    assert found.gap == difference(ITEM, ours, theirs)
    assert found.gap.value == pytest.approx(perceived - mean)
    assert found.gap.half_width > 1.96 * abs(apart / t)


def test_the_overall_gap_is_the_unweighted_mean_of_items():
    """Mean of items' gaps = mean perception − mean expectation (SERVQUAL). Mwongoso et al. 2015 print −1.611 (n = 132)
    for it but not the items, so only the identity can be recomputed; the table above gives items: −0.1675."""
    gaps = [Estimate(row[4], *row[5], N, "t") for row in PATIENTS.values()]
    overall = mean_gap(gaps)
    assert overall.value == pytest.approx(-0.1675) and overall.n == N
    perceived, wanted = (np.mean([row[i] for row in PATIENTS.values()]) for i in (2, 0))
    assert overall.value == pytest.approx(perceived - wanted)
    assert (overall.lower, overall.upper) == (pytest.approx(-0.215), pytest.approx(-0.11))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.1, 2)), min_size=2, max_size=6), st.integers(20, 60))
def test_the_interval_of_the_mean_gap_is_never_too_narrow(spreads, n):
    """Var of a mean of k variables is largest when they move as one: (Σσ/k)²; so no correlation makes it wider."""
    rng = np.random.default_rng(1)
    together = rng.normal(size=n)
    together = (together - together.mean()) / together.std(ddof=1)
    rows = [value + sd * together for value, sd in spreads]
    singles = [stats.ttest_1samp(row, 0).confidence_interval() for row in rows]
    gaps = [Estimate(float(row.mean()), one.low, one.high, n, "t") for row, one in zip(rows, singles, strict=True)]
    truth = stats.ttest_1samp(np.mean(rows, axis=0), 0).confidence_interval()
    assert mean_gap(gaps).lower == pytest.approx(truth.low, abs=1e-6)
    assert mean_gap(gaps).upper == pytest.approx(truth.high, abs=1e-6)


def test_a_mean_gap_needs_every_item():
    whole, bare = Estimate(1.0, 0.5, 1.5, 40, ""), Estimate(2.0, None, None, None, "")
    assert mean_gap([whole, bare]) == Estimate(1.5, None, None, None, "mean of items; no interval: an item has none")
    assert mean_gap([whole, Estimate(None, None, None, 3, "")]).value is None
    assert mean_gap([]).value is None


@settings(deadline=None)
@given(
    st.lists(st.floats(-4, 4).map(lambda x: round(x, 3)), min_size=30, max_size=80).filter(lambda v: len(set(v)) > 1)
)
def test_a_paired_gap_is_scipy_s_paired_t_test(values):
    found = gap_of(ITEM, of(3.0, 1.0, 99, ITEM.centre), level(DESIRED, ITEM, of(4.0, 1.0, 99, ITEM.centre)),
                   {DESIRED: Pairs(of_values(values))})  # fmt: skip
    truth = stats.ttest_1samp(values, 0)
    interval = truth.confidence_interval()
    assert found.gap.lower == pytest.approx(interval.low, abs=1e-6)
    assert found.gap.upper == pytest.approx(interval.high, abs=1e-6)
    assert found.p == pytest.approx(truth.pvalue, abs=1e-6)


def of_values(values) -> Sums:
    d = np.array(values)
    return Sums(d.size, float(d.sum()), float((d**2).sum()))


def test_a_handful_of_pairs_says_less_than_two_samples():
    ours, theirs = of(3.0, 1.0, 400, ITEM.centre), of(4.0, 1.0, 400, ITEM.centre)
    few = gap_of(ITEM, ours, level(DESIRED, ITEM, theirs), {DESIRED: Pairs(of(-1.0, 1.0, RULES.low_n - 1))})
    enough = gap_of(ITEM, ours, level(DESIRED, ITEM, theirs), {DESIRED: Pairs(of(-1.0, 1.0, RULES.low_n))})
    assert (few.pairing, enough.pairing) == (TWO_SAMPLES, PAIRED)


def test_differences_that_are_all_alike_claim_no_certainty():
    found = gap_of(ITEM, of(3, 1, 90, 3), level(DESIRED, ITEM, of(4, 1, 90, 3)), {DESIRED: Pairs(of(-1.0, 0.0, 40))})
    assert found.gap.value == -1.0 and found.gap.lower is None and found.p is None


# -- what limits a gap --------------------------------------------------------------------------------------------


def test_a_gap_without_their_n_has_no_interval_and_says_so():
    found = gap_of(ITEM, of(3.0, 1.0, 90, ITEM.centre), level(DESIRED, ITEM, None, 4.0))
    assert found.gap == Estimate(-1.0, None, None, None, "no interval: n not stated")
    (told,), tested = judged([item(ITEM, (of(3.0, 1.0, 90, 3), 1), [level("", ITEM, None, 4.0)], {}, RULES)])
    assert tested == 0 and told.zone is Zone.UNSURE and told.gaps[0].verdict is Verdict.ROUTINE


@pytest.mark.parametrize(("ours", "theirs"), [(4, 90), (90, 4), (0, 90)])
def test_too_few_on_either_side_hide_the_gap(ours, theirs):
    one = item(ITEM, (of(3.0, 1.0, ours, 3), 1), [level(DESIRED, ITEM, of(4.0, 1.0, theirs, 3))], {}, RULES)
    (told,), tested = judged([one])
    assert tested == 0 and told.gaps[0].gap.value is None and told.zone is Zone.TOO_FEW


def test_a_stale_level_is_shown_and_never_a_signal():
    one = item(ITEM, (of(3.0, 1.0, 500, 3), 1), [level(ADEQUATE, ITEM, of(4.0, 1.0, 500, 3), stale=True)], {}, RULES)
    (told,), tested = judged([one])
    assert tested == 0 and told.gaps[0].gap.value == pytest.approx(-1.0)
    assert told.verdict is Verdict.STALE and told.zone is Zone.STALE and told.direction is Direction.NONE


@settings(deadline=None)
@given(st.floats(1, 5), st.floats(0.3, 2), st.integers(5, 400), st.floats(1, 5))
def test_p_agrees_with_the_interval(mean, sd, n, fixed):
    """Below 5 % exactly where the interval leaves 0 out."""
    now = estimate(ITEM, of(mean, sd, n, ITEM.centre))
    off = Estimate(now.value - fixed, now.lower - fixed, now.upper - fixed, n, "")
    p = p_from(off)
    if p is not None and min(abs(off.lower), abs(off.upper)) > 1e-9:
        assert (p < 0.05) is not (off.lower <= 0 <= off.upper)


# -- the zone of tolerance ----------------------------------------------------------------------------------------


def standing_at(perceived: float, *levels: tuple[str, float], metric: Metric = ITEM, n: int = 400):
    expected = [level(name, metric, of(value, 0.8, n, metric.centre)) for name, value in levels]
    return judged([item(metric, (of(perceived, 0.8, n, metric.centre), 1), expected, {}, RULES)])[0][0]


@pytest.mark.parametrize(
    ("perceived", "zone", "direction"),
    [
        (2.4, Zone.BELOW, Direction.CONCERN), (3.0, Zone.UNCLEAR, Direction.NONE), (3.5, Zone.WITHIN, Direction.NONE),
        (4.0, Zone.UNCLEAR, Direction.NONE), (4.5, Zone.ABOVE, Direction.IMPROVEMENT),
    ],
)  # fmt: skip
def test_where_a_perception_stands_between_adequate_and_desired(perceived, zone, direction):
    """Adequate 3, desired 4: the zone of tolerance (Zeithaml, Berry & Parasuraman 1993)."""
    found = standing_at(perceived, (DESIRED, 4.0), (ADEQUATE, 3.0))
    assert (found.zone, found.direction) == (zone, direction)


def test_the_zone_turns_with_the_metric_where_less_is_better():
    """Three days are hoped for, five put up with."""
    zones = [standing_at(days, (DESIRED, 3.0), (ADEQUATE, 5.0), metric=DAYS).zone for days in (2, 4, 6)]
    assert zones == [Zone.ABOVE, Zone.WITHIN, Zone.BELOW]


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        (ADEQUATE, Zone.MET, Zone.BELOW), (DESIRED, Zone.ABOVE, Zone.SHORT), ("", Zone.ABOVE, Zone.BELOW),
        (PROMISED, Zone.ABOVE, Zone.BELOW), (SELF, Zone.NONE, Zone.NONE),
    ],
)  # fmt: skip
def test_one_level_alone(name, above, below):
    """What we believe of ourselves is no yardstick for customers."""
    assert (standing_at(4.5, (name, 3.5)).zone, standing_at(2.5, (name, 3.5)).zone) == (above, below)


def test_without_customers_the_company_s_own_targets():
    found = expected_of(CSAT, (), Filters(), TODAY, RULES)
    assert [(each.level, each.estimate.value, each.basis) for each in found] == [
        ("aspiration", 85, Basis.TARGET), (MINIMUM, 60, Basis.TARGET),
    ]  # fmt: skip
    ours = Sums(1000, 100.0 * 500, 1e4 * 500)
    (told,), tested = judged([item(CSAT, (ours, 1), found, {}, RULES)])
    assert tested == 2 and told.zone is Zone.BELOW
    assert told.floor.gap.lower == pytest.approx(estimate(CSAT, ours).lower - 60)
    assert targets(ITEM) == ()


def test_levels_from_figures_carry_date_n_publisher_and_marks():
    figures = [
        Figure("reliability", "", date(2026, 10, 1), 4.6, 80, None, DESIRED, "Spring survey"),
        Figure("reliability", "", date(2025, 1, 1), 3.1, None, None, ADEQUATE),
    ]
    desired, adequate = expected_of(ITEM, figures, Filters(), TODAY, RULES)
    assert (desired.level, desired.sums.n, desired.publisher) == (DESIRED, 80, "Spring survey")
    assert not desired.stale and "n below 100" in desired.notes and desired.widest
    assert adequate.stale and adequate.sums is None and "n not stated" in adequate.notes
    assert (desired.basis, adequate.label) == (Basis.STATED, "acceptable")


# -- our side, and many at once -----------------------------------------------------------------------------------


def test_a_thin_week_is_pooled_backwards_a_year_at_most():
    weeks = [Sums(8, 8.0, 8.0)] * 80
    assert pooled(weeks, 30) == (Sums(32, 32.0, 32.0), 4)
    assert pooled(weeks, 10_000) == (Sums(8 * 52, 8.0 * 52, 8.0 * 52), 52)
    assert pooled([Sums(40, 1.0, 1.0)], 30)[1] == 1
    assert pooled([], 30) == (Sums(0, 0.0, 0.0), 0)


def test_many_gaps_are_tested_together():
    """Two hundred items that customers get exactly as they hope: one by one about ten would be called, together at
    most a stray one."""
    rng = np.random.default_rng(7)
    items = []
    for _ in range(200):
        ours, theirs = rng.normal(4, 0.8, 300), rng.normal(4, 0.8, 300)
        items.append(item(ITEM, (sums(ITEM, ours), 1), [level("", ITEM, sums(ITEM, theirs))], {}, RULES))
    alone = sum(each.gaps[0].p < 0.05 for each in items)
    told, tested = judged(items)
    assert tested == 200 and alone >= 4
    assert sum(each.verdict is Verdict.SIGNAL for each in told) <= 1


def test_what_is_held_back_shows_no_number():
    one = held_back(item(ITEM, (of(3, 1, 90, 3), 1), [level(ADEQUATE, ITEM, of(4, 1, 90, 3))], {}, RULES))
    (told,), tested = judged([one])
    assert tested == 0 and told.perception.value is None and told.gaps[0].gap.value is None
    assert told.zone is Zone.TOO_FEW
