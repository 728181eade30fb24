"""What makes a process ready waits for those who are here, but not for ever. The threads are Python's own."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import cast

import pytest

from data_sources.room import Room
from serving import readiness
from serving.readiness import SCRIPT_THREAD, Readiness
from serving.standing import Standing


def test_a_page_that_hangs_does_not_keep_the_process_from_being_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is worked out for somebody and never ends; the first page is made ready all the same."""
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(readiness, "REST", 0.0)
    ended, standing, visited = threading.Event(), Standing(why_not="reading the data"), list[float]()
    threading.Thread(target=ended.wait, args=(20,), name=SCRIPT_THREAD, daemon=True).start()
    made_ready = Readiness(standing, asyncio.new_event_loop())
    monkeypatch.setattr(made_ready, "_visit", lambda query: visited.append(time.monotonic()))
    settings = SimpleNamespace(cube=SimpleNamespace(warm_views=1))
    room = SimpleNamespace(edition=1, settings=settings, catalog=SimpleNamespace(dimensions=()))
    began = time.monotonic()
    made_ready._make_ready(cast("Room", room), 1)
    assert standing.refusal == "" and len(visited) == 1
    assert 0.3 <= visited[0] - began < 5, "those who are here come first, for a while"
    ended.set()
