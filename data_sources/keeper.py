"""Keeping one cube: restored or built once a process, refreshed by one process at a time, taken over by the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Event, Lock

from data_sources.cube.build import Builder, Progress
from data_sources.cube.store import Cube
from data_sources.errors import EmptyDataset, Unavailable
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
        self._building = Lock()
        self._closed = Event()
        self._said = (0.0, "")

    def first(self, progress: Progress) -> Cube:
        """The cube in memory, else the one persisted, else built now, by one thread of one process while all others
        wait and hear how far it is. Raises Unavailable or EmptyDataset."""
        while self.cube is None:
            if not self._building.acquire(timeout=SHOW_SECONDS):
                progress(*self._said)
                continue
            try:
                if self.cube is None:
                    self._begin(self._telling(progress))
            finally:
                self._building.release()
        return self.cube

    def refresh(self, *, rebuild: bool = False) -> bool:
        """Read the open atom and the last weeks again (everything with `rebuild`) and swap the cube; where another
        process has just done so, take that over. False where a refresh is under way, here or in another process, or
        failed; then the old cube stays and `trouble` says why."""
        if not self._building.acquire(blocking=False):
            return False
        try:
            with self._turn.try_now() as mine:
                if not mine:
                    return False
                if rebuild or not self._taken_over():
                    self._read(None if rebuild else self.cube, self._telling(silent))
            self.trouble = None
        except (Unavailable, EmptyDataset, OSError) as error:
            self.trouble = Trouble(str(error), self._now())
            log.warning("refresh failed: %s", error)
            return False
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
            return not 0 <= time.time() - self._rebuilt.stat().st_mtime < REBUILD_SECONDS
        except OSError:  # nobody has read everything since there is such a note
            return True

    def close(self, seconds: float = 0.0) -> bool:
        """Let whatever is being built end before its next query; whether nothing is being built any more, for which
        so many seconds are waited."""
        self._closed.set()
        quiet = self._building.acquire(timeout=seconds)
        if quiet:
            self._building.release()
        return quiet

    # -- one builder at a time, under the lock ------------------------------------------------------------------

    def _begin(self, tell: Progress) -> None:
        self._prepare(tell)
        if not self._restored():
            with self._turn.wait(tell):
                if not self._restored():  # else another process has built it while we waited
                    self._read(None, tell)

    def _read(self, keep: Cube | None, tell: Progress) -> None:
        cube = self._builder.build(self._now(), self._turn.telling(tell), keep, self._reread_weeks)
        if keep is None:
            self._rebuilt.touch()
        self._swap(cube)

    def _restored(self) -> bool:
        cube = self._builder.restore(self._now())
        if cube is not None:
            self._swap(cube)
        return cube is not None

    def _taken_over(self) -> bool:
        return self.cube is not None and self._newer() and self._restored()

    def _newer(self) -> bool:
        saved = self._builder.files.saved()
        return saved is not None and self.cube is not None and saved.read_at not in (None, self.cube.read_at)

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
