"""Several processes with one cache folder: one reads the database, all show the same. Two real processes count what
they ask of a database that two of them can read (SQLite)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_sources import keeper
from data_sources.cube.build import Builder
from data_sources.room import Room
from data_sources.settings import load_settings
from metrics.slices import EVERYTHING
from tests.e2e import company

LITERALLY: dict[str, Any] = {"compile_kwargs": {"literal_binds": True}}
ROOT = Path(__file__).resolve().parents[2]
PROCESS = """
import json, sys, time
from pathlib import Path
import sqlalchemy as sa
from data_sources import refresher
from data_sources.connections import Sources
from data_sources.cube.build import Builder
from data_sources.room import Room
from data_sources.settings import load_settings
from metrics.slices import EVERYTHING, Scope

refresher.LOOK_SECONDS, refresher.FIRST_SECONDS, refresher.RETRY_SECONDS = 0.05, 0.0, 0.2
config, slow = Path(sys.argv[1]), float(sys.argv[2])
run, build = Sources.run, Builder.build

def counted(self, name, statement, timeout=None):
    print(json.dumps({"asked": time.monotonic()}), flush=True)
    time.sleep(slow)
    return run(self, name, statement, timeout)

def timed(*args):
    began = time.monotonic()
    cube = build(*args)
    print(json.dumps({"built": [began, time.monotonic()]}), flush=True)
    return cube

Sources.run, Builder.build = counted, timed
room = Room(load_settings(config))
def hear(share, what):
    print(json.dumps({"heard": what}), flush=True)

print(json.dumps({"here": True}), flush=True)
while not (config.parent / "go").exists():
    time.sleep(0.01)
room.cube(hear)
room.keep_fresh()
seen = None
while True:
    cube = room.cube()
    now = {"rows": int(cube.over(cube.weeks, EVERYTHING).counts("rows").sum()), "read_at": str(cube.read_at)}
    if now != seen:
        print(json.dumps(now), flush=True)
        seen = now
    time.sleep(0.02)
