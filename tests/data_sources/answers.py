"""Comparing what two engines answer to the same statement."""

from __future__ import annotations

import re

import pyarrow as pa
import sqlalchemy as sa

from data_sources.dialects import as_datetime
from data_sources.voice_rows import RAW_TIME
from tests.data_sources.walk import Asked, compiled

WORDS = re.compile(r"\b[A-Z]{2,}\b|\b\w+\(")


def rows_of(table: pa.Table) -> list[tuple[object, ...]]:
    """The rows as Python values in a fixed order. A sum of doubles depends on the order of its rows in the last
    digits, so doubles are compared to twelve. The time that an address carries is text on some engines and a time on
    others (data_sources/exact_time.py): it is compared as a time."""
    named = zip(table.column_names, table.columns, strict=True)
    columns = [
        [as_datetime(value) if name == RAW_TIME else plain(value) for value in column.to_pylist()]
        for name, column in named
    ]
    return sorted(zip(*columns, strict=True), key=repr)


def plain(value: object) -> object:
    return float(f"{value:.12g}") if isinstance(value, int | float) else value


def any_rows(statement: sa.Executable) -> bool:
    """Whether it asks for some rows and does not care which."""
    assert isinstance(statement, sa.Select)
    return statement._limit_clause is not None and not statement._order_by_clauses


def one_of_a_kind(asked: list[Asked], dialect: sa.Dialect) -> list[Asked]:
    """One of those statements that are made of the same words and functions of SQL: the first, of everybody."""
    kinds: dict[frozenset[str], Asked] = {}
    for one in asked:
        kinds.setdefault(frozenset(WORDS.findall(compiled(one.statement, dialect))), one)
    return list(kinds.values())
