"""The cube in memory: coded columns sorted by atom, read-only, one object shared by all viewers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from metrics.history import WEEK_AXIS
from metrics.metric import FULL_MARKS, Metric
from metrics.periods import Grain, Period
from metrics.slices import Filters, Scope
from metrics.sums import FloatArray, IntArray, SumsTable

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Measure = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Cells of consecutive atoms. `atom` is each cell's index into the atoms, ascending; `codes[axis]` its
    place in `labels[axis]`; `measures` maps "<metric>__n" and so on (query.measures) to one number a cell."""

    atom: Codes
    codes: Mapping[str, Codes]
    labels: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, Measure]

    def __len__(self) -> int:
        return len(self.atom)

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        arrays = [self.atom, *self.codes.values(), *self.measures.values()]
        return sum(array.nbytes for array in arrays)


@dataclass(frozen=True)
class Cube:
    """Everything every on-screen aggregate comes from. `weeks` are the whole weeks it spans, `atoms` their
    pieces; `left_out` names the axes that were too wide and are answered by push-down; `last` is the newest
    response's time, `read_at` when the newest atom was read, `seconds` how long that took."""

    metrics: tuple[Metric, ...]
    weeks: tuple[Period, ...]
    atoms: tuple[Period, ...]
    cells: Cells
    left_out: tuple[str, ...] = ()
    last: datetime | None = None
    read_at: datetime | None = None
    seconds: float = 0.0
    estimated_cells: int = 0

    @cached_property
    def offsets(self) -> IntArray:
        """offsets[i] is the first cell of atom i; one more at the end."""
        return np.searchsorted(self.cells.atom, np.arange(len(self.atoms) + 1)).astype(np.int64)

    def labels(self, axis: str) -> tuple[str, ...]:
        """The places of an axis in order."""
        return self.cells.labels[axis]

    def holds(self, axes: Sequence[str]) -> bool:
        """Whether every axis is in the cube; if not, push-down answers."""
        return all(axis in self.cells.labels for axis in axes)

    def over(self, periods: Sequence[Period], scope: Scope) -> CubeSlice:
        """The cells of consecutive periods that are in scope. Periods are weeks or months of the cube;
        raises ValueError for one that cuts through an atom."""
        return CubeSlice(self, tuple(periods), scope)


