"""How far a score lies from a level it is held to, and how sure that is: one statistic for the interval and for p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate
from metrics.intervals import difference, estimate
from metrics.metric import Metric
from metrics.sums import Sums

FURTHEST = 8.0
"""Standard errors beyond which nothing is told apart: p = 1.2·10⁻¹⁵, near what a double can hold of 1 − p."""
HALVINGS = 32
"""Of the 8 standard errors: 8/2³² = 2·10⁻⁹ moves p by less than its ninth digit."""
FIXED, NOT_STATED = "against a fixed level", "no interval: n of the level not stated"


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a score is held to. `sums` are those of the customers who stated it; None where it was decided
    (`as_of` None: a fixed level has no sampling error) or where its n is not stated. `own`: stated for this very place
    and not for all; `stale`: too old to be held against today; `notes` say what limits it."""

    value: float
    sums: Sums | None = None
    as_of: date | None = None
    own: bool = False
    notes: tuple[str, ...] = ()
    stale: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the company decided it."""
        return self.as_of is None

    @property
    def origin(self) -> str:
        """ "stated by customers for all, n 1,204, Jul 2026", or that it is configured."""
        return origin_of([self])


def origin_of(levels: Sequence[Level], each: str = "for this one") -> str:
    """Where levels of one kind come from: "stated by customers for this one, n 430 to 818, Oct 2026"; what limits any
    of them follows. `each` says how those of a place of their own are called together."""
    stated = [level for level in levels if not level.fixed]
    parts = [_stated([level for level in stated if level.own is own], each if own else "for all")
             for own in (True, False)]  # fmt: skip
    parts += ["set in the configuration"] if len(stated) < len(levels) else []
    return "; ".join(part for part in parts if part)


def _stated(levels: Sequence[Level], whose: str) -> str:
    if not levels:
        return ""
    counts = sorted({level.sums.n for level in levels if level.sums is not None})
    n = f"n {counts[0]:,}" + (f" to {counts[-1]:,}" if len(counts) > 1 else "") if counts else "n not stated"
    days = sorted({level.as_of for level in levels if level.as_of is not None})
    dated = " to ".join(dict.fromkeys(f"{day:%b %Y}" for day in (days[0], days[-1])))
    notes = dict.fromkeys(note for level in levels for note in level.notes)
    return ", ".join((f"stated by customers {whose}", n, dated, *notes))


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
