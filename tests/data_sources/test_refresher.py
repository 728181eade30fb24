"""What is kept is looked at all the time and refreshed when it is due; after a failure later; never before its time."""

from __future__ import annotations

from threading import Event
from time import monotonic

import pytest

from data_sources import refresher
from data_sources.refresher import Refresher


class Kept:
    """Counts what is asked of it."""

    def __init__(self, due: bool = True, works: bool = True) -> None:
        self.due, self.works, self.rebuild_due = due, works, False
        self.looks, self.refreshed, self.closed = 0, [], Event()
        self.enough = Event()

    def look(self) -> bool:
        self.looks += 1
        if self.looks >= 20:
            self.enough.set()
        return False

    def refresh(self, *, rebuild: bool) -> bool:
        self.refreshed.append((rebuild, monotonic()))
        self.rebuild_due = not rebuild
        return self.works

    def close(self) -> bool:
        self.closed.set()
        return True


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresher, "LOOK_SECONDS", 0.002)
    monkeypatch.setattr(refresher, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(refresher, "RETRY_SECONDS", 60.0)


def run(kept: Kept, minutes: float = 15) -> Kept:
    one = Refresher(kept, minutes)
    one.start()
    kept.enough.wait(2 if minutes else 0.1)
    assert one.stop()
    return kept


def test_what_is_due_is_refreshed_and_what_is_not_is_only_looked_at() -> None:
    assert len(run(Kept()).refreshed) > 5
    kept = run(Kept(due=False))
    assert kept.looks >= 20 and not kept.refreshed


def test_everything_is_read_again_when_that_is_due() -> None:
    rebuilds = [rebuild for rebuild, _ in run(Kept()).refreshed]
    assert rebuilds[:4] == [False, True, False, True]


def test_after_a_failure_it_is_tried_again_later() -> None:
    kept = run(Kept(works=False))
    assert kept.looks >= 20 and len(kept.refreshed) == 1


def test_not_at_once_after_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresher, "FIRST_SECONDS", 60.0)
    kept = run(Kept())
    assert kept.looks >= 20 and not kept.refreshed


def test_no_minutes_means_never() -> None:
    kept = run(Kept(), minutes=0)
    assert not kept.looks and not kept.refreshed


def test_stopping_says_so_to_what_is_under_way() -> None:
    assert run(Kept()).closed.is_set()


def test_an_error_that_nobody_thought_of_does_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresher, "RETRY_SECONDS", 0.0)
    kept = Kept()
    works = kept.refresh

    def fails_once(*, rebuild: bool) -> bool:
        if not kept.refreshed:
            works(rebuild=rebuild)
            raise ValueError("a column that nobody can read")
        return works(rebuild=rebuild)

    monkeypatch.setattr(kept, "refresh", fails_once)
    assert len(run(kept).refreshed) > 2
