"""What customers remember of their moments beside what they lived: peak–end against the plain mean (METHODS §6).

A heuristic, and labelled one. Per customer it is metrics/peak_end.py; here are the sums over customers and what they
come to.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.estimate import Direction, Estimate, Verdict, shown
from metrics.intervals import estimate
from metrics.metric import Metric, MetricKind
from metrics.peak_end import HIGHEST, LOWEST
from metrics.sums import Sums

MOMENTS = 2
"""Answered moments that a customer needs: with one, peak, end and mean are the same."""
FEELING = Metric("feeling", "Feeling", MetricKind.MEAN, (LOWEST, HIGHEST))
"""Feelings on 1–7; its centre, 4, is what the sums leave out."""
APART = Metric("apart", "Peak–end minus mean", MetricKind.MEAN, (LOWEST - HIGHEST, HIGHEST - LOWEST))


@dataclass(frozen=True, slots=True)
class MomentSums:
    """Sums over customers with at least two moments: of their peak–end value − 4, of their mean − 4 (`mean`), and of
    the one minus the other (`apart`). All have the same n."""

    peak_end: Sums
    mean: Sums
    apart: Sums


@dataclass(frozen=True, slots=True)
class Remembered:
    """`peak_end` and `mean` are means over customers on 1–7, each with Student's t interval; `apart` is their paired
    difference, `direction` on which side of 0 its whole interval lies: what is remembered as worse than lived is a
    concern. It is never a signal: the moment furthest from the middle lies off the mean by how it is picked, whatever
    the order of the moments, so 0 is not what chance gives. n counts customers."""

    peak_end: Estimate
    mean: Estimate
    apart: Estimate
    verdict: Verdict
    direction: Direction


def remembered(sums: MomentSums, fewest: int) -> Remembered:
    """What the sums come to; below `fewest` customers only their number. n = 0 and 1 as metrics/intervals.py."""
    peak_end, mean = (shown(estimate(FEELING, part), fewest) for part in (sums.peak_end, sums.mean))
    apart = shown(estimate(APART, sums.apart), fewest)
    verdict = Verdict.TOO_FEW if apart.value is None else Verdict.ROUTINE
    direction = Direction.NONE
    if apart.upper is not None and apart.upper < 0:
        direction = Direction.CONCERN
    elif apart.lower is not None and apart.lower > 0:
        direction = Direction.IMPROVEMENT
    return Remembered(peak_end, mean, apart, verdict, direction)
