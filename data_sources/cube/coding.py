"""From tables of cells to coded, read-only columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data_sources import query
from data_sources.cube.store import Cells, Codes, Measure
from metrics.catalog import Axis
from metrics.metric import Metric
from metrics.slices import NOT_RECORDED


def coded(tables: Sequence[pa.Table], axes: Sequence[Axis], metrics: Sequence[Metric]) -> Cells:
    """Cells of one table an atom, in the atoms' order. Labels are the configured values in their order, then
    what else was found, sorted; a missing value is "not recorded" and comes last."""
    sizes = [table.num_rows for table in tables]
    atom = np.repeat(np.arange(len(tables), dtype=np.int32), sizes)
    names = measure_names(metrics)
    whole = pa.concat_tables([shaped(table, [axis.id for axis in axes], names) for table in tables])
    codes, labels = {}, {}
    for axis in axes:
        codes[axis.id], labels[axis.id] = _coded_column(whole[axis.id], axis.values)
    measures = {name: _compact(whole[name].to_numpy()) for name in names}
    for array in (atom, *codes.values(), *measures.values()):
        array.flags.writeable = False
    return Cells(atom, codes, labels, measures)


def measure_names(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """The measure columns of query.cells, in order."""
    names = [query.ROWS, query.COMMENTS]
    for metric in metrics:
        if metric.rule.high is None:
            parts = ["n", "total", "squares"]
        else:
            parts = ["n", "up"] + (["down"] if metric.rule.low is not None else [])
        names += [f"{metric.id}__{part}" for part in parts]
    return tuple(names)


def shaped(table: pa.Table, axes: Sequence[str], names: Sequence[str]) -> pa.Table:
    """The fixed schema of a table of cells, whatever types the driver chose (an empty result from a row driver
    has none)."""
    columns = [text_column(table[axis]) for axis in axes]
    for name in names:
        kind = pa.float64() if name.endswith(("__total", "__squares")) else pa.int64()
        columns.append(pc.cast(table[name], kind, safe=False) if table.num_rows else pa.chunked_array([[]], kind))
    return pa.table(dict(zip([*axes, *names], columns, strict=True)))


def text_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any key column as text, missing as "not recorded"."""
    if not len(column):
        return pa.chunked_array([[]], pa.string())
    return pc.fill_null(pc.cast(column, pa.string()), NOT_RECORDED)


def _coded_column(column: pa.ChunkedArray, configured: tuple[str, ...]) -> tuple[Codes, tuple[str, ...]]:
    encoded = column.combine_chunks().dictionary_encode()
    found = encoded.dictionary.to_pylist()
    extra = sorted(label for label in found if label not in configured and label != NOT_RECORDED)
    absent = (NOT_RECORDED,) if NOT_RECORDED in found else ()
    labels = (*configured, *extra, *absent)
    place = {label: i for i, label in enumerate(labels)}
    translate = np.array([place[label] for label in found], dtype=np.int32)
    indices = encoded.indices.to_numpy(zero_copy_only=False)
    return (translate[indices] if len(found) else np.empty(0, dtype=np.int32)), labels


def _compact(column: npt.NDArray[np.generic]) -> Measure:
    """Whole numbers that fit as int32, anything else as float64: half the memory, the same sums."""
    values = column.astype(np.float64)
    small = not len(values) or float(np.abs(values).max()) < np.iinfo(np.int32).max
    if small and np.array_equal(values, np.rint(values)):
        return values.astype(np.int32).astype(np.int32)  # type: ignore[return-value]  # int32 holds what int64 would
    return values
