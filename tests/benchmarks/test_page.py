"""The page of figures draws what the file holds, and names what was not reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.figures import Figure


def _results(folder: Path, figures: list[Figure], left_out: list[str]) -> Path:
    file = folder / "results.json"
    machine = {"processors": 2, "system": "Linux", "python": "3.11", "load": 0.1}
    found = {"measured_at": "2026-11-23T04:00:00", "machine": machine, "responses": 1, "seconds": 1}
    file.write_text(json.dumps({**found, "figures": [one.as_json() for one in figures], "left_out": left_out}))
    return file


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def write(figures: list[Figure], left_out: list[str]) -> str:
        monkeypatch.setattr(page, "RESULTS", _results(tmp_path, figures, left_out))
        monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
        monkeypatch.setattr(page, "DRAWINGS", tmp_path / "performance")
        page.main()
        return (tmp_path / "performance.md").read_text()

    return write


def test_what_was_not_reached_stands_under_its_own_heading(written, tmp_path: Path) -> None:
    missed = Figure("Cube", "build ÷ hand-written", "×", (1.5,), "in turn", goal=1.25, source="issue 4")
    reached = Figure("Cube", "restart ÷ build", "×", (0.05,), "in turn", goal=0.1, source="issue 4")
    said = written([missed, reached], ["no nginx was found"])
    chapter = said.split("## What was not reached")[1].split("\n## ")[0]
    assert "build ÷ hand-written: 1.50 ×, goal 1.25" in chapter
    assert "restart" not in chapter
    assert "Not measured: no nginx was found." in chapter
    assert "≤ 0.100 ✓" in said and "≤ 1.25 ✗" in said
    assert (tmp_path / "performance" / "goals.svg").read_text().startswith("<svg")


def test_growth_is_drawn_from_three_sizes(written, tmp_path: Path) -> None:
    sizes = [Figure("Filter", "a page's slices", "ms", (n / 1e5,), "one process", at=n) for n in (1e4, 1e6, 1e7)]
    two = [Figure("Filter", "another", "ms", (n / 1e5,), "one process", at=n) for n in (1e4, 1e6)]
    said = written([*sizes, *two], [])
    assert "## How the cost grows" in said
    assert [path.name for path in (tmp_path / "performance").glob("growth-*.svg")] == ["growth-0.svg"]
    assert "Every goal was reached." in said


@pytest.mark.parametrize(
    ("unit", "value", "goal", "fails"),
    [("×", 1.62, 1.25, False), ("×", 1.63, 1.25, True), ("s", 9.0, 1.0, False), ("×", 9.0, None, False)],
)
def test_only_a_ratio_worse_than_its_goal_by_a_third_fails_the_quick_benchmark(
    unit: str, value: float, goal: float | None, fails: bool
) -> None:
    assert Figure("Cube", "x", unit, (value,), "", goal).worse_than_goal() is fails
