"""A view narrowed on an axis that the cube left out, and a source that fails while an answer is worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data_sources.errors import Unavailable
from data_sources.room import Room
from data_sources.view import View
from metrics.access import OWNER
from metrics.history import History
from metrics.scan import Scan
from metrics.slices import EVERYTHING
from tests.data_sources.test_three_engines import raw_rows, room_on


def view_of(room: Room) -> View:
    room.cube()
    return View(room, room.newest_telling_week(), EVERYTHING, room.catalog.metric("nps"), OWNER)


def test_a_review_narrowed_on_an_axis_the_cube_left_out_equals_that_of_a_cube_with_it(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "part").mkdir()
    whole = view_of(room_on("duckdb", raw_rows(3), tmp_path / "whole", request))
    part = view_of(room_on("duckdb", raw_rows(3), tmp_path / "part", request, limit=400))
    (left, *_) = part.room.cube().left_out
    value = whole.catalog.axis(left).values[0]
    for ours, truth in zip(
        part.narrowed(left, value).histories(), whole.narrowed(left, value).histories(), strict=True
    ):
        assert (ours.total.n == truth.total.n).all()
        shared = set(ours.slices) & set(truth.slices)
        assert shared
        for axes in shared:
            assert ours.slices[axes].n.sum() == truth.slices[axes].n.sum()


def test_an_answer_without_a_failed_sources_figures_is_not_kept(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(room_on("duckdb", raw_rows(3), tmp_path, request))

    def down(_role: str) -> None:
        raise Unavailable("market", "gives no answer", "Start it.")

    with monkeypatch.context() as patch:
        patch.setattr(view.room, "figures", down)
        lacking = view.review()
        assert "benchmarks" in view.room.troubles
    assert view.review() is not lacking
    assert not view.room.troubles
    assert replace(view).review() is view.review(), "an answer of healthy sources is kept"


def test_a_scan_of_the_old_cube_goes_with_it(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh that arrives while slices are scanned: review and scan are both of the old cube, so neither is kept."""
    view = view_of(room_on("duckdb", raw_rows(3), tmp_path, request))
    whole = View._scan

    def interrupted(self: View, histories: tuple[History, ...]) -> Scan:
        view.room.answers.clear()
        return whole(self, histories)

    with monkeypatch.context() as patch:
        patch.setattr(View, "_scan", interrupted)
        old, scan_of_old = view.review(), view.scan()
    assert view.scan() is not scan_of_old
    assert view.review() is not old
