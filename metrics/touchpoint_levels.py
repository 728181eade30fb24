"""What is, what must be, what should be: every touchpoint against the least that customers need and the level to
aspire to; which are broken, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from metrics.catalog import Axis, Thresholds
from metrics.comparators import WEEKS_A_YEAR, pooled_level
from metrics.discovery import adjusted_p
from metrics.estimate import NO_ESTIMATE, Estimate, shown
from metrics.figures import ADEQUATE, DESIRED, Figure
from metrics.history import WEEK_AXIS, History
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.minimum_gap import Level, gap_to, p_value
from metrics.periods import WEEK, Period
from metrics.published import Standing, standing
from metrics.scan import ANSWERED, MISSED, silence
from metrics.slices import NOT_RECORDED, Filters
from metrics.sums import IntArray, SumsTable
from metrics.suppression import suppress

FALSE_DISCOVERIES = 0.05
"""Share of the verdicts "below" and "meets it" that may be false, on average (METHODS §3)."""


class Standard(StrEnum):
    """How a touchpoint stands to the minimum that customers need."""

    BELOW = "below minimum"
    MEETS = "meets it"
    UNSURE = "cannot tell"
    TOO_FEW = "too few"
    SILENT = "silent"
    NO_MINIMUM = "no minimum known"


@dataclass(frozen=True, slots=True)
class TouchpointLevel:
    """One touchpoint: its score over the newest `weeks` (as many as make thresholds.low_n answers, a year at most),
    the minimum, the aspiration, and the gap to the minimum (ours minus it). `p` is None where nothing was tested, so
    also against a stale minimum. `last_heard` is the last day of the last week with answers, None where there were
    none in a year."""

    place: str
    estimate: Estimate
    weeks: int
    must_be: Level | None
    should_be: Level | None
    gap: Estimate
    standard: Standard
    p: float | None = None
    last_heard: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The slice that all touchpoints are looked at in."""

    metric: Metric
    axis: Axis
    weeks: tuple[Period, ...]
    expectations: Sequence[Figure]
    filters: Filters
    thresholds: Thresholds

    @property
    def today(self) -> date:
        """The reviewed week's last day."""
        return self.weeks[-1].last_day


def levels_of(asked: Asked, sums: SumsTable) -> tuple[TouchpointLevel, ...]:
    """A row for every place of the axis that the filters keep, from `sums` with axes ("week", axis) over
    `asked.weeks`. Verdicts by Benjamini & Hochberg over all places tested together; it also holds the rate of wrong
    directions (Benjamini & Yekutieli 2005, doi:10.1198/016214504000001907)."""
    kept = asked.filters.get(asked.axis.id)
    places = [p for p in asked.axis.values if p != NOT_RECORDED and (kept is None or p in kept)]
    labels = sums.labels[1]
    rows = [
        _row(asked, place, _history(asked, sums, labels.index(place) if place in labels else None)) for place in places
    ]
    return _verdicts(asked, _protected(asked, rows))


def _history(asked: Asked, sums: SumsTable, place: int | None) -> History:
    """One place's weeks; without answers where the data does not know it."""
    size = len(asked.weeks)
    n, total, squares = np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size)
    if place is not None:
        n, total, squares = sums.n[:, place], sums.total[:, place], sums.squares[:, place]
    return History(asked.metric, asked.weeks, SumsTable((WEEK_AXIS,), sums.labels[:1], n, total, squares))


def _row(asked: Asked, place: str, history: History) -> TouchpointLevel:
    """Everything but the verdict's correction for many: UNSURE is what may still become another."""
    now, weeks = pooled_level(history, asked.thresholds)
    n = history.total.n
    must, should = (level_of(asked, place, level) for level in (ADEQUATE, DESIRED))
    heard = asked.weeks[-1 - int(silence(n))].last_day if n.any() else None
    fewest = asked.thresholds.show_number
    row = TouchpointLevel(
        place,
        shown(estimate(asked.metric, now), fewest),
        weeks,
        must,
        should,
        NO_ESTIMATE,
        Standard.UNSURE,
        last_heard=heard,
    )
    if is_silent(n, asked.thresholds):
        return replace(row, estimate=Estimate(None, None, None, 0, "silent"), standard=Standard.SILENT)
    if now.n < fewest:
        return replace(row, standard=Standard.TOO_FEW)
    if must is None:
        return replace(row, standard=Standard.NO_MINIMUM)
    p = None if must.stale else p_value(asked.metric, now, must)
    return replace(row, gap=gap_to(asked.metric, now, must), p=p)


