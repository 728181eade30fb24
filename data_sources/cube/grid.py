"""The cube as a grid: a row for each tuple of axis values that occurs, a column for each atom. Where most of the
possible cells exist it takes less memory than coded columns, and a slice of it is a few rows read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array

from data_sources import query
from data_sources.cube.cells import Cells, Codes, Measure, added_up, adder, flattened, in_scope, narrow
from metrics.slices import Scope
from metrics.sums import FloatArray, IntArray


@dataclass(frozen=True)
class Grid:
    """`keys[axis][k]` is the place of tuple k in `labels[axis]`; `sums[name][k, a]` the measure of tuple k in atom a, 0
    where no response fell into that cell."""

    keys: Mapping[str, Codes]
    labels: Mapping[str, tuple[str, ...]]
    sums: Mapping[str, Measure]

    @cached_property
    def _filled(self) -> int:
        return int(np.count_nonzero(self.sums[query.ROWS]))

    def __len__(self) -> int:
        return self._filled

    @property
    def tuples(self) -> int:
        """How many tuples of axis values there are."""
        return len(self.sums[query.ROWS])

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return sum(array.nbytes for array in self.arrays)

    @property
    def arrays(self) -> tuple[Measure, ...]:
        """Every array."""
        return (*self.keys.values(), *self.sums.values())

    def coded(self, first: int, last: int) -> Cells:
        """The cells of atoms first … last − 1 as coded columns, by atom."""
        rows = self.sums[query.ROWS][:, first:last]
        atom, row = np.nonzero(rows.T)
        codes = {axis: code[row] for axis, code in self.keys.items()}
        measures = {name: summed[row, atom + first] for name, summed in self.sums.items()}
        return Cells(narrow(atom + first, last), codes, self.labels, measures)

    @property
    def atom(self) -> Codes:
        """The atom of every cell, as coded columns have it."""
        return self._whole.atom

    @property
    def codes(self) -> Mapping[str, Codes]:
        """The axes of every cell, as coded columns have them."""
        return self._whole.codes

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures of every cell, as coded columns have them."""
        return self._whole.measures

    @property
    def _whole(self) -> Cells:
        return self.coded(0, self.sums[query.ROWS].shape[1])

    def kept(self, first: int, places: IntArray, periods: int, scope: Scope) -> KeptRows:
        """The rows in scope, of the atoms from `first` on, atom first + i belonging to period places[i] (−1: to
        none)."""
        mask = in_scope(self.keys, self.labels, self.tuples, scope)
        chosen = slice(0, self.tuples) if mask is None or mask.all() else np.flatnonzero(mask)
        return KeptRows(self, chosen, slice(first, first + len(places)), places, periods)


@dataclass(frozen=True)
class KeptRows:
    """Rows of a grid over a run of atoms, ready to be added up by any axes."""

    grid: Grid
    chosen: slice | IntArray
    run: slice
    places: IntArray
    periods: int
    _adders: dict[tuple[str, ...], csc_array] = field(default_factory=dict)
    _picked: dict[tuple[str, ...], FloatArray] = field(default_factory=dict)

    def added(self, names: tuple[str, ...], by: tuple[str, ...]) -> FloatArray:
        """Sums of the named measures with axes (name, period, *by)."""
        rows = self._numbers(names)
        shape = tuple(len(self.grid.labels[axis]) for axis in by)
        if by not in self._adders:
            keys = {axis: self.grid.keys[axis][self.chosen] for axis in by}
            place = flattened(keys, self.grid.labels, by, len(rows))
            self._adders[by] = adder(place, int(np.prod(shape)))
        summed = added_up(self._adders[by], rows.reshape(len(rows), len(names) * len(self.places)))
        by_atom = summed.reshape(*shape, len(names), len(self.places))
        return np.moveaxis(self._by_period(by_atom), (-2, -1), (0, 1))

    def _numbers(self, names: tuple[str, ...]) -> FloatArray:
        """Axes (row, name, atom): picked once however many tables are made of it. As floats: sums of whole numbers stay
        whole up to 2⁵³, wherever that many responses come from."""
        if names not in self._picked:
            columns = [self.grid.sums[name][self.chosen, self.run] for name in names]
            picked = np.empty((len(columns[0]), len(names), len(self.places)))
            for i, column in enumerate(columns):
                picked[:, i] = column
            self._picked[names] = picked
        return self._picked[names]

    def _by_period(self, by_atom: FloatArray) -> FloatArray:
        """The last axis, atoms, added up to periods; 0 for a period without an atom."""
        if np.array_equal(self.places, np.arange(self.periods)):
            return by_atom
        held = np.flatnonzero(self.places >= 0)
        filled, begins = np.unique(self.places[held], return_index=True)
        summed = np.zeros((*by_atom.shape[:-1], self.periods))
        if len(held):
            summed[..., filled] = np.add.reduceat(by_atom[..., held], begins, axis=-1)
        return summed
