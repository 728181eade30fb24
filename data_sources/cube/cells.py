"""Cells as coded columns, one number a cell: what queries return and files keep, and the cube where few of the possible
cells exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from metrics.slices import Filters, Scope
from metrics.sums import FloatArray, IntArray

Whole: TypeAlias = np.int8 | np.int16 | np.int32 | np.int64
Codes = npt.NDArray[Whole]
Measure = npt.NDArray[Whole | np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cells:
    """`atom` is each cell's index into the atoms (ascending in a cube); `codes[axis]` its place in `labels[axis]`;
    `measures` maps "<metric>__n" and so on (query.measures) to one number a cell."""

    atom: Codes
    codes: Mapping[str, Codes]
    labels: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, Measure]

    def __len__(self) -> int:
        return len(self.atom)

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return sum(array.nbytes for array in self.arrays)

    @property
    def arrays(self) -> tuple[Measure, ...]:
        """Every array."""
        return (self.atom, *self.codes.values(), *self.measures.values())

    def coded(self, first: int, last: int) -> Cells:
        """The cells of atoms first … last − 1."""
        begin, end = np.searchsorted(self.atom, [first, last])
        run = slice(int(begin), int(end))
        codes = {axis: code[run] for axis, code in self.codes.items()}
        return Cells(self.atom[run], codes, self.labels, {name: it[run] for name, it in self.measures.items()})

    def kept(self, first: int, places: IntArray, periods: int, scope: Scope) -> KeptCells:
        """The cells in scope of the atoms from `first` on, atom first + i belonging to period places[i] (−1: to
        none)."""
        run = self.coded(first, first + len(places))
        period = places[run.atom - first] if len(run) else np.empty(0, dtype=np.int64)
        inside = in_scope(run.codes, run.labels, len(run), scope)
        if (places < 0).any():
            inside = period >= 0 if inside is None else inside & (period >= 0)
        if inside is None:
            return KeptCells(run, None, period, periods)
        chosen = np.flatnonzero(inside)
        return KeptCells(run, chosen, period[chosen], periods)


@dataclass(frozen=True)
class KeptCells:
    """Cells of a run (all, or those `chosen`) with their `period`, ready to be added up by any axes."""

    run: Cells
    chosen: IntArray | None
    period: IntArray
    periods: int
    _flat: dict[tuple[str, ...], IntArray] = field(default_factory=dict)
    _adders: dict[tuple[str, ...], csc_array] = field(default_factory=dict)
    _picked: dict[tuple[str, ...], FloatArray] = field(default_factory=dict)

    def added(self, names: tuple[str, ...], by: tuple[str, ...]) -> FloatArray:
        """Sums of the named measures with axes (name, period, *by)."""
        shape = tuple(len(self.run.labels[axis]) for axis in by)
        if by not in self._adders:
            self._adders[by] = adder(self._index(by), self.periods * int(np.prod(shape)))
        summed = added_up(self._adders[by], self._numbers(names))
        return np.moveaxis(summed.reshape(self.periods, *shape, len(names)), -1, 0)

    def _numbers(self, names: tuple[str, ...]) -> FloatArray:
        """Measures of the cells, a row each, picked once however many tables are made of them."""
        if names not in self._picked:
            columns = [self.run.measures[name] for name in names]
            columns = columns if self.chosen is None else [column[self.chosen] for column in columns]
            self._picked[names] = np.stack(columns, axis=1).astype(np.float64, copy=False)
        return self._picked[names]

    def _index(self, by: tuple[str, ...]) -> IntArray:
        """Each cell's place in the flattened table with axes (period, *by)."""
        if not by:
            return self.period
        if by not in self._flat:
            code = self.run.codes[by[-1]]
            code = code if self.chosen is None else code[self.chosen]
            self._flat[by] = self._index(by[:-1]) * len(self.run.labels[by[-1]]) + code
        return self._flat[by]


def smallest(numbers: Measure) -> Measure:
    """Whole numbers as int8, int16 or int32 where all fit, anything else as it is: less memory, the same sums."""
    if not len(numbers):
        return numbers.astype(np.int8)
    kind = width(float(numbers.min()), float(numbers.max()))
    with np.errstate(invalid="ignore"):  # what is no number or too large for 64 bits stays as it is
        small: Measure = numbers.astype(kind)
    return small if np.array_equal(small, numbers) else numbers


def narrow(places: IntArray, size: int) -> Codes:
    """Places below `size` in the smallest kind of whole number."""
    return places.astype(width(0, size))


def width(low: float, high: float) -> type[Whole]:
    """The smallest kind of whole number that holds both."""
    kinds: tuple[type[Whole], ...] = (np.int8, np.int16, np.int32)
    for kind in kinds:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return kind
    return np.int64


def adder(places: IntArray, size: int) -> csc_array:
    """What adds rows up at their places: (adder @ rows)[p] is the sum of the rows whose place is p. A sparse matrix of
    ones, row i's in column i, so that it is one pass over the rows, however wide they are."""
    ones, begins = np.ones(len(places)), np.arange(len(places) + 1)
    return csc_array((ones, places, begins), shape=(size, len(places)), copy=False)


def added_up(adding: csc_array, rows: FloatArray) -> FloatArray:
    """Rows (two axes) at the places of an adder; zeros where no row is."""
    return np.asarray(adding @ rows, dtype=np.float64)


def flattened(codes: Mapping[str, Codes], labels: Mapping[str, Sequence[str]], axes: Sequence[str], n: int) -> IntArray:
    """Each row's place in the flattened table with these axes; n rows."""
    place = np.zeros(n, dtype=np.int64)
    for axis in axes:
        place = place * len(labels[axis]) + codes[axis]
    return place


def in_scope(codes: Mapping[str, Codes], labels: Mapping[str, Sequence[str]], n: int, scope: Scope) -> Mask | None:
    """Which of n rows are in scope; None where all are."""
    mask = _passes(codes, labels, scope.filters)
    if scope.bounded:
        allowed = np.zeros(n, dtype=bool)
        for rule in scope.rules:
            one = _passes(codes, labels, rule)
            allowed |= np.ones(n, dtype=bool) if one is None else one
        mask = allowed if mask is None else mask & allowed
    return mask


def _passes(codes: Mapping[str, Codes], labels: Mapping[str, Sequence[str]], filters: Filters) -> Mask | None:
    mask: Mask | None = None
    for axis, values in filters.kept:
        wanted = np.array([label in values for label in labels[axis]] or [False], dtype=bool)
        one = wanted[codes[axis]]
        mask = one if mask is None else mask & one
    return mask
