"""MariaDB, executed: the cube and every kind of statement have DuckDB's answer on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from benchmarks.company import Company
from benchmarks.spark import same
from data_sources.demo import generate
from data_sources.engines import ROW_CELLS
from data_sources.errors import RefusedQuery, Unavailable
from data_sources.room import Room
from tests.data_sources.answers import any_rows, one_of_a_kind, rows_of
from tests.data_sources.walk import walk
from tests.mariadb import MariaDB
from tests.needs import require

pytestmark = pytest.mark.mariadb
RESPONSES, UNTIL, NOW = 6_000, date(2026, 11, 22), datetime(2026, 11, 23, 7)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, Room]]:
    """DuckDB's and MariaDB's."""
    require("mariadb")
    require("engines")
    folder, server = tmp_path_factory.mktemp("demo"), MariaDB()
    try:
        server.start()
        generate(folder, until=UNTIL, responses=RESPONSES)
        load(folder, server.url)
        company = Company(folder, tmp_path_factory.mktemp("scratch"), RESPONSES)
        here, there = company.settings("duckdb"), company.settings("mariadb")
        source = there.sources["demo"].model_copy(update={"folder": None, "url": server.url})
        pair = (
            Room(here, now=lambda: NOW),
            Room(there.model_copy(update={"sources": {"demo": source}}), now=lambda: NOW),
        )
        yield pair
        for room in pair:
            room.close()
    finally:
        server.remove()


def load(folder: Path, url: str) -> None:
    engine = sa.create_engine(url)
    for path in folder.glob("*.parquet"):
        frame = pd.read_parquet(path)
        frame.to_sql(path.stem, engine, index=False, chunksize=1_000, method="multi")
    engine.dispose()


def test_the_cube_is_the_same_to_the_last_digit(rooms: tuple[Room, Room]) -> None:
    duckdb, mariadb = (room.cube() for room in rooms)
    assert int(mariadb.cells.measures["rows"].sum()) == RESPONSES
    same(mariadb, duckdb)


def test_every_kind_of_statement_of_every_page_has_the_same_answer(rooms: tuple[Room, Room]) -> None:
    duckdb, mariadb = rooms
    source = duckdb.datasets["responses"].source
    every = one_of_a_kind(walk(duckdb), duckdb.sources.engine(source).dialect)
    assert len(every) > 40
    for asked in every:
        answer = mariadb.sources.run(source, asked.statement)
        assert answer.column_names == asked.answer.column_names
        if not any_rows(asked.statement):
            assert rows_of(answer) == rows_of(asked.answer), str(asked.statement)


def test_its_rows_arrive_one_by_one_so_its_cube_is_smaller(rooms: tuple[Room, Room]) -> None:
    settings = rooms[1].settings
    ours = settings.model_copy(update={"cube": settings.cube.model_copy(update={"cell_limit": None})})
    room = Room(ours, now=lambda: NOW)
    assert room._builder().cell_limit == ROW_CELLS
    room.close()


def test_a_refused_query_names_no_value(rooms: tuple[Room, Room]) -> None:
    source, mariadb = rooms[0].datasets["responses"].source, rooms[1]
    with pytest.raises(Unavailable) as caught:
        mariadb.sources.run(source, sa.text("SELECT nps FROM no_such_table WHERE free_text = 'a secret'"))
    assert "secret" not in str(caught.value)
    assert mariadb.sources.run(source, sa.text("SELECT 1 AS one"))["one"].to_pylist() == [1]
    assert isinstance(caught.value, RefusedQuery)