"""


class Process:
    """Another process of the app without its pages: its room, and what it said."""

    def __init__(self, config: Path, slow: float, log: Path) -> None:
        self._log = log
        command = [sys.executable, "-c", PROCESS, str(config), str(slow)]
        self.popen = subprocess.Popen(command, cwd=ROOT, stdout=log.open("w"))

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.endswith("}")]

    @property
    def asked(self) -> list[float]:
        """When it asked the database, by the machine's clock."""
        return [line["asked"] for line in self.said if "asked" in line]

    @property
    def built(self) -> list[tuple[float, float]]:
        """From when to when it built or refreshed a cube."""
        return [tuple(line["built"]) for line in self.said if "built" in line]

    @property
    def heard(self) -> list[str]:
        """What its viewers were told while they waited."""
        return [line["heard"] for line in self.said if "heard" in line]

    @property
    def shows(self) -> dict[str, Any]:
        return next((line for line in reversed(self.said) if "rows" in line), {})

    def wait(self, until: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert self.popen.poll() is None, "the process ended"
            assert time.monotonic() < end, self.said[-5:]
            time.sleep(0.02)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = company.in_database(tmp_path, company.answers(), f"sqlite:///{tmp_path / 'cx.db'}")
    text = found.read_text().replace("refresh_minutes = 60", f'refresh_minutes = 60\nfolder = "{tmp_path / "cube"}"')
    found.write_text(text)
    return found


@pytest.fixture
def start(config: Path, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    running: list[Process] = []

    def begin(slow: float = 0.0) -> Process:
        running.append(Process(config, slow, tmp_path / f"process-{len(running)}.log"))
        return running[-1]

    yield begin
    for one in running:
        one.popen.kill()
        one.popen.wait()


def one_answer_more(config: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{config.parent / 'cx.db'}")
    with engine.begin() as connection:
        newest = "select * from responses order by submitted_at desc limit 1"
        connection.execute(sa.text(f"insert into responses {newest}"))
    engine.dispose()


def test_of_two_that_start_at_once_one_builds_and_the_other_waits(config: Path, start: Callable[..., Process]) -> None:
    first, second = start(slow=0.03), start(slow=0.03)
    for one in (first, second):
        one.wait(lambda one=one: any("here" in line for line in one.said))
    (config.parent / "go").touch()
    for one in (first, second):
        one.wait(lambda one=one: one.shows)
    assert first.shows["rows"] == second.shows["rows"] == company.WEEKS * company.WEEKLY
    assert first.shows["read_at"] == second.shows["read_at"], "the very same reading"
    builders = [one for one in (first, second) if one.asked]
    assert len(builders) == 1, "the other has asked nothing"
    waited = next(one for one in (first, second) if one not in builders)
    assert any(what.startswith("reading ") for what in waited.heard), "and has shown how far the first was"


def test_a_builder_that_is_killed_is_replaced(config: Path, start: Callable[..., Process]) -> None:
    (config.parent / "go").touch()
    first = start(slow=1.0)
    first.wait(lambda: len(first.asked) > 2)
    second = start()
    second.wait(lambda: second.heard)
    assert not second.asked, "it waits for its turn"
    first.popen.kill()
    second.wait(lambda: second.shows)
    assert second.shows["rows"] == company.WEEKS * company.WEEKLY


def test_refreshes_never_overlap_and_all_see_them(config: Path, start: Callable[..., Process]) -> None:
    """Two processes whose cube is always old: whenever one reads the database the other does not."""
    config.write_text(config.read_text().replace("refresh_minutes = 60", "refresh_minutes = 0.005"))
    (config.parent / "go").touch()
    both = start(slow=0.02), start(slow=0.02)
    for one in both:
        one.wait(lambda one=one: one.shows)
    one_answer_more(config)
    for one in both:
        one.wait(lambda one=one: one.shows["rows"] == company.WEEKS * company.WEEKLY + 1)
    both[0].wait(lambda: len(both[0].built) + len(both[1].built) > 8)
    turns = sorted(both[0].built + both[1].built)
    assert all(began >= ended for (_, ended), (began, _) in pairwise(turns))
    asked = sorted(both[0].asked + both[1].asked)
    outside = [at for at in asked if at < turns[-1][1] and not any(a <= at <= b for a, b in turns)]
    assert not outside, "nothing is asked but under the lock"


def test_a_cube_that_another_process_has_just_read_is_not_read_again(config: Path) -> None:
    one, two = Room(load_settings(config)), Room(load_settings(config))
    one.cube(), two.cube()
    one_answer_more(config)
    assert one.refresh()
    assert two.cube().read_at != one.cube().read_at
    asked = []
    two.sources.run = lambda *args, **kwargs: asked.append(args)  # type: ignore[method-assign,assignment]
    assert two.refresh(), "it takes over what is there"
    assert not asked
    assert two.cube().read_at == one.cube().read_at
    one.close(), two.close()


def test_kept_answers_go_with_the_cube_they_came_from(config: Path) -> None:
    one, two = Room(load_settings(config)), Room(load_settings(config))
    one.cube(), two.cube()
    two.answers.get("kept", lambda: 1)
    edition = two.edition
    assert one.refresh(rebuild=True)
    assert two._keeper.look()
    assert two.edition == edition + 1
    assert two.answers.get("kept", lambda: 2) == 2
    one.close(), two.close()


def test_a_cube_is_due_when_it_is_old_or_of_the_future(config: Path) -> None:
    clock = [datetime.now()]
    room = Room(load_settings(config), now=lambda: clock[0])
    assert not room._keeper.due, "not before there is one"
    room.cube()
    assert not room._keeper.due
    clock[0] += timedelta(minutes=61)
    assert room._keeper.due
    clock[0] -= timedelta(minutes=121)
    assert room._keeper.due, "the clock was put back"
    room.close()


def test_everything_is_read_again_a_day_later_by_whichever_process_comes_first(config: Path, tmp_path: Path) -> None:
    one, two = Room(load_settings(config)), Room(load_settings(config))
    one.cube(), two.cube()
    assert not one._keeper.rebuild_due and not two._keeper.rebuild_due
    (note,) = (tmp_path / "cube").glob("*.rebuilt")
    long_ago = time.time() - 25 * 3600
    os.utime(note, (long_ago, long_ago))
    assert one._keeper.rebuild_due and two._keeper.rebuild_due
    one.refresh(rebuild=True)
    assert not two._keeper.rebuild_due
    one.close(), two.close()


def test_a_closing_room_leaves_what_it_reads_before_the_next_query(config: Path) -> None:
    room = Room(load_settings(config))
    room.cube()
    room._keeper.close()
    assert not room.refresh(rebuild=True)
    assert room.trouble is not None and "stops" in room.trouble.message
    room.close()


class LeavesError(BaseException):
    """As Streamlit ends the script of a viewer who leaves: no Exception."""


def test_a_viewer_who_leaves_stops_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first reading belongs to no viewer: the only one leaves at once, and what is read is read once."""
    monkeypatch.setattr(keeper, "SHOW_SECONDS", 0.05)
    room = Room(load_settings(config))
    run, asked = room.sources.run, []

    def slow(*given: Any) -> Any:
        asked.append(given)
        time.sleep(0.01)
        return run(*given)

    def leave(share: float, what: str) -> None:
        raise LeavesError

    room.sources.run = slow  # type: ignore[method-assign,assignment]
    with pytest.raises(LeavesError):
        room.cube(leave)
    at_the_time = len(asked)
    assert not room.ready
    cube = room.cube()
    assert cube.over(cube.weeks, EVERYTHING).counts("rows").sum() == company.WEEKS * company.WEEKLY
    assert at_the_time > 0 and len({str(given[1].compile(**LITERALLY)) for given in asked}) == len(asked), (
        "nothing twice"
    )
    room.close()


def test_an_error_that_nobody_thought_of_is_said_and_does_not_end_the_keeping(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(load_settings(config))
    before = room.cube()

    def broken(*_: object) -> None:
        raise ValueError("a customer's name")

    build = Builder.build
    monkeypatch.setattr(Builder, "build", broken)
    with pytest.raises(ValueError, match="name"):
        room.refresh()
    assert room.trouble is not None and room.trouble.message == "An error of this app: its log says more."
    assert room.cube() is before
    monkeypatch.setattr(Builder, "build", build)
    assert room.refresh() and room.trouble is None
    room.close()
