"""Making a process ready before its first visitor, and ready again after each refresh, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from importlib import import_module
from itertools import chain, islice
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from serving.standing import Standing
from serving.visitor import VISIT_SECONDS, visit

if TYPE_CHECKING:  # the server answers before the libraries of its pages are there
    from data_sources.room import Room

log = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0
"""How soon a room that could not be read is tried again, as its pages do (components/entrance.py)."""
LOOK_SECONDS = 0.5
"""How often it is seen whether the data has changed."""
PATIENCE_SECONDS = 60.0
"""How long the pages of those who are here come first: longer than two slow queries in a row take."""
JOIN_SECONDS = 1.0
"""How long a closing process waits for the visit under way."""
REST = 3.0
"""After a visit nobody waits for, this many times as long nothing is done: a quarter of one core at most."""
SCRIPT_THREAD = "ScriptRunner.scriptThread"
"""What Streamlit calls the thread in which a page runs; it ends with the page."""


class Readiness:
    """Opens the room, reads its cube and visits its first page; then keeps the pages most likely asked for ready."""

    def __init__(self, standing: Standing, loop: asyncio.AbstractEventLoop) -> None:
        self._standing, self._loop = standing, loop
        self._closed = Event()
        self._thread = Thread(target=self._work, name="readiness", daemon=True)
        self.room: Room | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def close(self) -> bool:
        """Begin nothing more and close the room; whether nothing is under way any more."""
        self._closed.set()
        closed = self.room is None or self.room.close()
        self._thread.join(JOIN_SECONDS)
        return closed and not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._keep_ready()
        except Exception:
            log.exception("this process cannot be made ready")
            self._standing.why_not = "an error: see the log"

    def _keep_ready(self) -> None:
        import_module("app")  # what every page needs, in the order in which a first visitor's script would load it
        room = self._opened()
        if room is None:
            return
        seen = -1
        while not self._closed.is_set():
            if room.edition != seen:
                seen = room.edition
                self._make_ready(room, seen)
            self._closed.wait(LOOK_SECONDS)

    def _opened(self) -> Room | None:
        """The room with its cube, as soon as there is one; None where the configuration is wrong or nobody waits."""
        from components.entrance import the_room
        from data_sources.errors import ConfigurationError, EmptyDataset, Unavailable

        while not self._closed.is_set():
            try:
                room = self.room = the_room()
                self._standing.why_not = "reading the data"
                room.cube()
                return room
            except ConfigurationError:
                self._standing.why_not = "the configuration needs attention"
                return None
            except EmptyDataset:
                self._standing.why_not = "there is no data yet"
            except Unavailable:
                self._standing.why_not = "the data cannot be read"
            except Exception:  # a full disk passes; who looks after the server finds the rest in its log
                log.exception("the room cannot be opened")
                self._standing.why_not = "an error: see the log"
            self._closed.wait(AGAIN_SECONDS)
        return None

    def _make_ready(self, room: Room, edition: int) -> None:
        """The first page, then what one filter leads to, as many as configured and as long as the data stays."""
        from data_sources.spare_memory import give_back

        views = room.settings.cube.warm_views
        for place, query in enumerate(islice(chain([""], single_filters(room)), views)):
            self._wait_for_viewers()
            if self._closed.is_set() or room.edition != edition:
                return
            began = monotonic()
            self._visit(query)
            if place == 0:
                self._standing.why_not = ""
            self._closed.wait(REST * (monotonic() - began))
        self._standing.why_not = ""
        give_back()

    def _visit(self, query: str) -> None:
        """A failure is the page's own affair: it says so to those who see it."""
        try:
            asyncio.run_coroutine_threadsafe(visit(query), self._loop).result(VISIT_SECONDS)
        except Exception:
            log.warning("the page could not be made ready: ?%s", query, exc_info=True)

    def _wait_for_viewers(self) -> None:
        """Whoever is here already works out what they see, and it is kept; to do it twice would only slow them. A page
        that hangs, or one after the other without end, does not keep this process from being ready."""
        until = monotonic() + PATIENCE_SECONDS
        while pages_running() and monotonic() < until and not self._closed.wait(LOOK_SECONDS / 10):
            pass


def single_filters(room: Room) -> Iterator[str]:
    """The filter bar's single choices as query strings, the first values of every dimension before the second ones."""
    axes = [[urlencode({axis.id: value}) for value in axis.values] for axis in room.catalog.dimensions]
    for i in range(max(map(len, axes), default=0)):
        yield from (queries[i] for queries in axes if i < len(queries))


def pages_running() -> bool:
    """Whether a page is being worked out for anybody."""
    return any(thread.name == SCRIPT_THREAD for thread in threading.enumerate())
