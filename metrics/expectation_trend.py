"""Whether expectations themselves move: each level by period, and the newest against the year before (METHODS §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import nan
from statistics import fmean

import numpy as np

from metrics.comparators import NO_INTERVAL
from metrics.discovery import benjamini_hochberg
from metrics.estimate import NO_ESTIMATE, Estimate, Verdict, shown
from metrics.expectation import LEVELS
from metrics.figures import Figure
from metrics.intervals import difference, estimate, z_test
from metrics.metric import Metric
from metrics.published import YEAR, matching, one_source, sums_of
from metrics.servqual import FALSE_DISCOVERIES
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

ABOUT_A_YEAR = timedelta(days=46)
"""Half a quarter: a figure that lies further from a year back than this is of another season."""


@dataclass(frozen=True, slots=True)
class LevelTrend:
    """One level of one metric over time: (first day of the period, estimate) ascending. `change` is the newest minus
    the one a year before, which is of `before` (None where there is none)."""

    metric: Metric
    level: str
    points: tuple[tuple[date, Estimate], ...]
    change: Estimate = NO_ESTIMATE
    before: date | None = None
    p: float | None = None
    verdict: Verdict = Verdict.TOO_FEW

    @property
    def label(self) -> str:
        """The level in plain words."""
        return LEVELS[self.level][0] if self.level in LEVELS else self.level


def level_trends(
    metric: Metric, figures: Sequence[Figure], filters: Filters, today: date, fewest: int
) -> tuple[LevelTrend, ...]:
    """One trend a level, in the order of LEVELS, of the figures that hold for the filters and had begun by `today`; not
    judged yet. Figures of one period are added up by n; of several publishers or kinds the newest one is read, because
    another panel is no change (metrics.published.one_source)."""
    levels: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.day <= today:
            levels[figure.level].append(figure)
    order = [level for level in LEVELS if level in levels] + sorted(levels.keys() - LEVELS.keys())
    return tuple(_trend(metric, level, levels[level], filters, fewest) for level in order)


def judged_trends(trends: Sequence[LevelTrend]) -> tuple[tuple[LevelTrend, ...], int]:
    """The trends with their verdicts, all changes tested together (Benjamini–Hochberg), and how many were tested."""
    p = np.array([nan if trend.p is None else trend.p for trend in trends], dtype=np.float64)
    signals = benjamini_hochberg(p, FALSE_DISCOVERIES).tolist()
    told = tuple(_told(trend, bool(signal)) for trend, signal in zip(trends, signals, strict=True))
    return told, int((~np.isnan(p)).sum())


def _told(trend: LevelTrend, signal: bool) -> LevelTrend:
    if trend.change.value is None:
        return trend
    return replace(trend, verdict=Verdict.SIGNAL if signal else Verdict.ROUTINE)


def _trend(metric: Metric, level: str, figures: Sequence[Figure], filters: Filters, fewest: int) -> LevelTrend:
    kept, _ = matching(one_source(figures), filters)
    by_day: dict[date, list[Figure]] = defaultdict(list)
    for figure in kept:
        by_day[figure.day].append(figure)
    if not by_day:
        return LevelTrend(metric, level, ())
    periods = {day: _added(metric, by_day[day]) for day in sorted(by_day)}
    points = tuple((day, _shown(metric, by_day[day], periods[day], fewest)) for day in periods)
    last = points[-1][0]
    before = _year_before(tuple(periods), last)
    if before is None:
        return LevelTrend(metric, level, points)
    now, then = dict(points)[last], dict(points)[before]
    if now.value is None or then.value is None:
        return LevelTrend(metric, level, points, before=before)
    ours, theirs = periods[last], periods[before]
    if ours is None or theirs is None:
        change = Estimate(now.value - then.value, None, None, None, NO_INTERVAL)
        return LevelTrend(metric, level, points, change, before)
    tested = z_test(metric, ours, theirs)
    return LevelTrend(metric, level, points, difference(metric, ours, theirs), before, tested[1] if tested else None)


def _year_before(days: Sequence[date], last: date) -> date | None:
    """The period nearest to a year before the last, if one is about there."""
    wanted = last - YEAR
    near = [day for day in days if abs(day - wanted) <= ABOUT_A_YEAR]
    return min(near, key=lambda day: abs(day - wanted), default=None)


def _added(metric: Metric, figures: Sequence[Figure]) -> Sums | None:
    """The sums of one period; None where an n is not stated."""
    parts = [sums_of(metric, figure) for figure in figures]
    known = [part for part in parts if part is not None]
    return sum(known, NOTHING) if len(known) == len(parts) else None


def _shown(metric: Metric, figures: Sequence[Figure], sums: Sums | None, fewest: int) -> Estimate:
    if sums is None:
        return Estimate(fmean(figure.value for figure in figures), None, None, None, NO_INTERVAL)
    return shown(estimate(metric, sums), fewest)
