"""Figures from elsewhere as a line over time: one value a day on which figures stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from math import inf
from statistics import fmean

from metrics.figures import Figure
from metrics.published import matching
from metrics.slices import Filters

Series = tuple[tuple[date, float], ...]


def figure_series(figures: Sequence[Figure], filters: Filters, fewest: int = 0) -> Series:
    """The figures of one company or one level that hold for the filters, combined by n within a day (plain mean
    where an n is not stated). A day on which they count fewer than `fewest` answers is left out: one reviewer is no
    line. Empty without figures."""
    if not figures:
        return ()
    kept, _ = matching(figures, filters)
    by_day: dict[date, list[Figure]] = defaultdict(list)
    for figure in kept:
        by_day[figure.day].append(figure)
    enough = (day for day in sorted(by_day) if _answers(by_day[day]) >= fewest)
    return tuple((day, _combined(by_day[day])) for day in enough)


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
