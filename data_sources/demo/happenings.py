"""Journey events: what happened to the customer before each response."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from data_sources.demo.company import BoolArray, IntArray
from data_sources.demo.incidents import DETAILS, incidents, with_details
from data_sources.demo.weeks import Week

HOUR, DAY = 3_600, 86_400
LAST_LEAD = (HOUR, 26 * HOUR)
"""A survey comes between an hour and a day after the last event."""
STEP_LEAD = (4 * HOUR, 4 * DAY)
"""Events of one incident are hours to days apart."""
FINISHED, STARTED = "done", "started"


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events in order of time: `response` is the place in the week, `second` counts from the week's start (may be
    negative), `what` and `outcome` are places in vocabulary() and outcomes()."""

    response: IntArray
    second: IntArray
    what: IntArray
    outcome: IntArray

    def __len__(self) -> int:
        return len(self.response)


def happenings(week: Week, incident: IntArray, detail: IntArray, rng: np.random.Generator) -> Happenings:
    """The events that led to each response of a week: all of its incident's, in order, before it."""
    steps = _steps()[incident]
    response = np.repeat(np.arange(len(week)), steps)
    step = np.arange(len(response)) - np.repeat(np.cumsum(steps) - steps, steps)
    last: BoolArray = step == np.repeat(steps, steps) - 1
    lead = np.where(last, rng.integers(*LAST_LEAD, size=len(response)), rng.integers(*STEP_LEAD, size=len(response)))
    before = _from_the_end(lead, steps)
    what = _places()[incident[response], step] + detail[response]
    outcome = np.where(last, _outcome_of()[incident[response]], outcomes().index(STARTED))
    second = week.second[response] - before
    order = np.argsort(second, kind="stable")
    return Happenings(response[order], second[order], what[order], outcome[order])


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
    """Place of (incident, step) with detail 0 in vocabulary(); details follow one another."""
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
    """Every text that an event can have."""
    return tuple(
        with_details(text, detail) for incident in incidents() for text in incident.what for detail in range(DETAILS)
    )


@cache
def outcomes() -> tuple[str, ...]:
    """Every outcome an event can have."""
    return tuple(sorted({incident.outcome for incident in incidents()} | {STARTED}))


@cache
def _outcome_of() -> IntArray:
    return np.array([outcomes().index(incident.outcome) for incident in incidents()])
