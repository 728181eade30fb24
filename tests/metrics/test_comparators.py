"""METHODS §4: gaps against our past, competitors and expectations, and overtakings."""

from datetime import date, timedelta
from math import sqrt
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalog import Thresholds
from metrics.comparators import COMPETITOR, EXPECTATION, PAST, Ours, comparators, competitors, expected, past
from metrics.estimate import Comparator, Verdict
from metrics.figures import ADEQUATE, DESIRED, Figure
from metrics.history import History
from metrics.intervals import difference, estimate
from metrics.metric import Better, Metric, MetricKind
from metrics.overtaking import overtakings
from metrics.periods import week_of
from metrics.published import by_metric, standing, sums_of
from metrics.slices import Filters
from metrics.sums import Sums, SumsTable

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
CSAT = Metric("csat", "CSAT", MetricKind.TOP_BOX, (1, 5), threshold=4)
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
DAYS = Metric("days", "Days", MetricKind.MEAN, (0, 100), Better.LOWER)
TODAY = date(2026, 11, 15)
EVERYBODY = Filters()
RULES = Thresholds()


def nps_sums(promoters: int, passives: int, detractors: int) -> Sums:
    return Sums(promoters + passives + detractors, 100.0 * (promoters - detractors), 1e4 * (promoters + detractors))


def figure(company: str, value: float, n: int | None = 400, day: date = date(2026, 10, 1), **more) -> Figure:
    return Figure(**{"metric": "nps", "company": company, "day": day, "value": value, "n": n, **more})


def ours(metric: Metric = NPS, sums: Sums | None = None, filters: Filters = EVERYBODY) -> Ours:
    return Ours(metric, sums or nps_sums(500, 300, 200), TODAY, filters, RULES)


def best(*figures: Figure, **more) -> Comparator:
    return competitors(ours(**more), figures)[0]


# -- figures as sums ----------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_a_figure_with_its_standard_error_is_the_sums_it_came_from(scores):
    values = NPS.values(np.array(scores, dtype=float))
    error = float(values.std(ddof=1)) / sqrt(len(values))
    back = sums_of(NPS, figure("Rival", float(values.mean()), len(values), standard_error=error))
    assert back is not None and back.n == len(values)
    assert back.total == pytest.approx(values.sum(), abs=1e-6)
    assert back.squares == pytest.approx((values**2).sum(), rel=1e-9, abs=1e-4)


@given(st.lists(st.floats(1, 5), min_size=2, max_size=60))
def test_without_a_spread_the_widest_possible_one_is_assumed(scores):
    """Bhatia & Davis 2000: no sample with this mean on this scale varies more."""
    values = np.array(scores)
    assumed = sums_of(STARS, Figure("stars", "Rival", TODAY, float(values.mean()), len(values)))
    assert assumed is not None and assumed.variance is not None
    assert assumed.variance >= values.var(ddof=1) - 1e-9


def test_for_a_share_value_and_n_are_everything():
    back = sums_of(CSAT, Figure("csat", "Rival", TODAY, 81 / 263 * 100, 263))
    assert back is not None and (back.total, back.squares) == (pytest.approx(8100), pytest.approx(810000))


def test_a_published_share_has_newcombes_wilson_interval():
    """81/263 → .2553–.3662 (Newcombe 1998, METHODS §2)."""
    theirs = competitors(
        Ours(CSAT, Sums(100, 5000.0, 5e5), TODAY, EVERYBODY, RULES),
        [Figure("csat", "Rival", date(2026, 10, 1), 81 / 263 * 100, 263)],
    )[0].theirs
    assert theirs.lower == pytest.approx(25.53, abs=0.005) and theirs.upper == pytest.approx(36.62, abs=0.005)


def test_no_n_no_sums():
    assert sums_of(NPS, figure("Rival", 40, None)) is None


# -- own past -----------------------------------------------------------------------------------------------------


