"""Overtakings: months from which a competitor leads where we led, or we lead where they did (METHODS §3, §4).

A lead that crosses zero in one month is mostly chance. So the lead before and the lead after must each be beyond
chance, and the false discovery rate of the change is held over every competitor × slice × metric × month looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise, product
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from metrics.discovery import benjamini_hochberg
from metrics.estimate import CONFIDENCE, Estimate
from metrics.figures import Figure
from metrics.metric import Better, Metric
from metrics.published import Figures, matching, sums_of
from metrics.slices import Filters
from metrics.sums import NOTHING, FloatArray, IntArray, Sums, SumsTable

BEFORE, AFTER = 12, 3
"""Months pooled before a change and from it on (fewer where the series is shorter): a year to know who led, a
quarter to call it sustained."""
LEAST_BEFORE = 3
"""Months that must lie before a change: without a past there is nothing to overtake."""
LEAST_N = 30
"""Answers that both sides need in each window for the normal approximation (METHODS §8, "low n")."""
MEAN_RANGE = 2 / np.sqrt(np.pi)
"""E|x − y| of two standard normals is 2/√π = 1.128, the d₂ of METHODS §3; here of their difference over √2."""
RANGE_DF = 0.62
"""A mean moving range of k points knows its sigma about as well as 0.62·(k − 1) degrees of freedom do
(Wheeler, Advanced Topics in Statistical Process Control, 1995, table of degrees of freedom for moving ranges)."""
FALSE_DISCOVERIES = 0.05

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Overtaking:
    """From `month` on, who leads in `where` changed: `by_them` says that the competitor passed us. `before` and
    `after` are the gaps (ours minus theirs) over the months pooled on either side, with intervals that include
    the months' own scatter; `p` is that of the change if there were none, before the correction."""

    metric: Metric
    company: str
    where: Where
    month: date
    by_them: bool
    before: Estimate
    after: Estimate
    p: float


class _Line(NamedTuple):
    """Our sums and theirs by month, of one metric, company and slice."""

    metric: Metric
    company: str
    where: Where
    own: Mapping[date, Sums]
    theirs: Mapping[date, Sums]


class _Gap(NamedTuple):
    value: float
    error: float
    n: int


class _Candidate(NamedTuple):
    """One month of one series: the gaps on either side, their errors with the scatter, and the change's p."""

    line: _Line
    month: date
    before: _Gap
    after: _Gap
    errors: tuple[float, float]
    degrees: float
    p: float

    @property
    def contrast(self) -> float:
        return abs(self.after.value - self.before.value) / float(np.hypot(*self.errors))

    @property
    def by_them(self) -> bool:
        return (self.after.value < 0) == (self.line.metric.better is Better.HIGHER)


def overtakings(
    metrics: Sequence[Metric],
    figures: Figures,
    ours: Mapping[str, Sequence[SumsTable]],
    false_discoveries: float = FALSE_DISCOVERIES,
) -> tuple[Overtaking, ...]:
    """Every overtaking in the months given, newest first, then strongest.

    `figures` are the competitors' by metric id; `ours` by metric id are tables whose first axis is the month (ISO
    dates) and whose other axes, if any, name the slices: ("month",), ("month", "product"). A slice for which a
    competitor publishes nothing of its own is not tested with the figure for all; figures without n are not tested.

    A month is a candidate when the year before it and the quarter from it on lie on different sides of zero, each
    with a 95 % interval that leaves zero out; its p is that of the change between them, if there were none (t), and 1
    for every other month looked at. Errors are inflated by φ = mean moving range of the standardised monthly gaps /
    1.128, at least 1, because panels scatter by more than sampling. Neighbouring months that pass
    Benjamini–Hochberg are one overtaking, dated at the month with the sharpest contrast. A competitor that draws
    exactly level is called ahead in at most one case in forty at each look: the two leads' own error.
    """
    candidates = [found for line in _lines(metrics, figures, ours) for found in _tested(line)]
    beyond = benjamini_hochberg(np.array([candidate.p for candidate in candidates]), false_discoveries)
    kept = [candidate for candidate, is_beyond in zip(candidates, beyond, strict=True) if is_beyond]
    runs = groupby(kept, key=lambda candidate: (id(candidate.line), candidate.by_them))
    sharpest = [max(run, key=lambda candidate: candidate.contrast) for _, run in runs]
    return tuple(_reported(found) for found in sorted(sharpest, key=lambda c: (-c.month.toordinal(), c.p)))


def _reported(found: _Candidate) -> Overtaking:
    before, after = (
        _interval(gap, error, found.degrees)
        for gap, error in zip((found.before, found.after), found.errors, strict=True)
    )
    line = found.line
    return Overtaking(line.metric, line.company, line.where, found.month, found.by_them, before, after, found.p)


