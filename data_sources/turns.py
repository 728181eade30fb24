"""One process at a time: a lock on a file that several processes of one machine share."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

try:
    import fcntl
except ImportError:  # Windows has no flock: there one process serves (docs/operations.md)
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
"""How often a process that waits looks whether it is its turn."""


class Turn:
    """The right to do a thing that only one process at a time may do, as `flock` on a file.

    The kernel gives the lock back when its holder ends, however it ends. The file stays: whoever removed it could let
    two in. It holds how far the holder is, for those who wait. On a network file system flock may not reach other
    machines; the folder belongs on a disk of this one. Where no file can be locked (a file system without flock, a
    folder that cannot be written) everybody has his turn at once: two processes then read the same, and the cube's
    files bear it (data_sources/cube/files.py)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    @contextmanager
    def try_now(self) -> Iterator[bool]:
        """Whether it is our turn; if so, until the block ends."""
        place = self._open()
        if place is None:
            yield True
            return
        try:
            mine = self._locked(place)
            if mine:
                _write(place, b"")  # what the last holder said
                self._held = place
            yield mine
        finally:
            self._held = None
            os.close(place)

    @contextmanager
    def wait(self, look: Callable[[float, str], None]) -> Iterator[None]:
        """Our turn, once the process that has it is done or dead. Meanwhile `look` hears ten times a second how far
        that process is; what it raises ends the waiting."""
        while True:
            with self.try_now() as mine:
                if mine:
                    yield
                    return
            look(*self.told())
            sleep(POLL_SECONDS)

    def tell(self, share: float, what: str) -> None:
        """Say to those who wait how far we are (0…1); nothing where it is not our turn."""
        if self._held is not None:
            _write(self._held, json.dumps([share, what]).encode())

    def telling(self, progress: Callable[[float, str], None]) -> Callable[[float, str], None]:
        """The same progress, said to those who wait as well."""

        def tell(share: float, what: str) -> None:
            self.tell(share, what)
            progress(share, what)

        return tell

    def told(self) -> tuple[float, str]:
        """How far the process is whose turn it is, as it last said."""
        try:
            share, what = json.loads(self._path.read_text())
            return float(share), str(what)
        except (OSError, ValueError, TypeError):  # nothing said yet, or half of it
            return 0.0, "another process is reading"

    def _open(self) -> int | None:
        """None where there can be no such file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("nobody else can be kept waiting: %s", error)
            return None

    def _locked(self, place: int) -> bool:
        if fcntl is None:
            return True
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            log.warning("nobody else can be kept waiting, %s cannot be locked: %s", self._path.name, error)
        return True


def _write(place: int, text: bytes) -> None:
    """What is told is of use to those who wait, and nothing depends on it: a full disk does not end the work."""
    with suppress(OSError):
        os.ftruncate(place, 0)
        os.pwrite(place, text, 0)