def history(weekly: list[Sums], metric: Metric = NPS) -> History:
    last = week_of(TODAY, 0)
    weeks = tuple(week_of(last.start - timedelta(weeks=k), 0) for k in reversed(range(len(weekly))))
    labels = (tuple(week.start.isoformat() for week in weeks),)
    columns = zip(*((s.n, s.total, s.squares) for s in weekly), strict=True)
    n, total, squares = (np.array(column) for column in columns)
    return History(metric, weeks, SumsTable(("week",), labels, n.astype(np.int64), total, squares))


def test_past_is_last_week_and_52_weeks_back():
    weekly = [nps_sums(60 + k, 20, 20) for k in range(53)]
    last, year_ago = past(history(weekly), RULES)
    assert (last.kind, last.label, last.as_of) == (PAST, "last week", date(2026, 11, 2))
    assert (year_ago.label, year_ago.as_of) == ("same week last year", date(2025, 11, 10))
    assert last.theirs == estimate(NPS, weekly[51]) and last.gap == difference(NPS, weekly[52], weekly[51])
    assert year_ago.gap == difference(NPS, weekly[52], weekly[0])
    assert last.verdict is Verdict.ROUTINE and year_ago.verdict is Verdict.SIGNAL


def test_a_short_history_has_fewer_pasts():
    assert past(history([nps_sums(6, 2, 2)]), RULES) == ()
    assert [c.label for c in past(history([nps_sums(6, 2, 2)] * 52), RULES)] == ["last week"]


def test_few_answers_on_either_side_are_too_few():
    assert past(history([nps_sums(0, 0, 4), nps_sums(90, 5, 5)]), RULES)[0].verdict is Verdict.TOO_FEW
    assert past(history([nps_sums(0, 0, 0), nps_sums(90, 5, 5)]), RULES)[0].gap.value is None


# -- competitors --------------------------------------------------------------------------------------------------


def test_a_gap_beyond_chance_is_a_signal_and_ours_minus_theirs():
    found = best(figure("Rival", 60), figure("Other", 10))
    assert (found.kind, found.label, found.verdict) == (COMPETITOR, "Rival", Verdict.SIGNAL)
    assert found.gap.value == pytest.approx(30 - 60) and found.gap.upper is not None and found.gap.upper < 0
    assert found.as_of == date(2026, 10, 1) and found.note == ""
    assert best(figure("Rival", 31)).verdict is Verdict.ROUTINE


def test_the_assumed_spread_is_named():
    assert "widest spread assumed" in best(figure("Rival", 60)).gap.method
    assert "assumed" not in best(figure("Rival", 60, standard_error=4.0)).gap.method


def test_an_unstated_n_gives_no_interval_and_no_signal():
    found = best(figure("Rival", 90, None))
    assert found.gap.value == pytest.approx(-60) and found.gap.lower is None
    assert (found.verdict, found.note) == (Verdict.ROUTINE, "n not stated")


def test_small_panels_are_marked_and_do_not_win_by_luck():
    lucky, sound = figure("Lucky", 100, 3), figure("Sound", 40)
    assert best(lucky, sound).label == "Sound"
    alone = best(lucky)
    assert (alone.label, alone.verdict, alone.note) == ("Lucky", Verdict.TOO_FEW, "n below 100")


def test_old_figures_are_stale_and_lose_to_fresh_ones():
    old = figure("Old", 90, day=date(2026, 6, 1))
    found = best(old)
    assert (found.verdict, found.note) == (Verdict.STALE, "stale since Jun 2026")
    assert best(old, figure("Fresh", 20)).label == "Fresh"


def test_a_quarterly_figure_is_not_stale_while_its_quarter_is_the_newest():
    quarters = [figure("Rival", 40, day=day) for day in (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))]
    assert best(*quarters).verdict is not Verdict.STALE


def test_figures_of_later_periods_are_not_known_yet():
    assert competitors(ours(), [figure("Rival", 60, day=date(2026, 12, 1))]) == ()


