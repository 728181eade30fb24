"""PostgreSQL's own index over the words of comments, as a first condition before the exact one.

The index is on `to_tsvector('simple', …)` of the comment with all punctuation as blanks. What PostgreSQL's parser makes
of running text (`<b>` a tag, a.b a host, 1/2 a path, late-again three words) could hide words that metrics/search.py
finds; of letters, digits and blanks it makes the words themselves. So the index finds every comment that the search
means, and a few more, which the exact condition (word_match.py) then drops: both ways give the same comments. A word
of more than 2,046 bytes is in no such index: a comment is not found by it.

DuckDB's `fts` is not used: docs/drill_down.md says why.
"""

from __future__ import annotations

import re
import string
import time
from itertools import pairwise
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Executable

from data_sources.connections import Sources
from data_sources.errors import RefusedQuery
from data_sources.tables import Dataset
from metrics.search import SEPARATORS, Search, plain

BLANKED = "".join(sorted({*string.punctuation, *SEPARATORS} - set(string.whitespace)))
"""Every character that becomes a blank: what separates words for us, and whatever else the parser knows a use for."""
ASKED_AGAIN_SECONDS = 600.0
"""How long it is remembered whether there is such an index."""
REMEMBERED = 1_000
"""Searches whose answer is kept."""
RARE = 20_000
"""Comments expected by the index up to which it is used. Measured at 1.6 million comments: docs/drill_down.md."""
POSTGRESQL = "postgresql"

Text = sa.ColumnElement[str]
Condition = sa.ColumnElement[bool]


def words_of(comment: str) -> str:
    """What the index is on, for CREATE INDEX; `comment` is the quoted name of the column."""
    return f"to_tsvector('simple', translate({comment}, {_literal(BLANKED)}, repeat(' ', {len(BLANKED)})))"


def _starts(term: str) -> list[str]:
    """How the words that a term names begin for certain, in ASCII: capitals beyond it are folded in some locales only,
    and PostgreSQL may part a number from letters behind it ("1e5x")."""
    found = re.findall(r"(?:^|(?<=[\x21-\x7e ])(?<![a-z0-9]))(?:[a-z][a-z0-9]*|[0-9]+)", term)
    return [start for start in found if len(start) > 1]


def _matches(comment: Text, query: str) -> Condition:
    blanked = sa.func.translate(
        comment, sa.literal_column(_literal(BLANKED)), sa.literal_column(f"repeat(' ', {len(BLANKED)})")
    )
    words = sa.func.to_tsvector(sa.literal_column("'simple'::regconfig"), blanked)
    return words.op("@@", is_comparison=True)(sa.cast(sa.literal(query, sa.Text()), TSQUERY()))


def _literal(text: str) -> str:
    """A PostgreSQL string literal in ASCII, whatever the characters: it survives a terminal and a mail."""
    ascii_only = "".join(c if c.isascii() else f"\\{ord(c):04X}" for c in text.replace("\\", "\\\\").replace("'", "''"))
    return f"U&'{ascii_only}'"


class Explained(Executable, sa.ClauseElement):
    """The plan of a SELECT, a line a row."""

    inherit_cache = False

    def __init__(self, statement: sa.Executable) -> None:
        self.statement = statement


@compiles(Explained)
def _explain(element: Explained, compiler: SQLCompiler, **options: object) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **options)}"  # type: ignore[arg-type]  # a ClauseElement too


class WordIndexes:
    """Whether an index over the words of a dataset's comments helps a search: the planner is asked, who knows both the
    indexes and how frequent a word is. Its answers are kept for ten minutes. Thread-safe."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lock = Lock()
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}

    def first(self, dataset: Dataset, told: Condition, comment: Text, search: Search) -> Condition | None:
        """What to ask before the exact condition: true of every comment that the search means, and found by an index.
        None where there is no such index, or too many comments hold the words: to work out the words of a comment
        costs more than to look through it, so that a scan is faster then. `told` are the dataset's comments. Raises
        Unavailable."""
        if not search.wanted or self._sources.engine(dataset.source).dialect.name != POSTGRESQL:
            return None
        starts = " & ".join(sorted({f"{start}:*" for term in search.wanted for start in _starts(plain(term))}))
        return _matches(comment, starts) if starts and self._serves(dataset, told, comment, starts) else None

    def forget(self) -> None:
        """Ask the planner anew."""
        with self._lock:
            self._known.clear()

    def _serves(self, dataset: Dataset, told: Condition, comment: Text, starts: str) -> bool:
        key = (dataset.role, starts)
        with self._lock:
            until, known = self._known.get(key, (0.0, False))
        if time.monotonic() < until:
            return known
        found = self._planned(dataset, sa.and_(told, _matches(comment, starts)))
        with self._lock:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = time.monotonic() + ASKED_AGAIN_SECONDS, found
        return found

    def _planned(self, dataset: Dataset, condition: Condition) -> bool:
        statement: sa.Select[int] = sa.select(sa.literal_column("1", sa.Integer)).where(condition)
        try:
            plan = self._sources.run(dataset.source, Explained(statement.select_from(dataset.from_clause)))
        except RefusedQuery:
            return False  # a server that speaks PostgreSQL's language and has no text search
        lines = [str(line) for line in plan.column(0).to_pylist()]
        return any(
            "@@" in condition and (rows := re.search(r"Index Scan.* rows=(\d+) ", node)) and int(rows[1]) <= RARE
            for node, condition in pairwise(lines)
            if "Index Cond:" in condition
        )
