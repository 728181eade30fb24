"""Which rows belong to a random sample: by a hash of their id, which every engine works out its own way."""

from __future__ import annotations

from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

BUCKETS = 1 << 31
"""The hash is a whole number below this: fine enough to draw 200,000 of 10 billion."""
HEX_DIGITS = 8
FIRST: tuple[sa.ColumnElement[object], ...] = sa.literal_column("1"), sa.literal_column(str(HEX_DIGITS))
SQLITE_HASH = "cx_scrambled"
"""Registered on every SQLite connection (data_sources/engines.py)."""


class Drawn(FunctionElement[bool]):
    """drawn(id, seed, below): whether the id's hash, evenly spread from 0 to BUCKETS, lies below; always the same for
    the same id and seed on the same engine."""

    type = sa.types.NullType()  # type: ignore[assignment]  # a condition: a Boolean may become `… = 1`
    inherit_cache = True
    name = "cx_drawn"


@compiles(Drawn)
def _by_md5(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
    """By MD5 as hexadecimal text, which sorts as the number does: for any engine that has `md5(text)`."""
    key, seed, below = element.clauses
    digits = sa.func.substr(sa.func.md5(sa.func.concat(key, sa.literal_column("':'"), seed)), *FIRST)
    least = 2 * int(compiler.process(below))  # of 2³¹ as of 2³², which eight hexadecimal digits count
    return compiler.process(digits < sa.literal_column(f"'{least:0{HEX_DIGITS}x}'"), **options)


@compiles(Drawn, "duckdb")
def _duckdb(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
    key, seed, below = (compiler.process(part, **options) for part in element.clauses)
    return f"hash({key}, CAST({seed} AS BIGINT)) % {BUCKETS} < {below}"


@compiles(Drawn, "postgresql")
def _postgresql(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
    key, seed, below = (compiler.process(part, **options) for part in element.clauses)
    return f"(hashtextextended(CAST({key} AS TEXT), CAST({seed} AS BIGINT)) & {BUCKETS - 1}) < {below}"


@compiles(Drawn, "hive")
@compiles(Drawn, "databricks")
def _spark(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
    key, seed, below = (compiler.process(part, **options) for part in element.clauses)
    return f"pmod(xxhash64({key}, {seed}), {BUCKETS}) < {below}"


@compiles(Drawn, "sqlite")
def _sqlite(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
    key, seed, below = (compiler.process(part, **options) for part in element.clauses)
    return f"{SQLITE_HASH}({key}, {seed}) < {below}"


def scrambled(key: object, seed: int) -> int:
    """The hash of `Drawn` for SQLite, which has none (registered in data_sources/engines.py)."""
    return int.from_bytes(blake2b(f"{key}:{seed}".encode(), digest_size=4).digest(), "big") >> 1
