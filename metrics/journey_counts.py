"""From counts of journeys to what is said of them: paths, turns and flows, with what is too few held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.estimate import NO_ESTIMATE, Estimate, shown
from metrics.intervals import estimate
from metrics.journeys import Path, StageFlow, Turn
from metrics.metric import FULL_MARKS, Metric, MetricKind
from metrics.sums import Sums

MOST_TURNS = 8
"""Turns of each kind (back, left) that are told: what a meeting can talk about."""
_SHARE = Metric("share", "Share", MetricKind.RATE, (0, 1), threshold=1)


@dataclass(frozen=True, slots=True)
class PathCounts:
    """A path as counted: `known` of its journeys have an outcome, `succeeded` of those a good one; `answers` are the
    KPI's sums of the answers given on it."""

    steps: tuple[str, ...]
    longer: bool
    journeys: int
    customers: int
    known: int
    succeeded: int
    answers: Sums


@dataclass(frozen=True, slots=True)
class TurnCounts:
    """Journeys that turned from `at` to `to` ("" where they left), of those that were there; `customers` walked
    them."""

    at: str
    to: str
    journeys: int
    customers: int
    of: int


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """Journeys that reached a stage, and what became of them; `succeeded` of those who left."""

    stage: str
    entered: int
    customers: int
    onward: int
    left: int
    open: int
    succeeded: int = 0


def share(count: int, of: int) -> Estimate:
    """count / of in per cent with Wilson's interval (metrics/intervals.py); no value where of = 0."""
    return estimate(_SHARE, Sums(of, FULL_MARKS * count, FULL_MARKS**2 * count))


def told_paths(
    counted: Sequence[PathCounts], journeys: int, metric: Metric, fewest: int
) -> tuple[tuple[Path, ...], int]:
    """The paths, and how many of all `journeys` are elsewhere: on paths not listed or hidden. Σ paths.journeys +
    elsewhere = journeys.

    A path of fewer than `fewest` customers is hidden. What is elsewhere is told by subtraction, so while it comes to
    fewer than `fewest` journeys, the smallest path still shown is hidden too.
    """
    hidden = {place for place, path in enumerate(counted) if path.customers < fewest}
    smallest = sorted(set(range(len(counted))) - hidden, key=lambda place: (counted[place].journeys, -place))
    elsewhere = journeys - sum(path.journeys for place, path in enumerate(counted) if place not in hidden)
    while hidden and elsewhere < fewest and smallest:
        hidden.add(smallest[0])
        elsewhere += counted[smallest.pop(0)].journeys
    told = (_path(path, journeys, metric, fewest, place in hidden) for place, path in enumerate(counted))
    return tuple(told), elsewhere


def _path(counts: PathCounts, journeys: int, metric: Metric, fewest: int, hide: bool) -> Path:
    if hide:
        return Path(counts.steps, counts.longer, 0, 0, NO_ESTIMATE, NO_ESTIMATE, NO_ESTIMATE, hidden=True)
    return Path(
        counts.steps,
        counts.longer,
        counts.journeys,
        counts.customers,
        share(counts.journeys, journeys),
        shown(estimate(metric, counts.answers), fewest),
        shown(share(counts.succeeded, counts.known), fewest),
    )


def told_turns(counted: Iterable[TurnCounts], fewest: int, most: int = MOST_TURNS) -> tuple[Turn, ...]:
    """The most frequent turns back and the most frequent steps to leave at, `most` of each, by journeys. Those of
    fewer than `fewest` customers are left out."""
    ranked = sorted(
        (turn for turn in counted if turn.customers >= fewest), key=lambda turn: (-turn.journeys, turn.at, turn.to)
    )
    kept = [turn for turn in ranked if turn.to][:most] + [turn for turn in ranked if not turn.to][:most]
    return tuple(
        Turn(turn.at, turn.to, turn.journeys, turn.of, shown(share(turn.journeys, turn.of), fewest))
        for turn in ranked
        if turn in kept
    )


def told_flows(counted: Iterable[FlowCounts], fewest: int) -> tuple[StageFlow, ...]:
    """What becomes of the journeys at every stage; one reached by 1 … fewest − 1 customers is hidden."""
    return tuple(_flow(flow, fewest) for flow in counted)


def _flow(counts: FlowCounts, fewest: int) -> StageFlow:
    if 0 < counts.customers < fewest:
        return StageFlow(counts.stage, 0, 0, 0, 0, 0, NO_ESTIMATE, hidden=True)
    lost = counts.left - counts.succeeded
    drop_off = shown(share(lost, counts.onward + counts.left), fewest)
    return StageFlow(counts.stage, counts.entered, counts.onward, counts.succeeded, lost, counts.open, drop_off)
