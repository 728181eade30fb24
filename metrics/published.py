"""Published figures as sums: what a competitor's or an expectation's figures say about a slice at a date.

A figure with an n is turned back into sums (n, Σ(v−c), Σ(v−c)²), so that figures add up over months and slices,
weighted by n, and meet ours in the same formulas (metrics/intervals.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median

from metrics.figures import Figure
from metrics.metric import Metric
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

POOLED_MONTHS = 12
"""A small panel is pooled backwards over at most a year: longer would mix seasons that no longer hold."""
YEAR = timedelta(days=365)
MONTH = timedelta(days=31)
KEPT_IN_MIND = 2 * YEAR
"""Figures looked at first: the newest and a year to pool behind any of the last year. Older ones only where a slice
has no others."""

Figures = Mapping[str, Sequence[Figure]]
"""Figures by metric id."""
Where = tuple[tuple[str, str], ...]
"""A slice: (axis, value), none for everything."""
Grains = Mapping[tuple[str, ...], Sequence[Figure]]
"""Figures by the axes that they divide."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the newest figures of one company (or of one level of expectation) come to. `sums` is None where an n
    is not stated; then `value` is the plain mean of the cells. `since` is the day of the oldest figure used, `end`
    when the newest one's period ends, as far as the spacing of the figures tells; `notes` say what limits it."""

    company: str
    level: str
    publisher: str
    value: float
    sums: Sums | None
    as_of: date
    end: date
    assumed_spread: bool
    notes: tuple[str, ...]
    kind: str = ""
    since: date | None = None


def by_metric(figures: Iterable[Figure]) -> Figures:
    """Figures grouped once, so that a page does not search all of them for every card."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.metric].append(figure)
    return groups


def sums_of(metric: Metric, figure: Figure) -> Sums | None:
    """The sums that a figure stands for; None where its n is not stated.

    With a standard error s the spread is known: variance n·s². Without one it is the widest that n responses with
    that mean can have, everybody at one end of the scale: (high − m)(m − low) (Bhatia & Davis 2000,
    doi:10.1080/00029890.2000.12005203). For shares that is exact; for a net score (no passives) and a mean it makes
    the interval too wide, never too narrow.
    """
    if figure.n is None:
        return None
    if figure.n == 0:
        return NOTHING
    n, mean = figure.n, figure.value - metric.centre
    if figure.standard_error is None:
        low, high = (bound - metric.centre for bound in metric.bounds)
        return Sums(n, n * mean, n * (mean * (low + high) - low * high))
    return Sums(n, n * mean, n * mean * mean + (n - 1) * n * figure.standard_error**2)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one company (or of one level of expectation) on a day, whatever is filtered: the figures of its
    one source, those looked at first, both by grain (the axes that they divide), and how long one figure stands."""

    every: Grains
    recent: Grains
    reach: timedelta | None
    lasts: timedelta

    def standing(self, metric: Metric, filters: Filters, enough: int) -> tuple[Standing | None, tuple[str, ...]]:
        """As `standing`, of what is known."""
        if not self.every:
            return None, ("no figure yet",)
        kept, notes = _matching(self.recent, filters)
        if not kept and self.recent is not self.every:
            kept, notes = _matching(self.every, filters)
        if not kept:
            return None, notes
        days = sorted({figure.day for figure in kept}, reverse=True)
        used, months = _newest(kept, days, enough) if self.reach is None else (_newest_first(kept), len(days))
        whole = _added([sums_of(metric, figure) for figure in used])
        if whole is None:
            notes += ("n not stated",) if len(used) == 1 else (f"n not stated: plain mean of {len(used)} figures",)
        if months > 1:
            notes += (f"{months} periods pooled",)
        newest = used[0]
        found = Standing(
            newest.company,
            newest.level,
            newest.publisher,
            fmean(f.value for f in used) if whole is None or whole.mean is None else whole.mean + metric.centre,
            whole,
            days[0],
            days[0] + self.lasts,
            metric.unit != "%" and any(figure.standard_error is None for figure in used),
            notes,
            newest.kind,
            min(figure.day for figure in used),
        )
        return found, notes


def known_at(figures: Sequence[Figure], today: date, reach: timedelta | None = None) -> Known:
    """What the figures of one company say up to `today`, made once for every slice that asks. Without a figure up to
    then, nothing is known. `reach`: see `standing`."""
    known = one_source([figure for figure in figures if figure.day <= today])
    if not known:
        return Known({}, {}, reach, MONTH)
    newest_day = max(figure.day for figure in known)
    recent = [figure for figure in known if newest_day - figure.day < (reach or KEPT_IN_MIND)]
    every = _grains(known)
    first = every if len(recent) == len(known) else _grains(recent)
    return Known(every, first, reach, _spacing([figure.day for figure in known]))


