"""The grid against coded columns of the same cells: one answer, whatever the filters, rules and axes; and against numpy
on the raw cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.cube import gather
from data_sources.cube.cells import Cells, added_up, adder, smallest
from data_sources.cube.coding import measure_names, part
from data_sources.cube.gather import gathered
from data_sources.cube.grid import Grid
from data_sources.cube.store import Cube, months_of
from metrics.catalog import Axis
from metrics.metric import Metric, MetricKind
from metrics.periods import atoms, weeks_between
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters, Scope

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
EASY = Metric("easy", "Easy", MetricKind.TOP_BOX, (1, 7), threshold=5)
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
WEEKS = weeks_between(date(2026, 1, 26), date(2026, 3, 29), 0)
ATOMS = atoms(WEEKS)
VALUES = {"region": ("North", "South", NOT_RECORDED), "product": ("Fibre", "Mobile"), "stage": ("use",)}
AXES = tuple(
    Axis(name, name, ("Nowhere", *[v for v in values if v != NOT_RECORDED])) for name, values in VALUES.items()
)
COUNTS = ("rows", "comments", "nps__n", "nps__up", "nps__down", "easy__n", "easy__up", "stars__n")
NAMES = (*COUNTS, "stars__total", "stars__squares")


def cells(seed: int, fill: float, first: int = 0, last: int = len(ATOMS)) -> Cells:
    """Some of the possible cells of atoms first … last − 1 in any order, a row of numbers each; one atom is empty."""
    rng = np.random.default_rng((seed, first, last))
    possible = np.array([(a, r, p) for a in range(first, last) for r in range(3) for p in range(2)])
    chosen = possible[(rng.random(len(possible)) < fill) & (possible[:, 0] != first + 1)]
    chosen = chosen[rng.permutation(len(chosen))]
    measures = {name: rng.integers(1 if name == "rows" else 0, 400, len(chosen)) for name in COUNTS}
    measures |= {name: rng.normal(size=len(chosen)) for name in NAMES if name not in measures}
    codes = {"region": chosen[:, 1], "product": chosen[:, 2], "stage": np.zeros(len(chosen), dtype=np.int64)}
    return Cells(chosen[:, 0], codes, VALUES, {name: smallest(column) for name, column in measures.items()})


def made(parts: list[Cells], share: float, kept: tuple[Cells | Grid, int] | None = None) -> Cells | Grid:
    """As a grid (share ∞) or as coded columns (share 0)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "GRID_SHARE", share)
        return gathered(parts, AXES, NAMES, len(ATOMS), kept)


def cube(found: Cells | Grid) -> Cube:
    return Cube((NPS, EASY, STARS), WEEKS, ATOMS, found)


def filters() -> st.SearchStrategy[Filters]:
    one = {axis.id: st.one_of(st.none(), st.sets(st.sampled_from((*VALUES[axis.id], "Nobody")))) for axis in AXES}
    return st.fixed_dictionaries(one).map(
        lambda kept: Filters.of({axis: values for axis, values in kept.items() if values is not None})
    )


def same(one: Cube, other: Cube, ask: Callable[[Cube], object]) -> None:
    ours, theirs = ask(one), ask(other)
    for mine, its in zip(ours, theirs, strict=True):  # type: ignore[call-overload]
        assert mine.dtype == its.dtype
        assert mine.shape == its.shape
        assert np.allclose(mine, its, rtol=1e-12, atol=1e-9)


@settings(max_examples=120, deadline=None)
@given(
    st.builds(cells, st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 1.0])),
    st.builds(Scope, filters(), st.lists(filters(), max_size=2).map(tuple)),
    st.lists(st.sampled_from(("region", "product", "stage")), unique=True),
    st.booleans(),
    st.integers(0, 5),
)
def test_grid_and_coded_columns_answer_alike(
    part: Cells, scope: Scope, by: list[str], monthly: bool, first: int
) -> None:
    grid, columns = cube(made([part], np.inf)), cube(made([part], 0.0))
    assert isinstance(grid.cells, Grid)
    assert isinstance(columns.cells, Cells) or not len(part)
    assert len(grid.cells) == len(columns.cells) == len(part)
    periods = (months_of(grid) if monthly else WEEKS)[first:]

    def ask(one: Cube) -> list[np.ndarray]:
        found = one.over(periods, scope)
        tables = [found.sums(metric, by) for metric in one.metrics]
        return [found.counts("rows", by), *(it for t in tables for it in (t.n, t.total, t.squares))]

    same(grid, columns, ask)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.2, 1.0]), st.integers(0, len(ATOMS)), st.sampled_from([0.0, np.inf]))
