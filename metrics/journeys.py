"""Journeys as customers walk them: paths, what they lead to, where customers turn back or leave.

A journey is one customer's events that belong together; its steps are its stages or touchpoints in order, with
repeats in a row counted as one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.estimate import Estimate
from metrics.people import CustomerStory
from metrics.periods import Period

JOURNEY_WEEKS = 12
"""Journeys that began in the last quarter are looked at: one week holds too few of each path."""
LONGEST_PATH = 8
"""Steps of a path that are told apart; of a longer one its beginning is shown."""


class StepGrain(StrEnum):
    """What one step of a path is."""

    STAGE = "stage"
    TOUCHPOINT = "touchpoint"


@dataclass(frozen=True, slots=True)
class Path:
    """One sequence of steps and the journeys that took it. `longer`: its journeys went on after the steps shown.
    `share` of all journeys; `score` the KPI of the answers given on these journeys; `success` the share that reached
    what they came for, of those whose outcome is known. `hidden`: too few customers for the numbers to be shown."""

    steps: tuple[str, ...]
    longer: bool
    journeys: int
    customers: int
    share: Estimate
    score: Estimate
    success: Estimate
    hidden: bool = False

    @property
    def hand_offs(self) -> int:
        """How often the customer was passed from one step to another."""
        return len(self.steps) - 1

    @property
    def repeats(self) -> int:
        """How many steps return to where the journey had been before: contacting again."""
        return len(self.steps) - len(set(self.steps))

    @property
    def key(self) -> str:
        """The path in one line, as an address carries it."""
        return " > ".join(self.steps) + (" > …" if self.longer else "")


@dataclass(frozen=True, slots=True)
class Turn:
    """A pair of steps where customers turn back (`to` is an earlier stage, or a step already visited), or leave
    (`to` is ""): `journeys` of the `of` that were at `at`, and that share with its interval. Both are of journeys
    that are over: of those that are not, the quick ones have gone on already and nobody has left yet."""

    at: str
    to: str
    journeys: int
    of: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class StageFlow:
    """What comes into a stage and what becomes of it, in journeys: `entered` reached it, `open` of them are not over;
    of the others `onward` went on to a later stage, `succeeded` ended here with what they came for and `left` ended
    here without it. entered = onward + succeeded + left + open. `drop_off` is left / (onward + succeeded + left). Where
    no success is configured `succeeded` is 0, and at the last stage there is nothing to drop off from. `hidden`: too
    few customers for the numbers to be shown."""

    stage: str
    entered: int
    onward: int
    succeeded: int
    left: int
    open: int
    drop_off: Estimate
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class StageFlows:
    """What becomes of the journeys that began in `period` at every stage, in the order of the stages. `open` journeys
    had an event within the last `gap_days` and are in no drop-off."""

    period: Period
    gap_days: int
    journeys: int
    customers: int
    open: int
    flows: tuple[StageFlow, ...]


@dataclass(frozen=True, slots=True)
class Journeys:
    """The ways of the journeys that began in `period`: `paths` the most travelled first, `elsewhere` the journeys on
    paths not listed; journeys = Σ paths.journeys + elsewhere. `open` journeys had an event within the last `gap_days`
    and are in no turn. `scored` is "" or why paths have no score."""

    period: Period
    gap_days: int
    grain: StepGrain
    journeys: int
    customers: int
    open: int
    paths: tuple[Path, ...]
    elsewhere: int
    turns: tuple[Turn, ...]
    scored: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """One customer's journey step by step: the customer at `place` (from 0) of `of`, in the order that `seed` draws;
    the story's timeline holds the events and answers of this journey only. `bounded`: drawn from the newest ones."""

    story: CustomerStory
    place: int
    of: int
    seed: int
    bounded: bool
