"""The random sample of responses: the same values as the rows, a fair draw, the same for a seed, within the bound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from scipy import stats
from sqlalchemy.dialects import mysql, postgresql

from data_sources import sample
from data_sources.connections import Sources
from data_sources.errors import NotFilterable
from data_sources.sample import Scores, scores
from data_sources.scrambled import BUCKETS, Drawn, scrambled
from data_sources.settings import Settings
from data_sources.tables import datasets
from metrics.slices import EVERYTHING, Filters, Scope
from tests.data_sources.engines import ENGINES
from tests.data_sources.voices import PERIOD, raw_rows, stored_rows

MOST = 400


def drawn(settings: Settings, scope: Scope | None = None, *, seed: int = 1, most: int = MOST) -> Scores:
    found, metrics = datasets(settings)["responses"], settings.catalog().metrics
    return scores(Sources(settings), found, metrics, PERIOD, scope or EVERYTHING, seed=seed, most=most)


def truth(rows: pd.DataFrame) -> np.ndarray:
    """nps and stars of the period, off-scale scores as missing."""
    inside = rows[(rows["submitted_at"] >= "2026-01-05") & (rows["submitted_at"] < "2026-03-02")]
    return np.column_stack(
        [inside["nps"].where(inside["nps"].between(0, 10)), inside["stars"].where(inside["stars"].between(1, 5))]
    )


def ordered(values: np.ndarray) -> np.ndarray:
    return values[np.lexsort(np.nan_to_num(values, nan=-1).T)]


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("form", ["wide", "long"])
def test_everything_where_it_fits_and_a_part_where_it_does_not(
    kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(size=2_500)
    settings = stored_rows(kind, rows, tmp_path, request, form)
    every = truth(rows)
    whole = drawn(settings, most=len(every))
    assert (whole.of, whole.bounded) == (len(every), False)
    np.testing.assert_allclose(ordered(whole.values), ordered(every))
    part = drawn(settings)
    assert part.of == len(every)
    assert MOST * 0.5 < len(part.values) <= MOST
    np.testing.assert_array_equal(ordered(part.values), ordered(drawn(settings).values), "the same seed")
    other = drawn(settings, seed=2).values
    assert other.shape != part.values.shape or not np.array_equal(ordered(other), ordered(part.values), equal_nan=True)
    everywhere = {tuple(row) for row in np.nan_to_num(every, nan=-1)}
    assert all(tuple(row) in everywhere for row in np.nan_to_num(part.values, nan=-1))


@pytest.mark.parametrize("kind", ENGINES)
def test_the_draw_is_fair_over_time_and_ids(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Newest rows only, or a run of ids, would fail: χ² of how many are drawn per eighth of the time."""
    rows = raw_rows(size=8_000).sort_values("submitted_at", ignore_index=True)
    rows["response_id"] = np.arange(len(rows))
    rows["stars"] = 1 + 4 * rows["response_id"] / len(rows)
    settings = stored_rows(kind, rows, tmp_path, request)
    found = drawn(settings, most=2_000).values[:, 1]
    every = truth(rows)[:, 1]
    edges = np.quantile(every, np.linspace(0, 1, 9))
    counts, _ = np.histogram(found, edges)
    assert stats.chisquare(counts).pvalue > 1e-4
    assert len(np.unique(found)) == len(found), "nobody is drawn twice"


def test_it_draws_in_the_scope_and_refuses_what_is_not_recorded(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows(size=2_500)
    settings = stored_rows("folder", rows, tmp_path, request)
    north = drawn(settings, EVERYTHING.filtered(Filters.of({"region": ["North"]})), most=5_000)
    np.testing.assert_allclose(ordered(north.values), ordered(truth(rows[rows["region"] == "North"])))
    rules = Scope(Filters(), (Filters.of({"region": ["North"]}),))
    np.testing.assert_array_equal(ordered(drawn(settings, rules, most=5_000).values), ordered(north.values))
    with pytest.raises(NotFilterable):
        drawn(settings, EVERYTHING.filtered(Filters.of({"product": ["Gas"]})))


def test_no_responses_give_an_empty_matrix(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for kind in ENGINES:
        folder = tmp_path / kind
        folder.mkdir()
        rows = raw_rows()
        rows["submitted_at"] += pd.Timedelta(days=1_000)
        found = drawn(stored_rows(kind, rows, folder, request))
        assert (found.values.shape, found.of, found.bounded) == ((0, 2), 0, False)


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("of", [0, 300, 1_000, 40_000])
def test_a_count_that_is_wrong_breaks_neither_the_bound_nor_the_draw(
    of: int, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Too low: the same as if it had been counted, and not the rows that come first. Too high: a smaller draw."""
    settings = stored_rows("folder", raw_rows(size=2_500), tmp_path, request, form)
    found, metrics = datasets(settings)["responses"], settings.catalog().metrics
    right = drawn(settings)
    told = scores(Sources(settings), found, metrics, PERIOD, EVERYTHING, seed=1, of=of, most=MOST)
    assert right.bounded and told.bounded
    if of < right.of:
        assert told.of == right.of
        np.testing.assert_array_equal(ordered(told.values), ordered(right.values))
    else:
        assert 0 < len(told.values) < len(right.values)


def test_a_count_that_is_known_is_not_asked_for(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = raw_rows(size=2_500)
    settings = stored_rows("folder", rows, tmp_path, request)
    found, metrics = datasets(settings)["responses"], settings.catalog().metrics
    there, sources = drawn(settings), Sources(settings)
    monkeypatch.setattr(sample, "count", lambda *_: pytest.fail("it was counted"))
    told = scores(sources, found, metrics, PERIOD, EVERYTHING, seed=1, of=there.of, most=MOST)
    np.testing.assert_array_equal(ordered(told.values), ordered(there.values))
    every = scores(sources, found, metrics, PERIOD, EVERYTHING, of=there.of + 9, most=5_000)
    assert (len(every.values), every.of, every.bounded) == (there.of, there.of, False), "all of them is no part"


def test_other_dialects_compare_hexadecimal_md5() -> None:
    drawn_of = Drawn(sa.column("id"), sa.literal_column("7"), sa.literal_column(str(BUCKETS // 2)))
    assert str(drawn_of.compile(dialect=mysql.dialect())) == "substr(md5(concat(id, ':', 7)), 1, 8) < '80000000'"
    assert "hashtextextended(CAST(id AS TEXT), CAST(7 AS BIGINT))" in str(
        drawn_of.compile(dialect=postgresql.dialect())
    )


def test_the_hash_for_sqlite_is_even() -> None:
    found = np.array([scrambled(key, 3) for key in range(20_000)])
    assert 0 <= found.min() <= found.max() < BUCKETS
    assert stats.kstest(found / BUCKETS, "uniform").pvalue > 1e-4
    assert scrambled(5, 1) == scrambled(5, 1) != scrambled(5, 2)
