"""A cube from disk is refreshed soon, then in its rhythm; a day later everything is read again; closing waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event

import pytest

from data_sources import refresher
from data_sources.refresher import Refresher


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresher, "WATCH_SECONDS", 0.01)


class Clock:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> datetime:
        """Every look is half a day later."""
        self.calls += 1
        return datetime(2026, 1, 1) + timedelta(hours=12) * self.calls


def run(due: list[bool | None], minutes: float = 0.001) -> list[bool]:
    asked: list[bool] = []
    enough = Event()

    def refresh(rebuild: bool) -> bool:
        asked.append(rebuild)
        if len(asked) >= 4:
            enough.set()
        return True

    states = iter(due)
    one = Refresher(refresh, lambda: next(states, False), Clock(), minutes)
    one.start()
    enough.wait(2)
    one.stop()
    return asked


def test_nothing_is_refreshed_before_there_is_a_cube() -> None:
    assert len(run([None] * 20)) >= 4


def test_once_a_day_everything_is_read_again() -> None:
    asked = run([True, True])
    assert True in asked and False in asked


def test_no_minutes_means_never() -> None:
    assert run([True, True], minutes=0) == []
