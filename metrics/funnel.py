"""Units against each other: which differ from the whole by more than chance, given how few each one asked.

Funnel plot with limits around the overall value at 95 % and 99.8 % (Spiegelhalter 2005, Statistics in Medicine 24,
doi:10.1002/sim.1970): a small unit is far out by chance alone, so it is not called best or worst for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtri

from metrics.estimate import Direction, Verdict
from metrics.metric import FULL_MARKS, Metric, MetricKind
from metrics.sums import NOTHING, FloatArray, Sums

WARNING, ACTION = float(ndtri(0.975)), float(ndtri(0.999))
"""Limits at 95 % and 99.8 %, 1.96 and 3.09 standard errors (ibid. §2.1: the p = 0.05 and 0.002 of Shewhart charts)."""
WINSORISED = 0.1
"""Share of z-scores at either end that is pulled in before φ is taken (ibid. §5.2: so that the outliers which are
looked for do not hide themselves)."""
ENOUGH_UNITS = 10
"""Units that φ needs: with fewer, a tenth at either end is not one unit, and nothing would be pulled in."""
LEAST_UNITS = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its value, n, how far from the whole in standard errors (φ allowed for), and the verdict."""

    name: str
    value: float
    n: int
    z: float
    verdict: Verdict
    direction: Direction


@dataclass(frozen=True, slots=True)
class Funnel:
    """`overall` is the value of all units together, `spread` the standard deviation of one answer around it, `phi`
    the over-dispersion allowed for (1 = none), `estimated` whether there were enough units to look for it."""

    overall: float
    spread: float
    phi: float
    estimated: bool
    units: tuple[Unit, ...]
    bounds: tuple[float, float]

    @property
    def outside(self) -> tuple[Unit, ...]:
        """The units beyond the 99.8 % limits, farthest first."""
        found = (unit for unit in self.units if unit.verdict is Verdict.SIGNAL)
        return tuple(sorted(found, key=lambda unit: -abs(unit.z)))

    def limits(self, n: float, reach: float = ACTION) -> tuple[float, float]:
        """Lower and upper limit for a unit of n answers, within what the metric can be."""
        half = reach * self.spread * sqrt(self.phi / n)
        low, high = self.bounds
        return max(low, self.overall - half), min(high, self.overall + half)


def funnel(metric: Metric, units: Sequence[tuple[str, Sums]]) -> Funnel | None:
    """Units with at least one answer held against all of them together; None for fewer than two or where no answer
    differs from another.

    The limits are overall ± z·σ·√(φ/n). Shares: σ² = θ(1 − θ) of the overall share θ, so that without φ a unit lies
    outside exactly when its own Wilson interval leaves θ out. Nets and means: σ² is the pooled variance inside the
    units, Σ(n − 1)s²/Σ(n − 1). φ is the mean of the squared z-scores, a tenth winsorised at either end, and never
    below 1 (ibid. eq. 9, multiplicative)."""
    asked = [(name, sums) for name, sums in units if sums.n]
    whole = sum((sums for _, sums in asked), NOTHING)
    spread = _spread(metric, [sums for _, sums in asked], whole)
    if len(asked) < LEAST_UNITS or whole.mean is None or not spread:
        return None
    z = np.array([((sums.mean or 0.0) - whole.mean) / spread * sqrt(sums.n) for _, sums in asked])
    estimated = len(asked) >= ENOUGH_UNITS
    phi = over_dispersion(z) if estimated else 1.0
    found = tuple(
        _unit(metric, name, sums, float(score) / sqrt(phi)) for (name, sums), score in zip(asked, z, strict=True)
    )
    return Funnel(whole.mean + metric.centre, spread, phi, estimated, found, metric.bounds)


def over_dispersion(z: FloatArray) -> float:
    """φ: the mean of z², the tenths at either end set to the tenth and ninetieth percentile; at least 1."""
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return max(1.0, float(np.mean(np.clip(z, low, high) ** 2)))


def _unit(metric: Metric, name: str, sums: Sums, z: float) -> Unit:
    value = (sums.mean or 0.0) + metric.centre
    if abs(z) <= ACTION:
        return Unit(name, value, sums.n, z, Verdict.ROUTINE, Direction.NONE)
    direction = Direction.IMPROVEMENT if metric.improves(z) else Direction.CONCERN
    return Unit(name, value, sums.n, z, Verdict.SIGNAL, direction)


def _spread(metric: Metric, units: Sequence[Sums], whole: Sums) -> float:
    if whole.mean is None:
        return 0.0
    if metric.kind in (MetricKind.TOP_BOX, MetricKind.RATE):
        return sqrt(max(0.0, whole.mean * (FULL_MARKS - whole.mean)))
    degrees = sum(max(0, unit.n - 1) for unit in units)
    inside = sum((unit.variance or 0.0) * (unit.n - 1) for unit in units if unit.n > 1)
    return sqrt(inside / degrees) if degrees else 0.0
