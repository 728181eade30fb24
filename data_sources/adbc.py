"""Many rows from PostgreSQL as Arrow, by the ADBC driver where it is installed (requirements-adbc.txt).

Only for results of some hundred thousand rows: a page of comments or a refreshed week is too small to gain, and the
cube waits for the aggregation, not for its cells (ENGINE §4). Each call opens a connection of its own, read-only, with
the source's time limit, and closes it. The driver hides its socket: a server that is gone is noticed by TCP, but one
whose program hangs while its system still answers is waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from re import search
from typing import Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_sources.fetch import plain_columns
from data_sources.settings.sources import SourceSettings

DRIVER = "adbc_driver_postgresql"
NUMERIC = "numeric"
SAME_URL = ("psycopg", "psycopg2")
"""SQLAlchemy's drivers that hand their URL to libpq, as ADBC does."""
LOST = ("08", "53", "57", "58")
"""Classes of SQLSTATE (PostgreSQL, appendix A) after which asking again at once helps nobody: connection, resources,
operator intervention (57014 is the time limit), system."""
GONE = r"Failed to connect|closed the connection|could not (receive|send)|timed out|SYSCALL|no connection"
"""What the driver and libpq say, without an SQLSTATE, of a server that is not there: in English, as they are built."""
NOT_BUILT_IN = r"support|invalid connection option"
"""And of a way to connect that this build of libpq does not have; the one below psycopg may."""
IDLE_SECONDS, PROBE_SECONDS = 5, 2
"""A silent line is asked after this long, and then so often, whether the other end is there."""


class _Cursor(Protocol):
    def execute(self, operation: str, parameters: Sequence[object] = ...) -> object: ...
    def fetch_arrow_table(self) -> pa.Table: ...
    def close(self) -> None: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...
    def close(self) -> None: ...


class _Driver(Protocol):
    Error: type[Exception]
    OperationalError: type[Exception]

    def connect(self, uri: str) -> _Connection: ...


def installed() -> bool:
    """Whether the driver is there."""
    return find_spec(DRIVER) is not None


def fetch(
    source: SourceSettings, time_zone: str, statement: sa.Executable, stall_seconds: float = 0
) -> pa.Table | None:
    """The whole answer of one query, with the same types as data_sources/fetch.py; None where ADBC cannot connect or
    read in this way, or the query is refused: the ordinary way then gives it, or says what is wrong. `stall_seconds`:
    how long after its time limit a server may be gone. Raises sqlalchemy's OperationalError where the time is up or
    the server is not there: asked again it would be no better."""
    driver = cast("_Driver", import_module(f"{DRIVER}.dbapi"))
    text, values = _compiled(statement)
    try:
        with (
            closing(driver.connect(_address(source, stall_seconds))) as connection,
            closing(connection.cursor()) as cursor,
        ):
            for name, value in _limits(source, time_zone):
                cursor.execute("SELECT set_config($1, $2, false)", (name, value))
                cursor.fetch_arrow_table()
            cursor.execute(text, values)
            table = cursor.fetch_arrow_table()
    except driver.OperationalError as error:
        if not _is_lost(error):
            return None
        raise sa.exc.OperationalError(None, None, error) from None
    except (driver.Error, pa.ArrowException, ValueError, TypeError):
        return None
    columns = [_as_rows_are(column, time_zone) for column in table.columns]
    return plain_columns(pa.Table.from_arrays(columns, names=table.column_names), statement)


def _is_lost(error: Exception) -> bool:
    """Whether the source is gone or its time is up, as against what this driver or the query cannot do."""
    state: str | None = getattr(error, "sqlstate", None)
    if state:
        return state[:2] in LOST
    return search(GONE, str(error)) is not None and search(NOT_BUILT_IN, str(error)) is None


def _address(source: SourceSettings, stall_seconds: float) -> str:
    """As libpq reads it, "name='value' …": what psycopg is given, and how a server that is gone is noticed."""
    url = sa.make_url(source.url or "")
    if source.password is not None:
        url = url.set(password=source.password.get_secret_value())
    _, given = url.get_dialect()().create_connect_args(url)
    patience = {
        "keepalives_idle": IDLE_SECONDS,
        "keepalives_interval": PROBE_SECONDS,
        "tcp_user_timeout": round((source.timeout_seconds + stall_seconds) * 1000),
    }
    options = patience | dict(given) | {"connect_timeout": max(2, round(source.connect_seconds))}
    return " ".join(f"{name}={_value(str(value))}" for name, value in options.items())


def _value(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


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
