"""Why it moved: the change of a metric split over slices into experience and mix (METHODS §5)."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.sums import Sums


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one slice adds to the change: `experience` (its own score changed) and `mix` (its share changed),
    in the metric's unit. Over all slices the two columns add up to the change exactly."""

    label: str
    experience: float
    mix: float
    before: Sums
    after: Sums

    @property
    def points(self) -> float:
        """Both together."""
        return self.experience + self.mix
