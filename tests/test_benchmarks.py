"""The benchmark measures what it says, marks every goal as reached or not, and leaves nothing out in silence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import report
from benchmarks.__main__ import _fail_where_worse, _measured
from benchmarks.company import Company
from benchmarks.figures import Figure, clock, milliseconds, rounded
from benchmarks.plan import Part
from tests.needs import chromium

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS = {"Start", "Demo company", "Cube", "Filter", "Page", "Click"}
LARGE = {"Cardinality", "Cube from PostgreSQL", "Drill-down", "Driver statistics", "Crowd", "Memory", "Peer"}


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
    """`python -m benchmarks --trial`: every subject is there, with positive figures, and the hand-written SQL gave the
    same sums as the cube (the benchmark itself asserts that)."""
    output = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--trial", "--output", str(output)],
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
        assert all(run >= 0 for run in one["runs"]), one
        assert one["what"] in done.stdout
        assert one["reached"] is (None if one["goal"] is None else one["value"] <= one["goal"])


def test_the_quick_form_fails_where_a_ratio_is_a_third_worse_than_its_goal(capsys: pytest.CaptureFixture[str]) -> None:
    fine = Figure("Click", "click ÷ floor", "×", (1.9,), "", 1.5)
    worse = Figure("Click", "click ÷ floor", "×", (2.0,), "", 1.5)
    slow = Figure("Start", "sentence", "s", (9.0,), "", 1.5)
    _fail_where_worse([fine, slow], [])
    with pytest.raises(SystemExit) as left:
        _fail_where_worse([fine, worse], [])
    assert left.value.code == 1
    assert "Click, click ÷ floor: 2.0 ×" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        _fail_where_worse([fine], ["clicks: no server started"])


def test_a_part_that_fails_or_lacks_something_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    def module(name: str, **offers: object) -> ModuleType:
        made = ModuleType(f"benchmarks.{name}")
        for key, value in offers.items():
            setattr(made, key, value)
        return made

    def fails(_company: object, _runs: int) -> list[Figure]:
        raise ValueError("no such table")

    parts = [
        Part(module("lacks", missing=lambda: "no nginx was found"), 20_000, 1),
        Part(module("fails", measure=fails), 20_000, 1),
        Part(module("works", measure=lambda company, runs: [figure(float(runs))]), 20_000, 7),
    ]
    found, left_out = _measured(parts, tmp_path, trial=False, company=lambda part: Company(tmp_path, tmp_path, 0))
    assert [one.value for one in found] == [7.0]
    assert left_out == ["lacks: no nginx was found", "fails failed: ValueError: no such table"]


def test_the_published_figures_leave_nothing_out() -> None:
    found = json.loads((ROOT / "benchmarks" / "results.json").read_text())
    assert found["responses"] == 250_000
    assert {one["subject"] for one in found["figures"]} == SUBJECTS | LARGE
    assert not found["left_out"]
    assert found["seconds"] < 15 * 60, "issue 4: in under fifteen minutes"
