"""How much a touchpoint weighs: whether customers who are happy there are happy with the company elsewhere.

The weight of a touchpoint on a KPI is the correlation, over customers, between a customer's mean value at the
touchpoint and the same customer's mean value at all other touchpoints. An association, never a proof: a customer who
likes everything scores high on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

from metrics.correlation import fisher
from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate, shown

ROUNDING = 1e-12
"""A spread below this share of Σx² is rounding in the sums: all customers are alike and nothing can go together."""
METHOD = "Pearson’s r over customers, Fisher’s z"
ALIKE = "no correlation: all customers alike on one side"
UNBOUNDED = "Pearson’s r over customers, without interval"


@dataclass(frozen=True, slots=True)
class Moments:
    """n customers with answers on both sides; x is a customer's mean value at the touchpoint, y the mean at all
    others, each in units in which the metric spans about 2: Σx, Σy, Σx², Σy², Σxy."""

    n: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float


def weights(moments: Mapping[str, Moments], fewest: int) -> dict[str, Estimate]:
    """The weight of every touchpoint; no value below `fewest` customers, n stays."""
    return {place: shown(correlation(given), fewest) for place, given in moments.items()}


def correlation(given: Moments, confidence: float = CONFIDENCE) -> Estimate:
    """Pearson's r with its interval by Fisher's z (Fisher 1921, Metron 1: 3–32): tanh(atanh r ± z/√(n − 3)).

    n < 2 or one side all alike: no value. n < 4 and r = ±1: a value without interval."""
    n = given.n
    if n == 0:
        return NO_ESTIMATE
    xx, yy = given.xx - given.x * given.x / n, given.yy - given.y * given.y / n
    if xx <= ROUNDING * given.xx or yy <= ROUNDING * given.yy:
        return Estimate(None, None, None, n, ALIKE)
    r = max(-1.0, min(1.0, (given.xy - given.x * given.y / n) / sqrt(xx * yy)))
    found = fisher(r, n, confidence, METHOD)
    return found if found.lower is not None else replace(found, method=UNBOUNDED)
