"""Nobody waits for ever for a server: what takes too long is interrupted, and a line that stays silent is cut."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Timer
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection


class Patience(AbstractContextManager["Patience"]):
    """From `begin` on, for as long as the block: a query that takes longer than it may is stopped. DuckDB and SQLite
    are interrupted; PostgreSQL stops by itself, and is cut off `stall_seconds` later where it does not (`was_cut`).
    The block is to hold the connection's closing too, which asks the server once more."""

    def __init__(self, stall_seconds: float) -> None:
        self._stall_seconds = stall_seconds
        self._timer: Timer | None = None
        self.was_cut = False

    def begin(self, connection: sa.Connection, seconds: float, *, own: bool) -> None:
        """The connection's queries may take so long. `own`: the server has been told another limit."""
        raw = connection.connection.driver_connection
        if connection.dialect.name == "postgresql" and own:
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {round(seconds * 1000)}"))
        interrupt: Callable[[], object] | None = getattr(raw, "interrupt", None)
        cut = _cut(raw)
        if interrupt is not None:
            self._after(seconds, interrupt)
        elif cut is not None:
            self._after(seconds + self._stall_seconds, lambda: self._cut_off(cut))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def __enter__(self) -> Self:
        return self

    def _after(self, seconds: float, stop: Callable[[], object]) -> None:
        self._timer = Timer(seconds, stop)
        self._timer.daemon = True
        self._timer.start()

    def _cut_off(self, cut: Callable[[], None]) -> None:
        self.was_cut = True
        cut()


@contextmanager
def cut_after(connection: DBAPIConnection, seconds: float) -> Iterator[None]:
    """What is asked of a server inside may take so long; then the line is cut, and the driver says that it is lost."""
    cut = _cut(connection)
    if cut is None:
        yield
        return
    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(raw: object) -> Callable[[], None] | None:
    """Ends a psycopg connection whose server is silent, so that the thread that waits for it is freed; None for other
    drivers, which hide their socket or have a limit of their own."""
    connection = getattr(raw, "pgconn", None)
    if connection is None:
        return None

    def cut() -> None:
        try:
            with socket.socket(fileno=socket.dup(connection.socket)) as line:
                line.shutdown(socket.SHUT_RDWR)
        except Exception:  # noqa: BLE001  it has ended by itself, and psycopg no longer knows its socket
            return

    return cut
