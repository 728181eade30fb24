"""Page runs one after the other: many at once in one interpreter only get in each other's way.

Python runs one thread at a time. Fifty page runs side by side hand the interpreter back and forth, and all of them end
late; in a queue the first ends at once and the last no later (docs/operations.md has the figures). A queue is no lock:
nothing depends on it, and whoever has waited long enough goes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, local

PATIENCE_SECONDS = 2.0
"""How long a run waits for its turn: longer than fifty runs of twenty milliseconds take, and short enough that nobody
waits for a run that hangs."""


class Turnstile:
    """Lets one run in at a time. Thread-safe; a thread that is inside may step outside while it waits for others."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._place = BoundedSemaphore(1)
        self._patience = patience
        self._here = local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Run in turn. A run inside a run goes straight on."""
        if self._holds:
            yield
            return
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Give the turn to others while something is waited for (a database, another thread's answer); nothing
        changes for a thread that is not inside."""
        if not self._holds:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    @property
    def _holds(self) -> bool:
        return getattr(self._here, "holds", False)

    def _enter(self) -> None:
        self._here.holds = self._place.acquire(timeout=self._patience)

    def _leave(self) -> None:
        if self._holds:
            self._here.holds = False
            self._place.release()


RUNS = Turnstile()
"""The one of this process."""
