"""The voices behind a number: who answered, who said something, what about, in one slice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data_sources.masking import is_personal
from data_sources.paging import Order
from data_sources.verbatims import VerbatimPage
from data_sources.view import View
from metrics.estimate import Estimate, shown
from metrics.intervals import estimate
from metrics.phrases import telling_phrases
from metrics.search import EVERYTHING_SAID, Search, parse
from metrics.slice_of import Slice
from metrics.themes import Origin, Theme, by_dictionary, by_topic, themes

PHRASES = 8
"""Key phrases found in the words, beside the company's own themes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the reader asks of the voices: `after` continues behind the page that ended there; `weeks` up to the
    view's week are read together."""

    search: Search = EVERYTHING_SAID
    band: str | None = None
    order: Order = Order.NEWEST
    seed: int = 0
    after: str | None = None
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class Voices:
    """Everything the voices page says. `estimate` is the card's number, over the request's weeks; `responses` is its
    n, counted again in the database; `comments` how many of them said something that fits the request. `not_by_score`
    where the comments do not carry the metric's score."""

    slice_: Slice
    estimate: Estimate
    responses: int
    comments: int
    distribution: tuple[tuple[float, int], ...]
    page: VerbatimPage
    not_by_score: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What the comments are about; `read` of `of` comments were read for it."""

    themes: tuple[Theme, ...] = ()
    phrases: tuple[Theme, ...] = ()
    read: int = 0
    of: int = 0
    hidden: bool = field(default=False)


def voices(view: View, request: Request) -> Voices:
    """The voices of the view's slice. Raises Unavailable, NotFilterable, NotConfigured."""
    verbatims = view.room.verbatims(view.viewer)
    weeks = view.weeks[-request.weeks :]
    whole = Slice(view.metric, view.span(request.weeks), view.scope)
    banded = replace(whole, band=request.band)
    heard_of = view.once(
        ("heard of", view.metric.id, request.weeks, request.band, request.search),
        lambda: verbatims.heard_of(banded, request.search),
    )
    return Voices(
        banded,
        shown(estimate(view.metric, view.sums(view.metric, weeks).whole()), view.fewest),
        heard_of.responses,
        heard_of.comments,
        heard_of.distribution,
        verbatims.page(banded, request.search, request.order, after=request.after, seed=request.seed, told=heard_of),
        not verbatims.knows_score(whole),
    )


def heard(view: View, request: Request) -> Heard:
    """The themes of the slice: topics where a column is mapped, the configured dictionary, and key phrases; found
    once for all who ask the same."""
    return view.once(("heard", view.metric.id, request), lambda: _heard(view, request))


def _heard(view: View, request: Request) -> Heard:
    verbatims = view.room.verbatims(view.viewer)
    slice_ = Slice(view.metric, view.span(request.weeks), view.scope, request.band)
    sample = verbatims.sample(slice_, request.search)
    if sample.hidden:
        return Heard(hidden=True)
    metric, fewest = view.metric, view.catalog.thresholds.show_comments
    topics = themes(metric, sample.scores, by_topic(sample.topics), Origin.TOPIC, fewest)
    dictionary = by_dictionary(sample.texts, view.room.settings.themes)
    named = themes(metric, sample.scores, dictionary, Origin.DICTIONARY, fewest)
    known = [entry.lower() for entries in view.room.settings.themes.values() for entry in entries]
    found = telling_phrases(metric, sample.texts, sample.scores, fewest, known=known, limit=PHRASES)
    found = {phrase: held for phrase, held in found.items() if not is_personal(parse(f'"{phrase}"'), verbatims.masker)}
    phrases = themes(metric, sample.scores, found, Origin.PHRASE, fewest)
    mentioned = tuple(theme for theme in (*topics, *named) if theme.count)
    return Heard(mentioned, phrases, len(sample.texts), sample.of)