def test_small_months_are_pooled_until_there_are_enough():
    months = [figure("Rival", 10 * k, 30, date(2026, k, 1)) for k in range(1, 11)]
    found = best(*months)
    assert found.theirs.n == 120 and found.theirs.value == pytest.approx((100 + 90 + 80 + 70) / 4)
    assert found.note == "4 periods pooled"


def test_pooling_stops_at_a_year():
    months = [figure("Rival", 50, 2, date(year, k, 1)) for year in (2024, 2025, 2026) for k in range(1, 11)]
    assert best(*months).theirs.n == 2 * 10


def test_products_are_combined_by_n():
    found = best(
        figure("Rival", 50, 300, where=(("product", "Fibre"),)), figure("Rival", 10, 100, where=(("product", "TV"),))
    )
    assert found.theirs.value == pytest.approx((50 * 300 + 10 * 100) / 400) and found.theirs.n == 400


def test_the_publishers_own_total_is_preferred_to_a_sum_of_parts():
    parts = figure("Rival", 50, 300, where=(("product", "Fibre"),))
    assert best(parts, figure("Rival", 33, 500)).theirs.value == pytest.approx(33)


def test_a_slice_without_recent_figures_has_its_old_ones():
    old = figure("Rival", 50, day=date(2022, 3, 1), where=(("product", "TV"),))
    new = figure("Rival", 40, where=(("product", "Fibre"),))
    found = best(old, new, filters=Filters.of({"product": ["TV"]}))
    assert (found.theirs.value, found.as_of, found.verdict) == (pytest.approx(50), date(2022, 3, 1), Verdict.STALE)


def test_two_publishers_are_not_one_sample():
    one, two = figure("Rival", 20, 400, publisher="Small"), figure("Rival", 60, 900, publisher="Large")
    found = best(one, two)
    assert (found.source, found.theirs.n) == ("Large", 900)


def test_filters_that_figures_carry_apply_and_others_are_said():
    fibre = figure("Rival", 50, 300, where=(("product", "Fibre"),))
    tv = figure("Rival", 10, 200, where=(("product", "TV"),))
    found = best(
        fibre, tv, figure("Rival", 33, 500), filters=Filters.of({"product": ["TV"], "sales_region": ["North"]})
    )
    assert found.theirs.value == pytest.approx(10)
    assert found.note == "not by sales region: figure for all"
    both = best(fibre, tv, filters=Filters.of({"product": ["TV", "Fibre", "Phone"]}))
    assert both.theirs.value == pytest.approx(34) and both.note == "no figure for Phone"


def test_the_chosen_competitor_stands_beside_the_best():
    figures = [figure("A", 50), figure("B", 20), figure("C", 5, where=(("product", "TV"),))]
    assert [c.label for c in competitors(ours(), figures, "B")] == ["A", "B"]
    assert [c.label for c in competitors(ours(), figures, "A")] == ["A"]
    phone = Filters.of({"product": ["Phone"]})
    missing = competitors(ours(filters=phone), figures, "C")[-1]
    assert (missing.label, missing.theirs.value, missing.note) == ("C", None, "no figure for Phone")


def test_where_lower_is_better_the_lowest_is_best():
    sums = Sums(50, 50 * (20.0 - DAYS.centre), 50 * (20.0 - DAYS.centre) ** 2 + 500)
    figures = [Figure("days", c, date(2026, 10, 1), v, 400, 0.5) for c, v in (("Slow", 30.0), ("Fast", 10.0))]
    assert competitors(Ours(DAYS, sums, TODAY, EVERYBODY, RULES), figures)[0].label == "Fast"


# -- expectations -------------------------------------------------------------------------------------------------


def test_expectations_by_level_desired_first():
    asked = [figure("", 45, level=ADEQUATE), figure("", 60, level=DESIRED), figure("", 99, metric="csat")]
    desired, adequate = expected(ours(), asked)
    assert (desired.kind, desired.label, adequate.label) == (EXPECTATION, "hoped for", "acceptable")
    assert desired.gap.value == pytest.approx(-30) and desired.verdict is Verdict.SIGNAL


