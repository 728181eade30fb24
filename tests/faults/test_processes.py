"""Real processes of the app, killed with SIGKILL at the worst moments, and two of them on one cache folder while the
database comes and goes. The authority is raw SQL (tests/faults/truth.py)."""

from __future__ import annotations

import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest

from tests.faults.conftest import Ground, count_queries
from tests.faults.killed import POINTS, PROCESSES, dies_while, shows, started
from tests.faults.truth import Counted, shown

pytestmark = [pytest.mark.postgres, pytest.mark.security]

SOON = 30.0
"""Seconds until something must have happened on a busy machine."""


@pytest.mark.parametrize("point", sorted(set(POINTS) - {"between the files"}))
def test_killed_while_refreshing(ground: Ground, point: str) -> None:
    """The next start shows the cube before, or the new one, whole; the next refresh is right. A refresh writes one file
    and the note."""
    first = ground.room()
    before = ground.truth()
    assert shown(first) == before
    ground.one_more()
    victim = started(dies_while, ground.config, point, refreshing=True)
    victim.join(SOON)
    assert victim.exitcode == -signal.SIGKILL
    again = ground.room()
    asked = count_queries(again)
    assert shown(again) == (ground.truth() if point == "before cleaning" else before)
    assert not asked, "from the files: a restart asks nothing"
    assert again.refresh() and ground.right(again)
    assert ground.right(ground.room())


@pytest.mark.parametrize("point", ["reading", "half a file", "between the files"])
def test_killed_at_the_first_start(ground: Ground, point: str) -> None:
    """Nothing that was left is taken for a cube; the lock is free; the next start reads everything."""
    victim = started(dies_while, ground.config, point, refreshing=False)
    victim.join(SOON)
    assert victim.exitcode == -signal.SIGKILL
    again = ground.room()
    asked = count_queries(again)
    assert ground.right(again)
    assert asked
    assert ground.right(ground.room())


class Two:
    """Two processes of the app and what each shows."""

    def __init__(self, ground: Ground) -> None:
        self.pipes: list[Connection] = []
        self.processes: list[BaseProcess] = []
        self.seen: list[list[Counted]] = [[], []]
        for _ in range(2):
            near, far = PROCESSES.Pipe(duplex=False)
            self.pipes.append(near)
            self.processes.append(started(shows, ground.config, far))

    def until(self, place: int, truth: Counted) -> None:
        """Wait until one shows this."""
        end = time.monotonic() + SOON
        while not self.seen[place] or self.seen[place][-1] != truth:
            assert time.monotonic() < end, len(self.seen[place])
            if self.pipes[place].poll(0.05):
                self.seen[place].append(self.pipes[place].recv()[0])


def test_two_processes_on_one_folder_through_everything(ground: Ground) -> None:
    """The database is killed and started again, one process is killed: neither ever shows anything but what raw SQL has
    counted at some moment, and both (then the other) show the newest by themselves."""
    ground.configured(refresh_minutes="refresh_minutes = 0.005")
    two = Two(ground)
    try:
        truths = [ground.truth()]
        for place in (0, 1):
            two.until(place, truths[-1])
        for happens in (lambda: None, lambda: (ground.server.kill(), time.sleep(1), ground.server.start())):
            happens()
            ground.one_more()
            truths.append(ground.truth())
            for place in (0, 1):
                two.until(place, truths[-1])
        two.processes[0].kill()
        ground.one_more()
        truths.append(ground.truth())
        two.until(1, truths[-1])
        assert all(seen in truths for shown_by in two.seen for seen in shown_by), "nothing else was ever shown"
    finally:
        for process in two.processes:
            process.kill()
            process.join(SOON)
    assert ground.right(ground.room())
