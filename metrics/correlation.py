"""Pearson's r of every pair of columns with missing values, each with its interval (METHODS §7).

A pair uses the rows where both are known (pairwise deletion, as pandas' `DataFrame.corr`), so that each r has an n of
its own. Rows may be a random sample: the interval then says how far the r of all rows may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate
from metrics.sums import FloatArray

LEAST = 4
"""Rows that Fisher's interval needs: its standard error is 1/√(n − 3)."""
NEARLY_ONE = 1 - 1e-12
"""|r| beyond this is 1 but for rounding: atanh has no value there."""
CANCELLED = 1e-4
"""Where a pair's sum of squares is a smaller share of the sum before its own mean was taken out, at least four of
sixteen digits are lost, and r is worked out again in two passes (Chan, Golub & LeVeque 1983, Am. Stat. 37: 242-247)."""
PEARSON = "Pearson’s r, Fisher’s z"
UNBOUNDED = "Pearson’s r, without interval"
ALIKE = "no correlation: all alike on one side"


@dataclass(frozen=True, slots=True)
class Correlations:
    """`r` (k × k, symmetric, NaN where there is none) and `n` (k × k), how many rows each rests on."""

    r: FloatArray
    n: npt.NDArray[np.int64]

    def estimate(self, i: int, j: int, confidence: float = CONFIDENCE) -> Estimate:
        """One pair's r with its interval."""
        return fisher(float(self.r[i, j]), int(self.n[i, j]), confidence)


def correlations(values: FloatArray) -> Correlations:
    """Of `values` (rows × k, NaN where missing). r is NaN with n < 2 and where one side is constant; r of a column with
    itself is 1.

    Every column is centred at its own mean and brought to unit spread before anything is squared, so that an offset
    costs no digits; a pair whose rows lie far from those means is worked out again around its own."""
    known = ~np.isnan(values)
    scaled, mask = _standard(values, known), known.astype(np.float64)
    n = mask.T @ mask
    sums, squares, products = scaled.T @ mask, (scaled * scaled).T @ mask, scaled.T @ scaled
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = squares - sums * sums / n
        r = (products - sums * sums.T / n) / np.sqrt(spread * spread.T)
        doubtful = ~((spread > CANCELLED * squares) & (spread.T > CANCELLED * squares.T))
    for i, j in zip(*np.nonzero(np.triu(doubtful)), strict=True):
        both = known[:, i] & known[:, j]
        r[i, j] = r[j, i] = _two_passes(values[both, i], values[both, j])
    return Correlations(np.clip((r + r.T) / 2, -1, 1), n.astype(np.int64))


def fisher(r: float, n: int, confidence: float = CONFIDENCE, method: str = PEARSON) -> Estimate:
    """r with its interval by Fisher's z (Fisher 1921, Metron 1: 3-32): tanh(atanh r ± z/√(n − 3)).

    n < 2 or NaN: no value. n < 4 and r = ±1: a value without interval."""
    if n == 0:
        return NO_ESTIMATE
    if np.isnan(r):
        return Estimate(None, None, None, n, ALIKE)
    if n < LEAST or abs(r) > NEARLY_ONE:
        return Estimate(r, None, None, n, UNBOUNDED)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) / sqrt(n - 3)
    return Estimate(r, tanh(atanh(r) - reach), tanh(atanh(r) + reach), n, method)


def _standard(values: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    """Every column less its mean and over its spread; 0 where missing, and everywhere where it is constant."""
    counts = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values, 0.0)
    centred = np.where(known, centred - centred.sum(axis=0) / counts, 0.0)
    centred = np.where(known, centred - centred.sum(axis=0) / counts, 0.0)  # what rounding left of the mean
    spread = np.sqrt((centred * centred).sum(axis=0) / counts)
    return centred / np.where(spread > 0, spread, 1.0)


def _two_passes(x: FloatArray, y: FloatArray) -> float:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:  # noqa: PLR2004  one row has no spread
        return float("nan")
    a, b = x - x.mean(), y - y.mean()
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / (np.sqrt(a @ a) * np.sqrt(b @ b)))
