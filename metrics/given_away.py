"""Slices whose numbers would give a small one away: beside the total, all but it would be known (METHODS §8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metrics.cells import Where
from metrics.history import History
from metrics.suppression import suppress


def given_away(history: History, wheres: Sequence[Where], fewest: int, spans: Sequence[slice]) -> frozenset[Where]:
    """Which of these slices cannot be told with their numbers: in the list of all slices along their axes, over any of
    the spans of weeks, `suppress` hides them. A cut by two axes is taken as one list, as the breakdown shows it."""
    hidden: dict[tuple[str, ...], np.ndarray] = {}

    def of(axes: tuple[str, ...]) -> np.ndarray:
        n = history.slices[axes].n
        sides = [n[span].sum(axis=0) for span in spans]
        shut = np.zeros(sides[0].shape, dtype=np.bool_)
        for side in sides:
            shut |= suppress(side.ravel(), fewest).cells.reshape(side.shape)
        return shut

    def tells(where: Where) -> bool:
        named = dict(where)
        axes = next((axes for axes in history.slices if set(axes) == named.keys()), None)
        if axes is None:
            return False
        if axes not in hidden:
            hidden[axes] = of(axes)
        labels = history.slices[axes].labels[1:]
        place = tuple(values.index(named[axis]) for axis, values in zip(axes, labels, strict=True))
        return bool(hidden[axes][place])

    return frozenset(where for where in wheres if tells(where))
