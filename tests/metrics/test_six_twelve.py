from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from metrics.estimate import NO_ESTIMATE
from metrics.intervals import estimate
from metrics.periods import Grain, Period, week_of
from metrics.six_twelve import months_back, periods_needed, six_twelve, weeks_back
from metrics.sums import SumsTable
from tests.metrics.sample import NPS

REVIEWED = week_of(date(2026, 11, 11), 0)


def table(periods: tuple[Period, ...], axis: str) -> SumsTable:
    """n counts up from 100 so that every period has sums of its own."""
    n = 100 + np.arange(len(periods))
    stamps = tuple(period.start.isoformat() for period in periods)
    return SumsTable((axis,), (stamps,), n, n * 30.0 + np.arange(len(periods)), n * 6100.0)


WEEKS, MONTHS = periods_needed(REVIEWED)


def picture(skip_weeks: int = 0, skip_months: int = 0):
    return six_twelve(NPS, table(WEEKS[skip_weeks:], "week"), table(MONTHS[skip_months:], "month"), REVIEWED)


def test_six_weeks_and_twelve_months_end_with_the_reviewed():
    shown = picture()
    assert [pair.period for pair in shown.weeks] == list(WEEKS[-6:])
    assert shown.weeks[-1].period.start == date(2026, 11, 9)
    assert [pair.period.start for pair in shown.months][::11] == [date(2025, 12, 1), date(2026, 11, 1)]


def test_every_period_is_held_against_the_same_a_year_before():
    shown, weeks, months = picture(), table(WEEKS, "week"), table(MONTHS, "month")
    assert shown.weeks[-1].now == estimate(NPS, weeks.at(57))
    assert shown.weeks[-1].year_before == estimate(NPS, weeks.at(5))
    assert WEEKS[5].start == date(2025, 11, 10)  # the same Monday, 52 weeks back
    assert shown.months[0].now == estimate(NPS, months.at(12))
    assert shown.months[0].year_before == estimate(NPS, months.at(0))


def test_a_month_that_has_not_ended_is_partial():
    shown = picture()
    assert [pair.partial for pair in shown.months] == [False] * 11 + [True]
    whole = week_of(date(2026, 5, 27), 0)  # 25–31 May 2026 ends with the month
    weeks, months = periods_needed(whole)
    assert not six_twelve(NPS, table(weeks, "week"), table(months, "month"), whole).months[-1].partial


def test_a_young_company_has_fewer_periods_and_no_year_before():
    shown = picture(skip_weeks=54, skip_months=22)
    assert (len(shown.weeks), len(shown.months)) == (4, 2)
    assert {pair.year_before for pair in (*shown.weeks, *shown.months)} == {NO_ESTIMATE}


def test_periods_across_the_turn_of_the_year():
    assert months_back(date(2026, 1, 15), 1) == Period(date(2025, 12, 1), date(2026, 1, 1), Grain.MONTH)
    assert months_back(date(2026, 12, 31), 0).end == date(2027, 1, 1)
    assert weeks_back(REVIEWED, 52).start == date(2025, 11, 10)
    assert (len(WEEKS), len(MONTHS)) == (58, 24)


def test_a_table_by_more_than_time_is_refused():
    by_region = SumsTable(("week", "region"), ((), ()), *(np.zeros((0, 0)) for _ in range(3)))
    with pytest.raises(ValueError, match="sum over the rest first"):
        six_twelve(NPS, by_region, table(MONTHS, "month"), REVIEWED)


def test_a_period_with_fewer_answers_than_may_be_shown_has_no_value():
    few = six_twelve(NPS, table(WEEKS, "week"), table(MONTHS, "month"), REVIEWED, 100 + len(WEEKS) - 1)
    assert [pair.now.value is None for pair in few.weeks] == [True] * 5 + [False]
    assert few.weeks[0].now.n == 100 + len(WEEKS) - 6
    assert all(pair.year_before.value is None for pair in few.weeks)