def _lines(metrics: Sequence[Metric], figures: Figures, ours: Mapping[str, Sequence[SumsTable]]) -> Iterator[_Line]:
    """One line a metric × company × slice."""
    for metric in metrics:
        companies: dict[str, list[Figure]] = defaultdict(list)
        for figure in figures.get(metric.id, ()):
            if figure.company:
                companies[figure.company].append(figure)
        for table in ours.get(metric.id, ()):
            months = [date.fromisoformat(label).replace(day=1) for label in table.labels[0]]
            for places in product(*(range(len(labels)) for labels in table.labels[1:])):
                where = tuple(
                    (axis, labels[place])
                    for axis, labels, place in zip(table.axes[1:], table.labels[1:], places, strict=True)
                )
                own = {month: table.at(i, *places) for i, month in enumerate(months)}
                for company, published in companies.items():
                    theirs = _by_month(metric, published, where)
                    if theirs:
                        yield _Line(metric, company, where, own, theirs)


def _by_month(metric: Metric, figures: Sequence[Figure], where: Where) -> dict[date, Sums]:
    """A company's sums by month for a slice; empty where it has no figures with an n for exactly that slice."""
    kept, notes = matching(figures, Filters.of({axis: (value,) for axis, value in where}))
    if notes:
        return {}
    months: dict[date, Sums] = defaultdict(lambda: NOTHING)
    for figure in kept:
        sums = sums_of(metric, figure)
        if sums is not None:
            months[figure.day.replace(day=1)] += sums
    return dict(months)


@dataclass(frozen=True)
class _Side:
    """Sums of one side by month, as running totals, so that any window is a difference of two places."""

    n: IntArray
    total: FloatArray
    squares: FloatArray

    @classmethod
    def of(cls, sums: Sequence[Sums]) -> _Side:
        start = [NOTHING, *sums]
        return cls(
            np.cumsum([s.n for s in start]), np.cumsum([s.total for s in start]), np.cumsum([s.squares for s in start])
        )

    def window(self, first: int, end: int) -> Sums:
        return Sums(
            int(self.n[end] - self.n[first]),
            float(self.total[end] - self.total[first]),
            float(self.squares[end] - self.squares[first]),
        )


def _tested(line: _Line) -> Iterator[_Candidate]:
    """Every month of one series with enough answers on both sides; p is 1 where no lead changed hands, so that the
    correction counts everything that was looked at."""
    own, theirs = line.own, line.theirs
    months = sorted(month for month in own.keys() & theirs.keys() if own[month].n and theirs[month].n)
    ours, others = _Side.of([own[m] for m in months]), _Side.of([theirs[m] for m in months])
    ends = len(months)
    scatter = _scatter([_gap(ours, others, i, i + 1) for i in range(ends)])
    degrees = RANGE_DF * (ends - 1)
    for i in range(LEAST_BEFORE, ends):
        before = _gap(ours, others, max(0, i - BEFORE), i)
        after = _gap(ours, others, i, min(ends, i + AFTER))
        if before is None or after is None or min(before.n, after.n) < LEAST_N:
            continue
        errors = scatter * before.error, scatter * after.error
        p = 1.0
        if before.value * after.value < 0 and _beyond_chance((before, after), errors, degrees):
            p = 2 * float(stdtr(degrees, -abs(after.value - before.value) / np.hypot(*errors)))
        yield _Candidate(line, months[i], before, after, errors, degrees, p)


def _beyond_chance(gaps: tuple[_Gap, _Gap], errors: tuple[float, float], degrees: float) -> bool:
    reach = float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))
    return all(abs(gap.value) > reach * error for gap, error in zip(gaps, errors, strict=True))


def _gap(ours: _Side, others: _Side, first: int, end: int) -> _Gap | None:
    """Ours minus theirs over a window with its sampling error; None where either side has fewer than two
    answers or neither varies (then the error is not known)."""
    own, their = ours.window(first, end), others.window(first, end)
    if own.mean is None or their.mean is None or own.variance is None or their.variance is None:
        return None
    error = float(np.sqrt(own.variance / own.n + their.variance / their.n))
    return _Gap(own.mean - their.mean, error, min(own.n, their.n)) if error > 0 else None


def _scatter(gaps: Sequence[_Gap | None]) -> float:
    """φ: how much more the monthly gaps scatter from month to month than sampling explains; at least 1."""
    known = [gap for gap in gaps if gap is not None]
    steps = [abs(b.value - a.value) / np.hypot(a.error, b.error) * np.sqrt(2) for a, b in pairwise(known)]
    return max(1.0, float(np.mean(steps)) / float(MEAN_RANGE)) if steps else 1.0


def _interval(gap: _Gap, error: float, degrees: float) -> Estimate:
    reach = float(stdtrit(degrees, 0.5 + CONFIDENCE / 2)) * error
    return Estimate(gap.value, gap.value - reach, gap.value + reach, gap.n, "pooled months, t on moving ranges")
