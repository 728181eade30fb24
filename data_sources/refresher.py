"""Keeping a room fresh in the background, from its opening to its closing."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

WATCH_SECONDS = 20.0
"""How soon after a start a cube from disk is refreshed: late enough not to slow the first pages."""
JOIN_SECONDS = 2.0
"""How long a closing room waits for a refresh under way: its thread must not outlive the database driver."""
REBUILD_AFTER = timedelta(days=1)
"""How often everything is read again, for what was corrected in old rows."""


class Refresher:
    """Calls `refresh(rebuild)` every `minutes` once there is something to refresh, and soon where it is overdue:
    `due()` says None (nothing to refresh yet), True (read from disk, not yet from the database) or False."""

    def __init__(
        self,
        refresh: Callable[[bool], bool],
        due: Callable[[], bool | None],
        now: Callable[[], datetime],
        minutes: float,
    ) -> None:
        self._refresh, self._due, self._now, self._minutes = refresh, due, now, minutes
        self._closed = Event()
        self._thread = Thread(target=self._work, name="refresh", daemon=True)

    def start(self) -> None:
        """Begin; never where `minutes` is 0."""
        if self._minutes > 0:
            self._thread.start()
            atexit.register(self.stop)

    def stop(self) -> None:
        """End, after a refresh under way."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)

    def _work(self) -> None:
        rebuilt = self._now()
        while not self._closed.wait(self._minutes * 60 if self._due() is False else WATCH_SECONDS):
            if self._due() is None:
                continue
            nightly = self._now() - rebuilt >= REBUILD_AFTER
            if self._refresh(nightly) and nightly:
                rebuilt = self._now()
