"""The benchmark measures what it says, marks every goal as reached or not, and leaves nothing out in silence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.figures import Figure, clock, milliseconds, rounded
from tests.needs import chromium

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS = {"Start", "Demo company", "Cube", "Filter", "Page", "Click"}


def figure(*runs: float, goal: float | None = None) -> Figure:
    return Figure("Start", "first", "s", runs, "in Chromium", goal, "somebody" if goal else "")


def test_a_figure_is_the_median_of_its_runs() -> None:
    assert figure(9.0, 1.0, 2.0).value == 2.0
    assert figure(1.0, 2.0).value == 1.5
    assert rounded(1234.567) == 1235


@pytest.mark.parametrize(("goal", "reached"), [(None, None), (2.0, True), (1.99, False)])
def test_a_goal_is_at_most(goal: float | None, reached: bool | None) -> None:
    assert figure(2.0, goal=goal).reached is reached


def test_only_the_work_is_timed() -> None:
    order: list[str] = []
    seconds = clock(lambda: order.append("work"), 2, before=lambda: order.append("before"))
    assert order == ["before", "work", "before", "work"]
    assert len(seconds) == 2
    assert milliseconds((0.5,)) == (500.0,)


def test_the_table_says_what_was_not_reached_and_what_was_left_out() -> None:
    said = report.table([figure(30.0, 31.0, goal=20.0), figure(1.0, goal=5.0)], ["no Chromium was found"])
    assert "NOT reached" in said
    assert "1 of 2 goals reached." in said
    assert "Not reached: Start, first: 30.5 s (goal 20.0, somebody)." in said
    assert "Left out: no Chromium was found." in said


def test_a_busy_machine_is_named() -> None:
    assert report.busy({"processors": 2, "load": 1.9}) == ""
    assert "load 9.5 on 2 processors" in report.busy({"processors": 2, "load": 9.5})
    assert report.busy({"processors": 2, "load": None}) == ""


@pytest.mark.timeout(600)
def test_the_whole_benchmark_on_a_small_company(tmp_path: Path) -> None:
    """`python -m benchmarks --quick`: every subject is there, with positive figures, and the hand-written SQL gave the
    same sums as the cube (the benchmark itself asserts that)."""
    output = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", str(output)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(output.read_text())
    assert {one["subject"] for one in found["figures"]} == (SUBJECTS if chromium() else SUBJECTS - {"Start"})
    assert bool(found["left_out"]) is (chromium() is None)
    for one in found["figures"]:
        assert all(run > 0 for run in one["runs"]), one
        assert one["what"] in done.stdout
        assert one["reached"] is (None if one["goal"] is None else one["value"] <= one["goal"])


def test_the_published_figures_are_of_the_demo_company_at_its_own_size() -> None:
    found = json.loads((ROOT / "benchmarks" / "results.json").read_text())
    assert found["responses"] == 250_000
    assert {one["subject"] for one in found["figures"]} == SUBJECTS
    assert not found["left_out"]
