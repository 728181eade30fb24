"""Our rank with its uncertainty: how often each company is first, second, … when every value is drawn again.

The draws are those of a parametric bootstrap (Goldstein & Spiegelhalter 1996, doi:10.2307/2983325: ranks of
institutions need intervals as their values do; Marshall & Spiegelhalter 1998, doi:10.1136/bmj.316.7146.1701).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.estimate import Estimate
from metrics.intervals import standard_error
from metrics.metric import Better, Metric
from metrics.sums import FloatArray, Sums

DRAWS = 20_000
"""Draws: a share of 50 % is then exact to ±0.7 points (1.96·√(.25/20,000))."""
SEED = 1996
"""Fixed, so that everybody who looks sees the same shares."""
Z = 1.96
"""Half a 95 % interval in standard errors, where only the interval is known."""
HOW = (
    "Share of 20,000 draws, each company's value drawn from a normal curve around its estimate. It knows sampling "
    "error only: not who was asked, nor how."
)
ALMOST_CERTAIN, LIKELY = 0.95, 0.66
"""From which share on a rank is called almost certain or likely (Mastrandrea et al. 2010, IPCC guidance note on
uncertainty: above 66 % "likely", above 95 % "extremely likely")."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One company's value and standard error in the metric's unit; no error where its n is not stated."""

    name: str
    value: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Ranks:
    """`shares[i, r]` is the share of draws in which `names[i]` is in place r + 1; every row and every column sums
    to 1. `places` are by the estimates themselves, from 1, ties sharing the better one; `fixed` names those that
    were drawn as fixed values because their n is not stated."""

    names: tuple[str, ...]
    shares: FloatArray
    places: tuple[int, ...]
    fixed: tuple[str, ...]

    def place(self, name: str) -> int:
        """The place by the estimates themselves."""
        return self.places[self.names.index(name)]

    def share(self, name: str, place: int) -> float:
        """How often `name` is in a place, from 1."""
        return float(self.shares[self.names.index(name), place - 1])

    def of(self, name: str) -> tuple[float, ...]:
        """How often `name` is first, second, …"""
        return tuple(float(share) for share in self.shares[self.names.index(name)])


def contender(metric: Metric, name: str, given: Estimate, sums: Sums | None) -> Contender | None:
    """A company as it enters the draw; None without a value. Where all answers are alike the plain error would be 0
    and claim certainty: half the interval's width stands for it."""
    if given.value is None:
        return None
    error = None if sums is None else standard_error(metric, sums)
    if error is None and given.half_width is not None:
        error = given.half_width / Z
    return Contender(name, given.value, error)


def ranks(metric: Metric, contenders: Sequence[Contender], draws: int = DRAWS, seed: int = SEED) -> Ranks | None:
    """The share of draws in which each of k companies takes each place; None for fewer than two.

    Every draw takes each value from Normal(value, error²), cut to what the metric can be; a company without an error
    stays at its value. Companies that tie in a draw share their places equally. For two companies this is
    Φ(Δ/√(s₁² + s₂²)). Values are drawn independently: companies of one panel are, as far as other people answer.
    """
    k = len(contenders)
    if k < 2:  # noqa: PLR2004  one company has no rank
        return None
    values = np.array([one.value for one in contenders])
    errors = np.array([one.error or 0.0 for one in contenders])
    low, high = metric.bounds
    drawn = np.clip(values + errors * np.random.default_rng(seed).standard_normal((draws, k)), low, high)
    sign = 1.0 if metric.better is Better.HIGHER else -1.0
    return Ranks(
        tuple(one.name for one in contenders),
        _shares(sign * drawn),
        tuple(1 + int((sign * values > sign * value).sum()) for value in values),
        tuple(one.name for one in contenders if one.error is None),
    )


def likelihood(share: float) -> str:
    """A rank's share in a word: "almost certainly", "likely", or "" where the order is open."""
    return "almost certainly" if share >= ALMOST_CERTAIN else "likely" if share >= LIKELY else ""


def ordinal(place: int) -> str:
    """ "1st", "2nd", "3rd", "4th", "11th"."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _shares(drawn: FloatArray) -> FloatArray:
    """Places of the columns, the highest first: `tied` of them that are equal take `tied` places together."""
    draws, k = drawn.shape
    shares = np.zeros((k, k))
    for i in range(k):
        own = drawn[:, i : i + 1]
        ahead, tied = (drawn > own).sum(axis=1), (drawn == own).sum(axis=1)
        for size in np.unique(tied):
            first = np.bincount(ahead[tied == size], minlength=k).astype(np.float64) / size
            for step in range(size):
                shares[i, step:] += first[: k - step]
    shares /= draws
    return shares