def standing(
    metric: Metric,
    figures: Sequence[Figure],
    filters: Filters,
    today: date,
    enough: int,
    *,
    reach: timedelta | None = None,
) -> tuple[Standing | None, tuple[str, ...]]:
    """The newest standing of one company at `today` (figures of later periods are not known yet), pooled
    backwards month by month until n reaches `enough`; with `reach`, everything that lies less than that behind the
    newest figure instead. None, with the reason, where it has no figure for the slice.

    The figures' own dimensions are combined by n. A filter that they do not carry is said in the notes. One source
    is read (`one_source`): two panels are not one sample.
    """
    return known_at(figures, today, reach).standing(metric, filters, enough)


def matching(figures: Sequence[Figure], filters: Filters) -> tuple[list[Figure], tuple[str, ...]]:
    """The figures of the grain that answers most filters and is otherwise coarsest, filtered; and what the
    filters asked that these figures cannot say."""
    return _matching(_grains(figures), filters)


def _grains(figures: Sequence[Figure]) -> Grains:
    grains: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        grains[tuple(sorted(axis for axis, _ in figure.where))].append(figure)
    return grains


def _matching(grains: Grains, filters: Filters) -> tuple[list[Figure], tuple[str, ...]]:
    wanted = filters.as_dict()
    grain = min(grains, key=lambda axes: (-len(wanted.keys() & set(axes)), len(axes), axes))
    notes = [f"not by {_words(axis)}: figure for all" for axis in wanted if axis not in grain]
    kept = list(grains[grain])
    for axis in sorted(wanted.keys() & set(grain)):
        places = [next(value for name, value in figure.where if name == axis) for figure in kept]
        missing = [value for value in wanted[axis] if value not in places]
        notes += [f"no figure for {', '.join(missing)}"] if missing else []
        kept = [figure for figure, place in zip(kept, places, strict=True) if place in wanted[axis]]
    return kept, tuple(notes)


def by_month(metric: Metric, figures: Sequence[Figure], where: Where) -> dict[date, Sums]:
    """A company's sums by month (its first day) for a slice; empty where it has no figures with an n for exactly
    that slice: the figure for all is no figure for a part."""
    kept, notes = matching(figures, Filters.of({axis: (value,) for axis, value in where}))
    if notes:
        return {}
    months: dict[date, Sums] = defaultdict(lambda: NOTHING)
    for figure in kept:
        sums = sums_of(metric, figure)
        if sums is not None:
            months[figure.day.replace(day=1)] += sums
    return dict(months)


def one_source(figures: Sequence[Figure]) -> list[Figure]:
    """The figures of one publisher and one kind: those with the newest figures and then the most answers. Two panels
    are not one sample, two kinds not one question (metrics/kinds.py)."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.publisher, figure.kind].append(figure)
    return max(groups.values(), key=lambda own: (max(f.day for f in own), sum(f.n or 0 for f in own)), default=[])


def within(figures: Sequence[Figure], filters: Filters) -> list[Figure]:
    """The figures that hold for exactly what is filtered, with the filtered axes taken off, so that what is left of
    `where` divides the slice further. A company that lacks one of the values filtered is left out: the figure for
    all is no figure for a part."""
    wanted = filters.as_dict()
    if not wanted:
        return list(figures)
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        where = dict(figure.where)
        if all(where.get(axis) in values for axis, values in wanted.items()):
            groups[figure.company].append(figure)
    whole = [own for own in groups.values() if _covers(own, wanted)]
    return [
        replace(figure, where=tuple(part for part in figure.where if part[0] not in wanted))
        for own in whole
        for figure in own
    ]


def _covers(figures: Sequence[Figure], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return all({dict(figure.where)[axis] for figure in figures} == set(values) for axis, values in wanted.items())


def _newest_first(figures: Sequence[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: figure.day, reverse=True)


def _newest(figures: Sequence[Figure], days: Sequence[date], enough: int) -> tuple[list[Figure], int]:
    """The figures of the newest period and, while they count fewer than `enough` answers, of the periods before
    it within a year; and how many periods that are."""
    by_day: dict[date, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_day[figure.day].append(figure)
    used: list[Figure] = []
    for periods, day in enumerate(days[:POOLED_MONTHS]):
        if used and (days[0] - day >= YEAR or any(f.n is None for f in (*used, *by_day[day]))):
            return used, periods
        used += by_day[day]
        if sum(figure.n or 0 for figure in used) >= enough:
            return used, periods + 1
    return used, min(len(days), POOLED_MONTHS)


def _added(parts: Sequence[Sums | None]) -> Sums | None:
    total = NOTHING
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _spacing(days: Iterable[date]) -> timedelta:
    """How long one figure stands: the usual step between figures, a month where there is only one, a year at most."""
    distinct = sorted(set(days))
    if len(distinct) == 1:
        return MONTH
    steps = [(after - before).days for before, after in pairwise(distinct)]
    return min(timedelta(days=median(steps)), YEAR)


def _words(axis: str) -> str:
    return axis.replace("_", " ")
