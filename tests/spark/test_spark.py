"""Apache Spark as a master and two workers, over its Thrift server: the same cube to the last digit as DuckDB on the
same files, kept fresh, with the same comments and stories. All tests share one cluster, so they stand in one file."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from benchmarks.company import Company
from benchmarks.spark import same
from data_sources.cube.store import Cube
from data_sources.demo import generate
from data_sources.dialects import DaysBetween
from data_sources.engines import SLOW_CELLS
from data_sources.errors import RefusedQuery, TooSlow, Unavailable
from data_sources.paging import Order
from data_sources.room import Room
from data_sources.seconds import Seconds
from data_sources.settings import Settings
from metrics.access import OWNER
from metrics.periods import Period
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters
from tests.data_sources.answers import any_rows, one_of_a_kind, rows_of
from tests.data_sources.test_dialects import DAYS
from tests.data_sources.walk import walk
from tests.needs import require
from tests.spark.cluster import HOST, Spark, free_port

pytestmark = [pytest.mark.spark, pytest.mark.timeout(300)]
RESPONSES = 20_000
UNTIL = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 7)
NUMBER_OF_PARTS = 3


@dataclass(frozen=True)
class Lake:
    """One folder of Parquet files, on DuckDB and on Spark."""

    folder: Path
    scratch: Path
    spark: Spark
    url: str

    def settings(self, *, spark: bool, cube: str = "cube", **source: object) -> Settings:
        ours = Company(self.folder, self.scratch, RESPONSES).settings(f"{cube}-{spark}")
        settings = ours.model_copy(update={"pseudonym_key": SecretStr("the same on both")})
        if not spark:
            return settings
        there = {"folder": None, "url": self.url, "timeout_seconds": 120.0, "connect_seconds": 60.0, **source}
        read = settings.sources["demo"].model_copy(update=there)
        return settings.model_copy(update={"sources": {"demo": read}})

    def room(self, *, spark: bool, cube: str = "cube", **source: object) -> Room:
        return Room(self.settings(spark=spark, cube=cube, **source), now=lambda: NOW)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    require("spark")
    folder = tmp_path_factory.mktemp("lake")
    spark = Spark(2, quick=True)
    spark.start()
    try:
        generate(folder, until=UNTIL, responses=RESPONSES)
        in_parts(folder)
        spark.create_tables(folder)
        yield Lake(folder, tmp_path_factory.mktemp("scratch"), spark, spark.url)
    finally:
        spark.remove()
    assert not spark.folder.exists()


def in_parts(folder: Path) -> None:
    """The responses as a sub-folder of several files, as an engine writes them."""
    rows = pq.read_table(folder / "responses.parquet")
    (folder / "responses.parquet").unlink()
    (folder / "responses").mkdir()
    step = -(-rows.num_rows // NUMBER_OF_PARTS)
    for i in range(NUMBER_OF_PARTS):
        pq.write_table(rows.slice(i * step, step), folder / "responses" / f"part-{i}.parquet")


@pytest.fixture(scope="module")
def rooms(lake: Lake) -> Iterator[tuple[Room, Room]]:
    """DuckDB's and Spark's."""
    pair = lake.room(spark=False), lake.room(spark=True)
    yield pair
    for room in pair:
        room.close()


def assert_same(ours: Cube, theirs: Cube) -> None:
    assert ours.weeks == theirs.weeks
    assert list(ours.cells.measures) == list(theirs.cells.measures)
    same(ours, theirs)


# -- the cube -----------------------------------------------------------------------------------------------------


def test_the_cube_is_the_same_to_the_last_digit(rooms: tuple[Room, Room]) -> None:
    duckdb, spark = (room.cube() for room in rooms)
    assert len(spark.cells) > 10_000
    assert int(spark.cells.measures["rows"].sum()) == RESPONSES
    assert_same(spark, duckdb)


def test_a_room_on_spark_holds_no_more_cells_than_arrive_in_some_seconds(lake: Lake) -> None:
    settings = lake.settings(spark=True)
    ours = settings.model_copy(update={"cube": settings.cube.model_copy(update={"cell_limit": None})})
    room = Room(ours, now=lambda: NOW)
    assert room._builder().cell_limit == SLOW_CELLS
    room.close()


def test_an_axis_too_wide_for_the_cube_is_pushed_down_and_agrees(rooms: tuple[Room, Room]) -> None:
    scope = EVERYTHING.filtered(Filters.of({"region": ["North", NOT_RECORDED], "stage": ["use"]}))
    duckdb, spark = rooms
    weeks = duckdb.cube().weeks[-6:]
    mine, theirs = (room._pushed(weeks, scope, ("product",)) for room in (spark, duckdb))
    for metric in duckdb.catalog.metrics:
        ours, truth = mine.sums(metric, ("product",)), theirs.sums(metric, ("product",))
        assert ours.labels == truth.labels
        assert np.array_equal(ours.n, truth.n)
        assert np.array_equal(ours.total, truth.total)
        assert np.array_equal(ours.squares, truth.squares)


# -- every statement ----------------------------------------------------------------------------------------------


def test_every_kind_of_statement_of_every_page_has_the_same_answer(rooms: tuple[Room, Room]) -> None:
    duckdb, spark = rooms
    source = duckdb.datasets["responses"].source
    every = one_of_a_kind(walk(duckdb), duckdb.sources.engine(source).dialect)
    assert len(every) > 40
    for asked in every:
        answer = spark.sources.run(source, asked.statement)
        assert answer.column_names == asked.answer.column_names
        if any_rows(asked.statement):
            assert answer.num_rows > 0, str(asked.statement)
        else:
            assert rows_of(answer) == rows_of(asked.answer), str(asked.statement)


# -- comments and stories -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [Order.NEWEST, Order.LOWEST, Order.RANDOM])
def test_comments_are_the_same_page_by_page(rooms: tuple[Room, Room], order: Order) -> None:
    slice_ = Slice(rooms[0].catalog.headline_metric, rooms[0].cube().weeks[-2], EVERYTHING)
    pages = []
    for room in rooms:
        said, after, read = room.verbatims(OWNER), None, []
        for _ in range(3):
            page = said.page(slice_, order=order, after=after, limit=7, seed=5)
            read += page.items
            after = page.after
        pages.append(read)
    assert len(pages[0]) == 21
    assert pages[1] == pages[0]


@pytest.mark.parametrize("words", ["never", '"still waiting"', "100% -late", "don't"])
def test_a_search_finds_the_same(rooms: tuple[Room, Room], words: str) -> None:
    weeks = rooms[0].cube().weeks
    slice_ = Slice(rooms[0].catalog.headline_metric, Period(weeks[-12].start, weeks[-1].end), EVERYTHING)
    duckdb, spark = (room.verbatims(OWNER).page(slice_, parse(words)) for room in rooms)
    assert spark == duckdb


def test_a_customer_s_story_is_the_same(rooms: tuple[Room, Room]) -> None:
    slice_ = Slice(rooms[0].catalog.headline_metric, rooms[0].cube().weeks[-2], EVERYTHING)
    for told in rooms[0].verbatims(OWNER).page(slice_, limit=2).items:
        duckdb, spark = (room.timelines(OWNER).story_of(told.id, EVERYTHING) for room in rooms)
        assert len(duckdb.timeline) > 1
        assert spark == duckdb


# -- fresh --------------------------------------------------------------------------------------------------------


def test_files_that_are_added_and_files_that_are_replaced_are_seen(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both in the weeks that a refresh reads. A replaced file makes the session look anew; an added one is seen by the
    next session, which is as old as NEW_SESSION_SECONDS at most."""
    folder = tmp_path / "changing"
    shutil.copytree(lake.folder / "responses", folder / "responses")
    shutil.copy(lake.folder / "events.parquet", folder)
    lake.spark.create_tables(folder, "changing")
    here = replace(lake, folder=folder, scratch=tmp_path, url=lake.url.replace("/default", "/changing"))
    duckdb, spark = here.room(spark=False), here.room(spark=True)
    assert_same(spark.cube(), duckdb.cube())

    newest = sorted((folder / "responses").iterdir())[-1]
    rows = pq.read_table(newest)
    before = int(spark.cube().cells.measures["rows"].sum())
    write_anew(newest, rows.slice(0, rows.num_rows - 150))
    assert spark.refresh() and duckdb.refresh()
    assert int(spark.cube().cells.measures["rows"].sum()) == before - 150
    assert_same(spark.cube(), duckdb.cube())
    spark.close()

    monkeypatch.setattr("data_sources.hive.NEW_SESSION_SECONDS", 0)
    later = here.room(spark=True)
    assert_same(later.cube(), duckdb.cube())
    late = rows.slice(rows.num_rows - 400)
    changed = late.set_column(late.column_names.index("nps"), "nps", pa.array([3] * late.num_rows, pa.int8()))
    write_anew(folder / "responses" / "part-9.parquet", changed)
    assert later.refresh() and duckdb.refresh()
    assert int(later.cube().cells.measures["rows"].sum()) == before - 150 + 400
    assert_same(later.cube(), duckdb.cube())
    for room in (duckdb, later):
        room.close()


