"""Us against every competitor at once: gaps with interval and verdict, who is best, and our rank.

Many gaps are looked at together, so the false discovery rate is held over all of them before one is called a signal
(METHODS §3, §4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.comparators import Ours, best_of, is_few, is_old
from metrics.discovery import BoolArray, benjamini_hochberg
from metrics.estimate import NO_ESTIMATE, Direction, Estimate, Verdict, shown
from metrics.figures import Figure
from metrics.intervals import difference, estimate, z_test
from metrics.metric import Metric
from metrics.published import Standing, one_source
from metrics.rank import Ranks, contender, ranks
from metrics.sums import Sums

FALSE_DISCOVERIES = 0.05
NO_INTERVAL = "no interval: n not stated"


@dataclass(frozen=True, slots=True)
class Side:
    """One company's standing: its estimate (held back where too few), the sums behind it (None where n is not
    stated), since when and as of when, who published it and of what kind. `marks` say what limits it; `stale`
    that it is too old to be held against today."""

    name: str
    estimate: Estimate
    sums: Sums | None
    as_of: date | None = None
    publisher: str = ""
    kind: str = ""
    marks: tuple[str, ...] = ()
    stale: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor held against us: `gap` is ours minus theirs; a signal points to an improvement where we lead and
    to a concern where they do."""

    side: Side
    gap: Estimate
    verdict: Verdict
    direction: Direction

    @property
    def name(self) -> str:
        """The competitor."""
        return self.side.name


def companies(figures: Sequence[Figure]) -> Mapping[str, list[Figure]]:
    """Each company's figures, of one publisher and one kind, in alphabetic order."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.company].append(figure)
    return {name: one_source(groups[name]) for name in sorted(groups)}


def side(rules: Ours, name: str, place: Standing, *, dated: bool = True) -> Side:
    """A published standing as one side of a gap. Not `dated`: a look back, where an old figure is not stale."""
    old, few = is_old(rules, place), is_few(rules, place)
    marks = [f"stale since {place.as_of:%b %Y}"] if old and dated else []
    marks += [f"n below {rules.thresholds.competitor_n}"] if few else []
    given = Estimate(place.value, None, None, None, NO_INTERVAL)
    if place.sums is not None:
        given = shown(estimate(rules.metric, place.sums), rules.thresholds.show_number)
    return Side(
        name, given, place.sums, place.as_of, place.publisher, place.kind, (*marks, *place.notes), old and dated,
        place.since,
    )  # fmt: skip


def held_against(metric: Metric, ours: Side, others: Sequence[Side]) -> tuple[Rival, ...]:
    """Every competitor with its gap, best first, those without a value last; the false discovery rate is held over
    all gaps that have a test."""
    return tested(metric, [(ours, theirs) for theirs in ranked(metric, others)])


def tested(metric: Metric, pairs: Sequence[tuple[Side, Side]]) -> tuple[Rival, ...]:
    """(Ours, theirs) pairs as given, each with its gap; looked at together. Too few on either side: no gap. A stale
    figure keeps its gap and is called stale; without an n there is no interval and no signal."""
    gaps = [_gap(metric, ours, theirs) for ours, theirs in pairs]
    p = np.array([_p(metric, ours, theirs) for ours, theirs in pairs], dtype=np.float64)
    signals: BoolArray = benjamini_hochberg(p, FALSE_DISCOVERIES)
    return tuple(
        _rival(metric, ours, theirs, gap, bool(signal))
        for (ours, theirs), gap, signal in zip(pairs, gaps, signals, strict=True)
    )


def ranked(metric: Metric, sides: Sequence[Side]) -> list[Side]:
    """Best first by the metric's own direction, without a value last."""
    sign = -1.0 if metric.improves(1.0) else 1.0
    return sorted(sides, key=lambda one: (one.estimate.value is None, sign * (one.estimate.value or 0.0), one.name))


def rank_of(metric: Metric, ours: Side, others: Sequence[Side]) -> Ranks | None:
    """Our rank among the competitors whose figures are neither stale nor too few; None without one."""
    sound = [one for one in (ours, *others) if not one.stale]
    entered = [contender(metric, one.name, one.estimate, one.sums) for one in sound]
    if entered[:1] in ([], [None]) or ours.stale:
        return None
    return ranks(metric, [one for one in entered if one is not None])


def best_name(rules: Ours, places: Sequence[Standing]) -> str:
    """The best competitor by metrics.comparators; "" without any."""
    best = best_of(rules, places)
    return "" if best is None else best.company


def _gap(metric: Metric, ours: Side, theirs: Side) -> Estimate:
    if ours.estimate.value is None or theirs.estimate.value is None:
        return NO_ESTIMATE
    if ours.sums is None or theirs.sums is None:
        return Estimate(ours.estimate.value - theirs.estimate.value, None, None, None, NO_INTERVAL)
    return difference(metric, ours.sums, theirs.sums)


def _p(metric: Metric, ours: Side, theirs: Side) -> float:
    if ours.sums is None or theirs.sums is None or theirs.stale or ours.stale:
        return float("nan")
    if ours.estimate.value is None or theirs.estimate.value is None:
        return float("nan")
    found = z_test(metric, ours.sums, theirs.sums)
    return float("nan") if found is None else found[1]


def _rival(metric: Metric, ours: Side, theirs: Side, gap: Estimate, signal: bool) -> Rival:
    if gap.value is None:
        return Rival(theirs, gap, Verdict.TOO_FEW, Direction.NONE)
    if theirs.stale or ours.stale:
        return Rival(theirs, gap, Verdict.STALE, Direction.NONE)
    if not signal:
        return Rival(theirs, gap, Verdict.ROUTINE, Direction.NONE)
    return Rival(
        theirs, gap, Verdict.SIGNAL, Direction.IMPROVEMENT if metric.improves(gap.value) else Direction.CONCERN
    )
