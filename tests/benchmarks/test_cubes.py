"""The cube's benchmarks on a small company: every size and engine is measured, and no goal is claimed that is meant for
ten million responses. The benchmarks themselves assert that both sides gave the same cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cardinality, cubes, cubes_postgres, large
from benchmarks.company import Company, make
from benchmarks.slicing import limit


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make(tmp_path_factory.mktemp("benchmark"), 4_000)


def test_cardinality_at_every_size(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cardinality, "RUNS", 1)
    monkeypatch.setattr(cardinality, "SIZES", (cardinality.SIZES[0], cardinality.SIZES[-1]))
    found = cardinality.measure(company, 1)
    cells = {figure.what: [one.at for one in found if one.what == figure.what] for figure in found}
    assert len(cells) == 4
    assert all(len(at) == 2 and at[0] < at[1] for at in cells.values() if at[0] and at[1])
    assert all(run >= 0 for figure in found for run in figure.runs)
    assert {figure.goal for figure in found} == {None, cubes.ESTIMATE}


@pytest.mark.postgres
def test_postgresql_on_a_server_of_its_own(company: Company) -> None:
    found = {figure.what: figure for figure in cubes_postgres.measure(company, 1)}
    assert found["our statements ÷ hand-written"].value > 0
    assert all(figure.goal is None for figure in found.values())


def test_the_most_that_was_in_memory_is_no_less_than_what_python_takes() -> None:
    assert 20 < cubes.peak_megabytes() < 100_000


def test_goals_are_for_companies_as_large_as_they_are_meant_for(tmp_path: Path) -> None:
    assert cubes.goal(Company(tmp_path, tmp_path, large.BIG), 0.1) == (0.1, "issue 4")
    assert cubes.goal(Company(tmp_path, tmp_path, large.MIDDLE), 0.1) == (None, "")
    assert cubes.goal(Company(tmp_path, tmp_path, large.MIDDLE), 0.1, large.MIDDLE) == (0.1, "issue 4")


@pytest.mark.parametrize(("cells", "milliseconds"), [(165_000, 10.0), (320_000, 10.0), (757_000, 30.0), (2.4e6, 30.0)])
def test_a_page_has_the_goal_of_the_next_larger_cube(cells: int, milliseconds: float) -> None:
    assert limit(cells) == milliseconds
