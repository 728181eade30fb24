"""Many rows from PostgreSQL as Arrow, by the ADBC driver where it is installed (requirements-adbc.txt).

Only for results of some hundred thousand rows: a page of comments or a refreshed week is too small to gain, and the
cube waits for the aggregation, not for its cells (ENGINE §4). Each call opens a connection of its own, read-only, with
the source's time limit, and closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_sources.fetch import plain_columns
from data_sources.settings.sources import SourceSettings

DRIVER = "adbc_driver_postgresql"
NUMERIC = "numeric"


class _Cursor(Protocol):
    def execute(self, operation: str, parameters: Sequence[object] = ...) -> object: ...
    def fetch_arrow_table(self) -> pa.Table: ...
    def close(self) -> None: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...
    def close(self) -> None: ...


class _Driver(Protocol):
    Error: type[Exception]

    def connect(self, uri: str) -> _Connection: ...


def installed() -> bool:
    """Whether the driver is there."""
    return find_spec(DRIVER) is not None


def fetch(source: SourceSettings, time_zone: str, statement: sa.Executable) -> pa.Table | None:
    """The whole answer of one query, with the same types as data_sources/fetch.py; None where ADBC gives none, for
    whatever reason: the ordinary way then gives it, or says what is wrong."""
    driver = cast("_Driver", import_module(f"{DRIVER}.dbapi"))
    text, values = _compiled(statement)
    try:
        with closing(driver.connect(_uri(source))) as connection, closing(connection.cursor()) as cursor:
            for name, value in _limits(source, time_zone):
                cursor.execute("SELECT set_config($1, $2, false)", (name, value))
                cursor.fetch_arrow_table()
            cursor.execute(text, values)
            table = cursor.fetch_arrow_table()
    except (driver.Error, pa.ArrowException, ValueError, TypeError):
        return None
    columns = [_as_rows_are(column, time_zone) for column in table.columns]
    return plain_columns(pa.Table.from_arrays(columns, names=table.column_names), statement)


def _uri(source: SourceSettings) -> str:
    url = sa.make_url(source.url or "").set(drivername="postgresql")
    if source.password is not None:
        url = url.set(password=source.password.get_secret_value())
    return url.update_query_dict({"connect_timeout": str(max(2, round(source.connect_seconds)))}).render_as_string(
        hide_password=False
    )


def _limits(source: SourceSettings, time_zone: str) -> tuple[tuple[str, str], ...]:
    """As data_sources/engines.py sets them; the transaction has begun, so it is told by itself."""
    return (
        ("transaction_read_only", "on"),
        ("statement_timeout", str(round(source.timeout_seconds * 1000))),
        ("TimeZone", time_zone),
        ("application_name", "customer-room"),
    )


def _compiled(statement: sa.Executable) -> tuple[str, tuple[object, ...]]:
    """The statement with $1, $2 …, and their values in order."""
    dialect: sa.Dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    element = cast("sa.ClauseElement", statement)
    compiled = element.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    return str(compiled), tuple((compiled.params or {})[name] for name in names)


def _as_rows_are(column: pa.ChunkedArray, time_zone: str) -> pa.ChunkedArray:
    """A NUMERIC, which comes as text, as a number; a time with zone, which comes in UTC, by the company's clock."""
    kind = column.type
    if isinstance(kind, pa.OpaqueType) and kind.type_name == NUMERIC:
        return pc.cast(pa.chunked_array([chunk.storage for chunk in column.chunks], pa.string()), pa.float64())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pc.cast(column, pa.timestamp("us", time_zone))
    return column
