"""The cube in memory: read-only arrays, one object shared by all viewers, and the tables that are summed from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from data_sources.cube.cells import Cells
from data_sources.cube.grid import Grid
from metrics.history import WEEK_AXIS
from metrics.metric import FULL_MARKS, Metric
from metrics.periods import Grain, Period
from metrics.slices import Scope
from metrics.sums import FloatArray, IntArray, SumsTable

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Cube:
    """Everything every on-screen aggregate comes from. `weeks` are the whole weeks it spans, `atoms` their
    pieces; `cells` the sums, as a grid where most cells exist, else as coded columns by atom; `left_out` names the axes
    that were too wide and are answered by push-down; `last` is the newest response's time, `read_at` when the newest
    atom was read, `seconds` how long that took; `unsaved` why it is in memory only, "" where it is on disk."""

    metrics: tuple[Metric, ...]
    weeks: tuple[Period, ...]
    atoms: tuple[Period, ...]
    cells: Cells | Grid
    left_out: tuple[str, ...] = ()
    last: datetime | None = None
    read_at: datetime | None = None
    seconds: float = 0.0
    estimated_cells: int = 0
    unsaved: str = ""

    @cached_property
    def starts(self) -> Days:
        """The first day of every atom."""
        return np.array([atom.start for atom in self.atoms], dtype="datetime64[D]")

    @cached_property
    def ends(self) -> Days:
        """The day after the last of every atom."""
        return np.array([atom.end for atom in self.atoms], dtype="datetime64[D]")

    def labels(self, axis: str) -> tuple[str, ...]:
        """The places of an axis in order."""
        return self.cells.labels[axis]

    def holds(self, axes: Sequence[str]) -> bool:
        """Whether every axis is in the cube; if not, push-down answers."""
        return all(axis in self.cells.labels for axis in axes)

    def over(
        self, periods: Sequence[Period], scope: Scope, places: Mapping[str, Sequence[str]] | None = None
    ) -> CubeSlice:
        """The cells of consecutive periods that are in scope; `places` limits the values of axes that tables have.
        Periods are weeks or months of the cube; raises ValueError for one that cuts through an atom."""
        return CubeSlice(self, tuple(periods), scope, places)


class CubeSlice:
    """The cells of some periods and one scope, ready to be summed by any axes. `places` are the values of an axis that
    tables have, where these are not all that the cube knows: a value that none of a viewer's rows has is not even
    named."""

    def __init__(
        self, cube: Cube, periods: tuple[Period, ...], scope: Scope, places: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.cube, self.periods = cube, periods
        self._named = places or {}
        self._grain = periods[0].grain.value if periods else WEEK_AXIS
        self._starts = tuple(period.start.isoformat() for period in periods)
        first, last = _atom_range(cube, periods)
        self._kept = cube.cells.kept(first, _places(cube, first, last, periods), len(periods), scope)

    def sums(self, metric: Metric, by: Sequence[str] = ()) -> SumsTable:
        """Sums with axes (period, *by); the first axis is called "week" or "month"."""
        keys = tuple(by)
        labels = (self._starts, *map(self.labels, keys))
        return SumsTable((self._grain, *keys), labels, *self._moments(metric, keys))

    def labels(self, axis: str) -> tuple[str, ...]:
        """The values of an axis that tables have, in order."""
        known = self.cube.labels(axis)
        return tuple(label for label in known if label in self._named[axis]) if axis in self._named else known

    def _added(self, names: tuple[str, ...], keys: tuple[str, ...]) -> FloatArray:
        """Sums with axes (name, period, *keys), of the values that `labels` gives."""
        found = self._kept.added(names, keys)
        for place, axis in enumerate(keys, start=2):
            known, named = self.cube.labels(axis), self.labels(axis)
            if len(named) < len(known):
                found = np.take(found, [known.index(label) for label in named], axis=place)
        return found

    def _moments(self, metric: Metric, keys: tuple[str, ...]) -> tuple[IntArray, FloatArray, FloatArray]:
        """n, Σ(v − c), Σ(v − c)² with axes (period, *keys)."""
        parts = parts_of(metric)
        n, *others = self._added(tuple(f"{metric.id}__{part}" for part in parts), keys)
        whole = np.rint(n).astype(np.int64, order="C")
        if metric.rule.high is None:
            total, squares = (np.ascontiguousarray(part) for part in others)
            return whole, total, squares
        up, down = others if metric.rule.low is not None else (others[0], np.zeros(n.shape))
        return whole, np.ascontiguousarray(FULL_MARKS * (up - down)), np.ascontiguousarray(FULL_MARKS**2 * (up + down))

    def counts(self, name: str, by: Sequence[str] = ()) -> IntArray:
        """How many responses (`rows`) or comments (`comments`), with axes (period, *by)."""
        counted: IntArray = np.rint(self._added((name,), tuple(by))[0]).astype(np.int64, order="C")
        return counted


def parts_of(metric: Metric) -> tuple[str, ...]:
    """The measures that a metric has in every cell (query.measures), in order."""
    if metric.rule.high is None:
        return ("n", "total", "squares")
    return ("n", "up") if metric.rule.low is None else ("n", "up", "down")


def _atom_range(cube: Cube, periods: tuple[Period, ...]) -> tuple[int, int]:
    if not periods or not cube.atoms:
        return 0, 0
    first, last = np.searchsorted(cube.starts, np.array([periods[0].start, periods[-1].end], dtype="datetime64[D]"))
    return int(first), int(last)


def _places(cube: Cube, first: int, last: int, periods: tuple[Period, ...]) -> IntArray:
    """For each atom first … last − 1, the place of the period that holds it; −1 where none does."""
    if first == last:
        return np.empty(0, dtype=np.int64)
    starts = np.array([period.start for period in periods], dtype="datetime64[D]")
    ends = np.array([period.end for period in periods], dtype="datetime64[D]")
    places = np.searchsorted(ends, cube.starts[first:last], side="right").astype(np.int64)
    inside = np.minimum(places, len(periods) - 1)
    places[(places == len(periods)) | (starts[inside] > cube.starts[first:last])] = -1
    for i in np.flatnonzero((places >= 0) & (cube.ends[first:last] > ends[inside])):
        period, atom = periods[int(inside[i])], cube.atoms[first + int(i)]
        raise ValueError(f"{period.text()} cuts through the atom {atom.text()}: use the cube's own periods")
    return places


def months_of(cube: Cube) -> tuple[Period, ...]:
    """The calendar months that the cube holds whole or in part, clipped to its weeks; grain MONTH."""
    months: list[Period] = []
    for atom in cube.atoms:
        start = atom.start.replace(day=1)
        if months and months[-1].start.replace(day=1) == start:
            months[-1] = Period(months[-1].start, atom.end, Grain.MONTH)
        else:
            months.append(Period(atom.start, atom.end, Grain.MONTH))
    return tuple(months)
