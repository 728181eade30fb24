"""How rows leave a database: one function, whole columns, the same types from every engine."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from data_sources.dialects import Moment, as_datetime

ARROW_METHODS = ("to_arrow_table", "fetch_arrow_table", "fetch_arrow_all", "fetchall_arrow")
"""What drivers call "the whole result as Arrow": DuckDB; ADBC and older DuckDB; Snowflake; Databricks."""

warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)
# DuckDB recommends con.sql() instead, which takes no SQLAlchemy parameters and measured no faster (ENGINE §4)

TIMESTAMP = pa.timestamp("us")
ODD = (datetime, UUID, memoryview)
"""Python types that a driver returns and Arrow would read differently from what `fetch` promises."""


def fetch(connection: sa.Connection, statement: sa.Executable) -> pa.Table:
    """Execute a statement and take its whole result, so that nothing is left open on the connection.

    Decimals and integers wider than 64 bits arrive as float64, times as naive timestamps (a time with a zone
    keeps the wall clock of the session, which connections.py sets to the company's), a column of type Moment
    always as a timestamp, UUIDs as text. An empty result of a driver without Arrow has null-typed columns.
    """
    with connection.execute(statement) as result:
        table = _arrow(result)
        if table is None:
            return _from_rows(list(result.keys()), result.fetchall())
        names = list(result.keys())  # as the statement has them: Snowflake's Arrow has its own, in capitals
    return plain_columns(pa.Table.from_arrays(table.columns, names=names), statement)


def plain_columns(table: pa.Table, statement: sa.Executable) -> pa.Table:
    """A driver's own Arrow table with the types that `fetch` promises."""
    moments = _moments(statement)
    columns = [_plain(column, name in moments) for name, column in zip(table.column_names, table.columns, strict=True)]
    return pa.Table.from_arrays(columns, names=table.column_names)


def _moments(statement: sa.Executable) -> set[str]:
    """The names of the columns that are times by their SQLAlchemy type."""
    columns = getattr(statement, "selected_columns", ())
    return {column.key for column in columns if isinstance(column.type, Moment)}


def _arrow(result: sa.CursorResult[tuple[object, ...]]) -> pa.Table | None:
    """The driver's own Arrow table; None where it has none."""
    for name in ARROW_METHODS:
        method = getattr(result.cursor, name, None)
        if method is not None:
            table = method()
            if table is None:
                return None
            return table if isinstance(table, pa.Table) else table.read_all()
    return None


def _plain(column: pa.ChunkedArray, is_moment: bool) -> pa.ChunkedArray:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return pa.chunked_array([pa.array([_text(v) for v in column.to_pylist()], pa.string())])
    if pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pc.cast(pc.local_timestamp(column), TIMESTAMP)
    if pa.types.is_timestamp(kind) or (is_moment and pa.types.is_date(kind)):
        return pc.cast(column, TIMESTAMP, safe=False)
    if is_moment and not pa.types.is_null(kind):
        return pa.chunked_array([pa.array([as_datetime(v) for v in column.to_pylist()], TIMESTAMP)])
    return column


def _from_rows(names: Sequence[str], rows: Sequence[sa.Row[tuple[object, ...]]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.Table.from_arrays([_column(values) for values in columns], names=list(names))


def _column(values: Sequence[object]) -> pa.ChunkedArray:
    """One column of Python values; mixed types (SQLite allows them) become text."""
    kinds = set(map(type, values))
    naive = [_naive(value) for value in values] if any(issubclass(kind, ODD) for kind in kinds) else values
    try:
        return _plain(pa.chunked_array([pa.array(naive)]), is_moment=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.chunked_array([pa.array([_text(value) for value in naive], pa.string())])


def _naive(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, UUID):
        return str(value)
    return bytes(value) if isinstance(value, memoryview) else value


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
