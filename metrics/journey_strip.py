"""The journey strip: stages in order, and for each the chosen KPI, success, effort and emotion (METHODS §6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from metrics.discovery import benjamini_hochberg
from metrics.estimate import CONFIDENCE, HELD_BACK, Direction, Estimate, Verdict
from metrics.intervals import difference, estimate, z_test
from metrics.metric import Better, Metric
from metrics.periods import Period
from metrics.review import Reading
from metrics.slices import NOT_RECORDED
from metrics.story import asks_feeling
from metrics.sums import Sums

SUCCESS = re.compile(r"\b(success|succeed|resol|solv|complet|achiev|goal)")
EFFORT = re.compile(r"\b(effort|ease\b|easy|easi|ces\b)")
"""How the words begin that a metric of success and one of effort (Customer Effort Score) are called by."""
MOST_ROWS = 4
"""The chosen KPI and the three E's; as many columns as fit a phone beside the names of the stages."""
COMPARED_RATE = 1 - CONFIDENCE
"""Share of the changes called signals that may be false, over all cells of two weeks that are compared."""


@dataclass(frozen=True, slots=True)
class StripRow:
    """One metric along the journey: `whole` is the end-to-end score, `cells` the stages' in order. `peak` and `end` are
    places among the stages; None on metrics that do not ask for a feeling, and without any value."""

    metric: Metric
    whole: Reading
    cells: tuple[Reading, ...]
    peak: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """All rows over the same `stages`. `against` is the week they are compared with, None for the usual level, and
    `compared` how many cells were tested together before any was called a signal."""

    stages: tuple[str, ...]
    rows: tuple[StripRow, ...]
    compared: int
    against: Period | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the journey (`axis` is STAGE or TOUCHPOINT) and what one metric says there."""

    axis: str
    place: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Extremes:
    """Where a metric is best and worst; only where the two differ beyond chance."""

    metric: Metric
    best: str
    worst: str


@dataclass(frozen=True, slots=True)
class TwoWeeks:
    """One metric's sums this week and in the week held against it: the whole first, then stage by stage. `hidden` says
    which of them have too few answers in either week, or would give such a one away."""

    metric: Metric
    now: tuple[Sums, ...]
    then: tuple[Sums, ...]
    hidden: tuple[bool, ...]


def asks_success(metric: Metric) -> bool:
    """Whether a metric's id or label says that it asks if the customer got what they came for."""
    return bool(SUCCESS.search(_name(metric)))


def asks_effort(metric: Metric) -> bool:
    """Whether a metric's id or label says that it asks how hard or how easy it was."""
    return bool(EFFORT.search(_name(metric)))


def strip_metrics(metrics: Sequence[Metric], chosen: Metric) -> tuple[Metric, ...]:
    """The chosen KPI, then success, effort and emotion, each once; where a company asks none of the three, the chosen
    KPI and its first others, four at most."""
    asked = (next(filter(asks, metrics), None) for asks in (asks_success, asks_effort, asks_feeling))
    found = [metric for metric in asked if metric is not None]
    rows = dict.fromkeys(chain((chosen,), found or metrics))
    return tuple(islice(rows, MOST_ROWS))


def strip_row(metric: Metric, stages: Sequence[str], readings: Sequence[Reading]) -> StripRow:
    """A row from the reading of the whole and those of the stages in order; peak and end where it asks for a feeling.

    The peak is the stage furthest from neutral (the middle of what the metric can be); between equally far ones the
    worse (as metrics/peak_end.py), then the later. The end is the last stage with a value. Answers without a recorded
    stage are neither."""
    whole, *cells = readings
    if not asks_feeling(metric):
        return StripRow(metric, whole, tuple(cells))
    neutral, up = sum(metric.bounds) / 2, 1 if metric.better is Better.HIGHER else -1
    felt = [
        (place, up * (reading.estimate.value - neutral))
        for place, (stage, reading) in enumerate(zip(stages, cells, strict=True))
        if reading.estimate.value is not None and stage != NOT_RECORDED
    ]
    if not felt:
        return StripRow(metric, whole, tuple(cells))
    peak = max(felt, key=lambda moment: (abs(moment[1]), moment[1] < 0, moment[0]))[0]
    return StripRow(metric, whole, tuple(cells), peak, felt[-1][0])


def two_weeks(rows: Sequence[TwoWeeks], against: Period) -> tuple[tuple[tuple[Reading, ...], ...], int]:
    """The readings of every cell against another week, row by row, and how many were tested.

    A cell's p is that of metrics.intervals.z_test; over all cells of all rows together Benjamini & Hochberg decide
    which changes are signals. A hidden cell keeps only its n and is not tested; nor is one whose spread is not known
    (one answer, or all alike)."""
    tests = [
        None if hidden else z_test(row.metric, now, then)
        for row in rows
        for now, then, hidden in zip(row.now, row.then, row.hidden, strict=True)
    ]
    p = np.array([np.nan if test is None else test[1] for test in tests])
    found = iter(zip(p.tolist(), benjamini_hochberg(p, COMPARED_RATE).tolist(), strict=True))
    readings = tuple(
        tuple(
            _judged(_beside(row.metric, now, then, hidden), *next(found), against)
            for now, then, hidden in zip(row.now, row.then, row.hidden, strict=True)
        )
        for row in rows
    )
    return readings, int(np.count_nonzero(~np.isnan(p)))


def _beside(metric: Metric, now: Sums, then: Sums, hidden: bool) -> Reading:
    """Both weeks and their difference, not judged yet."""
    week, before, change = estimate(metric, now), estimate(metric, then), difference(metric, now, then)
    if hidden:
        week, before, change = (Estimate(None, None, None, it.n, HELD_BACK) for it in (week, before, change))
    return Reading(metric, week, before, change, Verdict.ROUTINE, Direction.NONE, "")


def _judged(reading: Reading, p: float, signal: bool, against: Period) -> Reading:
    change = reading.change.value
    if change is None:
        which = "this week" if reading.estimate.n == 0 else f"in {against.text()}"
        few = reading.estimate.method == HELD_BACK
        why = "too few answers in one of the two weeks" if few else f"no answers {which}"
        return replace(reading, verdict=Verdict.TOO_FEW, why=why)
    if np.isnan(p):
        return replace(reading, why="no verdict: its answers do not differ")
    if not signal:
        return replace(reading, why=f"no clear change since {against.text()}", p=p)
    direction = Direction.IMPROVEMENT if reading.metric.improves(change) else Direction.CONCERN
    return replace(reading, verdict=Verdict.SIGNAL, direction=direction, why=f"changed since {against.text()}", p=p)


def extremes(metric: Metric, places: Sequence[str], sums: Sequence[Sums], fewest: int) -> Extremes | None:
    """Where the metric is best and worst, of the places with at least `fewest` answers; None unless the two differ at
    five per cent after Bonferroni over all k(k − 1)/2 pairs they were picked from (Dunn 1961,
    doi:10.1080/01621459.1961.10482090)."""
    known = [(cell.mean or 0.0, place, cell) for place, cell in zip(places, sums, strict=True) if cell.n >= fewest]
    pairs = len(known) * (len(known) - 1) // 2
    if not pairs:
        return None
    ranked = sorted(known, key=lambda it: it[0], reverse=metric.better is Better.HIGHER)
    (_, best, top), (_, worst, bottom) = ranked[0], ranked[-1]
    test = z_test(metric, top, bottom)
    return Extremes(metric, best, worst) if test and test[1] * pairs <= 1 - CONFIDENCE else None


def _name(metric: Metric) -> str:
    return f"{metric.id} {metric.label}".lower().replace("_", " ")
