"""Journey events around an incident: how customers got there and what they did next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from data_sources.demo.company import TOUCHPOINTS, BoolArray, FloatArray, IntArray
from data_sources.demo.happenings import CLOSED, DAY, MINUTE, OPEN, Happenings, joined, outcomes, own_words, span
from data_sources.demo.incidents import kind_of
from data_sources.demo.threads import AFTER, BEFORE, place_of, taken, threads
from data_sources.demo.truths import SILENT_TOUCHPOINT
from data_sources.demo.weeks import Week

SOON = (5, 50)
"""Minutes until somebody who is passed on at once is with the next."""
WEEK = 7 * DAY
STAGE, TOUCHPOINT, WHAT, OUTCOME, LEAST, MOST = range(6)
"""Columns of a table of steps."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which seconds of the week (it may be negative, or later than the week) events may be: from each
    response's customer's first day, to the end of the last week; `silent` is when the silent touchpoint fell silent,
    None where nothing is planted."""

    since: IntArray
    until: int
    silent: int | None


def bounds(joined_day: IntArray, week: Week, first_day: int, *, planted: bool) -> Bounds:
    """The bounds of a week's events: `joined_day` by response and `first_day` of the week from the same day."""
    until = (week.ago + 1) * WEEK
    return Bounds(
        (joined_day - first_day) * DAY, until, until - SILENT_TOUCHPOINT.since_weeks * WEEK if planted else None
    )


def with_threads(
    own: Happenings, week: Week, told: tuple[IntArray, IntArray], within: Bounds, rng: np.random.Generator
) -> Happenings:
    """The incidents' own events and, before the first and after the last of each response, those of its threads. Steps
    outside the bounds have not happened. `told` is places of incidents and of sets of details."""
    incident, detail = told
    parts = [own]
    for side in (BEFORE, AFTER):
        thread = taken(side, incident, week.stage, kind_of(week.product), rng.random(len(week)))
        response = np.flatnonzero(thread >= 0)
        thread = thread[response]
        if side == BEFORE:
            second = _until(span(own, len(week))[0][response] // DAY * DAY, thread, rng)
        else:
            second = _since(week.second[response] // DAY * DAY, thread, rng)
        parts.append(_events(side, response, thread, second, detail=detail, within=within))
    return joined(parts)


def _until(midnight: IntArray, thread: IntArray, rng: np.random.Generator) -> IntArray:
    """When the steps before an incident were, shape (responses, most steps): whole days before the day of its first
    event, by day."""
    gaps = _gaps(BEFORE, thread, rng)
    days = np.cumsum(gaps[:, ::-1], axis=1)[:, ::-1]
    return midnight[:, None] - days * DAY + _hour(days.shape, rng)


def _since(midnight: IntArray, thread: IntArray, rng: np.random.Generator) -> IntArray:
    """When the steps after an answer are, shape (responses, most steps): whole days after its day, or soon after the
    step before."""
    gaps = _gaps(AFTER, thread, rng)
    second = midnight[:, None] + np.cumsum(gaps, axis=1) * DAY + _hour(gaps.shape, rng)
    soon = rng.integers(*SOON, gaps.shape) * MINUTE
    for step in range(1, gaps.shape[1]):
        at_once = gaps[:, step] == 0
        second[at_once, step] = second[at_once, step - 1] + soon[at_once, step]
    return second


def _gaps(side: str, thread: IntArray, rng: np.random.Generator) -> IntArray:
    steps = _table(side)[thread]
    drawn: IntArray = rng.integers(steps[:, :, LEAST], steps[:, :, MOST] + 1)
    return drawn


def _hour(shape: tuple[int, ...], rng: np.random.Generator) -> IntArray:
    part: FloatArray = rng.random(shape)
    return OPEN + (part * (CLOSED - OPEN)).astype(np.int64)


def _events(
    side: str, response: IntArray, thread: IntArray, second: IntArray, *, detail: IntArray, within: Bounds
) -> Happenings:
    """The steps that happened, as events."""
    steps = _table(side)[thread]
    happened: BoolArray = (steps[:, :, STAGE] >= 0) & (second < within.until)
    if side == BEFORE:
        happened &= second >= within.since[response][:, None]
    if within.silent is not None:
        mute = steps[:, :, TOUCHPOINT] == TOUCHPOINTS.index(SILENT_TOUCHPOINT.touchpoint)
        happened &= ~mute | (second < within.silent)
    row, place = np.nonzero(happened)
    found, of = steps[row, place], response[row]
    return Happenings(
        of,
        second[row, place],
        len(own_words()) + found[:, WHAT] + detail[of],
        found[:, OUTCOME],
        found[:, STAGE],
        found[:, TOUCHPOINT],
    )


@cache
def _table(side: str) -> IntArray:
    """Every thread's steps, shape (threads, most steps, 6); missing steps have stage −1 and take no time."""
    most = max(len(thread.steps) for thread in threads(side))
    table = np.full((len(threads(side)), most, 6), -1, dtype=np.int64)
    table[:, :, LEAST:] = 0
    for place, thread in enumerate(threads(side)):
        for at, step in enumerate(thread.steps):
            outcome = outcomes().index(step.outcome) if step.outcome else -1
            table[place, at] = (step.stage, step.touchpoint, place_of(step), outcome, *step.days)
    return table
