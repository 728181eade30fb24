"""What every chart module hands over: a constant spec, fresh data and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

Spec = Mapping[str, object]
"""A Vega-Lite spec without data. Built once per process and never changed: Vega then keeps its view."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn. `spec` is shared by all viewers and must not be changed; `data` is what it draws;
    `alt` says in one sentence what it shows; `height` is in pixels; `key` names the kind of chart; `behind` makes
    the table behind the chart, for reading and for download, only when somebody asks for it."""

    spec: Spec
    data: pa.Table
    alt: str
    height: int
    key: str
    behind: Callable[[], pa.Table] = field(compare=False)


Row = Mapping[str, object]


def schema(*, text: str = "", numbers: str = "", times: str = "") -> pa.Schema:
    """The columns of a table that a chart draws, named in words apart. Times have no zone: they are the company's."""
    kinds = ((text, pa.string()), (numbers, pa.float64()), (times, pa.timestamp("ms")))
    return pa.schema([(name, kind) for names, kind in kinds for name in names.split()])


def arrow(rows: Sequence[Row], columns: pa.Schema) -> pa.Table:
    """Rows as an Arrow table of exactly these columns; a field that a row leaves out is null there."""
    arrays = [pa.array([row.get(column.name) for row in rows], column.type) for column in columns]
    return pa.Table.from_arrays(arrays, schema=columns)
