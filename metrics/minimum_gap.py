"""How far a score lies from a level it is held to, and how sure that is: one statistic for the interval and for p."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate
from metrics.intervals import difference, estimate
from metrics.metric import Metric
from metrics.sums import Sums

FURTHEST = 8.0
"""Standard errors beyond which nothing is told apart: p = 1.2·10⁻¹⁵, near what a double can hold of 1 − p."""
HALVINGS = 40
"""Of the 8 standard errors: 8/2⁴⁰ is less than any p on screen shows."""
FIXED, NOT_STATED = "against a fixed level", "no interval: n of the level not stated"


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a score is held to. `sums` are those of the customers who stated it; None where it was decided
    (`fixed`: it has no sampling error) or where its n is not stated. `origin` says in words where it comes from."""

    value: float
    origin: str
    sums: Sums | None = None
    fixed: bool = False


def gap_to(metric: Metric, ours: Sums, level: Level, confidence: float = CONFIDENCE) -> Estimate:
    """Ours minus the level, with its interval: of two samples (metrics.intervals.difference) where customers stated
    the level, of ours alone where it is fixed; none where the level's n is not known. n = 0: no value; n = 1: no
    interval."""
    if level.sums is not None:
        return difference(metric, ours, level.sums, confidence)
    now = estimate(metric, ours, confidence)
    if now.value is None:
        return NO_ESTIMATE
    if not level.fixed:
        return Estimate(now.value - level.value, None, None, None, NOT_STATED)
    value, lower, upper = (None if x is None else x - level.value for x in (now.value, now.lower, now.upper))
    return Estimate(value, lower, upper, now.n, f"{now.method}, {FIXED}")


def p_value(metric: Metric, ours: Sums, level: Level) -> float | None:
    """Two-sided p of "the score equals the level": 1 − the confidence at which the interval of `gap_to` begins to hold
    0, so that p < 5 % exactly when the interval on screen leaves 0 out (inversion of a confidence procedure; Schweder
    & Hjort 2002, doi:10.1111/1467-9469.00285). That is the score test for a share, Student's t for a mean, Welch's
    for two means, the adjusted z for nets. Two-sided, because "below" and "meets it" are both said. None without an
    interval; at least 1.2·10⁻¹⁵."""
    normal = NormalDist()

    def holds_zero(z: float) -> bool | None:
        gap = gap_to(metric, ours, level, 2 * normal.cdf(z) - 1)
        return None if gap.lower is None or gap.upper is None else gap.lower <= 0 <= gap.upper

    if holds_zero(0.0) is None:
        return None
    low, high = 0.0, FURTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds_zero(middle) else (middle, high)
    return 2 * normal.cdf(-low)
