"""A PostgreSQL server that can be killed, frozen and started again; a relay that delays or holds back what it says."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.postgres import USER, Postgres

READER = "reader"
"""A user like a company's own: no superuser, so that the slots kept for those are not his."""
STARTS = 20
"""How often a start is tried after a kill: the killed server's children let go of its memory a moment later."""


class Breakable(Postgres):
    """A server of the tests' own with room for few connections. `url` is of an ordinary user."""

    CONNECTIONS = 20

    @property
    def url(self) -> str:
        return self.database_url("postgres")

    def database_url(self, name: str, port: int = 0, user: str = READER) -> str:
        return f"postgresql+psycopg://{user}@127.0.0.1:{port or self.port}/{name}"

    def start_again(self) -> None:
        """Start it where it does not run."""
        if not _listens(self.port):
            self.start()

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
            f" -c max_connections={self.CONNECTIONS} -c TimeZone=Pacific/Kiritimati"
        )
        for attempt in range(STARTS):
            try:
                self._do("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
                return
            except RuntimeError:
                if attempt == STARTS - 1:
                    raise
                time.sleep(0.1)

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser, each statement a transaction of its own."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True, client_encoding="utf8"
        )

    @property
    def pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """SIGKILL, which no program can catch, and then until nothing listens."""
        os.kill(self.pid, signal.SIGKILL)
        while _listens(self.port):
            time.sleep(0.01)

    def freeze(self) -> list[int]:
        """SIGSTOP of the server and all its children: the system still takes connections and acknowledges what is
        sent, and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)  # first, so that there are no new children
        pids = [self.pid, *_children(self.pid)]
        for pid in pids:
            _signal(pid, signal.SIGSTOP)
        return pids

    def thaw(self, pids: list[int]) -> None:
        for pid in reversed(pids):
            _signal(pid, signal.SIGCONT)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # a child may just have ended
        os.kill(pid, number)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


class Relay:
    """Between the app and the server: passes everything on, late by `delay` seconds; while `silent`, what the server
    says is held back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.delay = 0.0
        self.silent = threading.Event()
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._to)) as far, selectors.DefaultSelector() as ready:
            other = {near: far, far: near}
            for end in other:
                ready.register(end, selectors.EVENT_READ)
            while not self._ended.is_set():
                for key, _ in ready.select(0.1):
                    end = key.fileobj
                    assert isinstance(end, socket.socket)
                    try:
                        said = end.recv(1 << 16)
                        if not said:
                            return
                        time.sleep(self.delay)
                        while end is far and self.silent.is_set() and not self._ended.is_set():
                            time.sleep(0.01)
                        other[end].sendall(said)
                    except OSError:
                        return
