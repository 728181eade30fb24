"""What a customer is worth a year, on average."""

from __future__ import annotations

from math import sqrt

from scipy.special import stdtrit

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate, shown
from metrics.sums import Sums

LEAST = 2
"""Customers that an interval needs."""


def mean_value(sums: Sums, fewest: int, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of the known yearly values with Student's t interval, from n, Σv and Σv²; n = 0: no value; n = 1 or all
    alike: a value without interval; no value below `fewest` customers."""
    if sums.mean is None:
        return NO_ESTIMATE
    spread = sums.variance or 0.0
    if sums.n < LEAST or spread == 0:
        return shown(Estimate(sums.mean, None, None, sums.n, "mean"), fewest)
    reach = float(stdtrit(sums.n - 1, (1 + confidence) / 2)) * sqrt(spread / sums.n)
    return shown(Estimate(sums.mean, sums.mean - reach, sums.mean + reach, sums.n, "t"), fewest)
