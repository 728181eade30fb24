"""One body for DuckDB, PostgreSQL and SQLite: every cell of the cube equals pandas on the raw rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources.cube.store import months_of
from data_sources.room import Room
from data_sources.settings import load_settings
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters, Scope

NOW = datetime(2026, 4, 15, 9, 30)
REGIONS, SEGMENTS = ["North", "South", "O'Hare & Söhne", None], ["Family", "Business", "Young"]
TOUCHPOINTS = ["sales", "call centre", "mobile app"]
AXES = ("region", "segment", "stage", "touchpoint")


def raw_rows(seed: int = 5, size: int = 3_000) -> pd.DataFrame:
    """Fourteen weeks of responses with nulls, off-scale scores, boundary midnights and a quote in a name."""
    rng = np.random.default_rng(seed)
    start = datetime(2026, 1, 5)
    seconds = rng.integers(0, 14 * 7 * 86_400, size)
    seconds[:40] = rng.integers(0, 98, 40) * 86_400
    when = [start + timedelta(seconds=int(s)) for s in seconds]
    nps = rng.integers(0, 11, size).astype(float)
    nps[rng.random(size) < 0.2] = np.nan
    nps[:5] = 11
    stars = np.round(rng.uniform(1, 5, size), 2)
    stars[rng.random(size) < 0.3] = np.nan
    return pd.DataFrame(
        {
            "response_id": np.arange(size),
            "customer_id": [f"c{i}" for i in rng.integers(0, 900, size)],
            "submitted_at": pd.Series(when).dt.as_unit("us"),
            "region": rng.choice(np.array(REGIONS, dtype=object), size),
            "segment": rng.choice(SEGMENTS, size),
            "stage": rng.choice(["purchase", "use"], size),
            "touchpoint": rng.choice(TOUCHPOINTS, size),
            "nps": nps,
            "stars": stars,
            "easy": rng.integers(1, 8, size),
            "free_text": [None if i % 5 else ("" if i % 10 else f"words {i}") for i in range(size)],
        }
    )


def long_rows(wide: pd.DataFrame) -> pd.DataFrame:
    """The same answers with one row a metric."""
    keys = ["response_id", "customer_id", "submitted_at", "region", "segment", "stage", "touchpoint", "free_text"]
    return wide.melt(id_vars=keys, value_vars=["nps", "stars", "easy"], var_name="metric", value_name="score")


CONFIG = """
company = "Test"
week_start = "{week_start}"
time_zone = "UTC"
{source}
[responses]
source = "db"
table = "{table}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
stage = "stage"
touchpoint = "touchpoint"
comment = "free_text"
{long}
[responses.dimensions]
region = "region"
segment = "segment"
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.stars]
kind = "mean"
column = "stars"
scale = [1, 5]
[metrics.easy]
kind = "top_box"
column = "easy"
scale = [1, 7]
threshold = 5
[stages]
order = ["purchase", "use"]
[touchpoints]
order = ["sales", "call centre", "mobile app"]
[cube]
folder = "{cube}"
refresh_minutes = 0
cell_limit = {limit}
"""


@pytest.fixture(params=["duckdb", "postgresql", "sqlite"])
def engine_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["wide", "long"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def room_on(
    kind: str, rows: pd.DataFrame, tmp_path: Path, request: pytest.FixtureRequest, *, form: str = "wide",
    week_start: str = "monday", limit: int = 3_000_000,
) -> Room:  # fmt: skip
    """A room on one engine that holds these rows."""
    stored = rows if form == "wide" else long_rows(rows)
    table = "responses"
    if kind == "duckdb":
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        stored.to_parquet(folder / "responses.parquet")
        source = f'[sources.db]\nfolder = "{folder}"'
    elif kind == "sqlite":
        path = tmp_path / "rows.sqlite"
        engine = sa.create_engine(f"sqlite:///{path}")
        text = stored.assign(submitted_at=stored["submitted_at"].dt.strftime("%Y-%m-%d %H:%M:%S"))
        text.to_sql("responses", engine, index=False, if_exists="replace")
        engine.dispose()
        source = f'[sources.db]\nurl = "sqlite:///{path}"'
    else:
        url = request.getfixturevalue("postgres_url")
        engine = sa.create_engine(url)
        table = f"responses_{tmp_path.name.lower().replace('-', '_')}"[:60]
        stored.to_sql(table, engine, index=False, if_exists="replace", method="multi", chunksize=1_000)
        engine.dispose()
        source = f'[sources.db]\nurl = "{url}"'
    long = 'metric_column = "metric"\nscore_column = "score"' if form == "long" else ""
    path = tmp_path / "cx.toml"
    cube = tmp_path / "cube"
    path.write_text(CONFIG.format(source=source, table=table, long=long, cube=cube, week_start=week_start, limit=limit))
    return Room(load_settings(path), now=lambda: NOW)


def expected(rows: pd.DataFrame, metric: Metric, period: Period, scope: Scope) -> pd.DataFrame:
    """Raw rows of a slice with the metric's value, in pandas."""
    kept = rows[
        (rows["submitted_at"] >= pd.Timestamp(period.start)) & (rows["submitted_at"] < pd.Timestamp(period.end))
    ]
    for axis, values in scope.filters.kept:
        kept = kept[kept[axis].fillna(NOT_RECORDED).isin(values)]
    scores = kept[metric.id].to_numpy(dtype=float)
    scores = np.where((scores >= metric.scale[0]) & (scores <= metric.scale[1]), scores, np.nan)
    return kept.assign(value=metric.values(scores) - metric.centre).dropna(subset=["value"])