class CubeSlice:
    """The cells of some periods and one scope, ready to be summed by any axes."""

    def __init__(self, cube: Cube, periods: tuple[Period, ...], scope: Scope) -> None:
        self.cube, self.periods = cube, periods
        first, last = _atom_range(cube, periods)
        self._run = slice(int(cube.offsets[first]), int(cube.offsets[last]))
        self._kept = _kept(cube.cells, self._run, scope)
        places = _places(cube.atoms[first:last], periods)
        self._period = self._codes(cube.cells.atom)
        self._period = places[self._period - first] if len(self._period) else self._period
        inside = self._period >= 0
        if not inside.all():
            kept = np.flatnonzero(inside)
            self._kept = kept if self._kept is None else self._kept[kept]
            self._period = self._period[kept]
        self._flat: dict[tuple[str, ...], IntArray] = {}
        self._picked: dict[str, FloatArray] = {}

    def _codes(self, column: Codes) -> IntArray:
        run = column[self._run]
        return (run if self._kept is None else run[self._kept]).astype(np.int64)

    def _numbers(self, name: str) -> FloatArray:
        """A measure of the cells in scope, picked once however many tables are made of it."""
        if name not in self._picked:
            run = self.cube.cells.measures[name][self._run]
            self._picked[name] = (run if self._kept is None else run[self._kept]).astype(np.float64)
        return self._picked[name]

    def _added(self, name: str, by: tuple[str, ...], shape: tuple[int, ...]) -> FloatArray:
        summed = np.bincount(self._index(by), self._numbers(name), int(np.prod(shape)))
        return summed.astype(np.float64, copy=False).reshape(shape)

    def _index(self, by: tuple[str, ...]) -> IntArray:
        """Each cell's place in the flattened table with axes ("week", *by)."""
        if by not in self._flat:
            if not by:
                self._flat[by] = self._period
            else:
                code = self._codes(self.cube.cells.codes[by[-1]])
                self._flat[by] = self._index(by[:-1]) * len(self.cube.labels(by[-1])) + code
        return self._flat[by]

    def sums(self, metric: Metric, by: Sequence[str] = ()) -> SumsTable:
        """Sums with axes (period, *by); the first axis is called "week" or "month"."""
        keys = tuple(by)
        shape = (len(self.periods), *(len(self.cube.labels(axis)) for axis in keys))

        def add(name: str) -> FloatArray:
            return self._added(f"{metric.id}__{name}", keys, shape)

        n = np.rint(add("n")).astype(np.int64)
        if metric.rule.high is None:
            total, squares = add("total"), add("squares")
        else:
            up = add("up")
            down = add("down") if metric.rule.low is not None else np.zeros(shape)
            total, squares = FULL_MARKS * (up - down), FULL_MARKS**2 * (up + down)
        grain = self.periods[0].grain.value if self.periods else WEEK_AXIS
        starts = tuple(period.start.isoformat() for period in self.periods)
        return SumsTable((grain, *keys), (starts, *(self.cube.labels(axis) for axis in keys)), n, total, squares)

    def counts(self, name: str, by: Sequence[str] = ()) -> IntArray:
        """How many responses (`rows`) or comments (`comments`), with axes (period, *by)."""
        keys = tuple(by)
        shape = (len(self.periods), *(len(self.cube.labels(axis)) for axis in keys))
        return np.rint(self._added(name, keys, shape)).astype(np.int64)


def _atom_range(cube: Cube, periods: tuple[Period, ...]) -> tuple[int, int]:
    starts = [atom.start for atom in cube.atoms]
    if not periods or not starts:
        return 0, 0
    first = int(np.searchsorted(np.array(starts, dtype="datetime64[D]"), np.datetime64(periods[0].start)))
    last = int(np.searchsorted(np.array(starts, dtype="datetime64[D]"), np.datetime64(periods[-1].end)))
    return first, last


def _places(atoms: Sequence[Period], periods: Sequence[Period]) -> IntArray:
    """For each atom, the place of the period that holds it; −1 where none does."""
    places = np.full(len(atoms), -1, dtype=np.int64)
    ends = np.array([period.end for period in periods], dtype="datetime64[D]")
    for i, atom in enumerate(atoms):
        k = int(np.searchsorted(ends, np.datetime64(atom.start), side="right"))
        if k < len(periods) and periods[k].start <= atom.start:
            if atom.end > periods[k].end:
                raise ValueError(f"{periods[k].text()} cuts through the atom {atom.text()}: use the cube's own periods")
            places[i] = k
    return places


def _kept(cells: Cells, run: slice, scope: Scope) -> IntArray | None:
    """Indices (within the run) of the cells in scope; None where all are."""
    mask = _mask(cells, run, scope.filters)
    if scope.rules:
        allowed = np.zeros(run.stop - run.start, dtype=bool)
        for rule in scope.rules:
            one = _mask(cells, run, rule)
            allowed |= np.ones_like(allowed) if one is None else one
        mask = allowed if mask is None else mask & allowed
    return None if mask is None else np.flatnonzero(mask)


def _mask(cells: Cells, run: slice, filters: Filters) -> Mask | None:
    mask: Mask | None = None
    for axis, values in filters.kept:
        labels = cells.labels[axis]
        wanted = np.array([label in values for label in labels], dtype=bool)
        one = wanted[cells.codes[axis][run]] if len(labels) else np.zeros(run.stop - run.start, dtype=bool)
        mask = one if mask is None else mask & one
    return mask


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
