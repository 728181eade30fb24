"""A dataset as SQL sees it: one FROM and its columns under their role words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import sqlalchemy as sa

from data_sources.dialects import Moment
from data_sources.settings.datasets import DatasetSettings, ResponsesSettings
from data_sources.settings.root import Settings

ColumnType: TypeAlias = "Moment | sa.Double[float] | sa.types.NullType"
TIMES = frozenset({"time", "since", "day", "promised", "actual"})
NUMBERS = frozenset({"score_column", "value", "amount", "sentiment", "n"})


class Mapped(Protocol):
    """What says which table or SELECT is read."""

    @property
    def table(self) -> str | None:
        """A table or view, with its schema."""

    @property
    def sql(self) -> str | None:
        """A SELECT in the source's own dialect; None where `table` is given."""


@dataclass(frozen=True)
class Dataset:
    """A role's FROM clause and its columns: "time", "stage", "dim:region", "score:nps" … In the long form
    "score:nps" is the score of the rows that answer NPS, NULL on the others."""

    role: str
    source: str
    from_clause: sa.FromClause
    columns: Mapping[str, sa.ColumnElement[object]]

    def __getitem__(self, role_word: str) -> sa.ColumnElement[object]:
        return self.columns[role_word]

    def __contains__(self, role_word: str) -> bool:
        return role_word in self.columns


def datasets(settings: Settings) -> dict[str, Dataset]:
    """Every configured dataset by role."""
    return {role: _dataset(settings, role, configured) for role, configured in settings.datasets().items()}


def _dataset(settings: Settings, role: str, configured: DatasetSettings) -> Dataset:
    mapped = configured.mapped()
    if isinstance(configured, ResponsesSettings) and not configured.is_long:
        mapped |= {f"score:{name}": metric.column for name, metric in settings.metrics.items()}
    types = {column: _type(role_word) for role_word, column in mapped.items()}
    in_folder = settings.sources[configured.source].folder is not None
    from_clause = from_clause_of(configured, role, types, in_folder)
    columns: dict[str, sa.ColumnElement[object]] = {word: from_clause.c[name] for word, name in mapped.items()}
    if isinstance(configured, ResponsesSettings) and configured.is_long:
        columns |= _long_scores(settings, columns)
    return Dataset(role, configured.source, from_clause, columns)


def from_clause_of(configured: Mapped, role: str, types: Mapping[str, ColumnType], in_folder: bool) -> sa.FromClause:
    """The table or the SELECT under its role's name. A folder's tables have no schema: a dot is part of the
    name."""
    columns = [sa.column(name, kind) for name, kind in types.items()]
    if configured.sql is not None:
        return sa.text(without_binds(configured.sql)).columns(*columns).subquery(role)
    schema, _, name = ("", "", configured.table or "") if in_folder else (configured.table or "").rpartition(".")
    return sa.table(name, *columns, schema=schema or None).alias(role)


def without_binds(sql: str) -> str:
    """The company's own SQL so that SQLAlchemy changes nothing in it: every colon escaped (`a::date`, '12:30'),
    no semicolon at its end, and a last line comment closed before the bracket that follows."""
    return re.sub(":", r"\\:", sql.strip().rstrip(";")) + "\n"


def _type(role_word: str) -> ColumnType:
    if role_word in TIMES:
        return Moment()
    if role_word in NUMBERS or role_word.startswith("score:"):
        return sa.Double()
    return sa.types.NullType()


def _long_scores(
    settings: Settings, columns: Mapping[str, sa.ColumnElement[object]]
) -> dict[str, sa.ColumnElement[object]]:
    names, score = columns["metric_column"], columns["score_column"]
    return {f"score:{name}": sa.case((names == m.column, score)) for name, m in settings.metrics.items()}
