"""From a number to the words behind it, at ten million responses: the first page of comments, a late page, a search,
the three stories; on the Parquet folder and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import psycopg
import sqlalchemy as sa

from benchmarks import large
from benchmarks.company import Company
from benchmarks.figures import Figure, clock, milliseconds
from data_sources import word_index
from data_sources.connections import Sources
from data_sources.demo import last_complete_week
from data_sources.paging import HeardOf, Order
from data_sources.pseudonyms import Pseudonyms
from data_sources.settings import Settings
from data_sources.story_candidates import candidates
from data_sources.tables import datasets
from data_sources.verbatims import PAGE, Verbatims
from data_sources.word_index import words_of
from metrics.periods import Period
from metrics.search import Search, parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, Filters
from tests.postgres import why_not

FIRST_PAGE = 100.0
"""Milliseconds (issue 4)."""
DEEP = 1.5
"""A page far behind costs at most so many times the first."""
FAR = 200
"""Which page that is."""
SUBJECT = "Drill-down"
RARE_WORD, COMMON_WORD = "bergamot", "late"
"""One that nobody of the demo's customers says, so that everything must be looked through, and one that many say."""
WIDEST = "everybody, twelve weeks"
SEED = 7


@dataclass(frozen=True)
class Engine:
    """One source with the company's comments, and the slices that are opened on it."""

    name: str
    verbatims: Verbatims
    slices: dict[str, Slice]


def measure(company: Company, runs: int) -> list[Figure]:
    """DuckDB on Parquet, then PostgreSQL where one can be had (its rows are loaded first, which is not measured)."""
    figures = _figures(_engine("DuckDB", company.settings()), company.responses, runs)
    if why_not() is None:
        with large.postgres(company) as url:
            index_words(url)
            engine = _engine("PostgreSQL", on_postgres(company, url))
            figures += _figures(engine, company.responses, runs)
            figures += _searches(engine, runs)
    return figures


def on_postgres(company: Company, url: str) -> Settings:
    """The company's configuration with its responses on a server."""
    settings = company.settings()
    source = settings.sources["demo"].model_copy(update={"folder": None, "url": url})
    return settings.model_copy(update={"sources": {"demo": source}})


def _engine(name: str, settings: Settings) -> Engine:
    catalog = settings.catalog()
    metric = catalog.headline_metric
    end = last_complete_week(settings.now().date()) + timedelta(days=1)
    everybody = EVERYTHING.filtered(Filters())
    narrow = EVERYTHING.filtered(Filters.of({axis: [catalog.axis(axis).values[0]] for axis in ("region", "segment")}))

    def weeks(count: int) -> Period:
        return Period(end - timedelta(weeks=count), end)

    slices = {
        "everybody, one week": Slice(metric, weeks(1), everybody),
        "a region's segment, four weeks": Slice(metric, weeks(4), narrow),
        "promoters, one week": Slice(metric, weeks(1), everybody, "promoters"),
        WIDEST: Slice(metric, weeks(12), everybody),
    }
    return Engine(name, Verbatims(Sources(settings), datasets(settings), catalog, Pseudonyms(b"bench")), slices)


def _figures(engine: Engine, size: int, runs: int) -> list[Figure]:
    figures = []
    for said, slice_ in engine.slices.items():
        told = engine.verbatims.heard_of(slice_)
        slowest = max((_page(engine, slice_, order, told, runs) for order in Order), key=median)
        what, how = f"first page, {said}, {engine.name}", f"{told.comments:,} comments, the slowest of the four orders"
        figures.append(Figure(SUBJECT, what, "ms", slowest, how, FIRST_PAGE, "issue 4", at=size))
    return [*figures, *_counts(engine, runs), *_far(engine, runs), *_stories(engine, runs)]


def _page(engine: Engine, slice_: Slice, order: Order, told: HeardOf, runs: int) -> tuple[float, ...]:
    return milliseconds(clock(lambda: engine.verbatims.page(slice_, order=order, seed=SEED, told=told), runs))


