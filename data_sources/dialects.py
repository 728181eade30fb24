"""Where databases differ: each difference is one named construct, compiled per dialect."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

NEVER = sa.literal_column("1", sa.Integer) == sa.literal_column("0", sa.Integer)
"""A condition that no row meets, also inside a CASE, where SQL Server takes no constant."""
AS_TEXT = frozenset({"sqlite", "bigquery"})
"""Where a time is bound as text: SQLite has no other, and BigQuery compares DATETIME with DATETIME only, TIMESTAMP with
TIMESTAMP, but text with both."""


class Moment(TypeDecorator[datetime]):
    """A point in company-local time.

    SQLite has no time type and compares ISO text, where "2026-01-05" < "2026-01-05 00:00:00" <
    "2026-01-05 00:00:00.000000": a boundary written longer than the stored text would lose rows of its first
    instant. So a midnight is bound as the date alone, which is a prefix of, hence not greater than, every way of
    writing that day ("2026-01-05", "2026-01-05 00:00", "2026-01-05T00:00:00.000Z") and greater than every way of
    writing the day before. Other times are bound to the second, with a fraction only where there is one.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | TypeEngine[datetime]:
        """Text on SQLite and BigQuery, a timestamp without zone elsewhere."""
        if dialect.name in AS_TEXT:
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """A datetime as the dialect compares it."""
        if value is None or dialect.name not in AS_TEXT:
            return value
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """A naive datetime, whatever the driver returned; raises OddTime for text that is no time."""
        return as_datetime(value)


class OddTime(ValueError):  # noqa: N818  named for what is the case
    """A text in a column of times that is no ISO 8601 time. Does not hold the text."""

    def __init__(self) -> None:
        super().__init__("a time is text that is not ISO 8601 (2026-01-31 23:59:59)")


def as_datetime(value: object) -> datetime | None:
    """A database's time as a naive datetime: a date is its midnight, text is read as ISO 8601, the wall clock of
    a time with a zone is kept. Raises OddTime for any other text."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        raise OddTime from None


def moment(at: date | datetime) -> sa.BindParameter[datetime]:
    """A point in time to compare a time column with; a date is its first instant."""
    return sa.literal(at if isinstance(at, datetime) else datetime.combine(at, time()), Moment())


class DaysBetween(FunctionElement[int]):
    """Whole calendar days from the first time to the second, whatever the hour: 0 on the same day, negative where
    the second is earlier. NULL where either is missing."""

    type = sa.Integer()
    inherit_cache = True
    name = "days_between"


@compiles(DaysBetween, "postgresql")
def _days_postgresql(element: DaysBetween, compiler: SQLCompiler, **options: object) -> str:
    first, second = (compiler.process(side, **options) for side in element.clauses)
    return f"(CAST({second} AS DATE) - CAST({first} AS DATE))"


@compiles(DaysBetween, "duckdb")
def _days_duckdb(element: DaysBetween, compiler: SQLCompiler, **options: object) -> str:
    first, second = (compiler.process(side, **options) for side in element.clauses)
    return f"date_diff('day', CAST({first} AS DATE), CAST({second} AS DATE))"


@compiles(DaysBetween, "sqlite")
def _days_sqlite(element: DaysBetween, compiler: SQLCompiler, **options: object) -> str:
    """The day is the first ten letters of the ISO text; Julian days of midnights differ by whole numbers."""
    first, second = (compiler.process(side, **options) for side in element.clauses)
    return f"CAST(julianday(substr({second}, 1, 10)) - julianday(substr({first}, 1, 10)) AS INTEGER)"


@compiles(DaysBetween, "hive")
@compiles(DaysBetween, "databricks")
def _days_spark(element: DaysBetween, compiler: SQLCompiler, **options: object) -> str:
    first, second = (compiler.process(side, **options) for side in element.clauses)
    return f"datediff(CAST({second} AS DATE), CAST({first} AS DATE))"
