"""What changed at a declared event: the quarter after it against the quarter before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.catalog import DeclaredEvent
from metrics.departure import dispersion
from metrics.discovery import benjamini_hochberg
from metrics.estimate import Estimate, Verdict
from metrics.history import History
from metrics.intervals import difference, estimate, z_test
from metrics.sums import NOTHING, Sums

QUARTER = 13
"""Weeks on either side: long enough to average a month's rhythm, short enough that little else changed."""
LEAST_WEEKS = 4
"""Weeks that either side needs."""
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True, slots=True)
class EventEffect:
    """The metric before and after an event and their difference. An association in time, not a proof of cause."""

    event: DeclaredEvent
    before: Estimate
    after: Estimate
    change: Estimate
    verdict: Verdict


def event_effects(history: History, events: Sequence[DeclaredEvent], fewest: int = 1) -> tuple[EventEffect, ...]:
    """Every event inside the history with at least four weeks and `fewest` answers on both sides, newest first.

    Up to 13 weeks after (from the first whole week) against up to 13 before; the week of the event itself belongs to
    neither unless it begins on the day. The test is that of two samples, its z divided by Laney's φ of the history
    (weeks scatter by more than sampling), and Benjamini–Hochberg holds over the events of the chart.
    """
    found = [_sides(history, event, max(1, fewest)) for event in events]
    kept = [(event, sides) for event, sides in zip(events, found, strict=True) if sides is not None]
    phi = _phi(history)
    p = np.array([_p(history, before, after, phi) for _, (before, after) in kept], dtype=np.float64)
    signals = benjamini_hochberg(p, FALSE_DISCOVERIES)
    metric = history.metric
    effects = [
        EventEffect(
            event,
            estimate(metric, before),
            estimate(metric, after),
            difference(metric, after, before),
            Verdict.SIGNAL if signal else Verdict.ROUTINE,
        )
        for (event, (before, after)), signal in zip(kept, signals.tolist(), strict=True)
    ]
    return tuple(sorted(effects, key=lambda effect: effect.event.day, reverse=True))


def _sides(history: History, event: DeclaredEvent, fewest: int) -> tuple[Sums, Sums] | None:
    ended = sum(week.end <= event.day for week in history.weeks)
    first = sum(week.start < event.day for week in history.weeks)
    before = range(max(0, ended - QUARTER), ended)
    after = range(first, min(len(history.weeks), first + QUARTER))
    if len(before) < LEAST_WEEKS or len(after) < LEAST_WEEKS:
        return None
    sides = _pooled(history, before), _pooled(history, after)
    return sides if min(side.n for side in sides) >= fewest else None


def _pooled(history: History, weeks: range) -> Sums:
    total = NOTHING
    for week in weeks:
        total += history.total.at(week)
    return total


def _phi(history: History) -> float:
    table = history.total
    phi, _ = dispersion(table.n[:, None], table.total[:, None], table.squares[:, None], 0)
    return float(np.nan_to_num(phi[0], nan=1.0))


def _p(history: History, before: Sums, after: Sums, phi: float) -> float:
    """Two-sided p of the difference with weeks that scatter; NaN where it cannot be tested."""
    from scipy.stats import norm

    tested = z_test(history.metric, after, before)
    return float("nan") if tested is None else float(2 * norm.sf(abs(tested[0]) / phi))
