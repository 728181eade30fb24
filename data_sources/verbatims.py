"""The comments behind a number: paged, searched, counted and sampled, always for exactly one slice.

Comments live with the responses, or in a dataset and source of their own. Every method raises Unavailable where
the source gives no answer, and NotFilterable where the comments do not record what the slice filters by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import sqlalchemy as sa

from data_sources import voice_rows as rows
from data_sources.connections import Sources
from data_sources.keys import raw, text_of
from data_sources.paging import NoSuchPlace, Order, Value, keyed, place_text
from data_sources.pseudonyms import Pseudonyms
from data_sources.query import answered, in_scope
from data_sources.tables import Dataset
from data_sources.told import Row, number, text, verbatim
from data_sources.voice_rows import RAW_TIME, SCORE, Rows
from metrics.catalog import Catalog
from metrics.people import Verbatim
from metrics.search import EVERYTHING_SAID, Search
from metrics.sentiment import with_sentiment
from metrics.slice_of import Slice
from metrics.sums import FloatArray

PAGE = 20
SHUFFLED = 5_000
"""Random order is drawn among this many of the newest comments at most; the page says so."""
DRAWN_FROM = 50_000
"""A sample is drawn from this many of the newest comments at most (some 10 MB), whatever the slice holds."""
SAMPLE = 5_000
NOT_SET_UP = "There are no comments: name their column in cx.toml (responses.comment), or add [verbatims]."


@dataclass(frozen=True, slots=True)
class VerbatimPage:
    """One page of comments. `after` continues behind the last one, None at the end. `hidden`: the slice has too
    few answers (`answers`) for comments to be shown. `bounded`: random order over the newest comments only."""

    items: tuple[Verbatim, ...]
    after: str | None
    answers: int
    hidden: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Comments to find themes in: `texts`, `scores` (NaN where none), `topics` in the same order. `of`: how many
    there are in all, so that a bounded sample says so. `hidden`: too few answers to show any."""

    texts: tuple[str, ...]
    scores: FloatArray
    topics: tuple[str | None, ...]
    of: int
    hidden: bool = False

    @property
    def bounded(self) -> bool:
        """Whether this is a part only."""
        return len(self.texts) < self.of


