"""The indexes that make a PostgreSQL answer quickly, as statements for whoever may change it: the app only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_sources.settings.datasets import DatasetSettings
from data_sources.settings.root import Settings
from data_sources.word_index import POSTGRESQL, words_of

LONGEST_NAME = 63
"""Bytes of a name that PostgreSQL keeps (NAMEDATALEN - 1)."""
HASH_DIGITS = 8
"""Of a table's hash where its name is cut: among 1,000 tables two get the same once in 8,000 (2 · 2³² / 1,000²)."""
BY_ROW = ("responses", "verbatims", "journey_events", "outcomes")
"""Roles whose tables hold a row a response, comment or event; the others are small."""

NOTHING = "No source is a PostgreSQL: there is nothing to index. (A folder of Parquet is quick when sorted by time.)"
CLOSING = "-- On a table in use write CREATE INDEX CONCURRENTLY, one statement at a time; afterwards ANALYZE the table."
DIALECT: sa.Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
"""Not a driver's: psycopg's doubles every % of a name, which is right in what it sends and wrong in what is pasted."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One statement ("" where there is only something to say), and in one sentence what it is for."""

    source: str
    statement: str
    why: str


def advice(settings: Settings) -> tuple[Advice, ...]:
    """The statements for every PostgreSQL among the sources, in the order of the datasets; nothing for the others."""
    found: dict[tuple[str, str], Advice] = {}
    for role, dataset in settings.datasets().items():
        url = settings.sources[dataset.source].url
        if role in BY_ROW and url and sa.make_url(url).get_backend_name() == POSTGRESQL:
            found |= {(one.source, one.statement or one.why): one for one in _of(role, dataset)}
    return tuple(found.values())


def in_words(found: tuple[Advice, ...]) -> str:
    """As the command prints it: SQL to paste, with its reasons as comments."""
    if not found:
        return NOTHING
    blocks = [f"-- Source {one.source}: {one.why}" + (f"\n{one.statement};" if one.statement else "") for one in found]
    return "\n\n".join([*blocks, CLOSING])


def _of(role: str, dataset: DatasetSettings) -> Iterator[Advice]:
    if dataset.table is None:
        why = f"{role} is a SELECT of your own: index its tables by time, by customer and over their comments."
        yield Advice(dataset.source, "", why)
        return
    named, table, column = dataset.table, _table(dataset.table), dataset.mapped()
    words = {word: _quoted(name) for word, name in column.items()}

    def index(suffix: str, on: str) -> str:
        return f"CREATE INDEX {_quoted(_name(named, suffix))} ON {table} {on}"

    if "time" in words:
        yield Advice(
            dataset.source,
            index("time", f"({words['time']})"),
            f"{role} of a week or a quarter (cube, refresh, counts).",
        )
    if {"customer", "time"} <= words.keys():
        on = f"({words['customer']}, {words['time']})"
        yield Advice(dataset.source, index("customer", on), f"{role} of one customer (stories).")
    if {"id", "metric_column"} <= words.keys():
        yield Advice(
            dataset.source, index("id", f"({words['id']})"), f"{role} of one id: the answers beside a comment."
        )
    if {"id", "time", "comment"} <= words.keys():
        comment = words["comment"]
        on = f"({words['time']} DESC, {words['id']} DESC) WHERE {comment} IS NOT NULL AND {comment} <> ''"
        yield Advice(dataset.source, index("comment", on), "comments, page by page (voices).")
        on = f"USING gin ({words_of(comment)})"
        yield Advice(dataset.source, index("words", on), "comments that hold a rare word (search).")


def _name(table: str, suffix: str) -> str:
    """Of an index: as long as PostgreSQL keeps it, and another for each table and suffix however much is cut."""
    name = f"cx_{table}_{suffix}".replace(".", "_")
    if len(name.encode()) <= LONGEST_NAME:
        return name
    end = f"_{sha256(table.encode()).hexdigest()[:HASH_DIGITS]}_{suffix}"
    return name.encode()[: LONGEST_NAME - len(end)].decode(errors="ignore") + end


def _table(name: str) -> str:
    schema, _, table = name.rpartition(".")
    return f"{_quoted(schema)}.{_quoted(table)}" if schema else _quoted(table)


def _quoted(name: str) -> str:
    return DIALECT.identifier_preparer.quote(name)
