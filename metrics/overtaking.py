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
from scipy.special import ndtr, ndtri

from metrics.discovery import benjamini_hochberg
from metrics.estimate import CONFIDENCE, Estimate
from metrics.figures import Figure
from metrics.metric import Better, Metric
from metrics.published import Figures, Where, by_month
from metrics.sums import NOTHING, FloatArray, IntArray, Sums, SumsTable

BEFORE, AFTER = 12, 3
"""Months pooled before a change and from it on (fewer where the series is shorter): a year to know who led, a
quarter to call it sustained."""
LEAST_BEFORE = 3
"""Months that must lie before a change: without a past there is nothing to overtake."""
LEAST_N = 30
"""Answers that both sides need in each window for the normal approximation (METHODS §8, "low n")."""
MEAN_RANGE = float(2 / np.sqrt(np.pi))
"""E|x − y| of two standard normals is 2/√π = 1.128, the d₂ of METHODS §3; here of their difference over √2."""
RANGE_SPREAD = float(np.sqrt(np.pi / 2 - 1))
"""Standard deviation of |N| relative to its mean, √(π/2 − 1) = 0.756: how far a mean of k moving ranges strays from
φ by chance, divided by √k (ranges that share a month are treated as independent)."""
RECENT = 12
"""Months looked at for a change of lead: older ones are history, and every further month looked at costs power."""
FALSE_DISCOVERIES = 0.05
REACH = float(ndtri(0.5 + CONFIDENCE / 2))
"""Half the width of an interval in standard errors, 1.96."""


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
    recent: int = RECENT,
) -> tuple[Overtaking, ...]:
    """Every overtaking in the last `recent` months of figures, newest first, then strongest.

    `figures` are the competitors' by metric id; `ours` by metric id are tables whose first axis is the month (ISO
    dates) and whose other axes, if any, name the slices: ("month",), ("month", "product"). A slice for which a
    competitor publishes nothing of its own is not tested with the figure for all; figures without n are not tested.

    A month is a candidate when the year before it and the quarter from it on lie on different sides of zero, each
    with a 95 % interval that leaves zero out; its p is that of the change between them, if there were none, and 1 for
    every other month looked at. Errors are inflated by φ, how much the monthly gaps scatter beyond sampling: the mean
    moving range of the standardised gaps / 1.128, at least 1, over all slices and competitors of a metric, and a
    series' own where it scatters more than that by more than chance. Neighbouring months that pass
    Benjamini–Hochberg are one overtaking, dated at the month with the sharpest contrast. A competitor that draws
    exactly level is called ahead in at most one case in forty at each look: the two leads' own error.
    """
    series = [_Series.of(line) for line in _lines(metrics, figures, ours)]
    usual = {metric.id: _usual_scatter([one for one in series if one.line.metric == metric]) for metric in metrics}
    candidates = [found for one in series for found in _tested(one, usual[one.line.metric.id], recent)]
    beyond = benjamini_hochberg(np.array([candidate.p for candidate in candidates]), false_discoveries)
    kept = [candidate for candidate, is_beyond in zip(candidates, beyond, strict=True) if is_beyond]
    runs = groupby(kept, key=lambda candidate: (id(candidate.line), candidate.by_them))
    sharpest = [max(run, key=lambda candidate: candidate.contrast) for _, run in runs]
    return tuple(_reported(found) for found in sorted(sharpest, key=lambda c: (-c.month.toordinal(), c.p)))


def _reported(found: _Candidate) -> Overtaking:
    before, after = (
        _interval(gap, error) for gap, error in zip((found.before, found.after), found.errors, strict=True)
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
                    theirs = by_month(metric, published, where)
                    if theirs:
                        yield _Line(metric, company, where, own, theirs)


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


@dataclass(frozen=True)
class _Series:
    """One line's months with answers on both sides, and how its gaps step from month to month: moving ranges in
    standard errors, 1.128 on average when only sampling moves them."""

    line: _Line
    months: tuple[date, ...]
    ours: _Side
    others: _Side
    steps: tuple[float, ...]

    @classmethod
    def of(cls, line: _Line) -> _Series:
        own, theirs = line.own, line.theirs
        months = tuple(sorted(month for month in own.keys() & theirs.keys() if own[month].n and theirs[month].n))
        ours, others = _Side.of([own[m] for m in months]), _Side.of([theirs[m] for m in months])
        gaps = [gap for gap in (_gap(ours, others, i, i + 1) for i in range(len(months))) if gap is not None]
        steps = (abs(b.value - a.value) / float(np.hypot(a.error, b.error)) * np.sqrt(2) for a, b in pairwise(gaps))
        return cls(line, months, ours, others, tuple(steps))

    def scatter(self, usual: float) -> float:
        """φ of this series: the usual one unless its own is larger by more than two standard errors."""
        if not self.steps:
            return usual
        own = float(np.mean(self.steps)) / MEAN_RANGE
        return own if own > usual * (1 + 2 * RANGE_SPREAD / np.sqrt(len(self.steps))) else usual


def _usual_scatter(series: Sequence[_Series]) -> float:
    steps = [step for one in series for step in one.steps]
    return max(1.0, float(np.mean(steps)) / MEAN_RANGE) if steps else 1.0


def _tested(series: _Series, usual: float, recent: int) -> Iterator[_Candidate]:
    """Every recent month of one series with enough answers on both sides; p is 1 where no lead changed hands, so
    that the correction counts everything that was looked at."""
    scatter, ends = series.scatter(usual), len(series.months)
    for i in range(max(LEAST_BEFORE, ends - recent), ends):
        before = _gap(series.ours, series.others, max(0, i - BEFORE), i)
        after = _gap(series.ours, series.others, i, min(ends, i + AFTER))
        if before is None or after is None or min(before.n, after.n) < LEAST_N:
            continue
        errors = scatter * before.error, scatter * after.error
        p = 1.0
        if before.value * after.value < 0 and _beyond_chance(before, errors[0]) and _beyond_chance(after, errors[1]):
            p = 2 * float(ndtr(-abs(after.value - before.value) / np.hypot(*errors)))
        yield _Candidate(series.line, series.months[i], before, after, errors, p)


def _beyond_chance(gap: _Gap, error: float) -> bool:
    return abs(gap.value) > REACH * error


def _gap(ours: _Side, others: _Side, first: int, end: int) -> _Gap | None:
    """Ours minus theirs over a window with its sampling error; None where either side has fewer than two
    answers or neither varies (then the error is not known)."""
    own, their = ours.window(first, end), others.window(first, end)
    if own.mean is None or their.mean is None or own.variance is None or their.variance is None:
        return None
    error = float(np.sqrt(own.variance / own.n + their.variance / their.n))
    return _Gap(own.mean - their.mean, error, min(own.n, their.n)) if error > 0 else None


def _interval(gap: _Gap, error: float) -> Estimate:
    reach = REACH * error
    return Estimate(gap.value, gap.value - reach, gap.value + reach, gap.n, "pooled months, scatter included")