def write_anew(path: Path, rows: pa.Table) -> None:
    """As a job does that replaces a file whole."""
    draft = path.with_suffix(".draft")
    pq.write_table(rows, draft)
    draft.replace(path)


# -- values and names ---------------------------------------------------------------------------------------------


LEAP = date(2024, 2, 28)
ODD_NAME = "o'dd `na\"me`: %s \\ ü.x"
ODD_TEXTS = [
    "it's",
    'say "no"',
    "back\\slash",
    "100%",
    "%(x)s",
    "new\nline\ttab\r",
    "Größe 👍",
    "",
    "a`b",
    "{x}",
    "--;/*",
]


def test_odd_names_and_values_come_back_as_they_went(rooms: tuple[Room, Room]) -> None:
    source, spark = rooms[0].datasets["responses"].source, rooms[1]
    given = sa.select(*(sa.literal(text, sa.Text()).label(f"{ODD_NAME}{i}") for i, text in enumerate(ODD_TEXTS)))
    answer = spark.sources.run(source, given)
    assert answer.column_names == [f"{ODD_NAME}{i}" for i in range(len(ODD_TEXTS))]
    assert answer.to_pylist() == [{f"{ODD_NAME}{i}": text for i, text in enumerate(ODD_TEXTS)}]
    inner = sa.select(sa.literal(1).label(ODD_NAME)).subquery("a b")
    assert spark.sources.run(source, sa.select(inner.c[ODD_NAME] + 1)).column(0).to_pylist() == [2]