def test_every_cell_equals_pandas_on_the_raw_rows(
    engine_kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    room = room_on(engine_kind, rows, tmp_path, request, form=form)
    cube = room.cube()
    assert cube.weeks[0].start == date(2026, 1, 5)
    for metric in room.catalog.metrics:
        table = room.sums(metric, cube.weeks, EVERYTHING, AXES)
        for w, week in enumerate(cube.weeks):
            mine = expected(rows, metric, week, EVERYTHING)
            grouped = mine.assign(region=mine["region"].fillna(NOT_RECORDED)).groupby(list(AXES))["value"]
            truth = grouped.agg(n="size", total="sum", squares=lambda v: (v**2).sum())
            filled = 0
            for key, want in truth.iterrows():
                index = tuple(table.labels[k + 1].index(value) for k, value in enumerate(key))
                cell = table.at(w, *index)
                assert cell.n == want["n"]
                assert cell.total == pytest.approx(want["total"], abs=1e-9)
                assert cell.squares == pytest.approx(want["squares"], abs=1e-9)
                filled += 1
            assert (table.n[w] > 0).sum() == filled
    room.close()


def test_months_filters_and_counts_equal_pandas(
    engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(9)
    room = room_on(engine_kind, rows, tmp_path, request, week_start="sunday")
    cube, metric = room.cube(), room.catalog.metric("nps")
    scope = EVERYTHING.filtered(
        Filters.of({"region": ["O'Hare & Söhne", NOT_RECORDED], "touchpoint": ["sales", "mobile app"]})
    )
    months = months_of(cube)
    table = room.sums(metric, months, scope)
    for i, month in enumerate(months):
        truth = expected(rows, metric, month, scope)["value"]
        assert table.at(i).n == len(truth)
        assert table.at(i).total == pytest.approx(truth.sum())
    counts = cube.over(cube.weeks, EVERYTHING).counts("comments").sum()
    assert counts == (rows["free_text"].fillna("") != "").sum()
    room.close()


def test_an_axis_too_wide_for_the_cube_is_pushed_down_and_agrees(
    engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(3)
    room = room_on(engine_kind, rows, tmp_path, request, limit=400)
    cube = room.cube()
    assert cube.left_out, "the limit of 400 cells leaves an axis out"
    left = cube.left_out[0]
    for metric in room.catalog.metrics:
        table = room.sums(metric, cube.weeks, EVERYTHING, (left,))
        for w, week in enumerate(cube.weeks):
            mine = expected(rows, metric, week, EVERYTHING)
            truth = mine.assign(**{left: mine[left].fillna(NOT_RECORDED)}).groupby(left)["value"].agg(["size", "sum"])
            for label, want in truth.iterrows():
                cell = table.at(w, table.labels[1].index(label))
                assert cell.n == want["size"]
                assert cell.total == pytest.approx(want["sum"], abs=1e-9)
    room.close()


def answers(room: Room, scope: Scope, by: tuple[str, ...]) -> dict[tuple[str, ...], tuple[float, ...]]:
    """Every cell that has an answer: (metric, week, *labels) → n, total, squares."""
    found, told = room.slice(room.cube().weeks, scope, by), {}
    for metric in room.catalog.metrics:
        table = found.sums(metric, by)
        for index in map(tuple, np.argwhere(table.n > 0).tolist()):
            named = (metric.id, *(table.labels[k][i] for k, i in enumerate(index)))
            told[named] = (table.n[index], table.total[index], table.squares[index])
    return told


def test_at_any_limit_cube_and_push_down_agree_to_the_last_digit(
    engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Stars in quarters: their sums are exact in binary, whatever the order. The authority is the cube of all axes."""
    rows = raw_rows(11, 1_200)
    rows["stars"] = np.round(rows["stars"] * 4) / 4
    whole = room_on(engine_kind, rows, tmp_path, request)
    assert not whole.cube().left_out
    rule = Filters.of({"segment": ["Business"], "touchpoint": ["sales"]})
    scopes = [
        EVERYTHING,
        EVERYTHING.filtered(Filters.of({"region": ["North", NOT_RECORDED], "stage": ["use"]})),
        Scope(Filters.of({"touchpoint": ["sales", "mobile app"]}), (rule, Filters.of({"region": ["South"]}))),
        EVERYTHING.filtered(Filters.of({"segment": []})),
    ]
    breakdowns = [(), *((axis,) for axis in AXES), *combinations(AXES, 2)]
    want = {(scope, by): answers(whole, scope, by) for scope in scopes for by in breakdowns}
    left_out = []
    for limit in (15, 100, 500):
        folder = tmp_path / str(limit)
        folder.mkdir()
        narrow = room_on(engine_kind, rows, folder, request, limit=limit)
        left_out.append(len(narrow.cube().left_out))
        for (scope, by), expected_cells in want.items():
            assert answers(narrow, scope, by) == expected_cells, (limit, scope, by)
        narrow.close()
    whole.close()
    assert left_out[0] == len(AXES) > left_out[1] > left_out[2] > 0


def test_a_restart_asks_nothing_and_a_refresh_reads_only_the_end(
    engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(4)
    first = room_on(engine_kind, rows, tmp_path, request)
    before = first.cube()
    metric = first.catalog.metric("nps")
    want = first.sums(metric, before.weeks, EVERYTHING, AXES)
    first.close()

    again = room_on(engine_kind, rows, tmp_path, request)
    asked: list[object] = []
    run = again.sources.run
    again.sources.run = lambda *args, **kwargs: asked.append(args) or run(*args, **kwargs)  # type: ignore[method-assign]
    got = again.sums(metric, again.cube().weeks, EVERYTHING, AXES)
    assert not asked
    assert (got.n == want.n).all()
    assert (got.squares == want.squares).all()
    assert again.refresh()
    assert 0 < len(asked) <= 10, "one span and the atoms of five weeks"
    refreshed = again.sums(metric, again.cube().weeks, EVERYTHING, AXES)
    assert (refreshed.n == want.n).all()
    again.close()
