"""The words that happy and unhappy customers use at one stage of the journey, and how many comments hold each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data_sources.masking import is_personal
from data_sources.stage_feelings import stages_of
from data_sources.verbatims import Sample, Verbatims
from data_sources.view import View
from metrics.bands import Band, bands
from metrics.estimate import Direction, Verdict
from metrics.journeys import JOURNEY_WEEKS
from metrics.metric import Better, Metric
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import STAGE
from metrics.word_odds import Word, contrast

WORDS_SHOWN = 8
"""Words a side: more are not read."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of the scale: its band, its words, the most telling first, and how many of its comments were read."""

    band: Band
    words: tuple[Word, ...]
    read: int
    of: int


@dataclass(frozen=True, slots=True)
class StageWords:
    """The words of the happiest and of the unhappiest customers, over `weeks` weeks; `compared` words were tested
    together. `hidden`: too few answers for comments to be read. `by_score` is False where the comments do not carry
    the metric's score, so that there are no sides."""

    happy: Side
    unhappy: Side
    weeks: int
    compared: int = 0
    hidden: bool = False
    by_score: bool = True


def telling_stage(view: View, metric: Metric) -> str:
    """The stage to open on: the one with the clearest concern, else the lowest; "" where none is recorded."""
    found = []
    scanned = view.scan().of(metric.id)
    for stage in stages_of(view):
        reading = scanned.reading_of(((STAGE, stage),))
        if reading is not None and reading.estimate.value is not None:
            concern = reading.verdict is Verdict.SIGNAL and reading.direction is Direction.CONCERN
            value = reading.estimate.value if metric.better is Better.HIGHER else -reading.estimate.value
            found.append((not concern, reading.p or 0.0 if concern else value, stage))
    return min(found)[2] if found else next(iter(stages_of(view)), "")


def stage_words(view: View, metric: Metric, stage: str = "") -> StageWords:
    """The words at one stage of the view's scope ("" for all comments together) over the last twelve weeks. Raises
    NotConfigured where there are no comments, Unavailable, NotFilterable."""
    return view.once(("stage words", metric.id, stage), lambda: _words(view, metric, stage))


def _words(view: View, metric: Metric, stage: str) -> StageWords:
    verbatims = view.room.verbatims(view.viewer)
    period, weeks = view.span(JOURNEY_WEEKS), JOURNEY_WEEKS
    everyone = Slice(metric, period, view.scope)
    here = everyone.narrowed(STAGE, stage) if stage else everyone
    high, low = _ends(metric)
    if not verbatims.knows_score(here):
        return StageWords(Side(high, (), 0, 0), Side(low, (), 0, 0), weeks, by_score=False)
    happy, unhappy = (verbatims.sample(replace(here, band=band.id)) for band in (high, low))
    if happy.hidden or unhappy.hidden:
        return StageWords(Side(high, (), 0, 0), Side(low, (), 0, 0), weeks, hidden=True)
    everything = verbatims.sample(everyone).texts
    masker = verbatims.masker
    found = contrast(happy.texts, unhappy.texts, everything, view.catalog.thresholds.show_comments, WORDS_SHOWN)

    def side(band: Band, sample: Sample, words: Sequence[Word]) -> Side:
        words = [word for word in words if not is_personal(parse(word.search), masker)]
        counted = _counted(verbatims, replace(here, band=band.id), words) if sample.bounded else tuple(words)
        return Side(band, counted, len(sample.texts), sample.of)

    return StageWords(side(high, happy, found.these), side(low, unhappy, found.those), weeks, found.compared)


def _ends(metric: Metric) -> tuple[Band, Band]:
    """The band of the best scores and that of the worst."""
    ladder = bands(metric)
    return (ladder[-1], ladder[0]) if metric.better is Better.HIGHER else (ladder[0], ladder[-1])


def _counted(verbatims: Verbatims, slice_: Slice, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with their comments counted in the database, where only a part of them was read: what a click opens
    is all of them."""
    return tuple(replace(word, count=verbatims.count_comments(slice_, parse(word.search))) for word in words)
