"""What comes before an incident and after it: threads of steps, read from words/journeys.toml.

A thread fits a response by its stage and by the incident it is about; `share` of those it fits take it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

import numpy as np

from data_sources.demo.company import STAGES, TOUCHPOINTS, FloatArray, IntArray
from data_sources.demo.incidents import DETAILS, KINDS, MOODS, OCCASIONS, WORDS, Incident, incidents, with_details

BEFORE, AFTER = "before", "after"
FAILURE = OCCASIONS.index("failure")
LONGEST_AFTER = 9
"""Days that a thread after an incident may take: nobody leaves sooner after an answer (histories.LEAVING_DAYS)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a thread. `days` (at least, at most) lie between it and the next step or, after an incident,
    the step before; 0 is within the hour. `outcome` is "" where it has none."""

    stage: int
    touchpoint: int
    what: str
    days: tuple[int, int]
    outcome: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Steps in order of time, and whom they fit: None means all."""

    side: str
    share: float
    steps: tuple[Step, ...]
    stages: frozenset[int] | None
    touchpoints: frozenset[int] | None
    moods: frozenset[int] | None
    occasions: frozenset[int]
    kind: int | None
    starts: frozenset[str] | None

    def fits(self, incident: Incident, stage: int, kind: int) -> bool:
        """Whether a response of that stage and kind of product, about that incident, can have it."""
        return (
            (self.stages is None or stage in self.stages)
            and (self.touchpoints is None or incident.touchpoint in self.touchpoints)
            and (self.moods is None or incident.mood in self.moods)
            and (self.kind is None or kind == self.kind)
            and (self.starts is None or incident.what[0] in self.starts)
            and incident.occasion in self.occasions
        )


@cache
def threads(side: str) -> tuple[Thread, ...]:
    """Every thread of that side, BEFORE or AFTER."""
    found = tomllib.loads((WORDS / "journeys.toml").read_text("utf-8"))[side]
    return tuple(_thread(side, item) for item in found)


def _thread(side: str, item: dict[str, object]) -> Thread:
    def places(key: str, known: tuple[str, ...]) -> frozenset[int] | None:
        return frozenset(known.index(name) for name in _list(item[key])) if key in item else None

    usual = frozenset(range(len(OCCASIONS))) - {FAILURE}
    return Thread(
        side,
        float(str(item["share"])),
        tuple(map(_step, _rows(item["steps"]))),
        places("stages", STAGES),
        places("touchpoints", TOUCHPOINTS),
        places("moods", MOODS),
        places("occasions", OCCASIONS) or usual,
        KINDS.index(str(item["kind"])) if "kind" in item else None,
        frozenset(_list(item["starts"])) if "starts" in item else None,
    )


def _step(row: list[object]) -> Step:
    stage, touchpoint, what, least, most, *outcome = map(str, row)
    return Step(
        STAGES.index(stage), TOUCHPOINTS.index(touchpoint), what, (int(least), int(most)), outcome[0] if outcome else ""
    )


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _rows(value: object) -> list[list[object]]:
    return [list(row) for row in value] if isinstance(value, list) else []


@cache
def _edges(side: str) -> FloatArray:
    """Cumulative shares of the threads, a row for every (incident, stage, kind); what is left over has none."""
    rows = [
        [thread.share * thread.fits(incident, stage, kind) for thread in threads(side)]
        for incident in incidents()
        for stage in range(len(STAGES))
        for kind in range(len(KINDS))
    ]
    edges: FloatArray = np.cumsum(np.array(rows), axis=1)
    return edges


def shares(side: str) -> FloatArray:
    """The share of responses with a thread, by (incident, stage, kind); at most 1."""
    return _edges(side)[:, -1].reshape(len(incidents()), len(STAGES), len(KINDS))


def taken(side: str, incident: IntArray, stage: IntArray, kind: IntArray, draw: FloatArray) -> IntArray:
    """The thread of each response (a place in threads(side)), −1 for none; `draw` is uniform in 0…1."""
    row = np.ravel_multi_index((incident, stage, kind), (len(incidents()), len(STAGES), len(KINDS)))
    place: IntArray = np.sum(_edges(side)[row] <= draw[:, None], axis=1)
    return np.where(place < len(threads(side)), place, -1)


@cache
def _texts() -> tuple[str, ...]:
    return tuple(sorted({step.what for side in (BEFORE, AFTER) for thread in threads(side) for step in thread.steps}))


@cache
def thread_words() -> tuple[str, ...]:
    """Every text that a step can have, details in order."""
    return tuple(with_details(text, detail) for text in _texts() for detail in range(DETAILS))


def place_of(step: Step) -> int:
    """Place of the step's text with detail 0 in thread_words()."""
    return _texts().index(step.what) * DETAILS
