"""One process at a time, whatever becomes of it. The authority is the kernel: other processes hold the lock and are
killed with SIGKILL, which no program can catch."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_sources.turns import Turn

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from data_sources.turns import Turn
turn = Turn(Path(sys.argv[1]))
with turn.try_now() as mine:
    turn.tell(0.25, "reading Mar 2026")
    print(mine, flush=True)
    time.sleep(float(sys.argv[2]))
"""


class EnoughError(Exception):
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not" / "yet" / "there.lock"


@pytest.fixture
def hold(path: Path) -> Iterator[Callable[[float], subprocess.Popen[str]]]:
    """Another process that has the turn for some seconds."""
    running = []

    def start(seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(path), str(seconds)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert running[-1].stdout.readline() == "True\n"
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.communicate()


def test_while_another_process_has_it_nobody_else_gets_it(hold, path: Path) -> None:
    hold(60)
    with Turn(path).try_now() as mine:
        assert not mine


def test_who_waits_hears_how_far_the_other_is_and_may_give_up(hold, path: Path) -> None:
    hold(60)
    heard = []

    def look(share: float, what: str) -> None:
        heard.append((share, what))
        if len(heard) == 3:
            raise EnoughError

    with pytest.raises(EnoughError), Turn(path).wait(look):
        raise AssertionError("it is not our turn")
    assert heard == [(0.25, "reading Mar 2026")] * 3


def test_a_killed_process_gives_it_back(hold, path: Path) -> None:
    holder = hold(60)
    holder.kill()
    began = time.monotonic()
    with Turn(path).wait(lambda share, what: None):
        assert time.monotonic() - began < 5
        with Turn(path).try_now() as mine:
            assert not mine, "now it is ours, and of no other thread either"


def test_a_process_that_is_done_gives_it_back(hold, path: Path) -> None:
    hold(0.3)
    with Turn(path).wait(lambda share, what: None):
        pass
    with Turn(path).try_now() as mine:
        assert mine


def test_an_error_gives_it_back(path: Path) -> None:
    with pytest.raises(EnoughError), Turn(path).try_now():
        raise EnoughError
    with Turn(path).try_now() as mine:
        assert mine


def test_telling_without_a_turn_says_nothing(path: Path) -> None:
    turn = Turn(path)
    turn.tell(0.5, "nobody's")
    assert turn.told() == (0.0, "another process is reading")
