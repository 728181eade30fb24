"""How a journey is remembered: its most intense moment and its last (METHODS §6). A heuristic, and labelled one.

Fredrickson & Kahneman 1993, doi:10.1037/0022-3514.65.1.45.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

LOWEST, NEUTRAL, HIGHEST = 1.0, 4.0, 7.0
"""Feelings are on 1–7 with 4 neither good nor bad."""
DIGITS = 9
"""2 and 8 of 10 become 2.2 and 5.8 of 7, equally far from 4 but for their last binary digit."""


@dataclass(frozen=True, slots=True)
class PeakEnd:
    """Where the peak and the end are in the journey, the mean of those two, and the plain mean of all moments beside
    it."""

    peak_index: int
    end_index: int
    value: float
    mean: float


def peak_end(feelings: Sequence[float]) -> PeakEnd | None:
    """The peak–end value of feelings on 1–7 in order of time; None without any.

    The peak is the moment furthest from 4; between equally far ones the negative (bad is stronger than good;
    Baumeister et al. 2001, doi:10.1037/1089-2680.5.4.323), then the latest. One moment is peak and end at once.
    Raises ValueError for a feeling off the scale or not a number.
    """
    if not feelings:
        return None
    for index, feeling in enumerate(feelings):
        if not LOWEST <= feeling <= HIGHEST:
            raise ValueError(
                f"feeling {index} is {feeling:g}: rescale to {LOWEST:g}–{HIGHEST:g}, leave out unknown ones"
            )
    end = len(feelings) - 1
    peak = max(range(len(feelings)), key=lambda i: (_intensity(feelings[i]), feelings[i] < NEUTRAL, i))
    return PeakEnd(peak, end, (feelings[peak] + feelings[end]) / 2, fmean(feelings))


def _intensity(feeling: float) -> float:
    """How far a feeling is from neither good nor bad."""
    return round(abs(feeling - NEUTRAL), DIGITS)
