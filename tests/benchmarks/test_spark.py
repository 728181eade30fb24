"""The figures of `make bench-spark` from given times; the measuring itself needs Spark (tests/spark)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from benchmarks.spark import Times, figures_of, same
from data_sources.cube.cells import Cells
from data_sources.cube.store import Cube
from metrics.periods import Period

WEEKS = (Period(date(2026, 1, 5), date(2026, 1, 12)), Period(date(2026, 1, 12), date(2026, 1, 19)))


def cube(order: list[int], rows: list[int]) -> Cube:
    """Three cells in any order."""
    atom, region = np.array([0, 1, 1], np.int32)[order], np.array([0, 0, 1], np.int32)[order]
    measures = {"rows": np.array(rows, np.int32)[order]}
    return Cube((), WEEKS, WEEKS, Cells(atom, {"region": region}, {"region": ("North", "South")}, measures))


def times(engine: float, whole: float) -> Times:
    made = cube([0, 1, 2], [5, 6, 7])
    return Times(made, (engine,) * 3, (whole,) * 3, (1.0,), (0.5,), (0.6,), (0.7,), (0.1,), start=20.0)


def test_cubes_are_the_same_in_any_order_and_not_with_another_sum() -> None:
    same(cube([0, 1, 2], [5, 6, 7]), cube([2, 0, 1], [5, 6, 7]))
    with pytest.raises(AssertionError):
        same(cube([0, 1, 2], [5, 6, 7]), cube([2, 0, 1], [5, 6, 8]))


def test_what_a_second_worker_brings_is_a_ratio_of_medians() -> None:
    one, two, truth = times(10.0, 12.0), times(5.0, 8.0), times(2.0, 2.5)
    noisy = replace(two, engine=(5.0, 50.0, 4.0))
    found = {figure.what: figure for figure in figures_of({1: one, 2: noisy}, truth)}
    assert found["engine, 1 worker ÷ 2 workers"].value == 2.0
    assert found["refresh ÷ build, 2 workers"].value == 0.125
    assert found["engine, Spark of 2 workers ÷ DuckDB"].value == 2.5
    assert found["a cell's way here, 1 worker"].value == pytest.approx(2 / 3 * 1e6, rel=1e-3)
    assert not [figure for figure in found.values() if figure.goal is not None]
