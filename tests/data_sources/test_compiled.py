"""Engines that no test can run here: every statement of every page compiles for them, and our constructs read as the
vendors' documentation has them. Their packages are extras: requirements-engines.txt, requirements-engines-apart.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.util import find_spec

import pytest
import sqlalchemy as sa

from benchmarks.company import Company
from data_sources import query
from data_sources.dialects import DaysBetween, Moment, moment
from data_sources.room import Room
from data_sources.scrambled import Drawn
from data_sources.seconds import Seconds
from data_sources.tables import Dataset
from data_sources.word_match import Spaced, holds
from metrics.periods import Period
from metrics.search import parse
from metrics.slices import EVERYTHING
from tests.data_sources.walk import NOT_ASKED, Asked, builders, reached, walk
from tests.needs import require

pytestmark = pytest.mark.engines
URLS = {
    "snowflake": "snowflake://reader@account/cx/public",
    "bigquery": "bigquery://project/cx",
    "trino": "trino://reader@host/lake/cx",
    "clickhousedb": "clickhousedb://reader@host/cx",
    "databricks": "databricks://token:x@host?http_path=/sql&catalog=main&schema=cx",
    "mysql": "mysql+pymysql://reader@host/cx",
    "mariadb": "mariadb+pymysql://reader@host/cx",
    "mssql": "mssql+pyodbc://reader@host/cx?driver=ODBC+Driver+18+for+SQL+Server",
    "hive": "hive+cx://reader@host/cx",
}


def dialect(name: str) -> sa.Dialect:
    """The dialect as it is after its first connection."""
    require("engines")
    if name == "hive":
        import data_sources.hive  # noqa: F401  registers it
    url = sa.make_url(URLS[name])
    kind = url.get_dialect()
    made = kind(paramstyle="qmark" if name == "mssql" else kind.import_dbapi().paramstyle)
    if name in ("mysql", "mariadb"):
        made._support_float_cast = True  # from MySQL 8.0.17 and MariaDB 10.4.5
    if name == "mssql":
        made.deprecate_large_types = True  # from SQL Server 2012
    return made


@pytest.fixture(scope="module", params=sorted(URLS))
def engine(request: pytest.FixtureRequest) -> sa.Dialect:
    return dialect(request.param)


def text(statement: sa.ClauseElement, of: sa.Dialect) -> str:
    return re.sub(r"\s+", " ", str(statement.compile(dialect=of))).strip()


def executed(statement: sa.ClauseElement, of: sa.Dialect) -> str:
    """As it goes to the server: with the values that are written at each execution."""
    made = statement.compile(dialect=of, compile_kwargs={"render_postcompile": True})
    return re.sub(r"\s+", " ", str(made)).strip()


# -- every statement ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """Everything that is asked of a small demo company."""
    from data_sources.demo import generate

    folder, until = tmp_path_factory.mktemp("demo"), date(2026, 11, 22)
    generate(folder, until=until, responses=6_000)
    room = Room(
        Company(folder, tmp_path_factory.mktemp("scratch"), 6_000).settings(), now=lambda: datetime(2026, 11, 23, 7)
    )
    with reached() as called:
        found = walk(room)
    forgotten = builders() - called - set(NOT_ASKED)
    assert not forgotten, f"build statements that tests/data_sources/walk.py does not ask: {sorted(forgotten)}"
    yield found
    room.close()


def test_the_walk_asks_everything(asked: list[Asked]) -> None:
    """What is left out of it still exists, so that the list of exceptions grows no moss."""
    assert len(asked) > 100
    assert set(NOT_ASKED) <= builders()


KEYS = re.compile(r" GROUP BY ((?:[^()]|\([^()]*\))*?)(?: HAVING | ORDER BY | UNION |\)|$)")
CONSTANT = re.compile(r"\bWHEN \(?[01]\)? THEN")


def test_every_statement_compiles(asked: list[Asked], engine: sa.Dialect) -> None:
    for compiled in (text(one.statement, engine) for one in asked):
        assert not re.search(r"\bcx_(days|spaced|seconds|drawn|rung|by_rung|contains)", compiled), "a construct of ours"
        assert not re.search(r"\bsum\((true|false)", compiled, re.IGNORECASE)
        match engine.name:
            case "mssql":
                _is_transact_sql(compiled)
            case "trino":
                assert not [key for key in keys(compiled) if key == query.ATOM], "a label in GROUP BY"
            case "bigquery":
                assert " % " not in compiled, "BigQuery has MOD only"
                assert " ESCAPE " not in compiled, "nor has it ESCAPE"
            case "clickhousedb":
                assert " LIKE " not in compiled or " ESCAPE " not in compiled


LITERALS = re.compile(r"'((?:[^']|'')*)'")
OURS = {"%", "%%", "/", ":", "3", "day", "MD5", "62c794bc", "1970-01-01", "19700101"}
"""The words that our own SQL is made of: wildcards beside a parameter and their escape, units, formats, a salt."""
ONE_ROW = re.compile(r"^(\d+|.*\b(count|sum|min|max)\(.*)$", re.DOTALL)


def test_no_value_is_written_into_a_statement(asked: list[Asked], engine: sa.Dialect) -> None:
    """What tables, addresses and searches hold is bound, whatever is in it: the only literals are words of ours
    (OWASP, SQL injection prevention, defence option 1)."""
    compiled = [one.statement.compile(dialect=engine) for one in asked if isinstance(one.statement, sa.ClauseElement)]
    assert {found for one in compiled for found in LITERALS.findall(str(one))} <= OURS
    values = [value for one in compiled for value in one.params.values()]
    bound = {str(one) for value in values for one in (value if isinstance(value, list) else [value])}
    assert {"North", "call centre"} <= bound


def test_every_answer_has_a_bound(asked: list[Asked]) -> None:
    """The first rows, groups, or one row of sums: no statement asks for all rows."""
    assert not [str(one.statement) for one in asked if not _bounded(one.statement)]
    assert not _bounded(sa.select(sa.column("comment")).select_from(sa.table("responses")))


def _bounded(statement: object) -> bool:
    if isinstance(statement, sa.CompoundSelect):
        return all(map(_bounded, statement.selects))
    assert isinstance(statement, sa.Select)
    if statement._limit_clause is not None or statement._group_by_clauses:
        return True
    if str(statement).endswith("WHERE 1 = 0"):
        return True
    return all(ONE_ROW.match(str(column)) for column in statement.selected_columns)


def _is_transact_sql(compiled: str) -> None:
    assert "LIMIT" not in compiled
    assert not re.search(r"\b(true|false)\b", compiled), "there are no constants of truth"
    assert not CONSTANT.search(compiled), "nor is a number one"
    assert not re.search(r"LIKE [^()]*\) = [01]", compiled), "nor is a condition a number"
    assert not re.search(r"AS TEXT\)", compiled), "a TEXT compares with nothing"
    assert not [key for key in keys(compiled) if "?" in key], "a parameter here is not the parameter in SELECT"
    assert not [key for key in keys(compiled) if key == query.ATOM], "a label in GROUP BY"


def keys(compiled: str) -> list[str]:
    """What it groups by."""
    return [key.strip(' "[]`') for grouped in KEYS.findall(compiled) for key in grouped.split(",")]


def test_sql_server_takes_the_first_rows_by_top(asked: list[Asked]) -> None:
    of = dialect("mssql")
    limited = [one.statement for one in asked if getattr(one.statement, "_limit_clause", None) is not None]
    assert len(limited) > 20
    assert all("TOP " in text(statement, of) for statement in limited)


# -- our constructs, by the vendors' documentation -----------------------------------------------------------------

FIRST, SECOND = sa.column("began", Moment()), sa.column("ended", Moment())
DAYS = {
    # docs.snowflake.com/en/sql-reference/functions/datediff
    "snowflake": "DATEDIFF('day', CAST(began AS DATE), CAST(ended AS DATE))",
    # cloud.google.com/bigquery/docs/reference/standard-sql/date_functions#date_diff
    "bigquery": "DATE_DIFF(CAST(`ended` AS DATE), CAST(`began` AS DATE), DAY)",
    # trino.io/docs/current/functions/datetime.html
    "trino": "date_diff('day', CAST(began AS DATE), CAST(ended AS DATE))",
    # clickhouse.com/docs/sql-reference/functions/date-time-functions#datediff
    "clickhousedb": "dateDiff('day', toDate(`began`), toDate(`ended`))",
    # docs.databricks.com/en/sql/language-manual/functions/datediff.html
    "databricks": "datediff(CAST(ended AS DATE), CAST(began AS DATE))",
    # dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_datediff: only the date parts count
    "mysql": "DATEDIFF(ended, began)",
    # mariadb.com/kb/en/datediff/
    "mariadb": "DATEDIFF(ended, began)",
    # learn.microsoft.com/sql/t-sql/functions/datediff-transact-sql: boundaries crossed
    "mssql": "DATEDIFF(day, began, ended)",
    "hive": "datediff(CAST(`ended` AS DATE), CAST(`began` AS DATE))",
}
SECONDS = {
    # docs.snowflake.com/en/sql-reference/functions-date-time#supported-date-and-time-parts
    "snowflake": "(DATE_PART(epoch_microsecond, began) / 1e6)",
    # cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions#unix_micros
    "bigquery": "(UNIX_MICROS(TIMESTAMP(`began`)) / 1e6)",
    # trino.io/docs/current/functions/datetime.html: a double
    "trino": "to_unixtime(began)",
    # clickhouse.com/docs/sql-reference/functions/type-conversion-functions#tounixtimestamp64micro
    "clickhousedb": "(toUnixTimestamp64Micro(toDateTime64(`began`, 6)) / 1e6)",
    # dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_timestampdiff
    "mysql": "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', began) / 1e6)",
    "mariadb": "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', began) / 1e6)",
    # learn.microsoft.com/sql/t-sql/functions/datediff-big-transact-sql
    "mssql": "(DATEDIFF_BIG(microsecond, '19700101', began) / 1e6)",
}
DRAWN = {
    # docs.snowflake.com/en/sql-reference/functions/md5: hexadecimal text
    "snowflake": "substr(md5(concat(began, ':', 5)), 1, 8) < '000007d0'",
    # cloud.google.com/bigquery/docs/reference/standard-sql/hash_functions#md5: bytes
    "bigquery": "(SUBSTR(TO_HEX(MD5(CONCAT(CAST(`began` AS STRING), ':', '5'))), 1, 8) < '000007d0')",
    # trino.io/docs/current/functions/binary.html: md5 and to_hex, which writes capitals
    "trino": "(substr(lower(to_hex(md5(to_utf8(concat(CAST(began AS VARCHAR), ':', '5'))))), 1, 8) < '000007d0')",
    # clickhouse.com/docs/sql-reference/functions/hash-functions#siphash64
    "clickhousedb": "(modulo(sipHash64(`began`, 5), 2147483648) < 1000)",
    # docs.databricks.com/en/sql/language-manual/functions/xxhash64.html
    "databricks": "pmod(xxhash64(began, 5), 2147483648) < 1000",
    # dev.mysql.com/doc/refman/8.4/en/encryption-functions.html#function_md5
    "mysql": "substr(md5(concat(began, ':', 5)), 1, 8) < '000007d0'",
    "mariadb": "substr(md5(concat(began, ':', 5)), 1, 8) < '000007d0'",
    # learn.microsoft.com/sql/t-sql/functions/hashbytes-transact-sql
    "mssql": "(CONVERT(BIGINT, SUBSTRING(HASHBYTES('MD5', CONCAT(began, ':', 5)), 1, 4)) / 2 < 1000)",
    "hive": "pmod(xxhash64(`began`, 5), 2147483648) < 1000",
}


@pytest.mark.parametrize("name", sorted(DAYS))
def test_days_between(name: str) -> None:
    assert text(DaysBetween(FIRST, SECOND), dialect(name)) == DAYS[name]


@pytest.mark.parametrize("name", sorted(SECONDS))
def test_seconds(name: str) -> None:
    assert text(Seconds(FIRST), dialect(name)) == SECONDS[name]


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_drawn(name: str) -> None:
    numbers = sa.literal_column("5", sa.BigInteger), sa.literal_column("1000", sa.BigInteger)
    assert text(Drawn(sa.column("began"), *numbers), dialect(name)) == DRAWN[name]


@pytest.mark.parametrize("name", ["snowflake", "bigquery", "trino", "databricks", "hive"])
def test_separators_are_translated(name: str) -> None:
    """All five have TRANSLATE(text, from, to) with as many letters on both sides."""
    assert text(Spaced(sa.column("said")), dialect(name)).startswith("translate(")


@pytest.mark.parametrize("name", ["clickhousedb", "mysql", "mariadb", "mssql"])
def test_separators_are_replaced_one_by_one_where_there_is_no_translate_for_all_letters(name: str) -> None:
    """MySQL has none, ClickHouse's `translate` takes ASCII only, SQL Server's only since 2017."""
    assert text(Spaced(sa.column("said")), dialect(name)).startswith("replace(replace(")


def test_a_search_holds_what_is_special_in_like(engine: sa.Dialect) -> None:
    said: sa.ColumnElement[str] = sa.column("said", sa.Text())
    compiled = holds(said, parse("100%_sure")).compile(dialect=engine)
    values = [value for value in compiled.params.values() if isinstance(value, str)]
    escaped = {"bigquery": r" 100\%\_sure"}.get(engine.name, " 100/%/_sure")
    if engine.name == "clickhousedb":
        assert " 100%_sure" in values
        assert str(compiled).count("position(") == 2
    else:
        assert any(escaped in value for value in values)
        assert str(compiled).count(" LIKE ") + str(compiled).count(" ILIKE ") == 2


# -- the statement of the cube -------------------------------------------------------------------------------------


def odd(of: sa.Dialect) -> Dataset:
    """A table and columns that must be quoted everywhere; BigQuery itself takes no quotes in a name."""
    names = {"time": 'at "noon"', "dim:region": "select", "score:nps": "n`p]s"}
    if of.name == "bigquery":
        names |= {"time": "at noon", "score:nps": "nps"}
    types: dict[str, sa.types.TypeEngine[object]] = {"time": Moment(), "score:nps": sa.Double()}
    columns = {word: sa.column(name, types.get(word)) for word, name in names.items()}
    table = sa.table("my responses", *columns.values(), schema="a b").alias("responses")
    return Dataset("responses", "db", table, {word: table.c[name] for word, name in names.items()})


QUOTED = {
    "snowflake": ('"at ""noon"""', '"select"', '"n`p]s"'),
    "bigquery": ("`at noon`", "`select`", "`nps`"),
    "trino": ('"at ""noon"""', '"select"', '"n`p]s"'),
    "clickhousedb": ('`at "noon"`', "`select`", "`n\\`p]s`"),
    "databricks": ('`at "noon"`', "`select`", "`n``p]s`"),
    "mysql": ('`at "noon"`', "`select`", "`n``p]s`"),
    "mariadb": ('`at "noon"`', "`select`", "`n``p]s`"),
    "mssql": ('[at "noon"]', "[select]", "[n`p]]s]"),
    "hive": ('`at "noon"`', "`select`", "`n``p]s`"),
}
WEEKS = [Period(date(2026, 1, 5), date(2026, 1, 12)), Period(date(2026, 1, 12), date(2026, 1, 19)),
         Period(date(2026, 1, 19), date(2026, 1, 26))]  # fmt: skip


