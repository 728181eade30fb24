"""Journey events: what happened to the customer before each response (around.py adds how they came there, and on)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from data_sources.demo.company import TOUCHPOINTS, BoolArray, IntArray
from data_sources.demo.incidents import DETAIL, DETAILS, incidents, with_details
from data_sources.demo.threads import thread_words
from data_sources.demo.weeks import Week

MINUTE, HOUR, DAY = 60, 3_600, 86_400
OPEN, CLOSED = 8 * HOUR, 20 * HOUR
"""Things happen by day; people answer surveys at any hour."""
SAME_DAY = 0.6
"""How often the survey is answered on the day it is about, where the hour allows; otherwise on the next."""
AT_ONCE = ("call centre", "mobile app", "website & forms", "digital transactions", "online help", "sales")
"""Touchpoints where one thing follows another within minutes."""
MINUTES_APART, DAYS_APART, DAYS_TO_A_VISIT, HOURS_OFF = (2, 14), (1, 4), (3, 8), 2


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events in order of time: `response` is the place in the week, `second` counts from the week's start (may be
    negative), `what` and `outcome` are places in vocabulary() and outcomes(); only the last event of an
    incident has an outcome, the others −1. `stage` and `touchpoint` are where it happened."""

    response: IntArray
    second: IntArray
    what: IntArray
    outcome: IntArray
    stage: IntArray
    touchpoint: IntArray

    def __len__(self) -> int:
        return len(self.response)


def happenings(week: Week, incident: IntArray, detail: IntArray, rng: np.random.Generator) -> Happenings:
    """The events that led to each response of a week: all of its incident's, in order, before it."""
    steps = _steps()[incident]
    response = np.repeat(np.arange(len(week)), steps)
    step = np.arange(len(response)) - np.repeat(np.cumsum(steps) - steps, steps)
    last: BoolArray = step == np.repeat(steps, steps) - 1
    at = incident[response]
    lead = np.where(last, 0, _gaps(at, np.minimum(step + 1, _waits().shape[1] - 1), detail[response], rng))
    end = _ends(week, rng)[response]
    before = _from_the_end(lead, steps)
    what = _places()[at, step] + detail[response]
    outcome = np.where(last, _outcome_of()[at], -1)
    found = Happenings(response, end - before, what, outcome, week.stage[response], week.touchpoint[response])
    return joined([found])


def span(events: Happenings, size: int) -> tuple[IntArray, IntArray]:
    """When the first and the last event of each of `size` responses was."""
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(first, events.response, events.second)
    np.maximum.at(last, events.response, events.second)
    return first, last


def joined(parts: Sequence[Happenings]) -> Happenings:
    """All events in order of time."""
    second = np.concatenate([part.second for part in parts])
    order = np.argsort(second, kind="stable")

    def put(name: str) -> IntArray:
        together: IntArray = np.concatenate([getattr(part, name) for part in parts])[order]
        return together

    return Happenings(put("response"), second[order], put("what"), put("outcome"), put("stage"), put("touchpoint"))


def _ends(week: Week, rng: np.random.Generator) -> IntArray:
    """When the last event before each response was: by day, on the same day or the one before."""
    midnight, answered = week.second // DAY * DAY, week.second % DAY
    part, latest = rng.random(len(week)), np.minimum(answered - HOUR, CLOSED)
    same_day = (latest > OPEN + HOUR) & (rng.random(len(week)) < SAME_DAY)
    today = midnight + OPEN + (part * (latest - OPEN)).astype(np.int64)
    yesterday = midnight - DAY + OPEN + (part * (CLOSED - OPEN)).astype(np.int64)
    return np.where(same_day, today, yesterday)


def _gaps(incident: IntArray, step: IntArray, detail: IntArray, rng: np.random.Generator) -> IntArray:
    """Seconds between the event before a step and that step: as long as its text says ("after 6 days", "waited 42
    minutes"), otherwise minutes or days by touchpoint."""
    wait, size = _waits()[incident, step], len(step)
    off = rng.integers(-HOURS_OFF * HOUR, HOURS_OFF * HOUR, size)
    told_days = np.array([int(days) for days in DETAIL["days_n"]])[detail] * DAY + off
    told_minutes = np.array([int(minutes) for minutes in DETAIL["minutes"]])[detail] * MINUTE
    some_minutes = rng.integers(*MINUTES_APART, size) * MINUTE
    some_days = rng.integers(*DAYS_APART, size) * DAY + off
    to_a_visit = rng.integers(*DAYS_TO_A_VISIT, size) * DAY + off
    return np.choose(wait, [told_days, told_minutes, some_minutes, some_days, to_a_visit])


@cache
def _waits() -> IntArray:
    """For every (incident, step): which of the waits in _gaps comes before it."""
    waits = np.zeros((len(incidents()), int(_steps().max())), dtype=np.int64)
    for index, incident in enumerate(incidents()):
        touchpoint = TOUCHPOINTS[incident.touchpoint]
        usual = 2 if touchpoint in AT_ONCE else 4 if touchpoint == "delivery & installation" else 3
        for step, text in enumerate(incident.what):
            after_visit = usual if step == 1 else min(usual, 3)
            waits[index, step] = 0 if "{days_n}" in text else 1 if "{minutes}" in text else after_visit
    return waits


def _from_the_end(lead: IntArray, steps: IntArray) -> IntArray:
    """Seconds between each event and its response: the leads of it and of the later events of that response."""
    total = np.cumsum(lead)
    ends = np.repeat(total[np.cumsum(steps) - 1], steps)
    return ends - total + lead


@cache
def _steps() -> IntArray:
    return np.array([len(incident.what) for incident in incidents()])


@cache
def _places() -> IntArray:
    """Place of (incident, step) with detail 0 in own_words(); details follow one another."""
    width = int(_steps().max())
    places = np.zeros((len(incidents()), width), dtype=np.int64)
    start = 0
    for index, incident in enumerate(incidents()):
        for step in range(len(incident.what)):
            places[index, step] = start
            start += DETAILS
    return places


@cache
def vocabulary() -> tuple[str, ...]:
    """Every text that an event can have: those of incidents, then those of threads."""
    return own_words() + thread_words()


@cache
def own_words() -> tuple[str, ...]:
    """Every text that an event of an incident can have."""
    return tuple(
        with_details(text, detail) for incident in incidents() for text in incident.what for detail in range(DETAILS)
    )


@cache
def outcomes() -> tuple[str, ...]:
    """Every outcome an event can have."""
    return tuple(sorted({incident.outcome for incident in incidents()}))


@cache
def _outcome_of() -> IntArray:
    return np.array([outcomes().index(incident.outcome) for incident in incidents()])
