"""Reading comments: rows of one dataset in a slice, by order, by id, by key, as the domain's Verbatims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

import pyarrow as pa
import sqlalchemy as sa

from data_sources import voice_rows as rows
from data_sources.connections import Sources
from data_sources.dialects import as_datetime, moment
from data_sources.errors import RefusedQuery
from data_sources.keys import raw, stored, text_of
from data_sources.masking import Masker, require_impersonal
from data_sources.paging import (
    HeardOf,
    NoSuchPlace,
    Order,
    Value,
    keyed,
    last_score,
    newest_since,
    place_of,
    place_text,
    require_within,
)
from data_sources.pseudonyms import Pseudonyms
from data_sources.query import answered, commented, in_scope
from data_sources.tables import Dataset
from data_sources.told import Row, number, verbatim
from data_sources.voice_rows import RAW_TIME, Rows
from data_sources.word_index import WordIndexes
from metrics.catalog import Catalog
from metrics.people import Verbatim
from metrics.search import EVERYTHING_SAID, Search, matches
from metrics.slice_of import Slice

DAY = timedelta(days=1)
ROWS_OF_AN_ID = 1_000
"""Rows that are read for one id at most: of a table in which an id stands on more, no page reads all of them."""
IN = "in:"
"""Begins the name of a column that tells whether a comment lies in a further slice."""


@dataclass(frozen=True)
class CommentRows:
    """The rows of the dataset that holds the comments."""

    sources: Sources
    said: Dataset
    catalog: Catalog
    names: Pseudonyms
    masker: Masker
    words: WordIndexes

    def found(self, slice_: Slice, search: Search = EVERYTHING_SAID) -> rows.Condition:
        """The slice's comments that the search finds, with the help of an index over their words where there is one.
        Raises Unavailable, NotFilterable, SearchRefused."""
        require_impersonal(search, self.masker)
        first = None
        if search != EVERYTHING_SAID:
            first = self.words.first(self.said, commented(self.said), rows.comment(self.said), search)
        return rows.said(self.said, slice_, search, first)

    def page(
        self, slice_: Slice, search: Search, order: Order, *, after: str | None, count: int, told: HeardOf | None
    ) -> list[Row]:
        """The first `count` comments in order after a place, with everything that a comment brings with it. Raises
        NoSuchPlace.

        What is known of the slice (`told`) changes no answer but says where to look first: the newest in its last
        days; the lowest and highest among the comments of the last possible score, the newest first. Only where that
        does not fill the page is everything put in order."""
        if after is None:
            return self._page(slice_, search, order, after=None, count=count, told=told)
        require_within(slice_.period, order, after)
        try:
            return self._page(slice_, search, order, after=after, count=count, told=told)
        except RefusedQuery as error:  # an id or a score of another type; the first page tells of any other reason
            raise NoSuchPlace from error

    def _page(
        self, slice_: Slice, search: Search, order: Order, *, after: str | None, count: int, told: HeardOf | None
    ) -> list[Row]:
        whole = self._whole(slice_, search)
        if order is Order.NEWEST:
            since = newest_since(slice_.period, count, None if told is None else told.comments, after)
            return self._first(keyed(whole, self.said, slice_.metric, order, after), count, since)
        end, rest = last_score(slice_, order), None
        if after is not None:
            reached, *key = place_of(after, 3)
            end, rest = (end, place_text(tuple(key))) if reached == end else (None, None)
        there = told.comments_at(end) if told is not None and end is not None else None
        if end is not None and there is not None and there >= count:
            alike = whole.where(rows.score(self.said, slice_.metric) == raw(end))
            since = newest_since(slice_.period, count, there, rest)
            found = self._first(keyed(alike, self.said, slice_.metric, Order.NEWEST, rest), count, since)
            if len(found) == count:
                return found
        return self._first(keyed(whole, self.said, slice_.metric, order, after), count, None)

    def newest(self, slice_: Slice, search: Search, count: int, of: int | None) -> pa.Table:
        """The newest `count` comments: `id` and `raw_time`."""
        told = self._keys().where(self.found(slice_, search))
        statement = keyed(told, self.said, slice_.metric, Order.NEWEST, None)
        return self._first_table(statement, count, newest_since(slice_.period, count, of, None))

    def keys(self, slices: Sequence[Slice], count: int) -> pa.Table:
        """The newest `count` comments of the first slice: `id`, `raw_time`, `score` where comments carry it, and
        `in:<i>`, 1 for those that lie in slice i too; the further slices are narrower than the first."""
        said, first = self.said, slices[0]
        told = self._keys().where(self.found(first))
        if rows.scored(said, first.metric):
            told = told.add_columns(rows.score(said, first.metric).label("score"))
        for i, slice_ in enumerate(slices[1:], 1):
            told = told.add_columns(sa.case((rows.in_slice(said, slice_), 1), else_=0).label(f"{IN}{i}"))
        return self._table(keyed(told, said, first.metric, Order.NEWEST, None).limit(count))

    def by_id(self, slice_: Slice, search: Search, keys: Sequence[Row]) -> dict[str, Verbatim]:
        """The comments of these keys (`id` and `raw_time`) by id as text, still under the slice's own conditions: an
        id alone opens nothing. Rows of other days are not looked at."""
        if not keys:
            return {}
        wanted = self.said["id"].in_([raw(key["id"]) for key in keys])
        statement = self._whole(slice_, search).where(wanted, self._around([key[RAW_TIME] for key in keys]))
        newest = statement.order_by(self.said["time"].desc(), self.said["id"])
        found = self.read(newest.limit(len(keys) * ROWS_OF_AN_ID))
        return {told.id: told for told in self.verbatims(found, slice_, search)}

    def read(self, statement: sa.Executable) -> list[Row]:
        """The rows of a statement on the comments."""
        found: list[Row] = self._table(statement).to_pylist()
        return found

    def _table(self, statement: sa.Executable) -> pa.Table:
        return self.sources.run(self.said.source, statement)

    def verbatims(self, found: Sequence[Row], slice_: Slice, search: Search) -> tuple[Verbatim, ...]:
        """Rows of `page` as comments under pseudonyms, without personal data in them; one that the search found only
        by what is masked is left out. How they sound is read of those that are shown (metrics/sentiment.py)."""
        others = self._long_scores(found, slice_)
        told = [(verbatim(row, self.catalog, self.names, self.masker, others.get(text_of(row["id"]), {})), row)
                for row in found]  # fmt: skip
        return tuple(it for it, row in told if it.text == row["comment"] or matches(it.text, search))

    def _whole(self, slice_: Slice, search: Search) -> Rows:
        told = rows.columns(self.said, self.catalog, self.catalog.metrics)
        return sa.select(*told).select_from(self.said.from_clause).where(self.found(slice_, search))

    def _keys(self) -> Rows:
        told = self.said["id"].label("id"), stored(self.said["time"]).label(RAW_TIME)
        return sa.select(*told).select_from(self.said.from_clause)

    def _first(self, statement: Rows, count: int, since: date | None) -> list[Row]:
        found: list[Row] = self._first_table(statement, count, since).to_pylist()
        return found

    def _first_table(self, statement: Rows, count: int, since: date | None) -> pa.Table:
        """The first rows in order; where `since` is given they are looked for there before everywhere."""
        if since is not None:
            found = self._table(statement.where(self.said["time"] >= moment(since)).limit(count))
            if found.num_rows == count:
                return found
        return self._table(statement.limit(count))

    def _around(self, times: Sequence[object]) -> rows.Condition:
        """Rows of the days of these times, and a day more on both sides for zones and clock changes."""
        days = sorted(at.date() for at in map(as_datetime, times) if at is not None)
        time = self.said["time"]
        return sa.and_(time >= moment(days[0] - DAY), time < moment(days[-1] + 2 * DAY))

    def _long_scores(self, found: Sequence[Row], slice_: Slice) -> dict[str, dict[str, float]]:
        """In the long form a row holds one answer: the other scores of the same responses, metric by metric."""
        said = self.said
        if "metric_column" not in said or not found:
            return {}
        ids = [raw(row["id"]) for row in found]
        scores: dict[str, dict[str, float]] = {}
        for metric in self.catalog.metrics:
            statement = sa.select(said["id"].label("id"), rows.score(said, metric).label("score"))
            asked = statement.select_from(said.from_clause).where(
                in_scope(said, slice_.scope.unfiltered()), answered(said, metric), said["id"].in_(ids)
            )
            for row in self.read(asked.order_by(said["id"]).limit(len(ids) * ROWS_OF_AN_ID)):
                given = number(row["score"])
                if given is not None:
                    scores.setdefault(text_of(row["id"]), {})[metric.id] = given
        return scores


def rank(seed: int, response: object) -> str:
    """Where a comment stands in the random order of a seed: by a hash, which needs no database's own random."""
    return blake2b(f"{seed}:{text_of(response)}".encode(), digest_size=16).hexdigest()


def place_in(row: Mapping[str, object], names: Sequence[str]) -> tuple[Value, ...]:
    """The key of a row."""
    return tuple(row[name] for name in names)  # type: ignore[misc]  # keys are of the types that a Value lists