def _counts(engine: Engine, runs: int) -> list[Figure]:
    """What the voices page asks once a slice, before its first page, and keeps."""
    slice_ = engine.slices[WIDEST]
    counted = milliseconds(clock(lambda: engine.verbatims.heard_of(slice_), runs))
    how = f"every score and comment of {WIDEST} counted; asked once a slice, kept until the next refresh"
    return [Figure(SUBJECT, f"scores and comments counted, {engine.name}", "ms", counted, how)]


def _far(engine: Engine, runs: int) -> list[Figure]:
    """A page far behind against the first, in turn."""
    slice_ = engine.slices[WIDEST]
    told = engine.verbatims.heard_of(slice_)
    behind = engine.verbatims.page(slice_, told=told, limit=PAGE * (FAR - 1)).after
    if behind is None:
        return []

    def page(after: str | None) -> float:
        return clock(lambda: engine.verbatims.page(slice_, after=after, told=told), 1)[0]

    ratios = tuple(page(behind) / page(None) for _ in range(2 * runs))
    what = f"page {FAR} ÷ page 1, {engine.name}"
    return [Figure(SUBJECT, what, "×", ratios, f"{WIDEST}, newest first, by key", DEEP, "issue 4 (by key)")]


def _stories(engine: Engine, runs: int) -> list[Figure]:
    """The comments among which the weekly review chooses, in one go and page by page, in turn."""
    whole = engine.slices["everybody, one week"]
    narrow = engine.slices["a region's segment, four weeks"].scope.filters.kept
    slices = [whole, *(whole.narrowed(axis, values[0]) for axis, values in narrow)]
    orders = (Order.LOWEST, Order.HIGHEST, Order.RANDOM)
    together, apart = [], []
    for _ in range(runs):
        together += clock(lambda: candidates(engine.verbatims, slices, SEED), 1)
        apart += clock(lambda: [engine.verbatims.page(s, order=o, seed=SEED) for s in slices for o in orders], 1)
    ratio = tuple(one / other for one, other in zip(together, apart, strict=True))
    how = "three slices of a week × the lowest, the highest and the drawn"
    return [
        Figure(SUBJECT, f"candidates for three stories, {engine.name}", "ms", milliseconds(together), how),
        Figure(SUBJECT, f"in one go ÷ nine pages, {engine.name}", "×", ratio, how),
    ]


def _searches(engine: Engine, runs: int) -> list[Figure]:
    """A word with the index over words and without, in turn."""
    slice_, figures = engine.slices[WIDEST], []

    def count(search: Search) -> float:
        engine.verbatims.rows.words.forget()
        return clock(lambda: engine.verbatims.count_comments(slice_, search), 1)[0]

    for word, kind in ((RARE_WORD, "rare"), (COMMON_WORD, "common")):
        helped, plainly = [], []
        for _ in range(runs):
            helped.append(count(parse(word)))
            with _without_index():
                plainly.append(count(parse(word)))
        how = f"comments with “{word}” counted, {WIDEST}"
        ratio = tuple(one / other for one, other in zip(helped, plainly, strict=True))
        figures += [
            Figure(
                SUBJECT, f"a {kind} word, the index there", "ms", milliseconds(helped), f"{how}; used where it pays"
            ),
            Figure(SUBJECT, f"a {kind} word, looked for plainly", "ms", milliseconds(plainly), how),
            Figure(SUBJECT, f"a {kind} word, index there ÷ plainly", "×", ratio, "in turn"),
        ]
    return figures


@contextmanager
def _without_index() -> Iterator[None]:
    """Nothing is rare enough for the index."""
    usual, word_index.RARE = word_index.RARE, -1
    try:
        yield
    finally:
        word_index.RARE = usual


def index_words(url: str) -> None:
    """Make the index over words where the server has none (it is advised, and takes a minute at ten million)."""
    place = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_indexes WHERE indexdef LIKE '%to_tsvector%'").fetchone()
        if known is None:
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute(f"CREATE INDEX responses_words ON responses USING gin ({words_of('free_text')})")
            connection.execute("ANALYZE responses")