def test_servqual_gap_is_perception_minus_expectation():
    """Sign and size as Mwongoso et al. 2015 report theirs: mean gap −1.611, n = 132 (METHODS §4). Means are ours:
    the paper's table of items is not at hand, so this fixes the direction, the n and Welch's error only."""
    perceived = Sums(132, 132 * (2.689 - 3), 132 * (2.689 - 3) ** 2 + 131.0)
    asked = [Figure("stars", "", date(2026, 10, 1), 4.3, 132, sqrt(1 / 132), DESIRED)]
    gap = expected(Ours(STARS, perceived, TODAY, EVERYBODY, RULES), asked)[0].gap
    assert gap.value == pytest.approx(-1.611) and gap.n == 132
    assert gap.half_width == pytest.approx(1.9692 * sqrt(2 / 132), abs=0.002)


def test_without_a_survey_the_configured_levels_stand_in():
    metric = Metric("nps", "NPS", MetricKind.NPS, (0, 10), minimum=20, aspiration=50)
    aspired, least = expected(ours(metric), [])
    assert (aspired.label, least.label) == ("aimed for", "minimum")
    assert aspired.gap.value == pytest.approx(-20) and aspired.verdict is Verdict.SIGNAL
    now = estimate(metric, nps_sums(500, 300, 200))
    assert (least.gap.lower, least.gap.upper) == (pytest.approx(now.lower - 20), pytest.approx(now.upper - 20))
    assert expected(ours(), []) == ()


def test_all_three_kinds_in_order():
    found = comparators(
        history([nps_sums(50, 30, 20)] * 53), [figure("Rival", 60)], [figure("", 70, level=DESIRED)], EVERYBODY, RULES
    )
    assert [c.kind for c in found] == [PAST, PAST, COMPETITOR, EXPECTATION]


def test_a_thin_week_is_held_against_others_with_the_weeks_before_it():
    """Ours is pooled backwards to low_n (30 answers) for competitors and expectations, never for our own past."""
    weekly = [nps_sums(90, 5, 5)] + [nps_sums(6, 2, 2)] * 9
    found = comparators(history(weekly), [figure("Rival", 90)], [figure("", 95, level=DESIRED)], EVERYBODY, RULES)
    assert [(c.kind, c.note) for c in found] == [
        (PAST, ""), (COMPETITOR, "ours over 3 weeks"), (EXPECTATION, "ours over 3 weeks"),
    ]  # fmt: skip
    assert found[1].gap.n == 30 and found[1].gap.value == pytest.approx(40 - 90)
    assert found[1].verdict is Verdict.SIGNAL and found[0].gap.n == 10
    silent = comparators(history([Sums(0, 0.0, 0.0)] * 60), [figure("Rival", 90)], [], EVERYBODY, RULES)
    assert silent[-1].note == "ours over 52 weeks" and silent[-1].gap.value is None


def test_no_answers_this_week_is_no_gap():
    found = best(figure("Rival", 60), sums=Sums(0, 0.0, 0.0))
    assert found.gap.value is None and found.verdict is Verdict.TOO_FEW


@given(
    st.permutations([figure("A", 50), figure("B", 20, 60), figure("B", 30, 60, date(2026, 9, 1)), figure("C", 9, None)])
)
def test_the_order_of_figures_does_not_matter(figures):
    assert best(*figures).label == "A" and competitors(ours(), figures, "B")[1].theirs.value == pytest.approx(25)


