"""Connections to the configured sources: one engine each, a connection per query, and a breaker between them and
the pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import pyarrow as pa
import sqlalchemy as sa

from data_sources import adbc
from data_sources.dialects import OddTime
from data_sources.engines import database_engine, folder_engine
from data_sources.errors import AllInUse, RefusedQuery, TooSlow, Unavailable
from data_sources.faults import fault, no_driver, silent, unreadable
from data_sources.fetch import fetch
from data_sources.folders import FolderDatabase
from data_sources.patience import Patience
from data_sources.settings.root import Settings
from data_sources.settings.sources import DEMO, SourceSettings
from data_sources.turnstile import RUNS

FAIL_FAST_SECONDS = 5.0
"""How long after an outage a source is not asked again: a page of ten queries then waits once for a dead server
and not ten times (each up to `connect_seconds`)."""
STALL_SECONDS = 2.0
"""How long after its own statement timeout a server may stay silent before the connection is cut."""


class Sources:
    """The configured sources by name. Thread-safe; every engine is made on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._gates = {name: _Gate(name, source, settings.time_zone) for name, source in settings.sources.items()}

    def engine(self, name: str) -> sa.Engine:
        """The engine of a source, for its dialect. Raises Unavailable where it cannot be made."""
        return self._gates[name].engine()

    def run(self, name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
        """The whole answer of one query, on a connection of its own that is always closed.

        `timeout` in seconds overrides the source's. Raises Unavailable (TooSlow, RefusedQuery): after an outage
        at once for a few seconds, then the source is asked again.
        """
        with RUNS.outside():
            return self._gates[name].run(statement, timeout)

    def run_large(self, name: str, statement: sa.Executable) -> pa.Table:
        """As `run`, for an answer of some hundred thousand rows: from PostgreSQL as Arrow, where its ADBC driver is
        installed."""
        with RUNS.outside():
            return self._gates[name].run_large(statement)

    def tables(self, name: str) -> tuple[str, ...]:
        """The tables and views of a source that SQLAlchemy can list, with their schema outside the default one."""
        return self._gates[name].tables()

    def dispose(self) -> None:
        """Close every connection. The sources can be used again afterwards."""
        for gate in self._gates.values():
            gate.dispose()


class _Gate:
    """One source: its engine and its breaker."""

    def __init__(self, name: str, source: SourceSettings, time_zone: str) -> None:
        self._name, self._source, self._time_zone = name, source, time_zone
        self._lock = Lock()
        self._engine: sa.Engine | None = None
        self._folder: FolderDatabase | None = None
        self._outage: Unavailable | None = None
        self._closed_until = 0.0

    def engine(self) -> sa.Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._make()
            return self._engine

    def run(self, statement: sa.Executable, timeout: float | None) -> pa.Table:
        with self._answering(timeout) as connection:
            return fetch(connection, statement)

    def run_large(self, statement: sa.Executable) -> pa.Table:
        with self._faults_told(self._source.timeout_seconds):
            table = self._as_arrow(statement)
        return self.run(statement, None) if table is None else table

    def _as_arrow(self, statement: sa.Executable) -> pa.Table | None:
        dialect = self.engine().dialect
        if dialect.name != "postgresql" or dialect.driver not in adbc.SAME_URL or not adbc.installed():
            return None
        return adbc.fetch(self._source, self._time_zone, statement, STALL_SECONDS)

    def tables(self) -> tuple[str, ...]:
        with self._answering(None) as connection:
            if self._folder is not None:
                return self._folder.tables()
            return _listed_tables(connection)

    def dispose(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            if self._folder is not None:
                self._folder.close()
            self._engine, self._folder, self._outage = None, None, None

    @contextmanager
    def _answering(self, timeout: float | None) -> Iterator[sa.Connection]:
        """A connection whose failures come out as Unavailable and move the breaker."""
        seconds = timeout or self._source.timeout_seconds
        with self._faults_told(seconds), Patience(STALL_SECONDS) as patience:
            try:
                with self.engine().connect() as connection:
                    patience.begin(connection, seconds, own=timeout is not None)
                    yield connection
            except sa.exc.DBAPIError:
                if patience.was_cut:
                    raise silent(self._name) from None
                raise

    @contextmanager
    def _faults_told(self, seconds: float) -> Iterator[None]:
        """What goes wrong with the source inside comes out as Unavailable and moves the breaker."""
        self._fail_fast()
        try:
            yield
            self._outage = None
        except sa.exc.TimeoutError:  # of the pool: its connections are all in use, which is no outage
            raise AllInUse(self._name, seconds) from None
        except OddTime as error:
            raise RefusedQuery(self._name, str(error)) from None
        except (ValueError, ArithmeticError, pa.ArrowException) as error:
            raise RefusedQuery(self._name, unreadable(error)) from None
        except sa.exc.DBAPIError as error:
            raise self._noted(self._explained(fault(self._name, error, seconds))) from None
        except Unavailable as error:
            raise self._noted(error) from None

    def _fail_fast(self) -> None:
        outage = self._outage
        if outage is not None and time.monotonic() < self._closed_until:
            raise outage.again()

    def _noted(self, error: Unavailable) -> Unavailable:
        if not isinstance(error, TooSlow | RefusedQuery):
            self._outage, self._closed_until = error, time.monotonic() + FAIL_FAST_SECONDS
        return error

    def _explained(self, error: Unavailable) -> Unavailable:
        """A table that a folder does not have because its file cannot be read: say that instead."""
        if isinstance(error, RefusedQuery) and self._folder is not None:
            for table, trouble in self._folder.troubles.items():
                if table in error.what:
                    return RefusedQuery(self._name, trouble)
        return error

    def _make(self) -> sa.Engine:
        if self._source.folder is None:
            try:
                return database_engine(self._source, self._time_zone)
            except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
                raise no_driver(self._name, error) from None
        self._folder = FolderDatabase(self._name, _folder_path(self._source.folder), self._time_zone)
        return folder_engine(self._folder)


def _folder_path(folder: str) -> Path:
    if folder != DEMO:
        return Path(folder)
    from data_sources.demo import demo_folder

    return demo_folder()


def _listed_tables(connection: sa.Connection) -> tuple[str, ...]:
    if connection.dialect.name == "duckdb":  # its inspector lists other catalogs too
        listed = connection.execute(sa.text("SELECT table_schema, table_name FROM information_schema.tables"))
        return tuple(sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in listed))
    inspector = sa.inspect(connection)
    default = inspector.default_schema_name
    names = []
    for schema in inspector.get_schema_names():
        prefix = "" if schema in (default, None) else f"{schema}."
        if schema not in ("information_schema", "pg_catalog"):
            names += [prefix + n for n in (*inspector.get_table_names(schema), *inspector.get_view_names(schema))]
    return tuple(sorted(names))
