"""One SQLAlchemy engine for each kind of source: read-only where the engine can be told so, in company time, with
limits, and with nothing of a parameter in its errors (measured in ENGINE §9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

import data_sources.vendor_forms  # noqa: F401  registers what it holds
from data_sources.file_tables import quoted_text
from data_sources.folders import CONFIG, FolderDatabase
from data_sources.patience import cut_after
from data_sources.scrambled import SQLITE_HASH, scrambled
from data_sources.settings.sources import SourceSettings
from data_sources.word_match import SQLITE_FUNCTION, spaced

ARROW_CELLS, ROW_CELLS, SLOW_CELLS = 3_000_000, 500_000, 100_000
"""The most cells that a cube holds where the company says nothing, by how long they take to arrive (ENGINE §3: about
0.4 µs a row as Arrow, 3 to 7 as psycopg's rows, 30 to 77 through PyHive): some seconds."""
CELLS = {
    "duckdb": ARROW_CELLS, "snowflake": ARROW_CELLS, "databricks": ARROW_CELLS,
    "hive": SLOW_CELLS, "presto": SLOW_CELLS,
}  # fmt: skip
"""By the name of SQLAlchemy's dialect; ROW_CELLS for all others."""
READABLE = partial(str, encoding="utf-8", errors="replace")
"""How SQLite's texts are read, which may be any bytes: by itself the driver refuses a whole answer for one that is no
UTF-8, as if the file were not there. Costs 0.5 µs a text."""
RECYCLE_SECONDS = 1800
"""A connection to a server is opened anew after this long: firewalls drop what has been silent for longer."""


def folder_engine(database: FolderDatabase) -> sa.Engine:
    """Connections to a folder's in-memory DuckDB: no lock on any file, a cursor of its own for each."""
    return sa.create_engine(
        "duckdb:///:memory:", creator=lambda: ConnectionWrapper(database.connect()), poolclass=NullPool,
        hide_parameters=True,
    )  # fmt: skip


def database_engine(source: SourceSettings, time_zone: str) -> sa.Engine:
    """The engine of a source with a URL. Raises ArgumentError for a URL that is none, NoSuchModuleError or
    ModuleNotFoundError where its driver is not installed."""
    url = sa.make_url(source.url or "")
    if source.password is not None:
        url = url.set(password=source.password.get_secret_value())
    makers: dict[str, Callable[[sa.URL, SourceSettings, str], sa.Engine]] = {
        "duckdb": _duckdb_file,
        "sqlite": _sqlite_file,
        "postgresql": _postgresql,
        "hive": _spark,
    }
    return makers.get(url.get_backend_name(), _any_other)(url, source, time_zone)


def cell_limit(engine: sa.Engine, configured: int | None) -> int:
    """The most cells that a cube from this engine may have: what the company says, else what its driver delivers in
    some seconds."""
    return configured if configured is not None else CELLS.get(engine.dialect.name, ROW_CELLS)


def _duckdb_file(url: sa.URL, _source: SourceSettings, time_zone: str) -> sa.Engine:
    """No connection is kept, so that a nightly writer finds the file unlocked between two queries."""

    def connect() -> ConnectionWrapper:
        connection = duckdb.connect(url.database or "", read_only=True, config=CONFIG)
        connection.execute(f"SET TimeZone = {quoted_text(time_zone)}")
        return ConnectionWrapper(connection)

    return sa.create_engine("duckdb:///:memory:", creator=connect, poolclass=NullPool, hide_parameters=True)


def _sqlite_file(url: sa.URL, source: SourceSettings, _time_zone: str) -> sa.Engine:
    """No connection is kept, so that a file that was replaced is seen at once."""
    place = f"file:{quote(str(Path(url.database or '').absolute()))}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(place, uri=True, timeout=source.connect_seconds, check_same_thread=False)
        connection.text_factory = READABLE
        connection.create_function(SQLITE_FUNCTION, 1, spaced, deterministic=True)
        connection.create_function(SQLITE_HASH, 2, scrambled, deterministic=True)
        return connection

    return sa.create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _postgresql(url: sa.URL, source: SourceSettings, time_zone: str) -> sa.Engine:
    """Text comes as UTF-8, also from a database that has no encoding."""
    given: dict[str, object] = {"connect_timeout": max(2, round(source.connect_seconds))}
    if url.get_driver_name() == "psycopg":
        given["client_encoding"] = "utf8"
    engine = _pooled(url, source, given)
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": str(round(source.timeout_seconds * 1000)),
        "TimeZone": time_zone,
        "application_name": "customer-room",
    }

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        """As statements, not start-up options: those in the URL stay, and a connection pooler lets them pass."""
        with cut_after(connection, source.connect_seconds):
            cursor = connection.cursor()
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
            cursor.close()
            connection.commit()

    ping = engine.dialect.do_ping

    def ping_in_time(dbapi_connection: DBAPIConnection) -> bool:
        """A line that was kept open looks sound while its server hangs: the system takes what is sent to it."""
        with cut_after(dbapi_connection, source.connect_seconds):
            return ping(dbapi_connection)

    engine.dialect.do_ping = ping_in_time  # type: ignore[method-assign]  # the engine's own; the pool asks it
    return engine


def _spark(url: sa.URL, source: SourceSettings, time_zone: str) -> sa.Engine:
    """A query is cancelled on the server when its time is up. Raises ModuleNotFoundError without PyHive, ArgumentError
    for another transport than the binary one and for what a session knows nothing of."""
    from data_sources.hive import NEW_SESSION_SECONDS, URL_DRIVER, URL_OPTIONS

    if url.drivername not in ("hive", "hive+thrift") or not set(url.query) <= URL_OPTIONS:
        raise sa.exc.ArgumentError(url.drivername)
    waits: dict[str, object] = {
        "time_zone": time_zone,
        "connect_seconds": source.connect_seconds,
        "answer_seconds": source.timeout_seconds,
    }
    return _pooled(url.set(drivername=URL_DRIVER), source, waits, NEW_SESSION_SECONDS)


def _any_other(url: sa.URL, source: SourceSettings, _time_zone: str) -> sa.Engine:
    return _pooled(url, source, {})


def _pooled(
    url: sa.URL, source: SourceSettings, connect_args: dict[str, object], recycle: int = RECYCLE_SECONDS
) -> sa.Engine:
    return sa.create_engine(
        url,
        connect_args=connect_args,
        pool_size=source.pool_size,
        max_overflow=0,
        pool_timeout=source.timeout_seconds,
        pool_pre_ping=True,
        pool_recycle=recycle,
        hide_parameters=True,
    )