def test_every_type_becomes_an_arrow_column(rooms: tuple[Room, Room]) -> None:
    """NULLs too, over more than one byte of their bits; also of an answer without rows."""
    source, spark = rooms[0].datasets["responses"].source, rooms[1]
    columns = {
        "flag": ("id % 2 = 0", pa.bool_(), lambda i: i % 2 == 0),
        "small": ("CAST(id AS TINYINT)", pa.int64(), lambda i: i),
        "big": ("id * 4000000000", pa.int64(), lambda i: i * 4_000_000_000),
        "double": ("id / 3", pa.float64(), lambda i: i / 3),
        "exact": ("CAST(id AS DECIMAL(20, 2)) + 0.25", pa.float64(), lambda i: i + 0.25),
        "day": (
            "date_add(DATE '2024-02-28', CAST(id AS INT))",
            pa.date32(),
            lambda i: date(2024, 2, 28) + timedelta(i),
        ),
        "time": ("timestamp_micros(id * 1500001)", pa.timestamp("us"), None),
        "text": ("concat('é', id)", pa.string(), lambda i: f"é{i}"),
    }
    told = ", ".join(f"CASE WHEN id % 3 < 2 THEN {sql} END AS {name}" for name, (sql, _, _) in columns.items())
    answer = spark.sources.run(source, sa.text(f"SELECT id, {told} FROM range(50) ORDER BY id".replace(":", "\\:")))
    for name, (_, kind, truth) in columns.items():
        assert answer.schema.field(name).type == kind
        if truth is not None:
            assert answer[name].to_pylist() == [truth(i) if i % 3 < 2 else None for i in range(50)]
    assert answer["time"][1].as_py().microsecond == 500_001
    empty = spark.sources.run(source, sa.text(f"SELECT {told} FROM range(50) WHERE id < 0"))
    assert empty.num_rows == 0
    assert empty.schema.types == [kind for _, kind, _ in columns.values()]


