"""Many slices at once: the false discovery rate (METHODS §3).

Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from metrics.sums import FloatArray

BoolArray = npt.NDArray[np.bool_]


def benjamini_hochberg(p: FloatArray, q: float) -> BoolArray:
    """Which hypotheses are rejected when, on average, at most the share q of rejections may be false.

    `p` has any shape; NaN was not tested: it is not counted and not rejected. Same shape back. The rate holds for
    independent tests and for positively dependent ones (Benjamini & Yekutieli 2001, doi:10.1214/aos/1013699998).
    """
    adjusted = adjusted_p(p)
    return ~np.isnan(adjusted) & (adjusted <= q)


def adjusted_p(p: FloatArray) -> FloatArray:
    """The smallest q at which each hypothesis is rejected: min over j ≥ i of p₍ⱼ₎·m/j, at most 1; NaN stays NaN.

    As R's p.adjust(method = "BH"). Raises ValueError where a p lies outside 0…1."""
    flat = np.asarray(p, dtype=np.float64).ravel()
    tested = np.flatnonzero(~np.isnan(flat))
    known = flat[tested]
    if known.size and not (known.min() >= 0 and known.max() <= 1):
        raise ValueError(f"p-values lie in 0…1, got {known.min():g}…{known.max():g}: pass probabilities, not scores")
    falling = np.argsort(known, kind="stable")[::-1]
    ranks = np.arange(known.size, 0, -1)
    stepped = np.minimum.accumulate(known[falling] * (known.size / ranks))
    adjusted = np.full(flat.shape, np.nan)
    adjusted[tested[falling]] = np.minimum(stepped, 1.0)
    return adjusted.reshape(np.shape(p))
