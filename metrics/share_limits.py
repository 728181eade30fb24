"""Limits of a share by period: the p-chart, and Laney's p′ for large n (METHODS §3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.limits import D2, LEAST
from metrics.sums import FloatArray

SIGMAS = 3.0
"""Distance of the limits from the centre in standard deviations (Shewhart 1931)."""

Counts = npt.ArrayLike


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """A chart of shares (0…1): `centre`, and one lower and one upper limit a period, inside 0…1. NaN in a period
    without responses and everywhere where there are too few periods. `over_dispersion` is how much more the shares
    scatter than chance: 1 on a p-chart, Laney's σ_z on p′."""

    centre: float
    lower: FloatArray
    upper: FloatArray
    over_dispersion: float


def p_chart(counts: Counts, ns: Counts) -> ShareLimits:
    """p̄ ± 3√(p̄(1 − p̄)/nᵢ) of `counts` in `ns` responses, one a period (Montgomery, ch. 7). Assumes that nothing but
    chance moves the share from period to period: with thousands of responses everything signals; then use
    `laney_p_prime`. No limits below 6 periods with responses. Raises ValueError where a count exceeds its n."""
    known, centre, errors = _shares(counts, ns)
    return _chart(centre, errors, 1.0, known)


def laney_p_prime(counts: Counts, ns: Counts) -> ShareLimits:
    """p̄ ± 3·σᵢ·σ_z with σᵢ = √(p̄(1 − p̄)/nᵢ) and σ_z = mean moving range of zᵢ = (pᵢ − p̄)/σᵢ, over 1.128
    (Laney 2002, doi:10.1081/QEN-120006555). σ_z may be below 1, as in the paper. No limits below 6 periods with
    responses. Raises ValueError where a count exceeds its n."""
    known, centre, errors = _shares(counts, ns)
    shares = np.asarray(counts, dtype=np.float64)[known] / np.asarray(ns, dtype=np.float64)[known]
    errors_known = errors[known]
    if known.sum() < LEAST or not (errors_known > 0).all():
        return _chart(centre, errors, 1.0, known)
    scores = (shares - centre) / errors_known
    return _chart(centre, errors, float(np.abs(np.diff(scores)).mean()) / D2, known)


def _shares(counts: Counts, ns: Counts) -> tuple[npt.NDArray[np.bool_], float, FloatArray]:
    """Which periods have responses, the overall share, and each period's standard error (NaN without responses)."""
    hits, n = np.asarray(counts, dtype=np.float64), np.asarray(ns, dtype=np.float64)
    if hits.shape != n.shape or hits.ndim != 1:
        raise ValueError(f"counts of shape {hits.shape} in responses of shape {n.shape}: give one of each a period")
    if (hits > n).any() or (hits < 0).any():
        worst = int(np.argmax(np.maximum(hits - n, -hits)))
        raise ValueError(f"period {worst} counts {hits[worst]:g} of {n[worst]:g} responses: counts lie in 0…n")
    known = n > 0
    centre = float(hits.sum() / n.sum()) if known.any() else float("nan")
    errors = np.full(n.shape, np.nan)
    errors[known] = np.sqrt(centre * (1 - centre) / n[known])
    return known, centre, errors


def _chart(centre: float, errors: FloatArray, over_dispersion: float, known: npt.NDArray[np.bool_]) -> ShareLimits:
    reach = SIGMAS * over_dispersion * errors if known.sum() >= LEAST else np.full(errors.shape, np.nan)
    return ShareLimits(centre, np.maximum(0.0, centre - reach), np.minimum(1.0, centre + reach), over_dispersion)
