"""Keeping a room fresh in the background, from its opening to its closing."""

from __future__ import annotations

import atexit
import logging
from threading import Event, Thread
from time import monotonic
from typing import Protocol

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often a process looks whether another has refreshed: for no longer do two viewers see different numbers."""
FIRST_SECONDS = 20.0
"""How soon after a start an old cube is refreshed: late enough not to slow the first pages."""
RETRY_SECONDS = 20.0
"""How soon after a failure, or after another process was found at it, a refresh is tried again."""
JOIN_SECONDS = 5.0
"""How long a closing room waits for a refresh under way, which ends before its next query."""


class Refreshed(Protocol):
    """What is kept fresh (data_sources/keeper.py)."""

    @property
    def due(self) -> bool:
        """Whether it is older than it may be; not before there is anything."""

    @property
    def rebuild_due(self) -> bool:
        """Whether everything is to be read again."""

    def look(self) -> bool:
        """Take over what another process has read."""

    def refresh(self, *, rebuild: bool) -> bool:
        """Read it again; False where that was not possible."""

    def close(self) -> bool:
        """End what is under way soon; whether that has happened."""


class Refresher:
    """Looks and refreshes in a thread of its own, `minutes` being the rhythm; never where it is 0."""

    def __init__(self, kept: Refreshed, minutes: float) -> None:
        self._kept, self._minutes = kept, minutes
        self._closed = Event()
        self._thread = Thread(target=self._work, name="refresh", daemon=True)

    def start(self) -> None:
        """Begin; never where `minutes` is 0."""
        if self._minutes > 0:
            self._thread.start()
            atexit.register(self.stop)

    def stop(self) -> bool:
        """End, after a query under way; whether the thread has ended within JOIN_SECONDS."""
        self._closed.set()
        self._kept.close()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)
        return not self._thread.is_alive()

    def _work(self) -> None:
        not_before = monotonic() + FIRST_SECONDS
        while not self._closed.wait(LOOK_SECONDS):
            try:
                self._kept.look()
                if self._kept.due and monotonic() >= not_before:
                    done = self._kept.refresh(rebuild=self._kept.rebuild_due)
                    not_before = monotonic() + (0.0 if done else RETRY_SECONDS)
            except Exception:  # the thread must go on: what fails today may work tomorrow
                log.exception("refresh failed")
                not_before = monotonic() + RETRY_SECONDS
