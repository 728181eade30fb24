"""Each dialect's construct: its compiled text, and its value on the engines at hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from data_sources.dialects import DaysBetween, Moment, OddTime, as_datetime, moment
from data_sources.tables import without_binds

DUCKDB = sa.create_engine("duckdb:///:memory:").dialect
BEFORE = ["2026-01-04", "2026-01-04 23:59:59", "2026-01-04 23:59:59.999999", "2026-01-04T23:59:59.999Z"]
AT = ["2026-01-05", "2026-01-05 00:00", "2026-01-05 00:00:00", "2026-01-05 00:00:00.000000", "2026-01-05T00:00:00Z"]
AFTER = ["2026-01-05 00:00:01", "2026-01-05T12:00:00", "2026-01-06"]


def compiled(statement: sa.ClauseElement, dialect: sa.Dialect) -> tuple[str, object]:
    query = statement.compile(dialect=dialect)
    processed = query.construct_params()
    ((name, value),) = processed.items()
    process = query._bind_processors.get(name)
    return str(query), process(value) if process else value


@pytest.mark.parametrize(
    ("dialect", "text", "value"),
    [
        (sqlite.dialect(), "at >= ?", "2026-01-05"),
        (postgresql.dialect(), "at >= %(param_1)s::TIMESTAMP WITHOUT TIME ZONE", datetime(2026, 1, 5)),
        (mysql.dialect(), "at >= %s", datetime(2026, 1, 5)),
        (DUCKDB, "at >= $1", datetime(2026, 1, 5)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_boundary_compiles(dialect: sa.Dialect, text: str, value: object) -> None:
    assert compiled(sa.column("at", Moment()) >= moment(date(2026, 1, 5)), dialect) == (text, value)


def test_sqlite_writes_a_time_of_day_to_the_second_or_as_exactly_as_it_is() -> None:
    column = sa.column("at", Moment())
    assert compiled(column < moment(datetime(2026, 1, 5, 7, 8, 9)), sqlite.dialect())[1] == "2026-01-05 07:08:09"
    assert (
        compiled(column < moment(datetime(2026, 1, 5, 0, 0, 0, 5)), sqlite.dialect())[1] == "2026-01-05 00:00:00.000005"
    )


@pytest.mark.parametrize("written", [*BEFORE, *AT, *AFTER])
def test_on_sqlite_every_way_of_writing_a_time_falls_on_its_side_of_midnight(written: str) -> None:
    rows = sa.select(sa.literal(written, sa.Text()).label("at")).subquery()
    statement = sa.select(sa.type_coerce(rows.c["at"], Moment()) >= moment(date(2026, 1, 5)))
    with sa.create_engine("sqlite://").connect() as connection:
        assert bool(connection.execute(statement).scalar_one()) is (written not in BEFORE)


def test_the_prefix_rule_is_needed() -> None:
    """What SQLAlchemy's own DateTime does on SQLite: the first instant of the day is lost."""
    naive = sa.select(sa.literal("2026-01-05 00:00:00", sa.Text()) >= sa.literal(datetime(2026, 1, 5), sa.DateTime()))
    with sa.create_engine("sqlite://").connect() as connection:
        assert not connection.execute(naive).scalar_one()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), ("", None), (date(2026, 1, 5), datetime(2026, 1, 5)), ("2026-01-05", datetime(2026, 1, 5)),
        ("2026-01-05T07:08:09.5+02:00", datetime(2026, 1, 5, 7, 8, 9, 500_000)),
        (datetime(2026, 1, 5, 7), datetime(2026, 1, 5, 7)),
    ],
)  # fmt: skip
def test_every_database_time_becomes_a_naive_datetime(value: object, expected: datetime | None) -> None:
    assert as_datetime(value) == expected


def test_a_text_that_is_no_time_is_refused_and_not_repeated() -> None:
    with pytest.raises(OddTime) as caught:
        as_datetime("05/01/2026 secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    ["select '12:30' as a", "select 1::text as a", "select ':b' as a;", "select 'a\\:b' as a", "select 1 as a -- end"],
)
def test_a_company_s_own_sql_is_sent_as_it_is_written(sql: str) -> None:
    inner = sa.text(without_binds(sql)).columns(sa.column("a")).subquery("responses")
    query = sa.select(inner.c.a).compile(dialect=DUCKDB)
    assert sql.rstrip(";") in str(query)
    assert query.params == {}
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        plain = connection.connection.driver_connection.execute(sql).fetchone()
        assert tuple(connection.execute(sa.select(inner.c.a)).one()) == plain


# -- days between -------------------------------------------------------------------------------------------------

FIRST, SECOND = sa.column("first", Moment()), sa.column("second", Moment())


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (postgresql.dialect(), "(CAST(second AS DATE) - CAST(first AS DATE))"),
        (DUCKDB, "date_diff('day', CAST(first AS DATE), CAST(second AS DATE))"),
        (sqlite.dialect(), "CAST(julianday(substr(second, 1, 10)) - julianday(substr(first, 1, 10)) AS INTEGER)"),
    ],
    ids=["postgresql", "duckdb", "sqlite"],
)
def test_days_between_compiles(dialect: sa.Dialect, text: str) -> None:
    assert str(DaysBetween(FIRST, SECOND).compile(dialect=dialect)) == text


DAYS = [
    (datetime(2026, 1, 5), datetime(2026, 1, 5, 23, 59, 59), 0),
    (datetime(2026, 1, 5, 23, 59), datetime(2026, 1, 6, 0, 0), 1),
    (datetime(2026, 1, 6, 0, 0), datetime(2026, 1, 5, 23, 59), -1),
    (datetime(2024, 2, 28, 12), datetime(2024, 3, 1, 6), 2),
    (datetime(2025, 12, 31, 22), datetime(2026, 12, 31, 1), 365),
    (datetime(2026, 3, 28, 12), datetime(2026, 3, 30, 12), 2),
    (datetime(2026, 1, 5), None, None),
]


@pytest.mark.parametrize("engine_kind", ["sqlite", "duckdb", "postgresql"])
def test_days_between_counts_midnights(engine_kind: str, request: pytest.FixtureRequest) -> None:
    urls = {"sqlite": "sqlite://", "duckdb": "duckdb:///:memory:"}
    url = urls.get(engine_kind) or request.getfixturevalue("postgres_url")
    kind = "TEXT" if engine_kind == "sqlite" else "TIMESTAMP"
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        for first, second, days in DAYS:
            written = [None if at is None else at.isoformat(sep=" ") for at in (first, second)]
            ends = [sa.literal_column("NULL" if at is None else f"CAST('{at}' AS {kind})") for at in written]
            assert connection.execute(sa.select(DaysBetween(*ends))).scalar_one() == days
    engine.dispose()


@pytest.mark.parametrize("written", AT)
def test_on_sqlite_a_day_is_a_day_however_it_is_written(written: str) -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        days = DaysBetween(sa.literal("2026-01-02", sa.Text()), sa.literal(written, sa.Text()))
        assert connection.execute(sa.select(days)).scalar_one() == 3
