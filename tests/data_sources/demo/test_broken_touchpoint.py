"""The planted installation failure is what is broken, and nothing is named where nothing is planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_sources.demo import truths
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.view import View
from metrics.access import OWNER
from metrics.broken import TouchpointLevels
from metrics.slices import EVERYTHING, Scope
from metrics.touchpoint_levels import Standard

TRUTH = truths.INSTALLATION_FAILURE
WEEKS = 13
"""A quarter of reviews of the company without anything planted."""


@pytest.fixture
def room_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Room]]:
    rooms: list[Room] = []

    def room(folder: Path) -> Room:
        monkeypatch.delenv("CX_CONFIG", raising=False)
        monkeypatch.setenv("CX_SOURCES__DEMO__FOLDER", str(folder))
        monkeypatch.setenv("CX_CUBE__FOLDER", str(tmp_path / "cube"))
        rooms.append(Room(load_settings()))
        return rooms[-1]

    yield room
    for each in rooms:
        each.close()


def found(room: Room, metric: str, scope: Scope | None = None, back: int = 0) -> TouchpointLevels:
    view = View(room, room.cube().weeks[-1 - back], scope or EVERYTHING, room.catalog.metric(metric), OWNER)
    return touchpoint_levels(view, view.metric)


@pytest.mark.parametrize("scope", [EVERYTHING, EVERYTHING.narrowed("region", TRUTH.region)])
def test_the_planted_failure_is_broken_and_nothing_else_is(larkmere, room_of, scope) -> None:
    room = room_of(larkmere.folder)
    levels = found(room, "nps", scope)
    assert [one.at.place for one in levels.broken] == [TRUTH.touchpoint]
    broken = levels.broken[0]
    assert broken.at.weeks == 1
    assert (broken.people.customers or 0) > 100
    assert broken.people.value.value is not None
    assert broken.weight.lower is not None and broken.weight.lower > 0
    assert broken.product is not None and not levels.left_out
    silent = {row.place for row in levels.rows if row.standard is Standard.SILENT}
    assert silent == {truths.SILENT_TOUCHPOINT.touchpoint}


def test_nothing_is_broken_where_nothing_is_planted(quiet_larkmere, room_of) -> None:
    room = room_of(quiet_larkmere.folder)
    for metric in room.catalog.metrics:
        for back in range(0, WEEKS, 4):
            levels = found(room, metric.id, back=back)
            assert levels.broken == (), f"{metric.label}, {back} weeks back"
            assert not any(row.standard is Standard.SILENT for row in levels.rows)
