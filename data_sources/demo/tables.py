"""Weeks as Arrow tables, and Parquet files written in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_sources.demo.company import PRODUCTS, QUESTIONS, REGIONS, SEGMENTS, STAGES, TOUCHPOINTS, IntArray
from data_sources.demo.happenings import Happenings, outcomes, vocabulary
from data_sources.demo.population import Population
from data_sources.demo.promises import NEVER
from data_sources.demo.weeks import Week

ROW_GROUP = 100_000
"""Rows held back until they are worth a row group; an engine skips those outside the weeks it is asked for."""
MICROSECONDS = 1_000_000
Words = tuple[Sequence[str | None], Sequence[str | None], Sequence[str | None]]
"""Texts, topics and languages, one place per response."""
Promised = tuple[IntArray, IntArray]
"""The days promised and the days it came, from the week's first; promises.NEVER for none."""


class TimeOrderedFile:
    """One Parquet file that grows week by week; at most ROW_GROUP rows and one week wait in memory."""

    def __init__(self, file: Path) -> None:
        self._file, self._waiting, self._rows = file, list[pa.Table](), 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> TimeOrderedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, table: pa.Table) -> None:
        """Rows of a later week (events may reach some weeks back and days ahead)."""
        self._waiting.append(table)
        self._rows += len(table)
        if self._rows >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table, row_group_size=len(table) or 1)
        self._waiting, self._rows = [], 0


def response_rows(
    week: Week, people: Population, start: datetime, first: int, words: Words, *, promised: Promised
) -> pa.Table:
    """The responses table's rows of one week; `first` is the number of its first response."""
    texts, topics, languages = words
    columns = {
        "response_id": numbered("R", np.arange(first, first + len(week)), 9),
        "customer_id": numbered("C", people.number[week.customer], 8),
        "submitted_at": times(start, week.second),
        "stage": named(week.stage, STAGES),
        "touchpoint": named(week.touchpoint, TOUCHPOINTS),
        "region": named(week.region, REGIONS),
        "segment": named(week.segment, SEGMENTS),
        "product": named(week.product, PRODUCTS),
    }
    columns |= {question: scores(week.scores[question]) for question in QUESTIONS}
    columns |= {
        "free_text": pa.array(texts, pa.string()),
        "topic": pa.array(topics, pa.string()),
        "language": pa.array(languages, pa.string()),
        "promised_for": days(start, promised[0]),
        "came_on": days(start, promised[1]),
    }
    return pa.table(columns)


def event_rows(events: Happenings, week: Week, people: Population, start: datetime, first: int) -> pa.Table:
    """The journey_events table's rows around one week's responses; `first` is the first event's number."""
    at = events.response
    return pa.table(
        {
            "event_id": numbered("E", np.arange(first, first + len(events)), 9),
            "customer_id": numbered("C", people.number[week.customer[at]], 8),
            "occurred_at": times(start, events.second),
            "stage": named(events.stage, STAGES),
            "touchpoint": named(events.touchpoint, TOUCHPOINTS),
            "what": named(events.what, vocabulary()),
            "outcome": named(events.outcome, outcomes()),
            "region": named(week.region[at], REGIONS),
            "segment": named(week.segment[at], SEGMENTS),
            "product": named(week.product[at], PRODUCTS),
        }
    )


def numbered(letter: str, numbers: IntArray, width: int) -> pa.Array:
    """Ids such as "R000000017"."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")
    return pc.binary_join_element_wise(pa.scalar(letter), digits, "")


def named(places: IntArray, names: Sequence[str]) -> pa.Array:
    """Texts by their places; null where the place is negative."""
    return pa.DictionaryArray.from_arrays(
        pa.array(places, pa.int32(), mask=places < 0), pa.array(names, pa.string())
    ).cast(pa.string())


def times(start: datetime, seconds: IntArray) -> pa.Array:
    """Timestamps, company time, from seconds after a start."""
    base = np.datetime64(start, "us")
    return pa.array(base + (seconds * MICROSECONDS).astype("timedelta64[us]"), pa.timestamp("us"))


def days(start: datetime, places: IntArray) -> pa.Array:
    """Dates, from days after a start; null for NEVER."""
    missing = places == NEVER
    known = np.where(missing, 0, places).astype("timedelta64[D]")
    return pa.array(np.datetime64(start, "D") + known, pa.date32(), mask=missing)


def scores(values: npt.NDArray[np.float64]) -> pa.Array:
    """Whole scores; NaN becomes null."""
    missing = np.isnan(values)
    return pa.array(np.where(missing, 0, values).astype(np.int8), pa.int8(), mask=missing)
