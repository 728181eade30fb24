"""The 6–12 picture: the last six weeks beside the last twelve months, this year over last (METHODS §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from metrics.estimate import NO_ESTIMATE, Estimate, shown
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.periods import Grain, Period
from metrics.sums import SumsTable

WEEKS_SHOWN, MONTHS_SHOWN = 6, 12
"""Amazon's weekly business review (working-backwards, "WBR App")."""
WEEKS_A_YEAR, MONTHS_A_YEAR = 52, 12
"""A week is held against the one 52 weeks back (same weekdays), a month against the same month."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One period and the same a year before; an estimate without value where there is none. `partial` says that the
    period had not ended: its value is shown, but it is not a whole month."""

    period: Period
    now: Estimate
    year_before: Estimate
    partial: bool = False


@dataclass(frozen=True, slots=True)
class SixTwelve:
    """Weeks and months, each oldest first and ending with the reviewed week and the month it ends in."""

    metric: Metric
    weeks: tuple[Pair, ...]
    months: tuple[Pair, ...]


def six_twelve(metric: Metric, weeks: SumsTable, months: SumsTable, reviewed: Period, fewest: int = 1) -> SixTwelve:
    """From sums with the axes ("week",) and ("month",), labelled by ISO date of the period's start.

    The tables may start anywhere and have gaps; ideally they hold 58 weeks and 24 months. What lies after the reviewed
    week is left out; the month that the week's last day is in is partial unless the day is its last. Periods before the
    tables begin are left out, a year before them is without value, as is a period with fewer than `fewest` answers.
    Raises ValueError for tables with other axes.
    """
    for table, axis in ((weeks, Grain.WEEK), (months, Grain.MONTH)):
        if table.axes != (axis.value,):
            raise ValueError(
                f"the 6–12 picture needs sums by ({axis.value!r},), got {table.axes}: sum over the rest first"
            )
    by_week, by_month = _estimates(metric, weeks, fewest), _estimates(metric, months, fewest)
    last = reviewed.last_day
    return SixTwelve(
        metric,
        tuple(
            Pair(week, by_week[week.start], by_week.get(weeks_back(week, WEEKS_A_YEAR).start, NO_ESTIMATE))
            for week in (weeks_back(reviewed, k) for k in reversed(range(WEEKS_SHOWN)))
            if week.start in by_week
        ),
        tuple(
            Pair(month, by_month[month.start], _year_before(by_month, month), month.end > reviewed.end)
            for month in (months_back(last, k) for k in reversed(range(MONTHS_SHOWN)))
            if month.start in by_month
        ),
    )


def weeks_back(week: Period, count: int) -> Period:
    """The week `count` weeks before."""
    length = week.end - week.start
    return Period(week.start - count * length, week.end - count * length)


def months_back(day: date, count: int) -> Period:
    """The calendar month `count` months before the one that holds `day`."""
    number = day.year * MONTHS_A_YEAR + day.month - 1 - count
    return Period(_first(number), _first(number + 1), Grain.MONTH)


def periods_needed(reviewed: Period) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The weeks and months that the picture reads, oldest first."""
    weeks = tuple(weeks_back(reviewed, k) for k in reversed(range(WEEKS_A_YEAR + WEEKS_SHOWN)))
    months = tuple(months_back(reviewed.last_day, k) for k in reversed(range(MONTHS_A_YEAR + MONTHS_SHOWN)))
    return weeks, months


def _first(number: int) -> date:
    return date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1)


def _estimates(metric: Metric, table: SumsTable, fewest: int) -> dict[date, Estimate]:
    days = (date.fromisoformat(day) for day in table.labels[0])
    return {day: shown(estimate(metric, table.at(k)), fewest) for k, day in enumerate(days)}


def _year_before(by_month: dict[date, Estimate], month: Period) -> Estimate:
    return by_month.get(months_back(month.start, MONTHS_A_YEAR).start, NO_ESTIMATE)
