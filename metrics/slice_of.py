"""A slice: the answers behind one number, so that a card, its comments and its themes mean the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Scope


@dataclass(frozen=True, slots=True)
class Slice:
    """The responses in `scope` that gave `metric` a score in `period`; with `band`, only those whose score is in
    that band (metrics/bands.py)."""

    metric: Metric
    period: Period
    scope: Scope
    band: str | None = None

    def all_bands(self) -> Slice:
        """The same slice whatever the score."""
        return replace(self, band=None)

    def narrowed(self, axis: str, value: str) -> Slice:
        """Only one value of one axis."""
        return replace(self, scope=self.scope.narrowed(axis, value))
