"""What runs in processes of its own, to be killed: forked from a process that has loaded the app already."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

from data_sources import refresher
from data_sources.connections import Sources
from data_sources.cube import files
from data_sources.cube.files import CubeFiles
from data_sources.room import Room
from data_sources.settings import load_settings
from tests.faults.truth import shown

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
POINTS = ("reading", "half a file", "before the first file", "between the files", "before the note", "before cleaning")


def dies_while(config: Path, point: str, *, refreshing: bool) -> None:
    """Build the cube, or refresh the one there is, and be killed at a point."""
    room = Room(load_settings(config))
    if refreshing:
        room.cube()
    _killed_at(point)
    room.refresh() if refreshing else room.cube()


def _killed_at(point: str) -> None:
    replaced = [0]
    if point == "reading":
        Sources.run = _at(5, Sources.run)  # type: ignore[method-assign]
    elif point == "half a file":
        write = Path.write_bytes

        def half(path: Path, content: bytes) -> int:
            write(path, bytes(content)[: len(content) // 2])
            return _die()

        Path.write_bytes = half  # type: ignore[method-assign,assignment]
    elif point == "before cleaning":
        CubeFiles._clean = lambda *_: _die()  # type: ignore[method-assign,assignment]
    else:
        places = {"before the first file": 0, "between the files": 1, "before the note": -1}
        replace = os.replace

        def counted(draft: Path, place: Path) -> None:
            at = places[point]
            if replaced[0] == at or (at < 0 and place.name == files.NOTE):
                _die()
            replaced[0] += 1
            replace(draft, place)

        os.replace = counted  # type: ignore[assignment]


def _at(call: int, function: Callable[..., object]) -> Callable[..., object]:
    calls = [0]

    def counted(*given: object, **named: object) -> object:
        calls[0] += 1
        return _die() if calls[0] > call else function(*given, **named)

    return counted


def _die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)
    return 0


def abroad(config: Path, zone: str, told: Connection) -> None:
    """The same room in a process whose own zone is another one."""
    os.environ["TZ"] = zone
    time.tzset()
    room = Room(load_settings(config))
    told.send((room.now(), len(room.closed_weeks()), shown(room)))


def shows(config: Path, told: Connection) -> None:
    """A process that keeps its room fresh and tells what it shows, whenever that changes."""
    refresher.LOOK_SECONDS, refresher.FIRST_SECONDS, refresher.RETRY_SECONDS = 0.05, 0.0, 0.2
    room = Room(load_settings(config))
    room.cube()
    room.keep_fresh()
    seen: object = None
    while threading.main_thread().is_alive():
        now = shown(room)
        if now != seen:
            told.send((now, room.trouble is not None))
            seen = now
        time.sleep(0.02)


def started(target: Callable[..., None], *given: object, **named: object) -> BaseProcess:
    """A process that runs this. A child loads what is the main module here again, and Streamlit's AppTest leaves a page
    there."""
    process = PROCESSES.Process(target=target, args=given, kwargs=named, daemon=True)
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    return process
