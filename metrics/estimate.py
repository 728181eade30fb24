"""A number never travels alone: estimates with their interval, n and method, and the verdict on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CONFIDENCE = 0.95
"""The coverage of every interval on screen, said once in docs/methods.md."""


class Verdict(StrEnum):
    """The one word every number carries (METHODS §3)."""

    SIGNAL = "signal"
    ROUTINE = "routine"
    TOO_FEW = "too few"
    STALE = "stale"


class Direction(StrEnum):
    """Which way a signal points, in the words of NHS "Making Data Count"."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NONE = "none"


class Assurance(StrEnum):
    """Whether the present process will meet the target (NHS "Making Data Count")."""

    WILL_MEET = "consistently meets"
    WILL_MISS = "consistently misses"
    HIT_AND_MISS = "hit and miss"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval. `value` is None at n = 0, `lower`/`upper` are None where no interval exists
    (n < 2, or a published figure without n). `method` names how the interval was made. `n` is None where the
    source does not state it."""

    value: float | None
    lower: float | None
    upper: float | None
    n: int | None
    method: str

    @property
    def half_width(self) -> float | None:
        """Half the interval's width; None without an interval."""
        if self.lower is None or self.upper is None:
            return None
        return (self.upper - self.lower) / 2


NO_ESTIMATE = Estimate(None, None, None, 0, "no responses")
HELD_BACK = "held back"


def shown(given: Estimate, fewest: int) -> Estimate:
    """The estimate, or only its n where that is below `fewest` (METHODS §8); an n that is not stated stays."""
    if given.n is None or given.n >= fewest:
        return given
    return Estimate(None, None, None, given.n, HELD_BACK) if given.n else NO_ESTIMATE


@dataclass(frozen=True, slots=True)
class Comparator:
    """What a number is held against: `kind` is "past", "competitor", "expectation" or "company"; `gap` is ours minus
    theirs. `source` and `as_of` say where and when the other figure comes from; `note` what limits it
    ("n not stated", "n below 100", "stale")."""

    kind: str
    label: str
    theirs: Estimate
    gap: Estimate
    verdict: Verdict
    source: str = ""
    as_of: date | None = None
    note: str = ""