def is_silent(n: IntArray, thresholds: Thresholds) -> bool:
    """Whether answers by week, the newest last, have stopped: none at all, or none for `stale_days` where nearly
    every week had some and so many are missing that it is no chance (the scan's rule, metrics/scan.py)."""
    quiet = int(silence(n))
    if quiet == n.shape[0]:
        return True
    before = n[: n.shape[0] - quiet][-WEEKS_A_YEAR:]
    regular = np.count_nonzero(before) >= ANSWERED * before.size
    long = quiet >= max(1, -(-thresholds.stale_days // WEEK.days))
    return bool(long and regular and before.mean() * quiet >= MISSED)


def level_of(asked: Asked, place: str, level: str) -> Level | None:
    """The level that customers stated for this place, else the one they stated for all, else the metric's own
    minimum (for "adequate") or aspiration (for "desired"); None where nobody says."""
    axis = asked.axis.id
    stated = [figure for figure in asked.expectations if figure.level == level and figure.metric == asked.metric.id]
    here = [figure for figure in stated if (axis, place) in figure.where]
    everywhere = [figure for figure in stated if axis not in dict(figure.where)]
    for figures, whose in ((here, True), (everywhere, False)):
        found, _ = standing(
            asked.metric, figures, asked.filters.without(axis), asked.today, asked.thresholds.competitor_n
        )
        if found is not None and (found.sums is None or found.sums.n >= asked.thresholds.show_number):
            old = asked.today - found.end > timedelta(days=asked.thresholds.benchmark_stale_days)
            return Level(found.value, found.sums, found.as_of, whose, _notes(found, old=old), old)
    own = asked.metric.minimum if level == ADEQUATE else asked.metric.aspiration
    return None if own is None else Level(own)


def _notes(found: Standing, *, old: bool) -> tuple[str, ...]:
    """What limits a level that customers stated; an old one is marked."""
    return ((f"stale since {found.end:%b %Y}",) if old else ()) + found.notes


def _protected(asked: Asked, rows: Sequence[TouchpointLevel]) -> list[TouchpointLevel]:
    """A place hidden for its few answers must not follow from the whole less the others over the same weeks."""
    few = [row for row in rows if row.standard is Standard.TOO_FEW]
    if not few:
        return list(rows)
    same = [row.weeks == few[0].weeks for row in rows]
    counts = [(row.estimate.n or 0) if alike else 0 for row, alike in zip(rows, same, strict=True)]
    hidden = suppress(np.array(counts, dtype=np.int64), asked.thresholds.show_number).cells.tolist()
    return [_withheld(row) if hide else row for row, hide in zip(rows, hidden, strict=True)]


def _withheld(row: TouchpointLevel) -> TouchpointLevel:
    nothing = Estimate(None, None, None, row.estimate.n, "held back")
    return replace(row, estimate=nothing, gap=NO_ESTIMATE, standard=Standard.TOO_FEW, p=None)


def _verdicts(asked: Asked, rows: Sequence[TouchpointLevel]) -> tuple[TouchpointLevel, ...]:
    p = np.array([np.nan if row.p is None else row.p for row in rows], dtype=np.float64)
    sure = np.nan_to_num(adjusted_p(p), nan=1.0) <= FALSE_DISCOVERIES

    def judged(row: TouchpointLevel) -> TouchpointLevel:
        better = asked.metric.improves(row.gap.value or 0.0)
        return replace(row, standard=Standard.MEETS if better else Standard.BELOW)

    return tuple(judged(row) if one else row for row, one in zip(rows, sure.tolist(), strict=True))