def test_odd_names_are_quoted(engine: sa.Dialect) -> None:
    compiled = text(query.cells(odd(engine), (), ["region"], WEEKS[:1], EVERYTHING), engine)
    time, region, _ = QUOTED[engine.name]
    assert f"responses{'`' if '`responses`' in compiled else ''}.{time}" in compiled
    assert compiled.endswith(region)
    assert text(sa.select(odd(engine)["score:nps"]), engine).count(QUOTED[engine.name][2]) == 1


def test_one_week_is_a_plain_range_and_several_are_a_ladder(engine: sa.Dialect) -> None:
    """Boundaries are values, computed here: no dialect's week takes part (ENGINE §5)."""
    one = text(query.cells(odd(engine), (), ["region"], WEEKS[:1], EVERYTHING), engine)
    several = executed(query.cells(odd(engine), (), ["region"], WEEKS, EVERYTHING), engine)
    assert "0 AS" in one
    assert "THEN 0" not in one
    assert several.count("THEN 0 WHEN ") == 1 + (engine.name == "mssql")
    assert not re.search(r"\b(date_)?trunc|week", several, re.IGNORECASE)
    grouped = several.rpartition(" GROUP BY ")[2]
    match engine.name:
        case "trino":
            assert grouped.startswith("1, ")
        case "mssql":
            case = several[len("SELECT ") : several.index(" AS atom")]
            assert grouped.startswith(f"{case}, ")
            assert "2026-01-12" in case and "?" not in case
        case _:
            assert grouped.strip("`").startswith("atom")


