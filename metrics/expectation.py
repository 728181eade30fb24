"""Expectation and perception as the page shows them: levels, gaps, and where a perception stands (METHODS §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.estimate import Direction, Estimate, Verdict
from metrics.figures import ADEQUATE, DESIRED, PROMISED, SELF
from metrics.metric import Metric
from metrics.published import Where
from metrics.sums import Sums

MINIMUM, ASPIRATION, TARGET = "minimum", "aspiration", "target"
"""Levels that the company has set itself, where customers were not asked."""
PAIRED, TWO_SAMPLES = "paired", "two samples"


class Basis(StrEnum):
    """Where a level comes from, as the page says it."""

    STATED = "stated by customers"
    PROMISED = "promised by us"
    TARGET = "set as a target"
    BELIEVED = "believed by us"


LEVELS = {
    DESIRED: ("hoped for", Basis.STATED),
    "": ("expected", Basis.STATED),
    ADEQUATE: ("acceptable", Basis.STATED),
    PROMISED: ("promised", Basis.PROMISED),
    SELF: ("what we believe", Basis.BELIEVED),
    ASPIRATION: ("aimed for", Basis.TARGET),
    TARGET: ("target", Basis.TARGET),
    MINIMUM: ("minimum", Basis.TARGET),
}
"""Every level in the order in which it is shown: its plain words and where it comes from."""
FLOORS, CEILINGS = (ADEQUATE, MINIMUM), (DESIRED, ASPIRATION)
"""What must be, what should be."""
SINGLE = ("", TARGET, PROMISED)
"""Levels that are both at once where neither is known."""


class Zone(StrEnum):
    """Where a perception stands, in words."""

    BELOW = "below what must be"
    SHORT = "short of what is hoped for"
    WITHIN = "between must and should be"
    MET = "above what must be"
    ABOVE = "above what should be"
    UNCLEAR = "too close to call"
    UNSURE = "no interval to tell by"
    TOO_FEW = "too few to show"
    STALE = "expectation is stale"
    NONE = "no expectation"


Side = Direction | None
"""On which side of a level a perception lies: below, above, not told apart; None where the level is not known."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Σ over customers of d = own mean perception − own newest expectation (metric units): n, Σd, Σd²."""

    differences: Sums


@dataclass(frozen=True, slots=True)
class Expected:
    """One level of expectation of one item. `sums` is None where its n is not stated or the level is fixed."""

    level: str
    estimate: Estimate
    sums: Sums | None = None
    as_of: date | None = None
    publisher: str = ""
    stale: bool = False
    notes: tuple[str, ...] = ()
    widest: bool = False

    @property
    def label(self) -> str:
        """The level in plain words."""
        return LEVELS[self.level][0] if self.level in LEVELS else self.level

    @property
    def basis(self) -> Basis:
        """Stated, promised, set or believed."""
        return LEVELS[self.level][1] if self.level in LEVELS else Basis.STATED

    @property
    def fixed(self) -> bool:
        """Whether it was decided, so that it has no sampling error."""
        return self.basis is Basis.TARGET


@dataclass(frozen=True, slots=True)
class Gap:
    """Perception − one level, with p if nothing differed (None = not tested) and the verdict after all are seen
    together. `pairing` says whether the same customers gave both."""

    expected: Expected
    gap: Estimate
    pairing: str
    p: float | None
    verdict: Verdict = Verdict.ROUTINE
    direction: Direction = Direction.NONE


@dataclass(frozen=True, slots=True)
class Item:
    """One metric (in one slice, `where`): how it is perceived, over how many weeks, and its gaps by level."""

    metric: Metric
    where: Where
    perception: Estimate
    weeks: int
    gaps: tuple[Gap, ...]

    def gap_to(self, *levels: str) -> Gap | None:
        """The gap to the first of these levels that is known."""
        by_level = {gap.expected.level: gap for gap in self.gaps}
        return next((by_level[level] for level in levels if level in by_level), None)

    @property
    def floor(self) -> Gap | None:
        """What must be."""
        single = None if self.gap_to(*CEILINGS) else self.gap_to(*SINGLE)
        return self.gap_to(*FLOORS) or single

    @property
    def ceiling(self) -> Gap | None:
        """What should be."""
        single = None if self.gap_to(*FLOORS) else self.gap_to(*SINGLE)
        return self.gap_to(*CEILINGS) or single

    @property
    def zone(self) -> Zone:
        """Where the perception stands, by what can be told apart."""
        held = [gap for gap in (self.floor, self.ceiling) if gap is not None]
        verdicts = {gap.verdict for gap in held}
        if self.perception.value is None or Verdict.TOO_FEW in verdicts:
            return Zone.TOO_FEW
        if not held:
            return Zone.NONE
        if Verdict.STALE in verdicts:
            return Zone.STALE
        told = ZONES.get((_side(self.floor), _side(self.ceiling)))
        unsure = all(gap.gap.lower is None for gap in held)
        return told or (Zone.UNSURE if unsure else Zone.UNCLEAR)

    @property
    def direction(self) -> Direction:
        """Below what must be is a concern, above what should be an improvement; all else is quiet."""
        return {Zone.BELOW: Direction.CONCERN, Zone.ABOVE: Direction.IMPROVEMENT}.get(self.zone, Direction.NONE)

    @property
    def verdict(self) -> Verdict:
        """The verdict on where the perception stands."""
        words = {Zone.TOO_FEW: Verdict.TOO_FEW, Zone.STALE: Verdict.STALE}
        signal = self.direction is not Direction.NONE
        return Verdict.SIGNAL if signal else words.get(self.zone, Verdict.ROUTINE)


def _side(gap: Gap | None) -> Side:
    if gap is None:
        return None
    return gap.direction if gap.verdict is Verdict.SIGNAL else Direction.NONE


_LOW, _HIGH, _OPEN = Direction.CONCERN, Direction.IMPROVEMENT, Direction.NONE
ZONES: dict[tuple[Side, Side], Zone] = {
    **{(_LOW, ceiling): Zone.BELOW for ceiling in (_LOW, _HIGH, _OPEN, None)},
    **{(floor, _HIGH): Zone.ABOVE for floor in (_HIGH, _OPEN, None)},
    (None, _LOW): Zone.SHORT,
    (_HIGH, None): Zone.MET,
    (_HIGH, _LOW): Zone.WITHIN,
}
"""By where the perception lies with a signal: (of the floor, of the ceiling), None where that is not known. What is not
here is too close to call."""
