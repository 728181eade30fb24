"""From tables of cells, as queries return them, to coded columns with labels of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources import query
from data_sources.cube.cells import Cells, Codes, Measure, narrow, smallest
from data_sources.cube.gather import gathered_cells
from data_sources.cube.store import parts_of
from metrics.catalog import Axis
from metrics.metric import Metric
from metrics.slices import NOT_RECORDED
from metrics.sums import IntArray


def coded(tables: Sequence[pa.Table], axes: Sequence[Axis], metrics: Sequence[Metric]) -> Cells:
    """Cells of one table an atom, in the atoms' order. Labels are the configured values in their order, then
    what else was found, sorted; a missing value is "not recorded" and comes last."""
    names = [axis.id for axis in axes]
    parts = [part(table, names, metrics, np.full(table.num_rows, i, dtype=np.int64)) for i, table in enumerate(tables)]
    return gathered_cells(parts, axes, measure_names(metrics))


def part(table: pa.Table, axes: Sequence[str], metrics: Sequence[Metric], atom: IntArray) -> Cells:
    """One query's cells in its own order, each in its atom, coded in the labels that were found."""
    codes, labels = {}, {}
    for axis in axes:
        codes[axis], labels[axis] = _coded_column(table[axis])
    measures = {name: _measure(table[name], name) for name in measure_names(metrics)}
    return Cells(narrow(atom, int(atom.max(initial=0))), codes, labels, measures)


def measure_names(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """The measure columns of query.cells, in order."""
    own = [f"{metric.id}__{name}" for metric in metrics for name in parts_of(metric)]
    return (query.ROWS, query.COMMENTS, *own)


def _measure(column: pa.ChunkedArray, name: str) -> Measure:
    """A measure whatever type the driver chose (an empty result from a row driver has none)."""
    if not len(column):
        return np.empty(0, dtype=np.int8)
    kind = pa.float64() if name.endswith(("__total", "__squares")) else pa.int64()
    return smallest(pc.cast(column, kind, safe=False).to_numpy())


def _coded_column(column: pa.ChunkedArray) -> tuple[Codes, tuple[str, ...]]:
    """Any key column as text, missing as "not recorded"."""
    if not len(column):
        return np.empty(0, dtype=np.int8), ()
    text = column if pa.types.is_dictionary(column.type) else pc.cast(column, pa.string()).dictionary_encode()
    encoded = text.unify_dictionaries().combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    labels = [NOT_RECORDED if label is None else str(label) for label in encoded.dictionary.to_pylist()]
    codes = pc.fill_null(encoded.indices, len(labels)).to_numpy(zero_copy_only=False)
    if encoded.indices.null_count and NOT_RECORDED not in labels:
        labels.append(NOT_RECORDED)
    elif encoded.indices.null_count:
        codes = np.where(codes == len(labels), labels.index(NOT_RECORDED), codes)
    return narrow(codes, len(labels)), tuple(labels)
