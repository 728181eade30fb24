"""Where we lead and where a competitor does: one competitor by every value of every axis that it records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data_sources.leads import recorded
from data_sources.our_answers import OurAnswers
from data_sources.view import View
from metrics.catalog import Axis
from metrics.comparators import Ours
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.figures import Figure
from metrics.intervals import estimate
from metrics.periods import Period
from metrics.published import Standing, within
from metrics.rivals import Rival, Side, side, tested
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums
from metrics.suppression import suppress


@dataclass(frozen=True, slots=True)
class Place:
    """One value of an axis: our own estimate there, and the competitor held against it."""

    value: str
    ours: Estimate
    rival: Rival


@dataclass(frozen=True)
class RivalPlaces:
    """Places of one metric in one view. `standing` says what figures come to under filters; `dated` that old ones are
    stale; `own` are a study's figures of ourselves, None where ours are our answers."""

    view: View
    answers: OurAnswers
    rules: Ours
    standing: Callable[[Sequence[Figure], Filters], Standing | None]
    dated: bool
    own: Sequence[Figure] | None

    def of(self, figures: Sequence[Figure], window: Period) -> tuple[tuple[Axis, tuple[Place, ...]], ...]:
        """One competitor's figures by axis; all places of all axes are tested together. An axis or a value that the
        competitor does not record is left out."""
        axes = recorded(figures, self.view.open_axes())
        pairs = [(axis, *pair) for axis in axes for pair in self._pairs(axis, figures, window)]
        rivals = tested(self.rules.metric, [(ours, theirs) for _, ours, theirs in pairs])
        found: dict[str, list[Place]] = {axis: [] for axis in axes}
        for (axis, ours, _), rival in zip(pairs, rivals, strict=True):
            found[axis].append(Place(ours.name, ours.estimate, rival))
        return tuple((self.view.catalog.axis(axis), tuple(places)) for axis, places in found.items() if places)

    def _pairs(self, axis: str, figures: Sequence[Figure], window: Period) -> list[tuple[Side, Side]]:
        """Ours and theirs in each value of an axis. A number of ours that is too few, or that would follow from the
        others and the whole, is held back."""
        mine = self._ours_by(axis, window)
        hidden = suppress(np.array([sums.n for sums in mine.values()], dtype=np.int64), self.view.fewest).cells
        known = {name for figure in figures for name, _ in figure.where}
        kept = {name: values for name, values in self.rules.filters.kept if name in known}
        pairs = []
        for (value, sums), hide in zip(mine.items(), hidden.tolist(), strict=True):
            theirs = within(figures, Filters.of({**kept, axis: (value,)}))
            place = self.standing(theirs, Filters()) if theirs else None
            if place is None:
                continue
            given = replace(NO_ESTIMATE, n=sums.n) if hide else estimate(self.rules.metric, sums)
            ours = Side(value, given, None if hide else sums)
            pairs.append((ours, side(self.rules, place.company, place, dated=self.dated)))
        return pairs

    def _ours_by(self, axis: str, window: Period) -> dict[str, Sums]:
        kept = self.rules.filters.get(axis) or self.view.catalog.axis(axis).values
        if self.own is None:
            by = self.answers.by(window, axis)
            return {value: by.get(value, NOTHING) for value in kept}
        inside = {value: within(self.own, self.rules.filters.narrowed(axis, value)) for value in kept}
        places = {value: self.standing(own, Filters()) for value, own in inside.items() if own}
        return {value: place.sums for value, place in places.items() if place is not None and place.sums is not None}
