"""Ids across datasets and addresses: an address is text, a column may hold numbers, and two sources may store the
same customer as 42 and as "42"."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa

from data_sources.connections import Sources
from data_sources.tables import Dataset

Key = str | int | float
LARGEST = 2**63 - 1
"""The largest whole number that a column and a driver take (64 bits)."""


def raw(value: object) -> sa.BindParameter[object]:
    """A value bound as it came out of the database, without a cast of SQLAlchemy's: it compares as it is stored."""
    return sa.literal(value, sa.types.NullType())


def stored(column: sa.ColumnElement[object]) -> sa.ColumnElement[object]:
    """A column as the driver returns it, not as its role types it: for values that are bound again."""
    return sa.type_coerce(column, sa.types.NullType())


class Keys:
    """Conditions "this column is that id", with the id brought to the column's own type. The type is looked up
    once a column, from one row."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kinds: dict[tuple[str, str], pa.DataType | None] = {}

    def equals(self, dataset: Dataset, word: str, value: object) -> sa.ColumnElement[bool]:
        """Rows whose `word` ("id", "customer") is this value; none where the value cannot be of the column's type."""
        fitted = _fitted(value, self._kind(dataset, word))
        return sa.false() if fitted is None else dataset[word] == raw(fitted)

    def _kind(self, dataset: Dataset, word: str) -> pa.DataType | None:
        key = (dataset.role, word)
        if self._kinds.get(key) is None:
            column = dataset[word]
            one = sa.select(column.label(word)).select_from(dataset.from_clause).where(column.is_not(None)).limit(1)
            table = self._sources.run(dataset.source, one)
            self._kinds[key] = table.schema.field(word).type if table.num_rows else None
        return self._kinds[key]


def _fitted(value: object, kind: pa.DataType | None) -> Key | None:
    """The value as the column's type; None where it has no such form ("abc" among numbers)."""
    text = text_of(value)
    if kind is None or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return text
    try:
        if pa.types.is_integer(kind):
            return whole if -LARGEST - 1 <= (whole := int(text)) <= LARGEST else None
        return float(text) if pa.types.is_floating(kind) else text
    except ValueError:
        return None


def text_of(value: object) -> str:
    """An id as text, the same for 42, 42.0 and "42"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
