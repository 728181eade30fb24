"""Which touchpoints are listened to, and which have gone silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.periods import Period
from metrics.sums import IntArray

SILENT_WEEKS = 2
"""One empty week can be a holiday or a late file; a second one cannot (a feed that used to answer every week)."""
USUAL_WEEKS = 26
"""Half a year before the silence says how often a touchpoint usually answers."""
USUALLY_ANSWERS = 0.75
"""Share of usual weeks with an answer from which a silence means that a feed has stopped. At this share two empty
weeks in a row happen by chance in 1 of 16 pairs at most; feeds in practice answer every week."""


class Listening(StrEnum):
    """How a touchpoint is heard."""

    HEARD = "listened to"
    SILENT = "silent"
    RARE = "answers rarely"
    NEVER = "no data"


@dataclass(frozen=True, slots=True)
class Heard:
    """One touchpoint: its state, since when it has been silent (the first empty week), its responses in the
    newest week and a usual week's mean."""

    label: str
    state: Listening
    silent_since: Period | None
    newest: int
    usual: float


def listening(labels: Sequence[str], weeks: Sequence[Period], rows: IntArray) -> tuple[Heard, ...]:
    """State of every touchpoint at the last of `weeks`. `rows` has shape (weeks, labels). Without weeks, all are
    "no data"."""
    return tuple(_heard(label, weeks, rows[:, k]) for k, label in enumerate(labels))


def _heard(label: str, weeks: Sequence[Period], rows: IntArray) -> Heard:
    answered = [i for i, n in enumerate(rows) if n > 0]
    if not answered:
        return Heard(label, Listening.NEVER, None, 0, 0.0)
    last = answered[-1]
    before = rows[max(0, last + 1 - USUAL_WEEKS) : last + 1]
    usual, newest = float(before.mean()), int(rows[-1])
    often = float((before > 0).mean()) >= USUALLY_ANSWERS
    if len(weeks) - 1 - last >= SILENT_WEEKS and often:
        return Heard(label, Listening.SILENT, weeks[last + 1], newest, usual)
    return Heard(label, Listening.HEARD if often else Listening.RARE, None, newest, usual)
