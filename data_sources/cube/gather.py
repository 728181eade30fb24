"""Putting cells together: the parts that queries or files brought, and what is kept of an older cube, under one set of
labels, as a grid where most of the possible cells exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from data_sources import query
from data_sources.cube.cells import Cells, Codes, Mask, Measure, Whole, flattened, narrow, width
from data_sources.cube.grid import Grid
from metrics.catalog import Axis
from metrics.slices import NOT_RECORDED
from metrics.sums import IntArray

GRID_BYTES = 256 * 2**20
"""A larger grid is not made (ENGINE §10)."""
GRID_SHARE = 2.0
"""A grid may take so many times the bytes of coded columns: it also holds the cells that do not exist, but a page's
tables cost several times less from it (benchmarks/slicing.py)."""
TABLE = 1 << 24
"""Up to so many possible tuples are looked up in a table of that length (80 MB for a moment), more by sorting."""
MOST = 1 << 62
"""Possible tuples that a 64-bit number can still tell apart."""

Number = TypeVar("Number", bound=np.generic)
Labels = Mapping[str, tuple[str, ...]]


def gathered(
    parts: Sequence[Cells], axes: Sequence[Axis], names: Sequence[str], atoms: int,
    kept: tuple[Cells | Grid, int] | None = None,
) -> Cells | Grid:  # fmt: skip
    """All cells of the parts, each of other atoms, and of `kept`: a cube and the atom before which its cells are kept.
    Read-only. Labels are the configured values in their order, then what else occurs, sorted; "not recorded" comes
    last."""
    sources: list[Cells | _Rows] = list(parts)
    if kept is not None:
        old, first = kept
        sources.insert(0, _Rows.of(old, first) if isinstance(old, Grid) else old.coded(0, first))
    labels = _labels(sources, axes)
    cells: Cells | Grid | None = _grid(sources, labels, names, atoms)
    if cells is None:
        cells = _in_order([one.cells() if isinstance(one, _Rows) else one for one in sources], labels, names)
    _read_only(cells)
    return cells


def gathered_cells(parts: Sequence[Cells], axes: Sequence[Axis], names: Sequence[str]) -> Cells:
    """As `gathered`, always as coded columns in the order of the atoms."""
    cells = _in_order(parts, _labels(parts, axes), names)
    _read_only(cells)
    return cells


@dataclass(frozen=True)
class _Rows:
    """The rows of a grid that have a cell before an atom."""

    grid: Grid
    first: int
    used: Mask
    codes: Mapping[str, Codes]

    @classmethod
    def of(cls, grid: Grid, first: int) -> _Rows:
        used = (grid.sums[query.ROWS][:, :first] != 0).any(axis=1)
        return cls(grid, first, used, {axis: key[used] for axis, key in grid.keys.items()})

    @property
    def labels(self) -> Labels:
        return self.grid.labels

    @property
    def measures(self) -> Mapping[str, Measure]:
        return self.grid.sums

    def __len__(self) -> int:
        return int(np.count_nonzero(self.used))

    @property
    def filled(self) -> int:
        return int(np.count_nonzero(self.grid.sums[query.ROWS][:, : self.first]))

    def cells(self) -> Cells:
        return self.grid.coded(0, self.first)

    def put(self, name: str, places: IntArray, into: Measure) -> None:
        """Copied in one go where every row stays where it was."""
        old = self.grid.sums[name]
        if self.used.all() and np.array_equal(places, np.arange(len(into))):
            into[:, : self.first] = old[:, : self.first]
        else:
            into[places, : self.first] = old[self.used, : self.first]


def _grid(sources: Sequence[Cells | _Rows], labels: Labels, names: Sequence[str], atoms: int) -> Grid | None:
    """None where coded columns are the better choice."""
    possible = prod(len(values) for values in labels.values())
    if possible > MOST:
        return None
    flat = [flattened(_translated(one, labels), labels, tuple(labels), len(one)) for one in sources]
    tuples, places = _places(flat, possible)
    cells = sum(one.filled if isinstance(one, _Rows) else len(one) for one in sources)
    kinds = {name: _kind(sources, name) for name in names}
    if not _pays(len(tuples), atoms, cells, kinds.values(), labels):
        return None
    sums: dict[str, Measure] = {}
    for name, kind in kinds.items():
        sums[name] = np.zeros((len(tuples), atoms), dtype=kind)
        for one, place in zip(sources, places, strict=True):
            if isinstance(one, _Rows):
                one.put(name, place, sums[name])
            else:
                sums[name][place, one.atom] = one.measures[name]
    if query.ROWS in sums and np.count_nonzero(sums[query.ROWS]) != cells:
        return None  # two cells of one name (NULL and the text "not recorded"): columns add them up, a grid holds one
    return Grid(_keys(tuples, labels), labels, sums)


def _pays(tuples: int, atoms: int, cells: int, kinds: Iterable[npt.DTypeLike], labels: Labels) -> bool:
    each = sum(np.dtype(kind).itemsize for kind in kinds)
    codes = [atoms, *(len(values) for values in labels.values())]
    coded = cells * (each + sum(np.dtype(width(0, places)).itemsize for places in codes))
    grid = tuples * atoms * each
    return grid <= min(GRID_BYTES, GRID_SHARE * coded)


def _in_order(parts: Sequence[Cells], labels: Labels, names: Sequence[str]) -> Cells:
    """Coded columns, by atom."""
    atom = _joined([part.atom for part in parts])
    translated = [_translated(part, labels) for part in parts]
    codes = {axis: _joined([one[axis] for one in translated]) for axis in labels}
    measures = {name: _joined([part.measures[name] for part in parts]) for name in names}
    order = np.argsort(atom, kind="stable")
    if np.array_equal(order, np.arange(len(atom))):
        return Cells(atom, codes, labels, measures)
    codes, measures = _taken(codes, order), _taken(measures, order)
    return Cells(atom[order], codes, labels, measures)


def _labels(sources: Sequence[Cells | _Rows], axes: Sequence[Axis]) -> dict[str, tuple[str, ...]]:
    """Every configured value, then what else occurs in a cell."""
    labels = {}
    for axis in axes:
        found: set[str] = set()
        for one in sources:
            occurs = np.zeros(len(one.labels[axis.id]), dtype=bool)
            occurs[one.codes[axis.id]] = True
            found.update(label for label, some in zip(one.labels[axis.id], occurs.tolist(), strict=True) if some)
        extra = sorted(found - set(axis.values) - {NOT_RECORDED})
        absent = (NOT_RECORDED,) if NOT_RECORDED in found and NOT_RECORDED not in axis.values else ()
        labels[axis.id] = (*axis.values, *extra, *absent)
    return labels


def _translated(one: Cells | _Rows, labels: Labels) -> dict[str, Codes]:
    """Codes into the common labels. A label that no cell has may have no place there."""
    codes: dict[str, Codes] = {}
    for axis, values in labels.items():
        place = {label: i for i, label in enumerate(values)}
        table = np.array([place.get(label, 0) for label in one.labels[axis]], dtype=np.int64)
        codes[axis] = narrow(table, len(values))[one.codes[axis]]
    return codes


def _places(flat: Sequence[IntArray], possible: int) -> tuple[IntArray, list[IntArray]]:
    """The tuples that occur, ascending, and for each array where its tuples are among them."""
    if possible > TABLE:
        tuples = np.unique(np.concatenate(flat)) if flat else np.empty(0, dtype=np.int64)
        return tuples, [np.searchsorted(tuples, one).astype(np.int64) for one in flat]
    occurs = np.zeros(possible, dtype=bool)
    for one in flat:
        occurs[one] = True
    place = np.cumsum(occurs, dtype=np.int32) - 1
    return np.flatnonzero(occurs), [place[one].astype(np.int64) for one in flat]


def _keys(tuples: IntArray, labels: Labels) -> dict[str, Codes]:
    """Flattened tuples back to a code an axis."""
    keys: dict[str, Codes] = {}
    rest = tuples
    for axis in reversed(tuple(labels)):
        rest, code = np.divmod(rest, max(1, len(labels[axis])))
        keys[axis] = narrow(code, len(labels[axis]))
    return {axis: keys[axis] for axis in labels}


def _kind(sources: Sequence[Cells | _Rows], name: str) -> np.dtype[Whole | np.float64]:
    kinds = [one.measures[name].dtype for one in sources]
    return np.result_type(*kinds) if kinds else np.dtype(np.int8)


def _joined(arrays: Sequence[npt.NDArray[Number]]) -> npt.NDArray[Number]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _taken(columns: Mapping[str, npt.NDArray[Number]], order: IntArray) -> dict[str, npt.NDArray[Number]]:
    return {name: column[order] for name, column in columns.items()}


def _read_only(cells: Cells | Grid) -> None:
    for array in cells.arrays:
        array.flags.writeable = False
