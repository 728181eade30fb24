"""What is, must be and should be, on small tables whose answers follow by counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from metrics.catalog import Axis, Thresholds
from metrics.estimate import Estimate
from metrics.figures import Figure
from metrics.intervals import difference
from metrics.metric import Better, Metric, MetricKind
from metrics.published import sums_of
from metrics.slices import NOT_RECORDED, Filters
from metrics.sums import SumsTable
from metrics.touchpoint_levels import Asked, Standard, TouchpointLevel, levels_of
from tests.metrics.sample import NPS
from tests.metrics.simulate import weeks

WEEKS = weeks(61)
TODAY = WEEKS[-1].last_day
PLACES = ("sales", "email", "call centre")
TOUCHPOINTS = Axis("touchpoint", "Touchpoint", PLACES)
MINIMUM = replace(NPS, minimum=15.0, aspiration=50.0)


def table(cells: dict[str, tuple[int, float] | list[tuple[int, float]]]) -> SumsTable:
    """n and mean per week: the same every week, or by week with the newest last (none before)."""
    shape = (len(WEEKS), len(cells))
    n, mean = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    for k, given in enumerate(cells.values()):
        listed = [given] * len(WEEKS) if isinstance(given, tuple) else given
        for i, (count, value) in enumerate(reversed(listed)):
            n[-1 - i, k], mean[-1 - i, k] = count, value
    labels = (tuple(week.start.isoformat() for week in WEEKS), tuple(cells))
    return SumsTable(("week", "touchpoint"), labels, n, n * mean, n * 80.0**2)


def asked(
    metric: Metric = MINIMUM, figures: tuple[Figure, ...] = (), filters: Filters | None = None, **named: int
) -> Asked:
    return Asked(metric, TOUCHPOINTS, WEEKS, figures, filters or Filters(), Thresholds(**named))


def by_place(given: Asked, sums: SumsTable) -> dict[str, TouchpointLevel]:
    return {row.place: row for row in levels_of(given, sums)}


def figure(value: float, n: int | None = 400, level: str = "adequate", day: date = WEEKS[-3].start,
           **where: str) -> Figure:  # fmt: skip
    return Figure("nps", "", day, value, n, None, level, "", tuple(sorted(where.items())))


def test_far_below_far_above_and_near_the_configured_minimum() -> None:
    rows = by_place(asked(), table({"sales": (200, 50.0), "email": (200, 17.0), "call centre": (200, -20.0)}))
    assert [rows[place].standard for place in PLACES] == [Standard.MEETS, Standard.UNSURE, Standard.BELOW]
    assert rows["sales"].must_be is not None and rows["sales"].must_be.origin == "set in the configuration"
    assert rows["sales"].should_be is not None and rows["sales"].should_be.value == 50.0
    gap = rows["call centre"].gap
    assert gap.value == pytest.approx(-35.0)
    assert gap.upper is not None and gap.upper < 0


def test_of_many_compared_a_p_just_below_five_per_cent_is_no_verdict() -> None:
    """Benjamini–Hochberg: alone p = .03 is a signal; beside two that are not, .03 · 3 = .09 is none."""
    near = 15 - 1.96 * 80 / np.sqrt(200) * 1.1
    alone = by_place(asked(), table({"sales": (200, near)}))
    beside = by_place(asked(), table({"sales": (200, near), "email": (200, 15.0), "call centre": (200, 16.0)}))
    p = beside["sales"].p
    assert p is not None and 0.05 / 3 < p < 0.05
    assert alone["sales"].standard is Standard.BELOW
    assert beside["sales"].standard is Standard.UNSURE


def test_nothing_is_broken_by_a_minimum_that_is_stale() -> None:
    """As on the cards and the Expectations page: a stale figure is shown and never a signal (METHODS §4)."""
    sums = table({"sales": (200, 50.0), "email": (200, -40.0)})
    for day, standards in ((WEEKS[-3].start, "meets it, below minimum"), (WEEKS[0].start, "cannot tell, cannot tell")):
        rows = by_place(asked(NPS, (figure(15.0, day=day),)), sums)
        assert ", ".join(rows[place].standard for place in ("sales", "email")) == standards
        assert rows["email"].gap.value == pytest.approx(-55.0)


def test_a_level_stated_for_the_touchpoint_goes_before_one_for_all_before_the_configured() -> None:
    figures = (figure(5.0, touchpoint="email"), figure(20.0), figure(60.0, level="desired", touchpoint="email"))
    rows = by_place(asked(figures=figures), table(dict.fromkeys(PLACES, (200, 30.0))))
    email, sales = rows["email"], rows["sales"]
    assert email.must_be is not None and (email.must_be.value, email.must_be.own) == (pytest.approx(5.0), True)
    assert sales.must_be is not None and (sales.must_be.value, sales.must_be.own) == (pytest.approx(20.0), False)
    assert email.should_be is not None and email.should_be.value == pytest.approx(60.0)
    assert sales.should_be is not None and sales.should_be.origin == "set in the configuration"
    assert "n 400" in email.must_be.origin


def test_a_touchpoints_own_level_is_used_under_a_filter_that_it_cannot_answer_and_says_so() -> None:
    figures = (figure(5.0, touchpoint="email"), figure(20.0, segment="Families"), figure(30.0, segment="Students"))
    given = asked(figures=figures, filters=Filters.of({"segment": ["Families"]}))
    rows = by_place(given, table(dict.fromkeys(PLACES, (200, 30.0))))
    email, sales = rows["email"].must_be, rows["sales"].must_be
    assert email is not None and email.value == pytest.approx(5.0)
    assert "not by segment: figure for all" in email.origin
    assert sales is not None and sales.value == pytest.approx(20.0)


def test_the_gap_to_a_stated_level_is_the_difference_of_two_samples() -> None:
    stated = figure(20.0, 400)
    sums = table({"sales": (200, 30.0)})
    found = by_place(asked(figures=(stated,)), sums)["sales"].gap
    theirs = sums_of(NPS, stated)
    assert theirs is not None
    want = difference(NPS, sums.at(60, 0), theirs)
    assert (found.value, found.lower, found.upper) == pytest.approx((want.value, want.lower, want.upper))


def test_a_level_without_an_n_gives_a_gap_but_no_verdict() -> None:
    found = by_place(asked(figures=(figure(60.0, None),)), table({"sales": (200, 0.0)}))["sales"]
    assert found.gap.value == pytest.approx(-60.0)
    assert (found.gap.lower, found.p, found.standard) == (None, None, Standard.UNSURE)


def test_an_old_level_is_marked_and_one_of_the_future_is_not_known() -> None:
    old = figure(20.0, day=date(TODAY.year - 2, 1, 1))
    found = by_place(asked(figures=(old,)), table({"sales": (200, 30.0)}))["sales"].must_be
    assert found is not None and "stale since" in found.origin
    later = figure(20.0, day=date(TODAY.year + 1, 1, 1))
    found = by_place(asked(figures=(later,)), table({"sales": (200, 30.0)}))["sales"].must_be
    assert found is not None and found.origin == "set in the configuration"


def test_few_answers_a_week_are_pooled_backwards_until_enough() -> None:
    rows = by_place(asked(), table({"sales": (12, 40.0), "email": (200, 40.0), "call centre": [(20, 0.0), (29, 0.0)]}))
    assert [(rows[p].weeks, rows[p].estimate.n) for p in PLACES] == [(3, 36), (1, 200), (2, 49)]


def test_silent_too_few_and_no_minimum_are_words_and_not_tested() -> None:
    sums = table({"sales": [*[(90, 0.0)] * 50, *[(0, 0.0)] * 3], "email": [(4, -100.0)], "call centre": (90, 0.0)})
    rows = by_place(asked(), sums)
    assert rows["sales"].standard is Standard.SILENT
    assert rows["sales"].estimate.value is None
    assert rows["sales"].last_heard == WEEKS[-4].last_day
    assert rows["email"].standard is Standard.TOO_FEW
    assert rows["email"].estimate.value is None
    assert (rows["sales"].p, rows["email"].p) == (None, None)
    bare = by_place(asked(NPS), sums)
    assert bare["call centre"].standard is Standard.NO_MINIMUM
    assert bare["call centre"].estimate.value == pytest.approx(0.0)


def test_a_rare_touchpoint_is_not_silent_after_three_quiet_weeks() -> None:
    sums = table({"sales": [*[(1, 0.0), (0, 0.0)] * 20, *[(0, 0.0)] * 3]})
    assert by_place(asked(), sums)["sales"].standard is not Standard.SILENT


def test_what_is_configured_but_never_heard_of_is_silent() -> None:
    found = by_place(asked(), table({"sales": (90, 0.0)}))["email"]
    assert (found.standard, found.last_heard) == (Standard.SILENT, None)


def test_a_hidden_place_does_not_follow_from_the_others_over_the_same_weeks() -> None:
    """Three answers and twenty-one over the same year: the smaller shown one is hidden as well (METHODS §8)."""
    sums = table({"sales": [(3, 0.0)], "email": [(21, 0.0)], "call centre": (90, -40.0)})
    rows = by_place(asked(), sums)
    assert [rows[p].standard for p in PLACES] == [Standard.TOO_FEW, Standard.TOO_FEW, Standard.BELOW]
    assert rows["email"].estimate == Estimate(None, None, None, 21, "held back")


def test_where_lower_is_better_above_the_limit_is_broken() -> None:
    days = Metric("days", "Days", MetricKind.MEAN, (-500, 500), Better.LOWER, minimum=10.0)
    rows = by_place(asked(days), table({"sales": (200, 40.0), "email": (200, -20.0)}))
    assert (rows["sales"].standard, rows["email"].standard) == (Standard.BELOW, Standard.MEETS)


def test_only_what_the_filters_keep_and_what_has_a_name_is_a_row() -> None:
    given = replace(asked(filters=Filters.of({"touchpoint": ["email"]})),
                    axis=replace(TOUCHPOINTS, values=(*PLACES, NOT_RECORDED)))  # fmt: skip
    sums = table(dict.fromkeys((*PLACES, NOT_RECORDED), (90, 0.0)))
    assert [row.place for row in levels_of(given, sums)] == ["email"]
    open_ = replace(given, filters=Filters())
    assert [row.place for row in levels_of(open_, sums)] == list(PLACES)
