"""Keeping one cube: restored or built once a process, refreshed by one process at a time, taken over by the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Event, Lock, Thread
from typing import cast

from data_sources.cube.build import Builder, Progress
from data_sources.cube.store import Cube
from data_sources.errors import EmptyDataset, RefusedQuery, Unavailable
from data_sources.turns import Turn

log = logging.getLogger(__name__)

REBUILD_SECONDS = 24 * 3600
"""How often everything is read again, for what was corrected in old rows."""

SHOW_SECONDS = 0.5
"""How often a page that waits for another's reading shows how far it is: to draw it costs what is being waited for."""


def silent(_share: float, _what: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the last refresh failed, and when."""

    message: str
    since: datetime


class Stopping(Unavailable):
    """The process ends: what was being read is left, nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("responses", "is not read any further, because this server stops", "Reload in a moment.")


class Keeper:
    """The newest whole cube of one configuration. `cube` is None until `first`; it is replaced whole, never changed.

    `prepare` is called before the first look at the files (it makes the demo company), `builder` once after it.
    `arrives` is called with every new cube before anybody sees it, and what it returns right after. `rhythm` in
    seconds is how old a cube may become."""

    def __init__(
        self,
        *,
        prepare: Callable[[Progress], None],
        builder: Callable[[], Builder],
        arrives: Callable[[Cube], Callable[[], None]],
        now: Callable[[], datetime],
        rhythm: float,
        reread_weeks: int,
    ) -> None:
        self.cube: Cube | None = None
        self.edition = 0
        self.trouble: Trouble | None = None
        self._prepare, self._make_builder, self._arrives = prepare, builder, arrives
        self._now, self._rhythm, self._reread_weeks = now, rhythm, reread_weeks
        self._building, self._asking = Lock(), Lock()
        self._first: Future[Cube] | None = None
        self._changed = False
        self._passed_over: datetime | None = None
        self._read_whole = float("-inf")
        self._closed = Event()
        self._said = (0.0, "")

    def first(self, progress: Progress) -> Cube:
        """The cube in memory, else the one persisted, else built now, by one thread of one process that belongs to no
        viewer: those who ask wait and hear how far it is, and one who leaves stops nothing. Raises Unavailable or
        EmptyDataset."""
        if self.cube is not None:
            return self.cube
        reading = self._first_reading()
        while not wait([reading], SHOW_SECONDS).done:
            progress(*self._said)
        return reading.result()

    def refresh(self, *, rebuild: bool = False) -> bool:
        """Read the open atom and the last weeks again (everything with `rebuild`, and after the source had refused the
        query: its table is another one now) and swap the cube; where another process has just done so, take that over.
        False where a refresh is under way, here or in another process, or failed; then the old cube stays and `trouble`
        says why."""
        if not self._building.acquire(blocking=False):
            return False
        try:
            with self._turn.try_now() as mine:
                if not mine:
                    return False
                whole = rebuild or self._changed
                if whole or not self._taken_over():
                    self._read(None if whole else self.cube, self._telling(silent))
            self.trouble, self._changed = None, False
        except (Unavailable, EmptyDataset) as error:
            self._changed |= isinstance(error, RefusedQuery | EmptyDataset)
            self.trouble = Trouble(str(error), self._now())
            log.warning("refresh failed: %s", error)
            return False
        except Exception:
            self.trouble = Trouble("An error of this app: its log says more.", self._now())
            raise
        finally:
            self._building.release()
        return True

    def look(self) -> bool:
        """Take over what another process has persisted since, if anything. Costs a look at one small file."""
        if self.cube is None or not self._newer() or not self._building.acquire(blocking=False):
            return False
        try:
            taken = self._taken_over()
        finally:
            self._building.release()
        if taken:
            self.trouble = None
        return taken

    @property
    def due(self) -> bool:
        """Whether the cube is older than it may be. A cube of the future is: the clock was put back."""
        if self.cube is None or self.cube.read_at is None:
            return self.cube is not None
        return not 0 <= (self._now() - self.cube.read_at).total_seconds() < self._rhythm

    @property
    def rebuild_due(self) -> bool:
        """Whether everything is to be read again, by whichever process comes first."""
        try:
            whole = self._rebuilt.stat().st_mtime
        except OSError:  # nobody has read everything since there is such a note, or none can be written
            whole = self._read_whole
        return not 0 <= time.time() - whole < REBUILD_SECONDS

    def close(self, seconds: float = 0.0) -> bool:
        """Let whatever is being built end before its next query; whether nothing is being built any more, for which
        so many seconds are waited."""
        self._closed.set()
        quiet = self._building.acquire(timeout=seconds)
        if quiet:
            self._building.release()
        return quiet

    # -- one builder at a time, under the lock ------------------------------------------------------------------

    def _first_reading(self) -> Future[Cube]:
        """The first reading that is under way, begun if there is none."""
        with self._asking:
            if self._first is None or self._first.done():
                self._first = Future()
                Thread(target=self._read_first, args=(self._first,), name="first reading", daemon=True).start()
            return self._first

    def _read_first(self, reading: Future[Cube]) -> None:
        try:
            with self._building:
                if self.cube is None:
                    self._begin(self._telling(silent))
            reading.set_result(cast("Cube", self.cube))  # _begin has put it there, or raised
        except BaseException as error:  # noqa: BLE001  those who wait raise it
            reading.set_exception(error)

    def _begin(self, tell: Progress) -> None:
        self._prepare(tell)
        if not self._restored():
            with self._turn.wait(tell):
                if not self._restored():  # else another process has built it while we waited
                    self._read(None, tell)

    def _read(self, keep: Cube | None, tell: Progress) -> None:
        cube = self._builder.build(self._now(), self._turn.telling(tell), keep, self._reread_weeks)
        if keep is None:
            self._read_whole = time.time()
            with suppress(OSError):
                self._rebuilt.touch()
        saved = self._builder.files.saved() if cube.unsaved else None
        self._passed_over = saved.read_at if saved else None
        self._swap(cube)

    def _restored(self) -> bool:
        cube = self._builder.restore(self._now())
        if cube is not None:
            self._swap(cube)
        return cube is not None

    def _taken_over(self) -> bool:
        return self.cube is not None and self._newer() and self._restored()

    def _newer(self) -> bool:
        """Whether another process has written a cube since; not the one that ours could not be written over."""
        saved = self._builder.files.saved()
        known = (None, self._passed_over, self.cube.read_at if self.cube else None)
        return saved is not None and saved.read_at not in known

    def _swap(self, cube: Cube) -> None:
        then = self._arrives(cube)
        self.cube = cube
        then()
        self.edition += 1

    def _telling(self, progress: Progress) -> Progress:
        def tell(share: float, what: str) -> None:
            if self._closed.is_set():
                raise Stopping
            self._said = (share, what)
            progress(share, what)

        return tell

    @cached_property
    def _builder(self) -> Builder:
        return self._make_builder()

    @cached_property
    def _turn(self) -> Turn:
        """Beside the cube's folder, which people delete to have everything read again."""
        return Turn(self._beside("lock"))

    @cached_property
    def _rebuilt(self) -> Path:
        return self._beside("rebuilt")

    def _beside(self, what: str) -> Path:
        folder = self._builder.files.folder
        return folder.with_name(f"{folder.name}.{what}")