def test_the_boundaries_of_a_ladder_are_never_those_of_another(engine: sa.Dialect) -> None:
    """SQLAlchemy keeps compiled text by a statement's shape: values that compiling writes into it would come back in
    the next statement of the same shape, which is the next years of the same cube."""
    later = tuple(Period(week.start + timedelta(weeks=52), week.end + timedelta(weeks=52)) for week in WEEKS)
    kept: dict[object, object] = {}
    for weeks in (WEEKS, later):
        statement = query.cells(odd(engine), (), ["region"], weeks, EVERYTHING)
        compiled, *_ = statement._compile_w_cache(engine, compiled_cache=kept, column_keys=[])  # type: ignore[attr-defined]
        assert str(WEEKS[0].end) not in str(compiled), "a value in text that is kept"
    assert len(kept) <= 1, "one shape, where the dialect keeps text at all"


@pytest.mark.parametrize("name", sorted(URLS))
def test_a_boundary_is_bound_as_a_time(name: str) -> None:
    """As text on BigQuery, where a STRING parameter is compared with DATETIME and TIMESTAMP alike
    (cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#parameter_coercion)."""
    compiled = (sa.column("at", Moment()) >= moment(date(2026, 1, 5))).compile(dialect=dialect(name))
    ((key, value),) = compiled.params.items()
    process = compiled._bind_processors.get(key)
    bound = process(value) if process else value
    assert bound == ("2026-01-05" if name == "bigquery" else datetime(2026, 1, 5))


def test_the_packages_are_where_the_requirements_put_them() -> None:
    require("engines")
    assert all(find_spec(name) for name in ("snowflake.sqlalchemy", "sqlalchemy_bigquery", "trino", "pymysql"))
