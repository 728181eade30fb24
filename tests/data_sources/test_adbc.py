"""Rows from PostgreSQL by ADBC: the same values as the ordinary way, for every type that we read; read-only, in company
time, within the time limit; and where ADBC fails the ordinary way answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from data_sources import adbc
from data_sources.connections import Sources
from data_sources.dialects import moment
from data_sources.errors import RefusedQuery, TooSlow, Unavailable
from data_sources.settings import load_settings
from data_sources.settings.sources import SourceSettings
from data_sources.turnstile import RUNS

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(not adbc.installed(), reason="ADBC is not installed")]
COLUMNS = (
    ("small", "smallint"), ("whole", "integer"), ("big", "bigint"), ("single", "real"), ("double", "double precision"),
    ("exact", "numeric(9,3)"), ("said", "text"), ("name", "varchar(40)"), ("letters", "char(3)"), ("yes", "boolean"),
    ("at", "timestamp"), ("zoned", "timestamptz"), ("day", "date"), ("key", "uuid"), ("nothing", "text"),
)  # fmt: skip
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
times = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1))


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), values)


rows = st.tuples(
    maybe(st.integers(-(2**15), 2**15 - 1)), maybe(st.integers(-(2**31), 2**31 - 1)),
    maybe(st.integers(-(2**62), 2**62)),
    maybe(st.floats(width=32, allow_nan=False, allow_infinity=False)), maybe(st.floats(allow_nan=False)),
    maybe(st.decimals(-999_999, 999_999, places=3)), maybe(words), maybe(words),
    maybe(st.text("abc", min_size=3, max_size=3)),
    maybe(st.booleans()), maybe(times), maybe(times.map(lambda it: it.replace(tzinfo=UTC))),
    maybe(st.dates(date(2000, 1, 1), date(2035, 1, 1))), maybe(st.uuids()), st.none(),
)  # fmt: skip


def sources_at(url: str, folder: Path) -> Sources:
    path = folder / "cx.toml"
    path.write_text(
        f'company = "T"\ncurrency = "€"\ntime_zone = "Europe/Berlin"\n[sources.db]\nurl = "{url}"\n'
        'timeout_seconds = 1\nconnect_seconds = 2\n[responses]\nsource = "db"\ntable = "by_arrow"\nid = "place"\n'
        'customer = "key"\ntime = "at"\n'
        '[metrics.nps]\nkind = "nps"\ncolumn = "small"\n'
    )
    return Sources(load_settings(path))


@pytest.fixture
def only_adbc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ordinary way is not gone."""
    monkeypatch.setattr("data_sources.connections.fetch", lambda *_: pytest.fail("the query was sent again"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[tuple[Sources, sa.Engine]]:
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS by_arrow; CREATE TABLE by_arrow (place integer, {columns})"))
    sources = sources_at(postgres_url, tmp_path_factory.mktemp("adbc"))
    yield sources, engine
    sources.dispose()
    with engine.connect() as connection:
        connection.execute(sa.text("DROP TABLE by_arrow"))
    engine.dispose()


def by_adbc(sources: Sources, statement: sa.Executable) -> list[dict[str, object]]:
    gate = sources._gates["db"]
    table = adbc.fetch(gate._source, gate._time_zone, statement)
    assert table is not None, "ADBC itself has answered"
    found: list[dict[str, object]] = table.to_pylist()
    return found


def alike(row: dict[str, object]) -> dict[str, object]:
    """A `real` comes as its shortest decimal by rows (4.1) and as the exact number by Arrow (4.099999904…, as from
    DuckDB): the same single-precision number. A NUMERIC may differ in the last bit: Arrow rounds its decimals so."""
    single, exact = row["single"], row["exact"]
    return row | {
        "single": None if single is None else float(np.float32(str(single))),
        "exact": None if exact is None else round(float(str(exact)), 3),
    }


@settings(max_examples=25, deadline=None, phases=[Phase.generate])
@given(st.lists(rows, max_size=8))
def test_every_type_is_as_by_rows(server: tuple[Sources, sa.Engine], values: list[tuple[object, ...]]) -> None:
    sources, engine = server
    names = ["place", *(name for name, _ in COLUMNS)]
    table = sa.table("by_arrow", *(sa.column(name) for name in names))
    with engine.connect() as connection:
        connection.execute(sa.text("TRUNCATE by_arrow"))
        if values:
            connection.execute(
                sa.insert(table), [dict(zip(names, (place, *row), strict=True)) for place, row in enumerate(values)]
            )
    statement = sa.select(table).order_by(table.c.place)
    expected, found = sources.run("db", statement).to_pylist(), by_adbc(sources, statement)
    assert [alike(row) for row in found] == [alike(row) for row in expected]
    assert sources.run_large("db", statement).to_pylist() == found


def test_parameters_of_every_kind_arrive(server: tuple[Sources, sa.Engine]) -> None:
    sources, engine = server
    with engine.connect() as connection:
        connection.execute(sa.text("TRUNCATE by_arrow"))
        connection.execute(
            sa.text("INSERT INTO by_arrow (place, small, exact, said, at) VALUES (:i, :i, :x, :t, :at)"),
            [{"i": i, "x": Decimal(i) / 4, "t": f"it's {i}%", "at": datetime(2026, 1, 1 + i)} for i in range(9)],
        )
    c = {name: sa.column(name) for name in ("place", "small", "exact", "said", "at")}
    statement = (
        sa.select(c["place"], c["exact"])
        .select_from(sa.table("by_arrow"))
        .where(
            c["at"] >= moment(date(2026, 1, 3)),
            c["small"].between(0.0, 6.0),
            c["said"].in_(["it's 3%", "it's 5%", "x"]),
        )
        .order_by(c["place"])
        .limit(5)
    )
    assert by_adbc(sources, statement) == [{"place": 3, "exact": 0.75}, {"place": 5, "exact": 1.25}]
    assert sources.run("db", statement).to_pylist() == by_adbc(sources, statement)


def test_nothing_is_written_and_the_clock_is_the_companys(server: tuple[Sources, sa.Engine]) -> None:
    sources, engine = server
    settings_of = sa.text("SELECT current_setting('TimeZone') zone, current_setting('transaction_read_only') only_read")
    assert by_adbc(sources, settings_of) == [{"zone": "Europe/Berlin", "only_read": "on"}]
    summer = sa.text("SELECT TIMESTAMPTZ '2026-07-01 10:00+00' AS at")
    assert by_adbc(sources, summer) == [{"at": datetime(2026, 7, 1, 12)}] == sources.run("db", summer).to_pylist()
    with engine.connect() as connection:
        connection.execute(sa.text("TRUNCATE by_arrow"))
    with pytest.raises(RefusedQuery):
        sources.run_large("db", sa.text("INSERT INTO by_arrow (place) VALUES (1) RETURNING place"))
    assert sources.run("db", sa.text("SELECT count(*) AS n FROM by_arrow")).to_pylist() == [{"n": 0}]


def test_where_adbc_fails_the_ordinary_way_says_why(
    server: tuple[Sources, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, _ = server
    with pytest.raises(RefusedQuery):
        sources.run_large("db", sa.text("SELECT nonsense FROM nowhere"))
    assert sources.run_large("db", sa.text("SELECT CAST(ROW(1, 2) AS text) AS pair")).to_pylist() == [{"pair": "(1,2)"}]
    pair = sources.run_large("db", sa.text("SELECT ROW(1, 2) AS pair"))
    assert pair.num_rows == 1, "which ADBC cannot read"
    monkeypatch.setattr(adbc, "installed", lambda: False)
    assert sources.run_large("db", sa.text("SELECT 1 AS one")).to_pylist() == [{"one": 1}]


@pytest.mark.usefixtures("only_adbc")
def test_a_query_that_is_too_slow_is_not_sent_again(server: tuple[Sources, sa.Engine]) -> None:
    sources, _ = server
    began = time.monotonic()
    with pytest.raises(TooSlow, match="longer than 1 s"):
        sources.run_large("db", sa.text("SELECT pg_sleep(20)"))
    assert time.monotonic() - began < 1.9, "one time limit, not two"
    assert sources.run_large("db", sa.text("SELECT 1 AS one")).to_pylist() == [{"one": 1}], "the source stays open"


@pytest.mark.usefixtures("only_adbc")
def test_a_connection_that_breaks_off_moves_the_breaker(postgres_url: str, tmp_path: Path) -> None:
    sources = sources_at(postgres_url, tmp_path)
    with pytest.raises(Unavailable, match="broke off"):
        sources.run_large("db", sa.text("SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS text)"))
    with pytest.raises(Unavailable, match="broke off"):
        sources.run("db", sa.text("SELECT 1 AS one"))


def test_a_server_that_is_not_there_is_asked_once_and_then_left_alone(tmp_path: Path) -> None:
    """One that takes connections and says nothing: the wait is `connect_seconds`, and once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sources = sources_at(f"postgresql+psycopg://reader@127.0.0.1:{silent.getsockname()[1]}/cx", tmp_path)
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(Unavailable, match="does not answer"):
                sources.run_large("db", sa.text("SELECT 1 AS one"))
        assert time.monotonic() - began < 3.5
    refused = sources_at("postgresql+psycopg://reader@127.0.0.1:1/cx", tmp_path)
    with pytest.raises(Unavailable, match="refused"):
        refused.run_large("db", sa.text("SELECT 1 AS one"))


def test_what_this_libpq_cannot_do_is_left_to_the_ordinary_way(postgres_url: str, tmp_path: Path) -> None:
    """`prepare_threshold` is psycopg's own word."""
    sources = sources_at(f"{postgres_url}?prepare_threshold=3", tmp_path)
    gate = sources._gates["db"]
    assert adbc.fetch(gate._source, gate._time_zone, sa.text("SELECT 1 AS one")) is None
    sources.dispose()


@pytest.mark.parametrize("way", ["Arrow", "rows"])
def test_others_run_while_it_waits(
    way: str, server: tuple[Sources, sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, _ = server
    if way == "rows":
        monkeypatch.setattr(adbc, "fetch", lambda *_: None)
    inside = Event()

    def other() -> None:
        with RUNS.inside():
            inside.set()

    def waits() -> None:
        sources.run_large("db", sa.text("SELECT CAST(pg_sleep(0.6) AS text) AS slept"))

    with RUNS.inside():
        asking = Thread(target=other)
        asking.start()
        waits()
        assert inside.is_set()
        asking.join(5)


def test_a_password_reaches_the_driver_and_nobody_else() -> None:
    """By psycopg's own reading of what libpq is given."""
    source = SourceSettings(
        url="postgresql+psycopg://reader@db.example/cx?sslmode=require&keepalives_idle=60",
        password="se:s'a\\ me/",  # noqa: S106
        connect_seconds=7,
        timeout_seconds=30,
    )
    assert conninfo_to_dict(adbc._address(source, 2)) == {
        "host": "db.example", "dbname": "cx", "user": "reader", "password": "se:s'a\\ me/", "sslmode": "require",
        "connect_timeout": "7", "keepalives_idle": "60", "keepalives_interval": "2", "tcp_user_timeout": "32000",
    }  # fmt: skip
    assert "me/" not in repr(source)
