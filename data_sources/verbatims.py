"""The comments behind a number: paged, searched, counted and sampled, always for exactly one slice.

Comments live with the responses, or in a dataset and source of their own. Every method raises Unavailable where
the source gives no answer, and NotFilterable where the comments do not record what the slice filters by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from data_sources import voice_rows as rows
from data_sources.comment_rows import CommentRows, place_in, rank
from data_sources.connections import Sources
from data_sources.keys import text_of
from data_sources.masking import Masker, masker_of
from data_sources.paging import Given, HeardOf, NoSuchPlace, Order, place_text
from data_sources.pseudonyms import Pseudonyms
from data_sources.tables import Dataset
from data_sources.told import number, text
from data_sources.voice_rows import RAW_TIME, SCORE
from data_sources.word_index import WordIndexes
from metrics.bands import band
from metrics.catalog import Catalog
from metrics.metric import Metric
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
    few answers (`answers`, counted up to the threshold) for comments to be shown. `bounded`: random order over the
    newest comments only."""

    items: tuple[Verbatim, ...]
    after: str | None
    answers: int
    hidden: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Comments to find themes in, without personal data: `texts`, `scores` (NaN where none), `topics` in the same
    order. `of`: how many there are in all, so that a bounded sample says so. `hidden`: too few answers to show any."""

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
    """The company's comments. `rows` reads them without asking whether they may be shown."""

    def __init__(self, sources: Sources, datasets: Mapping[str, Dataset], catalog: Catalog, names: Pseudonyms) -> None:
        self._sources = sources
        self._responses = datasets["responses"]
        self._said = datasets.get("verbatims", self._responses)
        self._catalog = catalog
        self.masker: Masker = masker_of(catalog)
        self.rows = CommentRows(sources, self._said, catalog, names, self.masker, WordIndexes(sources))

    @property
    def unavailable(self) -> str:
        """One sentence that says what to configure where there are no comments at all; "" where there are."""
        return "" if "comment" in self._said else NOT_SET_UP

    @property
    def fewest_answers(self) -> int:
        """How many answers a slice needs for its comments to be shown."""
        return self._catalog.thresholds.show_comments

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
        return self._count(self._said, self.rows.found(slice_, search))

    def distribution(self, slice_: Slice, search: Search | None = None) -> tuple[tuple[float, int], ...]:
        """How many gave which score, the lowest first: of all responses in the slice (adds up to the card's n), or
        with a search of the comments it finds."""
        dataset = self._responses if search is None else self._said
        condition = rows.in_slice(dataset, slice_) if search is None else self.rows.found(slice_, search)
        return tuple((given.score, given.rows) for given in self._tally(dataset, slice_.metric, condition))

    def heard_of(self, slice_: Slice, search: Search = EVERYTHING_SAID) -> HeardOf:
        """The scores of the slice whatever its band, and how many comments the band and the search leave: read in
        one pass where comments live with the responses and nothing is searched for."""
        whole = slice_.all_bands()
        tally = self._tally(self._responses, slice_.metric, rows.in_slice(self._responses, whole))
        if self._said is self._responses and search == EVERYTHING_SAID:
            kept = None if slice_.band is None else band(slice_.metric, slice_.band)
            comments = sum(given.comments for given in tally if kept is None or kept.holds(given.score))
        else:
            comments = self.count_comments(slice_, search)
        return HeardOf(tuple(tally), comments, searched=search != EVERYTHING_SAID)

    def answers(self, slices: Sequence[Slice]) -> tuple[int, ...]:
        """How many answers each cross-section has, counted no further than comments need to be shown (METHODS §8).
        The threshold holds for the people in the slice, so neither band nor search lowers the count."""
        conditions = [rows.in_slice(self._responses, slice_.all_bands()) for slice_ in slices]
        statement = rows.count_up_to(self._responses, conditions, self.fewest_answers)
        found = self._sources.run(self._responses.source, statement).to_pylist()
        return tuple(int(row["n"]) for row in sorted(found, key=lambda row: int(row["place"])))

    def too_few(self, slice_: Slice) -> bool:
        """Whether the cross-section has fewer answers than comments may be shown of."""
        return self.answers([slice_])[0] < self.fewest_answers

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
        told: HeardOf | None = None,
    ) -> VerbatimPage:
        """The next comments in order, after the place where the last page ended. Raises NoSuchPlace for a place
        that is none. The same seed gives the same random order on every engine, and a new comment only slips in
        between. `told`: what `heard_of` said of the same slice and search, perhaps a while ago; it changes no
        answer, only where comments are looked for first."""
        answers = self.answers([slice_])[0]
        if answers < self.fewest_answers:
            return VerbatimPage((), None, answers, hidden=True)
        if order is Order.RANDOM:
            return self._drawn(
                slice_, search, answers, seed=seed, after=after, limit=limit, of=None if told is None else told.comments
            )
        found = self.rows.page(slice_, search, order, after=after, count=limit + 1, told=told)
        keys = () if order is Order.NEWEST else (f"{SCORE}{slice_.metric.id}",)
        place = place_text(place_in(found[limit - 1], (*keys, RAW_TIME, "id"))) if len(found) > limit else None
        return VerbatimPage(with_sentiment(self.rows.verbatims(found[:limit], slice_, search)), place, answers)

    def _drawn(
        self, slice_: Slice, search: Search, answers: int, *, seed: int, after: str | None, limit: int, of: int | None
    ) -> VerbatimPage:
        """Comments by a hash of seed and id, from the newest SHUFFLED."""
        if after is not None and not after.isalnum():
            raise NoSuchPlace
        keys = self.rows.newest(slice_, search, SHUFFLED + 1, of)
        ids = keys["id"].to_pylist()[:SHUFFLED]
        places = ((rank(seed, key), i) for i, key in enumerate(ids))
        chosen = nsmallest(limit + 1, (place for place in places if after is None or place[0] > after))
        at = [i for _, i in chosen[:limit]]
        by_id = self.rows.by_id(slice_, search, keys.take(at).to_pylist() if at else [])
        found = with_sentiment(by_id[name] for name in (text_of(ids[i]) for i in at) if name in by_id)
        place = chosen[limit - 1][0] if len(chosen) > limit else None
        return VerbatimPage(found, place, answers, bounded=keys.num_rows > SHUFFLED)

    def sample(self, slice_: Slice, search: Search = EVERYTHING_SAID, limit: int = SAMPLE, seed: int = 0) -> Sample:
        """At most `limit` comments: all, or a random draw that is the same for a seed on every engine."""
        if self.too_few(slice_):
            return Sample((), np.empty(0), (), 0, hidden=True)
        statement = rows.lean(self._said, slice_.metric, self.rows.found(slice_, search))
        found = self.rows.read(statement.limit(DRAWN_FROM))
        of = self.count_comments(slice_, search) if len(found) == DRAWN_FROM else len(found)
        drawn = sorted(found, key=lambda row: rank(seed, row["id"]))[:limit]
        scores = np.array([number(row.get("score")) for row in drawn], dtype=np.float64)
        topics = tuple(text(row.get("topic")) for row in drawn)
        texts = tuple(self.masker.bare(str(row["comment"])) for row in drawn)
        return Sample(texts, scores, topics, of)

    def _count(self, dataset: Dataset, condition: rows.Condition) -> int:
        return int(self._sources.run(dataset.source, rows.count(dataset, condition))["n"][0].as_py())

    def _tally(self, dataset: Dataset, metric: Metric, condition: rows.Condition) -> list[Given]:
        table = self._sources.run(dataset.source, rows.tally(dataset, metric, condition))
        return [Given(float(row["score"]), int(row["n"]), int(row["comments"])) for row in table.to_pylist()]
