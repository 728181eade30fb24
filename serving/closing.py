"""Ending a process gracefully: new visitors are turned away, pages under way finish, then the server ends."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import signal
import sys
from collections.abc import Callable
from time import monotonic

import uvicorn

from serving.host import running_server
from serving.readiness import pages_running
from serving.standing import Standing

log = logging.getLogger(__name__)

PAGES_SECONDS = 10.0
"""How long pages under way may take to finish; a page takes tenths of a second, one that waits for a database more."""
QUIET_SECONDS = 0.2
"""No page must have run for this long: a proxy that was refused meanwhile knows where else to go."""
CONNECTIONS_SECONDS = 2
"""How long uvicorn waits for browsers to close their connections."""
STEP_SECONDS = 0.05


class Closing:
    """Takes SIGTERM and SIGINT over from uvicorn, which would end the server at once, and hands the end back to it.
    A second signal ends at once."""

    def __init__(self, standing: Standing, close: Callable[[], bool]) -> None:
        self._standing, self._close = standing, close
        self._ending: asyncio.Task[None] | None = None

    def take_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the event loop's thread, while uvicorn serves. Where something else runs the app (or on Windows, whose
        loop hears no signals) its own way of ending stays."""
        server = running_server()
        if server is not None and sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._asked, server)

    def _asked(self, server: uvicorn.Server) -> None:
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end(server))
        else:
            server.should_exit = server.force_exit = True

    async def _end(self, server: uvicorn.Server) -> None:
        log.info("stopping")
        self._standing.stopping = True
        until, quiet_since = monotonic() + PAGES_SECONDS, monotonic()
        while monotonic() < until and monotonic() - quiet_since < QUIET_SECONDS:
            await asyncio.sleep(STEP_SECONDS)
            if pages_running():
                quiet_since = monotonic()
        if pages_running() or not await asyncio.to_thread(self._close):
            atexit.register(_leave)
        server.config.timeout_graceful_shutdown = CONNECTIONS_SECONDS
        server.should_exit = True


def _leave() -> None:
    """End without waiting for a query or a page that is still under way: its thread would outlive the database driver.
    Files are written beside and renamed, and the kernel gives the lock back, so nothing of it stays."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
