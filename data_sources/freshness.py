"""How old the numbers are, in words that stand on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data_sources.cube.store import Cube
from metrics.catalog import Thresholds

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Freshness:
    """`last` is the newest response's time, `read_at` when the database was last asked; `stale` where the
    newest response is older than the configured number of days; `trouble` why the last refresh failed; `unsaved` why
    the numbers are in memory only."""

    last: datetime | None
    read_at: datetime | None
    stale: bool
    age_days: int
    trouble: str = ""
    left_out: tuple[str, ...] = ()
    unsaved: str = ""

    @property
    def sentence(self) -> str:
        """ "Newest response 15 Nov 2026." and what limits it."""
        if self.last is None:
            return "No response yet."
        said = f"Newest response {self.last.day} {self.last:%b %Y}"
        if self.stale:
            said += f", {age_in_words(self.age_days)} ago: stale"
        return said + "."


def freshness(cube: Cube, now: datetime, thresholds: Thresholds, trouble: str = "") -> Freshness:
    """The freshness of a cube at a moment."""
    days = 0 if cube.last is None else max(0, int((now - cube.last).total_seconds() // DAY))
    stale = cube.last is None or days > thresholds.stale_days
    return Freshness(cube.last, cube.read_at, stale, days, trouble, cube.left_out, cube.unsaved)


def age_in_words(days: int) -> str:
    """ "3 weeks", "8 years": the largest unit that says it in two digits."""
    for unit, length in (("year", 365), ("month", 30), ("week", 7)):
        if days >= 2 * length:
            return f"{days // length} {unit}s"
    return "1 day" if days == 1 else f"{days} days"