def test_fifty_thousand_figures_are_grouped_once_and_read_fast():
    days = [date(2020 + k // 12, k % 12 + 1, 1) for k in range(80)]
    wheres = [(("cabin", c), ("traveller", t)) for c in "abcd" for t in "wxyz"]
    many = [figure(f"C{c}", 40, 3, day, where=w, standard_error=9.0) for c in range(10) for day in days for w in wheres]
    mine = by_metric(many)["nps"]
    began = perf_counter()
    place, _ = standing(NPS, mine, Filters.of({"cabin": ["a"]}), TODAY, 100)
    assert place is not None and perf_counter() - began < 0.5


# -- overtakings --------------------------------------------------------------------------------------------------

MONTHS = [date(2023 + k // 12, k % 12 + 1, 1) for k in range(36)]
PRODUCTS = ("Fibre", "Mobile", "TV", "Phone", "Bundle")
RIVALS = ("A", "B", "C", "D")


def sampled(rng: np.random.Generator, level: float, n: int) -> tuple[float, float]:
    """Value and Σv² of n NPS answers at a true level, 30 % passive."""
    p = 0.35 + level / 200
    up, _, down = rng.multinomial(n, [p, 0.3, 0.7 - p])
    return 100 * (up - down) / n, 1e4 * (up + down)


def market(seed: int, passed: tuple[str, str, int] | None = None, wobble: float = 1.5):
    """Ours and four rivals' by month and product; `passed` = (rival, product, months before the end) in which the
    rival gains 24 points. Levels wobble from month to month by more than sampling."""
    rng = np.random.default_rng(seed)
    shape = (len(MONTHS), len(PRODUCTS))
    n, total, squares = np.zeros(shape, dtype=np.int64), np.zeros(shape), np.zeros(shape)
    figures = []
    for p, product in enumerate(PRODUCTS):
        for m, month in enumerate(MONTHS):
            n[m, p] = 900
            value, squares[m, p] = sampled(rng, 35 + rng.normal(0, wobble), 900)
            total[m, p] = 900 * value
            for r, rival in enumerate(RIVALS):
                gain = 24 if passed and passed[:2] == (rival, product) and m >= len(MONTHS) - passed[2] else 0
                value, _ = sampled(rng, 23 + r * 4 + gain + rng.normal(0, wobble), 300)
                figures.append(figure(rival, value, 300, month, where=(("product", product),)))
    table = SumsTable(("month", "product"), (tuple(m.isoformat() for m in MONTHS), PRODUCTS), n, total, squares)
    return by_metric(figures), {"nps": [table, table.over("product")]}


def test_an_overtaking_in_one_product_is_found():
    figures, mine = market(2, ("B", "Mobile", 3))
    found = overtakings([NPS], figures, mine)
    assert [(o.company, o.where, o.by_them) for o in found] == [("B", (("product", "Mobile"),), True)]
    assert found[0].month == MONTHS[-3]
    assert found[0].before.lower > 0 > found[0].after.upper


def test_nothing_is_found_where_nothing_was_planted():
    """100 markets of 4 rivals × (5 products + total), nothing going on: at most 5 with any false overtaking."""
    false = sum(bool(overtakings([NPS], *market(seed))) for seed in range(100))
    assert false <= 5, false


def test_planted_overtakings_are_mostly_found():
    """A gain of 24 points over four months that turns a lead of 8 into a deficit of 16: at least 80 % found."""
    found = sum(
        any(o.company == "B" and o.where == (("product", "TV"),) and o.by_them for o in overtakings([NPS], *planted))
        for planted in (market(seed, ("B", "TV", 4)) for seed in range(30))
    )
    assert found >= 24, found


def test_the_other_way_round_we_overtake_them():
    figures, mine = market(3, ("A", "TV", 10))
    flipped = overtakings([NPS], figures, mine)
    assert [o.by_them for o in flipped] == [True]
    lower = Metric("nps", "Days", MetricKind.NPS, (0, 10), Better.LOWER)
    assert [o.by_them for o in overtakings([lower], figures, mine)] == [False]


def test_figures_without_n_or_for_other_slices_are_not_tested():
    figures, mine = market(1, ("B", "Mobile", 3))
    silent = {"nps": [Figure(f.metric, f.company, f.day, f.value, None, where=f.where) for f in figures["nps"]]}
    assert overtakings([NPS], silent, mine) == ()
    assert overtakings([NPS], {}, mine) == () and overtakings([NPS], figures, {}) == ()
