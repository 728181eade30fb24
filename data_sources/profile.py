"""What is in a dataset, counted with portable aggregates: rows, span, nulls, duplicates, values, scores off scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.sql.roles import ColumnsClauseRole

from data_sources.dialects import OddTime, as_datetime, moment
from data_sources.tables import Dataset
from metrics.metric import Metric

SAMPLE = 200
"""Rows whose types are looked at: enough that a column is rarely empty in all of them."""
MOST_VALUES = 1_000
"""Values of an axis that are listed, most frequent first; one with more is no axis but an id."""


class Type(StrEnum):
    """What a column holds, as far as it matters here."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    BOOLEAN = "yes/no"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def plural(self) -> str:
        """As in "holds numbers"."""
        return {Type.TEXT: "text", Type.BOOLEAN: "yes or no", Type.OTHER: "something else"}.get(self, f"{self.value}s")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A mapped column: its role word, its name, what it holds, and how many rows have nothing in it (an empty
    comment counts as none)."""

    word: str
    column: str
    type: Type
    nulls: int | None


@dataclass(frozen=True, slots=True)
class ScoreProfile:
    """A metric's scores: on the scale, off it, and the lowest and highest given (None where they are no numbers)."""

    answered: int
    off_scale: int
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class DatasetProfile:
    """A dataset as it is now. Counts are None where they could not be taken; `values` maps a role word to its
    values and their rows; `trouble` says why there is no more."""

    role: str
    source: str
    place: str
    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    future: int | None = None
    odd_times: int | None = None
    duplicates: int | None = None
    columns: tuple[ColumnProfile, ...] = ()
    scores: Mapping[str, ScoreProfile] = field(default_factory=dict)
    values: Mapping[str, Mapping[str | None, int]] = field(default_factory=dict)
    trouble: str = ""

    def type_of(self, word: str) -> Type | None:
        """What the column of a role word holds; None where it is not mapped."""
        return next((column.type for column in self.columns if column.word == word), None)

    def null_share(self, word: str) -> float | None:
        """The share of rows without a value; None where it is not known or there is no row."""
        nulls = next((column.nulls for column in self.columns if column.word == word), None)
        return None if nulls is None or not self.rows else nulls / self.rows


def any_column(from_clause: sa.FromClause) -> sa.Executable:
    """No row, but the names of all columns: works where reflection does not (duckdb-engine)."""
    return sa.select(sa.literal_column("*")).select_from(from_clause).where(sa.text("1 = 0"))


def sample(dataset: Dataset, words: tuple[str, ...]) -> sa.Executable:
    """A few rows of the columns as they are, without any conversion."""
    raw = [sa.type_coerce(dataset.columns[word], sa.types.NullType()).label(word) for word in words]
    return sa.select(*raw).select_from(dataset.from_clause).limit(SAMPLE)


def types_of(rows: pa.Table) -> dict[str, Type]:
    """What each column of a sample holds."""
    return {name: _type(rows.schema.field(name).type) for name in rows.column_names}


def _type(kind: pa.DataType) -> Type:
    checks = (
        (Type.UNKNOWN, pa.types.is_null),
        (Type.BOOLEAN, pa.types.is_boolean),
        (Type.NUMBER, lambda t: pa.types.is_integer(t) or pa.types.is_floating(t) or pa.types.is_decimal(t)),
        (Type.TIME, lambda t: pa.types.is_timestamp(t) or pa.types.is_date(t)),
        (Type.TEXT, lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_dictionary(t)),
    )
    return next((name for name, is_it in checks if is_it(kind)), Type.OTHER)


def counts(
    dataset: Dataset,
    words: tuple[str, ...],
    scores: Mapping[str, Metric],
    *,
    time: str | None,
    text_time: bool,
    now: datetime,
) -> sa.Executable:
    """One row: `rows`; `has:<word>` rows with a value; `first`, `last`, `future` where `time` names the column of
    the time; `odd` times that are text but no ISO 8601; `<metric>:answered`, `:off`, `:lowest`, `:highest`."""
    taken: list[ColumnsClauseRole] = [sa.func.count().label("rows")]
    taken += [_rows(_present(dataset, word)).label(f"has:{word}") for word in words]
    if time is not None:
        column = dataset.columns[time]
        shown = sa.type_coerce(column, sa.Text()) if text_time else column
        taken += [sa.func.min(shown).label("first"), sa.func.max(shown).label("last")]
        taken += [_rows(column > moment(now)).label("future")]
        if text_time:
            taken += [_rows(sa.and_(shown.is_not(None), shown.not_like("____-__-__%"))).label("odd")]
    for word, metric in scores.items():
        score, (low, high) = dataset.columns[word], metric.scale
        given = score.is_not(None)
        taken += [
            _rows(score.between(low, high)).label(f"{word}:answered"),
            _rows(sa.and_(given, sa.not_(score.between(low, high)))).label(f"{word}:off"),
            sa.type_coerce(sa.func.min(score), sa.types.NullType()).label(f"{word}:lowest"),
            sa.type_coerce(sa.func.max(score), sa.types.NullType()).label(f"{word}:highest"),
        ]
    return sa.select(*taken).select_from(dataset.from_clause)


def _rows(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


def _present(dataset: Dataset, word: str) -> sa.ColumnElement[bool]:
    column = dataset.columns[word]
    return sa.and_(column.is_not(None), column != "") if word == "comment" else column.is_not(None)


def time_or_none(value: object) -> datetime | None:
    """The earliest or latest time from the row of `counts`; None where it is text that is no time."""
    try:
        return as_datetime(value)
    except OddTime:
        return None


def score_profile(row: Mapping[str, object], word: str) -> ScoreProfile:
    """The scores of one metric from the row of `counts`."""
    return ScoreProfile(
        whole(row[f"{word}:answered"]), whole(row[f"{word}:off"]),
        _number(row[f"{word}:lowest"]), _number(row[f"{word}:highest"]),
    )  # fmt: skip


def whole(value: object) -> int:
    """A count, whatever number the driver returned."""
    return int(value) if isinstance(value, int | float) else 0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def duplicates(dataset: Dataset, keys: tuple[str, ...]) -> sa.Executable:
    """One row: `extra`, how many rows repeat a key that another row has; rows without a key are not counted."""
    columns = [dataset.columns[key] for key in keys]
    groups = (
        sa.select(sa.func.count().label("size"))
        .select_from(dataset.from_clause)
        .where(columns[0].is_not(None))
        .group_by(*columns)
        .having(sa.func.count() > 1)
        .subquery("groups")
    )
    return sa.select(sa.cast(sa.func.sum(groups.c.size - 1), sa.BigInteger).label("extra"))


def values(dataset: Dataset, word: str) -> sa.Executable:
    """The values of an axis with their rows, most frequent first."""
    column, size = dataset.columns[word], sa.func.count().label("size")
    return (
        sa.select(column.label("value"), size)
        .select_from(dataset.from_clause)
        .group_by(column)
        .order_by(size.desc())
        .limit(MOST_VALUES)
    )
