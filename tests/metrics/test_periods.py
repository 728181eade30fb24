from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import Grain, Period, atoms, month_of, months_between, week_of, week_start, weeks_between

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
weekdays = st.integers(0, 6)


@pytest.mark.parametrize("day", [date(2026, 11, 15), date(2020, 12, 31), date(2021, 1, 3), date(2024, 2, 29)])
def test_monday_weeks_are_iso_8601(day: date) -> None:
    """The standard library's ISO calendar is the authority."""
    year, week, _ = day.isocalendar()
    assert week_start(day, 0) == date.fromisocalendar(year, week, 1)


def test_weeks_that_start_on_sunday() -> None:
    """15 November 2026 is a Sunday."""
    assert week_of(date(2026, 11, 15), 6) == Period(date(2026, 11, 15), date(2026, 11, 22))
    assert week_of(date(2026, 11, 14), 6) == Period(date(2026, 11, 8), date(2026, 11, 15))


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2024, 2, 1), date(2024, 3, 1)),
        (date(2023, 2, 28), date(2023, 3, 1)),
        (date(2026, 1, 1), date(2026, 2, 1)),
    ],
)
def test_months_end_where_the_next_begins(day: date, end: date) -> None:
    assert month_of(day).end == end
    assert month_of(day).grain is Grain.MONTH


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period(date(2026, 11, 9), date(2026, 11, 16)), "9–15 Nov 2026"),
        (Period(date(2026, 9, 28), date(2026, 10, 5)), "28 Sep – 4 Oct 2026"),
        (Period(date(2026, 12, 28), date(2027, 1, 4)), "28 Dec 2026 – 3 Jan 2027"),
        (month_of(date(2026, 11, 9)), "Nov 2026"),
    ],
)
def test_periods_in_words(period: Period, text: str) -> None:
    assert period.text() == text


def test_none_when_the_last_comes_before_the_first() -> None:
    assert weeks_between(date(2026, 11, 16), date(2026, 11, 15), 0) == ()
    assert months_between(date(2026, 11, 1), date(2026, 10, 31)) == ()
    assert atoms(()) == ()


def test_a_year_has_twelve_months() -> None:
    months = months_between(date(2024, 1, 31), date(2024, 12, 1))
    assert [month.start.month for month in months] == list(range(1, 13))
    assert sum((month.end - month.start).days for month in months) == 366


def test_atoms_are_cut_where_a_month_turns_inside_a_week() -> None:
    weeks = weeks_between(date(2026, 10, 26), date(2026, 11, 8), 0)
    assert atoms(weeks) == (
        Period(date(2026, 10, 26), date(2026, 11, 1), Grain.MONTH),
        Period(date(2026, 11, 1), date(2026, 11, 2), Grain.MONTH),
        Period(date(2026, 11, 2), date(2026, 11, 9)),
    )


def test_a_month_that_turns_with_the_week_cuts_nothing() -> None:
    """1 June 2026 is a Monday."""
    weeks = weeks_between(date(2026, 5, 25), date(2026, 6, 7), 0)
    assert atoms(weeks) == weeks


@given(days, weekdays)
def test_every_day_lies_in_its_week_of_seven_days(day: date, first: int) -> None:
    week = week_of(day, first)
    assert week.start <= day <= week.last_day
    assert week.end - week.start == timedelta(days=7)
    assert week.start.weekday() == first


@given(days, st.integers(0, 800), weekdays)
def test_weeks_cover_without_gap_or_overlap(first_day: date, length: int, first: int) -> None:
    last_day = first_day + timedelta(days=length)
    weeks = weeks_between(first_day, last_day, first)
    assert weeks[0].start <= first_day < weeks[0].end
    assert weeks[-1].start <= last_day < weeks[-1].end
    assert all(a.end == b.start for a, b in pairwise(weeks))


@given(days, st.integers(0, 2000))
def test_months_cover_without_gap_or_overlap(first_day: date, length: int) -> None:
    last_day = first_day + timedelta(days=length)
    months = months_between(first_day, last_day)
    assert months[0].start <= first_day < months[0].end
    assert months[-1].start <= last_day < months[-1].end
    assert all(a.end == b.start and a.start.day == 1 for a, b in pairwise(months))


@given(days, st.integers(0, 400), weekdays)
def test_atoms_tile_the_weeks_and_lie_in_one_week_and_one_month(first_day: date, length: int, first: int) -> None:
    """What lets weeks and months be sums of the same cells."""
    weeks = weeks_between(first_day, first_day + timedelta(days=length), first)
    pieces = atoms(weeks)
    assert (pieces[0].start, pieces[-1].end) == (weeks[0].start, weeks[-1].end)
    assert all(a.end == b.start for a, b in pairwise(pieces))
    for piece in pieces:
        assert week_of(piece.start, first) == week_of(piece.last_day, first)
        assert month_of(piece.start) == month_of(piece.last_day)
        assert (piece.grain is Grain.WEEK) == ((piece.end - piece.start).days == 7)
