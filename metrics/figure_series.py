"""Figures from elsewhere as a line over time: one value a day on which figures stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from math import inf
from statistics import fmean, median

from metrics.estimate import Estimate
from metrics.figures import Figure
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.published import matching, sums_of
from metrics.slices import Filters
from metrics.sums import NOTHING

Series = tuple[tuple[date, float], ...]
STEPS = (1, 3, 12)
"""A month, a quarter, a year."""
Points = tuple[tuple[date, Estimate], ...]


def figure_series(figures: Sequence[Figure], filters: Filters, fewest: int = 0) -> Series:
    """The figures of one company or one level that hold for the filters, combined by n within a day (plain mean
    where an n is not stated). A day on which they count fewer than `fewest` answers is left out: one reviewer is no
    line. Empty without figures."""
    return tuple((day, _combined(together)) for day, together in _by_day(figures, filters, fewest))


def figure_points(
    metric: Metric, figures: Sequence[Figure], filters: Filters, fewest: int = 0, months: int = 1
) -> Points:
    """The same line with the interval of every value, without one where an n is not stated; with `months` above 1
    one value for so many months of the calendar, on their first day."""
    pooled = _by_day(figures, filters, fewest, months)
    return tuple((day, _estimated(metric, together)) for day, together in pooled)


def steady_step(figures: Sequence[Sequence[Figure]], filters: Filters, enough: int) -> int:
    """Months to be pooled so that a point of a usual line has `enough` answers: 1, 3 or 12. Lines of a handful of
    answers a month show nothing but chance. An n that is not stated counts as enough."""
    for months in STEPS[:-1]:
        sizes = [_answers(together) for own in figures for _, together in _by_day(own, filters, 0, months)]
        if not sizes or median(sizes) >= enough:
            return months
    return STEPS[-1]


def stretch(day: date, months: int) -> date:
    """The first day of the so many months of the calendar that hold a day; with 1, of its month."""
    start = (day.year * 12 + day.month - 1) // months * months
    return date(start // 12, start % 12 + 1, 1)


def _by_day(
    figures: Sequence[Figure], filters: Filters, fewest: int, months: int = 1
) -> Iterator[tuple[date, list[Figure]]]:
    if not figures:
        return
    by_day: dict[date, list[Figure]] = defaultdict(list)
    for figure in matching(figures, filters)[0]:
        by_day[figure.day if months == 1 else stretch(figure.day, months)].append(figure)
    yield from ((day, by_day[day]) for day in sorted(by_day) if _answers(by_day[day]) >= fewest)


def _estimated(metric: Metric, figures: Sequence[Figure]) -> Estimate:
    total = NOTHING
    for part in (sums_of(metric, figure) for figure in figures):
        if part is None:
            return Estimate(_combined(figures), None, None, None, "no interval: n not stated")
        total += part
    return estimate(metric, total)


def _answers(figures: Sequence[Figure]) -> float:
    """How many answers stand behind figures; without limit where an n is not stated."""
    return inf if any(figure.n is None for figure in figures) else sum(figure.n or 0 for figure in figures)


def _combined(figures: Sequence[Figure]) -> float:
    weights = [figure.n or 0 for figure in figures]
    if not all(weights):
        return fmean(figure.value for figure in figures)
    return fmean((figure.value for figure in figures), weights)


def held(series: Series, day: date) -> float | None:
    """The newest figure not later than a day; None before the first."""
    return next((value for since, value in reversed(series) if since <= day), None)
