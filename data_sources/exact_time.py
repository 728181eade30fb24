"""A time as an address can carry it and the database reads it again: the same instant, to the last digit."""

from __future__ import annotations

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class ExactTime(FunctionElement[object]):
    """A time as ISO 8601 text with the offset of its zone and every digit of its fraction, on DuckDB and PostgreSQL;
    the column as it is elsewhere. A wall clock (as `fetch` gives it) names two instants in the hour that occurs
    twice, and microseconds name several of a column of nanoseconds."""

    inherit_cache = True
    name = "exact_time"


@compiles(ExactTime)
def _as_it_is(element: ExactTime, compiler: SQLCompiler, **options: object) -> str:
    (time,) = element.clauses
    return compiler.process(time, **options)


@compiles(ExactTime, "duckdb")
def _exact_duckdb(element: ExactTime, compiler: SQLCompiler, **options: object) -> str:
    (time,) = element.clauses
    return f"CAST({compiler.process(time, **options)} AS VARCHAR)"


@compiles(ExactTime, "postgresql")
def _exact_postgresql(element: ExactTime, compiler: SQLCompiler, **options: object) -> str:
    """JSON has one way to write a time; a cast to text follows the server's DateStyle."""
    (time,) = element.clauses
    return f"(to_json({compiler.process(time, **options)}) #>> '{{}}')"
