"""Our own answers over the days that competitors' figures stand for, so that like is held against like."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data_sources.errors import Unavailable
from data_sources.view import View
from metrics.estimate import shown
from metrics.figure_series import Points, stretch
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.periods import Period
from metrics.rivals import Side
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

POOLED_MONTHS = 12
"""Ours is pooled backwards over at most a year, as theirs is (metrics/published.py)."""
SURVEY = "our own survey"


@dataclass(frozen=True)
class OurAnswers:
    """One metric of ours in one view, over any span of days."""

    view: View
    metric: Metric

    def span(self) -> Period | None:
        """The days that the competitors' answers span; None where their figures are published ones."""
        try:
            return self.view.room.answers_span()
        except Unavailable as error:
            self.view.room.note_trouble("benchmarks", str(error))
            return None

    def side(self, window: Period, *, pool: bool) -> Side:
        """Ours over the window; with `pool` backwards by months until there are enough answers, a year at most."""
        name, thresholds = self.view.catalog.company, self.view.catalog.thresholds
        sums, first, pooled = self.sums(window), window.start, 1
        while pool and sums.n < thresholds.competitor_n and pooled < POOLED_MONTHS:
            first, pooled = (first.replace(day=1) - timedelta(days=1)).replace(day=1), pooled + 1
            sums = self.sums(Period(first, window.end))
        given = shown(estimate(self.metric, sums), thresholds.show_number)
        marks = (f"{pooled} months pooled",) if pooled > 1 else ()
        return Side(
            name, given, sums, window.end - timedelta(days=1), SURVEY, self.view.catalog.kind, marks, since=first
        )

    def sums(self, window: Period, filters: Filters | None = None) -> Sums:
        """Our sums over the window, in the view's scope or another one's filters."""
        scope = self.view.scope if filters is None else replace(self.view.scope, filters=filters)
        months = self._months(window)
        if months is None:
            return self.view.room.between(window, scope).sums(self.metric).whole()
        return self.view.room.sums(self.metric, months, scope).whole() if months else NOTHING

    def by(self, window: Period, axis: str) -> dict[str, Sums]:
        """Our sums over the window by the values of an axis."""
        months, room, scope = self._months(window), self.view.room, self.view.scope
        if months == ():
            return {}
        cells = room.between(window, scope, (axis,)) if months is None else room.slice(months, scope, (axis,))
        table = cells.sums(self.metric, (axis,))
        table = table.over(table.axes[0])
        return {value: table.at(place) for place, value in enumerate(table.labels[0])}

    def points(self, since: date, step: int = 1) -> Points:
        """Our months from the one of `since` on, up to the week's end, `step` of the calendar together; those with
        too few answers are left out."""
        until, first = self.view.week.end, since.replace(day=1)
        months = [month for month in self.view.room.months if first <= month.start.replace(day=1) < until]
        if not months:
            return ()
        months[-1] = replace(months[-1], end=min(months[-1].end, until))
        table = self.view.room.sums(self.metric, tuple(months), self.view.scope)
        pooled: dict[date, Sums] = defaultdict(lambda: NOTHING)
        for i, month in enumerate(months):
            pooled[stretch(month.start, step)] += table.at(i)
        enough = ((day, sums) for day, sums in pooled.items() if sums.n >= self.view.fewest)
        return tuple((day, estimate(self.metric, sums)) for day, sums in enough)

    def _months(self, window: Period) -> tuple[Period, ...] | None:
        """The months that begin in the window, up to the week's end; None where the competitors' answers are counted by
        the day and the window cuts a month."""
        if self.span() is not None and (window.start.day != 1 or window.end.day != 1):
            return None
        held = (m for m in self.view.room.months if window.start <= m.start.replace(day=1) < window.end)
        until = self.view.week.end
        return tuple(replace(m, end=min(m.end, until)) for m in held if m.start < until)