def test_days_and_seconds_go_by_the_wall_clock(rooms: tuple[Room, Room]) -> None:
    """The room's zone is London's: 29 March 2026 has 23 hours there, on the clock it has 24."""
    source, spark = rooms[0].datasets["responses"].source, rooms[1]

    def at(time: datetime | None) -> sa.ColumnElement[datetime]:
        return sa.literal_column("NULL" if time is None else f"TIMESTAMP_NTZ '{time}'".replace(":", "\\:"))

    asked = [DaysBetween(at(first), at(second)).label(f"d{i}") for i, (first, second, _) in enumerate(DAYS)]
    answer = spark.sources.run(source, sa.select(*asked)).to_pylist()[0]
    assert list(answer.values()) == [days for *_, days in DAYS]
    night = sa.select(Seconds(at(datetime(2026, 3, 29, 12))) - Seconds(at(datetime(2026, 3, 28, 11, 59, 59, 500_000))))
    assert spark.sources.run(source, night).column(0).to_pylist() == [86_400.5]
    zone = spark.sources.run(source, sa.text("SELECT current_timezone() AS zone"))
    assert zone["zone"].to_pylist() == ["Europe/London"]


def test_the_tables_are_listed(lake: Lake, rooms: tuple[Room, Room]) -> None:
    assert set(rooms[1].sources.tables(rooms[0].datasets["responses"].source)) >= {"responses", "customers", "events"}


# -- what goes wrong ----------------------------------------------------------------------------------------------


def test_a_slow_query_is_cancelled_and_the_connection_goes_on(rooms: tuple[Room, Room]) -> None:
    source, spark = rooms[0].datasets["responses"].source, rooms[1]
    endless = sa.text("SELECT sum(hash(a.id, b.id)) AS x FROM range(10000000) a CROSS JOIN range(10000000) b")
    began = time.monotonic()
    with pytest.raises(TooSlow):
        spark.sources.run(source, endless, timeout=1.0)
    assert time.monotonic() - began < 30
    assert spark.sources.run(source, sa.text("SELECT count(*) AS n FROM range(1000)"))["n"].to_pylist() == [1000]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT nowhere FROM responses", "nowhere"),
        ("SELECT 1 FROM no_such_table", "no_such_table"),
        ("SELECT CAST('a secret' AS INT)", ""),
    ],
)
def test_a_refused_query_names_what_is_missing_and_no_value(rooms: tuple[Room, Room], sql: str, said: str) -> None:
    with pytest.raises(RefusedQuery) as caught:
        rooms[1].sources.run(rooms[0].datasets["responses"].source, sa.text(sql))
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named(lake: Lake) -> None:
    nobody = replace(lake, url=f"hive://reader@{HOST}:{free_port()}/default?auth=NONE")
    room = nobody.room(spark=True)
    with pytest.raises(Unavailable, match="refused"):
        room.cube()
    room.close()


def test_a_server_that_says_nothing_is_given_up(lake: Lake) -> None:
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        room = replace(lake, url=f"hive://reader@{HOST}:{port}/default?auth=NONE").room(spark=True, timeout_seconds=1.0)
        with pytest.raises(Unavailable, match="does not answer"):
            room.cube()
        room.close()


# -- the cluster --------------------------------------------------------------------------------------------------


def test_nothing_is_left_of_a_cluster_whose_owner_is_killed() -> None:
    script = dedent("""
        import os, subprocess
        from tests.spark.cluster import Spark
        spark = Spark()
        spark.watch(subprocess.Popen(["sleep", "600"], start_new_session=True))
        print(spark.processes[0], spark.folder, flush=True)
        os.kill(os.getpid(), 9)
    """)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    process, folder = done.stdout.split()
    deadline = time.monotonic() + 20
    while (Path(folder).exists() or Path(f"/proc/{process}/exe").exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not Path(f"/proc/{process}/exe").exists()