def test_what_is_spliced_equals_what_is_built_anew(seed: int, fill: float, cut: int, share: float) -> None:
    """Grid and columns, kept before an atom and read anew from it on, against one building of the same cells."""
    whole = cells(seed, fill)
    old = made([whole], share)
    newer = cells(seed + 1, fill, cut) if cut < len(ATOMS) else None
    spliced = made([newer] if newer is not None else [], share, (old, cut))
    before = np.asarray(whole.atom) < cut
    head = Cells(
        whole.atom[before],
        {axis: code[before] for axis, code in whole.codes.items()},
        VALUES,
        {name: column[before] for name, column in whole.measures.items()},
    )
    anew = made([head, newer] if newer is not None else [head], share)
    assert type(spliced) is type(anew)
    assert spliced.labels == anew.labels, "a label that nobody has any more is gone"

    def ask(one: Cube) -> list[np.ndarray]:
        found = one.over(WEEKS, EVERYTHING).sums(STARS, ("region", "product"))
        return [found.n, found.total, found.squares]

    same(cube(spliced), cube(anew), ask)


def test_a_cube_of_few_of_the_possible_cells_stays_coded_and_one_of_most_becomes_a_grid() -> None:
    full, thin = cells(1, 1.0), cells(1, 0.1)
    assert isinstance(gathered([full], AXES, NAMES, len(ATOMS)), Grid)
    found = gathered([thin], AXES, NAMES, len(ATOMS))
    assert isinstance(found, Cells)
    assert (np.diff(found.atom) >= 0).all()
    assert found.nbytes < made([thin], np.inf).nbytes


def test_no_grid_is_larger_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "GRID_BYTES", 100)
    assert isinstance(gathered([cells(1, 1.0)], AXES, NAMES, len(ATOMS)), Cells)


def test_tuples_are_found_by_sorting_where_too_many_are_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = made([cells(2, 0.5)], np.inf)
    monkeypatch.setattr(gather, "TABLE", 1)
    sorted_ = made([cells(2, 0.5)], np.inf)
    assert all(np.array_equal(looked_up.sums[name], sorted_.sums[name]) for name in NAMES)
    monkeypatch.setattr(gather, "MOST", 1)
    assert isinstance(made([cells(2, 0.5)], np.inf), Cells)


def test_the_cells_of_a_grid_are_those_it_was_made_of() -> None:
    part = cells(3, 0.7)
    grid, columns = made([part], np.inf), made([part], 0.0)
    order = np.lexsort([columns.codes["product"], columns.codes["region"], columns.atom])
    again = np.lexsort([grid.codes["product"], grid.codes["region"], grid.atom])
    assert np.array_equal(grid.atom[again], columns.atom[order])
    for name in NAMES:
        assert np.array_equal(grid.measures[name][again], columns.measures[name][order])


def test_nobody_can_write_into_a_cube() -> None:
    for found in (made([cells(1, 1.0)], np.inf), made([cells(1, 1.0)], 0.0)):
        assert not any(array.flags.writeable for array in found.arrays)


def test_counts_beyond_thirty_two_bits_add_up() -> None:
    billions = Cells(
        np.array([0, 0]), {"region": np.array([0, 1]), "product": np.array([0, 0]), "stage": np.array([0, 0])}, VALUES,
        {name: smallest(np.array([2_000_000_000, 2_000_000_000])) for name in NAMES},
    )  # fmt: skip
    for share in (0.0, np.inf):
        assert cube(made([billions], share)).over(WEEKS, EVERYTHING).sums(NPS).n.sum() == 4_000_000_000


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1000, 1000)), max_size=30))
def test_rows_are_added_up_at_their_places(rows: list[tuple[int, int]]) -> None:
    places = np.array([place for place, _ in rows], dtype=np.int64)
    numbers = np.array([[number, 1] for _, number in rows], dtype=np.float64).reshape(-1, 2)
    truth = np.zeros((5, 2))
    np.add.at(truth, places, numbers)
    assert np.array_equal(added_up(adder(places, 5), numbers), truth)


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [([], "int8"), ([0, 127], "int8"), ([-129, 5], "int16"), ([40_000], "int32"), ([2**40], "int64"),
     ([0.5], "float64"), ([3.0], "int8"), ([float("nan")], "float64"), ([1e300], "float64")],
)  # fmt: skip
def test_numbers_take_no_more_than_they_need(numbers: list[float], kind: str) -> None:
    kept = smallest(np.array(numbers))
    assert kept.dtype == kind
    assert np.array_equal(kept, np.array(numbers), equal_nan=True)


@pytest.mark.parametrize("share", [0.0, float("inf")])
def test_null_and_the_text_not_recorded_are_one_place_and_no_response_is_lost(share: float) -> None:
    """SQL groups them apart; a grid has one cell for both, columns add them up."""
    rows = {
        "atom": [0, 0, 0], "region": ["North", None, NOT_RECORDED], "rows": [10, 7, 5], "comments": [0, 0, 0],
        "nps__n": [10, 7, 5], "nps__up": [4, 3, 2], "nps__down": [1, 1, 1],
    }  # fmt: skip
    one = part(pa.table(rows), ["region"], [NPS], np.zeros(3, dtype=np.int64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "GRID_SHARE", share)
        found = gathered([one], [Axis("region", "Region", ("North",))], measure_names([NPS]), 1)
    assert int(np.sum(found.measures["rows"])) == 22