class Verbatims:
    """The company's comments."""

    def __init__(self, sources: Sources, datasets: Mapping[str, Dataset], catalog: Catalog, names: Pseudonyms) -> None:
        self._sources = sources
        self._responses = datasets["responses"]
        self._said = datasets.get("verbatims", self._responses)
        self._catalog = catalog
        self._names = names

    @property
    def unavailable(self) -> str:
        """One sentence that says what to configure where there are no comments at all; "" where there are."""
        return "" if "comment" in self._said else NOT_SET_UP

    def knows_score(self, slice_: Slice) -> bool:
        """Whether the comments carry this metric's score: without it they can be neither banded nor ranked, and
        comments of people who did not answer the metric are among them."""
        return rows.scored(self._said, slice_.metric)

    # -- counts -----------------------------------------------------------------------------------------------

    def count_responses(self, slice_: Slice) -> int:
        """The responses that gave the metric a score in exactly this slice: the n on its card."""
        return self._count(self._responses, rows.in_slice(self._responses, slice_))

    def count_comments(self, slice_: Slice, search: Search = EVERYTHING_SAID) -> int:
        """The slice's comments that the search finds."""
        return self._count(self._said, rows.said(self._said, slice_, search))

    def distribution(self, slice_: Slice, search: Search | None = None) -> tuple[tuple[float, int], ...]:
        """How many gave which score, the lowest first: of all responses in the slice (adds up to the card's n), or
        with a search of the comments it finds."""
        dataset = self._responses if search is None else self._said
        condition = rows.in_slice(dataset, slice_) if search is None else rows.said(dataset, slice_, search)
        table = self._sources.run(dataset.source, rows.tally(dataset, slice_.metric, condition))
        return tuple((float(row["score"]), int(row["n"])) for row in table.to_pylist())

    def too_few(self, slice_: Slice) -> bool:
        """Whether the cross-section has fewer answers than comments may be shown of (METHODS §8). The threshold
        holds for the people in the slice, so neither band nor search lowers the count."""
        return self.count_responses(slice_.all_bands()) < self._catalog.thresholds.show_comments

    # -- comments ---------------------------------------------------------------------------------------------

    def page(
        self,
        slice_: Slice,
        search: Search = EVERYTHING_SAID,
        order: Order = Order.NEWEST,
        *,
        after: str | None = None,
        limit: int = PAGE,
        seed: int = 0,
    ) -> VerbatimPage:
        """The next comments in order, after the place where the last page ended. Raises NoSuchPlace for a place
        that is none. The same seed gives the same random order on every engine, and a new comment only slips in
        between."""
        answers = self.count_responses(slice_.all_bands())
        if answers < self._catalog.thresholds.show_comments:
            return VerbatimPage((), None, answers, hidden=True)
        if order is Order.RANDOM:
            return self._drawn(slice_, search, answers, seed=seed, after=after, limit=limit)
        statement = self._statement(slice_, search).limit(limit + 1)
        found = self._read(keyed(statement, self._said, slice_.metric, order, after))
        keys = () if order is Order.NEWEST else (f"{SCORE}{slice_.metric.id}",)
        place = place_text(_place(found[limit - 1], (*keys, RAW_TIME, "id"))) if len(found) > limit else None
        return VerbatimPage(self._verbatims(found[:limit], slice_), place, answers)

    def _drawn(
        self, slice_: Slice, search: Search, answers: int, *, seed: int, after: str | None, limit: int
    ) -> VerbatimPage:
        """Comments by a hash of seed and id, from the newest SHUFFLED."""
        if after is not None and not after.isalnum():
            raise NoSuchPlace
        ids = self._ids(slice_, search, SHUFFLED + 1)
        ranked = sorted((_rank(seed, response), text_of(response), response) for response in ids[:SHUFFLED])
        rest = [place for place in ranked if after is None or place[0] > after]
        chosen = rest[:limit]
        by_id = {text_of(row["id"]): row for row in self._with_ids(slice_, search, [key for *_, key in chosen])}
        found = [by_id[text] for _, text, _ in chosen if text in by_id]
        place = chosen[-1][0] if len(rest) > limit else None
        return VerbatimPage(self._verbatims(found, slice_), place, answers, bounded=len(ids) > SHUFFLED)

    def sample(self, slice_: Slice, search: Search = EVERYTHING_SAID, limit: int = SAMPLE, seed: int = 0) -> Sample:
        """At most `limit` comments: all, or a random draw that is the same for a seed on every engine."""
        if self.too_few(slice_):
            return Sample((), np.empty(0), (), 0, hidden=True)
        found = self._read(
            rows.lean(self._said, slice_.metric, rows.said(self._said, slice_, search)).limit(DRAWN_FROM)
        )
        of = self.count_comments(slice_, search) if len(found) == DRAWN_FROM else len(found)
        drawn = sorted(found, key=lambda row: _rank(seed, row["id"]))[:limit]
        scores = np.array([number(row.get("score")) for row in drawn], dtype=np.float64)
        topics = tuple(text(row.get("topic")) for row in drawn)
        return Sample(tuple(str(row["comment"]) for row in drawn), scores, topics, of)

    # -- reading ----------------------------------------------------------------------------------------------

    def _statement(self, slice_: Slice, search: Search) -> Rows:
        told = rows.columns(self._said, self._catalog, self._catalog.metrics)
        return sa.select(*told).select_from(self._said.from_clause).where(rows.said(self._said, slice_, search))

    def _ids(self, slice_: Slice, search: Search, limit: int) -> list[Value]:
        said = self._said
        statement = (
            sa.select(said["id"].label("id"))
            .select_from(said.from_clause)
            .where(rows.said(said, slice_, search))
            .order_by(said["time"].desc(), said["id"].desc())
            .limit(limit)
        )
        ids: list[Value] = self._sources.run(said.source, statement)["id"].to_pylist()
        return ids

    def _with_ids(self, slice_: Slice, search: Search, ids: Sequence[Value]) -> list[Row]:
        """Rows by id, still under the slice's own conditions: an id alone opens nothing."""
        wanted = self._said["id"].in_([raw(response) for response in ids])
        return self._read(self._statement(slice_, search).where(wanted)) if ids else []

    def _read(self, statement: sa.Executable) -> list[Row]:
        found: list[Row] = self._sources.run(self._said.source, statement).to_pylist()
        return found

    def _count(self, dataset: Dataset, condition: sa.ColumnElement[bool]) -> int:
        return int(self._sources.run(dataset.source, rows.count(dataset, condition))["n"][0].as_py())

    def _verbatims(self, found: Sequence[Row], slice_: Slice) -> tuple[Verbatim, ...]:
        others = self._long_scores(found, slice_)
        made = (verbatim(row, self._catalog, self._names, others.get(text_of(row["id"]), {})) for row in found)
        return with_sentiment(made)

    def _long_scores(self, found: Sequence[Row], slice_: Slice) -> dict[str, dict[str, float]]:
        """In the long form a row holds one answer: the other scores of the same responses, metric by metric."""
        said = self._said
        if "metric_column" not in said or not found:
            return {}
        ids = [raw(row["id"]) for row in found]
        scores: dict[str, dict[str, float]] = {}
        for metric in self._catalog.metrics:
            statement = sa.select(said["id"].label("id"), rows.score(said, metric).label("score"))
            asked = statement.select_from(said.from_clause).where(
                in_scope(said, slice_.scope.unfiltered()), answered(said, metric), said["id"].in_(ids)
            )
            for row in self._read(asked):
                given = number(row["score"])
                if given is not None:
                    scores.setdefault(text_of(row["id"]), {})[metric.id] = given
        return scores


def _rank(seed: int, response: object) -> str:
    """Where a comment stands in the random order of a seed: by a hash, which needs no database's own random."""
    return blake2b(f"{seed}:{text_of(response)}".encode(), digest_size=16).hexdigest()


def _place(row: Row, names: Sequence[str]) -> tuple[Value, ...]:
    return tuple(row[name] for name in names)  # type: ignore[misc]  # keys are of the types that a Value lists
