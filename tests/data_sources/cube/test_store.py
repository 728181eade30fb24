"""The cube in memory against numpy on the raw rows: every cell, on random filters and rules."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.cube.store import Cells, Cube, months_of
from metrics.metric import Metric, MetricKind
from metrics.periods import Period, atoms, weeks_between
from metrics.slices import EVERYTHING, Filters, Scope

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
REGIONS, PRODUCTS = ("North", "South", "West"), ("Fibre", "Mobile")
WEEKS = weeks_between(date(2026, 1, 26), date(2026, 3, 29), 0)
ATOMS = atoms(WEEKS)


class Rows:
    """Raw responses, one cell each: what the cube must add up to."""

    def __init__(self, seed: int, size: int = 400) -> None:
        rng = np.random.default_rng(seed)
        self.day = np.sort(rng.integers(0, 7 * len(WEEKS), size))
        self.region = rng.integers(0, len(REGIONS), size)
        self.product = rng.integers(0, len(PRODUCTS), size)
        self.nps = rng.integers(0, 11, size).astype(float)
        self.stars = rng.integers(1, 6, size).astype(float)

    def cube(self) -> Cube:
        starts = np.array([(atom.start - WEEKS[0].start).days for atom in ATOMS])
        atom = (np.searchsorted(starts, self.day, side="right") - 1).astype(np.int32)
        centred = self.stars - STARS.centre
        measures = {
            "rows": np.ones(len(self.day), dtype=np.int64),
            "comments": np.zeros(len(self.day), dtype=np.int64),
            "nps__n": np.ones(len(self.day), dtype=np.int64),
            "nps__up": (self.nps >= 9).astype(np.int64),
            "nps__down": (self.nps <= 6).astype(np.int64),
            "stars__n": np.ones(len(self.day), dtype=np.int64),
            "stars__total": centred,
            "stars__squares": centred**2,
        }
        codes = {"region": self.region.astype(np.int32), "product": self.product.astype(np.int32)}
        cells = Cells(atom, codes, {"region": REGIONS, "product": PRODUCTS}, measures)
        return Cube((NPS, STARS), WEEKS, ATOMS, cells)

    def kept(self, scope: Scope) -> np.ndarray:
        def passes(filters: Filters) -> np.ndarray:
            kept = np.ones(len(self.day), dtype=bool)
            for axis, values in filters.kept:
                labels, codes = (REGIONS, self.region) if axis == "region" else (PRODUCTS, self.product)
                kept &= np.isin(codes, [labels.index(value) for value in values])
            return kept

        allowed = passes(scope.filters)
        return allowed & np.any([np.zeros_like(allowed), *map(passes, scope.rules)], axis=0)


def filters() -> st.SearchStrategy[Filters]:
    regions = st.one_of(st.none(), st.sets(st.sampled_from(REGIONS)))
    products = st.one_of(st.none(), st.sets(st.sampled_from(PRODUCTS)))
    return st.tuples(regions, products).map(
        lambda pair: Filters.of({k: v for k, v in zip(("region", "product"), pair, strict=True) if v is not None})
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), filters(), st.lists(filters(), max_size=2), st.integers(0, len(WEEKS) - 1))
def test_every_cell_of_a_slice_equals_the_raw_rows(
    seed: int, chosen: Filters, rules: list[Filters], first: int
) -> None:
    rows = Rows(seed)
    scope = Scope(chosen, tuple(rules))
    weeks = WEEKS[first:]
    table = rows.cube().over(weeks, scope).sums(STARS, ("region", "product"))
    kept = rows.kept(scope)
    for i, week in enumerate(weeks):
        inside = kept & (rows.day // 7 == first + i)
        assert week.start == WEEKS[0].start + timedelta(weeks=first + i)
        for r in range(len(REGIONS)):
            for p in range(len(PRODUCTS)):
                mine = rows.stars[inside & (rows.region == r) & (rows.product == p)]
                assert table.n[i, r, p] == len(mine)
                assert table.total[i, r, p] == pytest.approx((mine - 3).sum())
                assert table.squares[i, r, p] == pytest.approx(((mine - 3) ** 2).sum())


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), filters())
def test_the_sum_over_any_breakdown_is_the_whole(seed: int, chosen: Filters) -> None:
    cells = Rows(seed).cube().over(WEEKS, EVERYTHING.filtered(chosen))
    whole = cells.sums(NPS)
    for by in (("region",), ("product",), ("region", "product"), ("product", "region")):
        table = cells.sums(NPS, by)
        for axis in by:
            table = table.over(axis)
        assert (table.n == whole.n).all()
        assert (table.total == whole.total).all()
        assert (table.squares == whole.squares).all()


def test_weeks_and_months_are_sums_of_the_same_atoms() -> None:
    cube = Rows(1).cube()
    months = cube.over(months_of(cube), EVERYTHING).sums(NPS)
    assert months.axes == ("month",)
    assert months.labels[0] == ("2026-01-26", "2026-02-01", "2026-03-01")
    assert months.whole() == cube.over(WEEKS, EVERYTHING).sums(NPS).whole()


def test_a_filter_that_keeps_nothing_keeps_nothing() -> None:
    table = Rows(2).cube().over(WEEKS, EVERYTHING.filtered(Filters.of({"region": []}))).sums(NPS)
    assert table.whole().n == 0


def test_weeks_outside_the_cube_are_empty_not_wrong() -> None:
    later = weeks_between(date(2027, 1, 4), date(2027, 1, 10), 0)
    assert Rows(3).cube().over(later, EVERYTHING).sums(NPS).whole().n == 0


def test_a_period_that_cuts_an_atom_is_refused() -> None:
    cut = Period(WEEKS[1].start, WEEKS[1].start + timedelta(days=3))
    with pytest.raises(ValueError, match="cuts through the atom"):
        Rows(4).cube().over((cut,), EVERYTHING)
