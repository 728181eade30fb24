"""A time as seconds, so that two of them can be subtracted on every engine."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

DAY = 86_400


class Seconds(GenericFunction[float]):
    """Seconds since 1970 of a time: for differences only, because engines disagree about its zone. SQLite's text is
    read as ISO 8601 and counted in whole seconds; NULL for any other text."""

    type = sa.Double()
    inherit_cache = True
    name = "cx_seconds"


@compiles(Seconds)
def _extracted(element: Seconds, compiler: SQLCompiler, **options: object) -> str:
    (time,) = element.clauses
    return compiler.process(sa.cast(sa.extract("epoch", time), sa.Double()), **options)


@compiles(Seconds, "sqlite")
def _parsed(element: Seconds, compiler: SQLCompiler, **options: object) -> str:
    (time,) = element.clauses
    return compiler.process(sa.cast(sa.func.strftime("%s", time), sa.Integer()), **options)


@compiles(Seconds, "hive")
@compiles(Seconds, "databricks")
def _counted_spark(element: Seconds, compiler: SQLCompiler, **options: object) -> str:
    """By the wall clock: a cast to a number goes through the session's zone, where a day may have 23 hours."""
    time = compiler.process(next(iter(element.clauses)), **options)
    days = f"datediff(CAST({time} AS DATE), DATE '1970-01-01')"
    of_day = f"hour({time}) * 3600 + minute({time}) * 60"
    return f"CAST({days} * {DAY} + {of_day} + extract(SECOND FROM {time}) AS DOUBLE)"
