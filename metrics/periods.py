"""Weeks, months and the atoms between their boundaries, computed in Python so that they have one meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

WEEK = timedelta(days=7)
FEBRUARY_GAP = 32
"""Any first of a month plus 32 days lies in the next month."""


TEXTS = 4096
"""Periods whose words are kept: every week and month of twenty years (data_sources/cube/build.py), twice over. The
week's choice names them all at every click."""


class Grain(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` up to, but not including, `end`."""

    start: date
    end: date
    grain: Grain = Grain.WEEK

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.end - timedelta(days=1)

    @lru_cache(maxsize=TEXTS)  # noqa: B019  periods are values: what is kept is bounded and the same for all
    def text(self) -> str:
        """As on screen: "9–15 Nov 2026", "Nov 2026"."""
        if self.grain is Grain.MONTH:
            return f"{self.start:%b %Y}"
        first, last = self.start, self.last_day
        if first.year != last.year:
            return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"
        if first.month != last.month:
            return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"
        return f"{first.day}–{last.day} {last:%b %Y}"


def week_start(day: date, first_weekday: int) -> date:
    """The start of the week that holds `day`; `first_weekday` 0 is Monday, 6 is Sunday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def week_of(day: date, first_weekday: int) -> Period:
    """The week that holds `day`."""
    start = week_start(day, first_weekday)
    return Period(start, start + WEEK)


def weeks_between(first: date, last: date, first_weekday: int) -> tuple[Period, ...]:
    """Every week that holds a day from `first` to `last`, in order; none when last < first."""
    start, weeks = week_start(first, first_weekday), []
    while start <= last:
        weeks.append(Period(start, start + WEEK))
        start += WEEK
    return tuple(weeks)


def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=FEBRUARY_GAP)).replace(day=1), Grain.MONTH)


def months_between(first: date, last: date) -> tuple[Period, ...]:
    """Every month that holds a day from `first` to `last`, in order."""
    months = [month_of(first)]
    while months[-1].end <= last:
        months.append(month_of(months[-1].end))
    return tuple(months) if first <= last else ()


def atoms(weeks: Sequence[Period]) -> tuple[Period, ...]:
    """The pieces between consecutive week starts and month starts over whole weeks: weeks and months are sums
    of atoms. `grain` is WEEK for a whole week, MONTH for a piece cut by the turn of a month."""
    pieces: list[Period] = []
    for week in weeks:
        turn = month_of(week.start).end
        if week.start < turn < week.end:
            pieces += [Period(week.start, turn, Grain.MONTH), Period(turn, week.end, Grain.MONTH)]
        else:
            pieces.append(week)
    return tuple(pieces)
