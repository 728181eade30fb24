"""A Search as SQL, with the same answer on every engine: LIKE on folded text, never a pattern of the reader's.

SQLite (and PostgreSQL in the C locale) lower ASCII letters only, so the accented letters of the search itself are
folded one by one; the separators of metrics/search.py become spaces, so that a term is found where a word begins.
That second step is written differently per dialect: see `Spaced`.
"""

from __future__ import annotations

import re
from functools import reduce

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, GenericFunction

from metrics.search import SEPARATORS, SPACED, Search, plain

Text = sa.ColumnElement[str]
SQLITE_FUNCTION = "cx_spaced"
"""Registered on every SQLite connection (data_sources/engines.py)."""


class Spaced(GenericFunction[str]):
    """A text with every separator as a space: nested REPLACE, TRANSLATE where a dialect has it, and a function of
    our own on SQLite, whose parser takes no thirty nested calls."""

    type = sa.Text()
    inherit_cache = True
    name = "cx_spaced"


@compiles(Spaced)
def _replaced(element: Spaced, compiler: SQLCompiler, **options: object) -> str:
    nested: Text = reduce(_space, SEPARATORS, next(iter(element.clauses)))
    return compiler.process(nested, **options)


@compiles(Spaced, "postgresql")
@compiles(Spaced, "duckdb")
@compiles(Spaced, "hive")
@compiles(Spaced, "databricks")
@compiles(Spaced, "snowflake")
@compiles(Spaced, "bigquery")
@compiles(Spaced, "trino")
def _translated(element: Spaced, compiler: SQLCompiler, **options: object) -> str:
    separators = sa.literal(SEPARATORS, sa.Text())
    spaces = sa.literal(" " * len(SEPARATORS), sa.Text())
    return compiler.process(sa.func.translate(*element.clauses, separators, spaces), **options)


@compiles(Spaced, "sqlite")
def _called(element: Spaced, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(sa.Function(SQLITE_FUNCTION, *element.clauses), **options)


class Contains(FunctionElement[bool]):
    """contains(like, text, part): whether a text holds a part, as LIKE with what is special in the part escaped. An
    engine whose LIKE knows no ESCAPE takes text and part apart (data_sources/vendor_forms.py). A condition, no value:
    as a Boolean it would be compared with 1 where an engine has none."""

    type = sa.types.NullType()  # type: ignore[assignment]  # a condition: a Boolean may become `… = 1`
    inherit_cache = True
    name = "cx_contains"


@compiles(Contains)
def _like(element: Contains, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(next(iter(element.clauses)), **options)


def spaced(text: str | None) -> str | None:
    """What `Spaced` means, for SQLite."""
    return None if text is None else str(text).translate(SPACED)


def holds(column: Text, search: Search, first: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[bool]:
    """Comments that hold everything wanted and nothing unwanted. A comment that is NULL is not found. `first` is a
    condition that all of them meet, which an index serves (data_sources/word_index.py)."""
    wanted = [_begins_a_word(column, plain(term)) for term in search.wanted]
    unwanted = [sa.not_(_begins_a_word(column, plain(term))) for term in search.without]
    return sa.and_(sa.true() if first is None else first, *wanted, *unwanted)


def _begins_a_word(column: Text, term: str) -> sa.ColumnElement[bool]:
    """A cheap condition first that most comments fail (and a trigram index serves), then the exact one."""
    words = sa.literal(" ", sa.Text()).concat(Spaced(_folded(column, term)))
    exact = Contains(words.contains(f" {term}", autoescape=True), words, sa.literal(f" {term}", sa.Text()))
    ascii_runs = re.findall(r"[a-z0-9]+", term)
    if not ascii_runs:
        return exact
    run = max(ascii_runs, key=len)
    folded = sa.func.lower(column, type_=sa.Text())
    return sa.and_(Contains(column.icontains(run), folded, sa.literal(run, sa.Text())), exact)


def _folded(column: Text, term: str) -> Text:
    """The column with ASCII in lower case, and the letters of the term that have another case too."""
    folded: Text = sa.func.lower(column, type_=sa.Text())
    for letter in sorted(set(term)):
        capital = letter.upper()
        if not letter.isascii() and capital != letter and len(capital) == 1 and capital.lower() == letter:
            folded = sa.func.replace(folded, capital, letter, type_=sa.Text())
    return folded


def _space(column: Text, separator: str) -> Text:
    return column if separator == " " else sa.func.replace(column, separator, " ", type_=sa.Text())
