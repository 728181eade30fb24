"""How customers feel stage by stage: this week with its verdicts and what they hope for, and the weeks before."""

from __future__ import annotations

import numpy as np

from data_sources.errors import NotConfigured
from data_sources.metric_report import metric_report
from data_sources.view import View
from metrics.estimate import NO_ESTIMATE, Estimate, shown
from metrics.figures import DESIRED, Figure
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.published import standing
from metrics.review import Reading
from metrics.slices import NOT_RECORDED, STAGE
from metrics.stage_feelings import FeelingsOverTime, StageFeeling, StageFeelings, feeling_metric, peak_place
from metrics.story import asks_feeling
from metrics.suppression import suppress

SHOWN_WEEKS = 26
"""Half a year of weeks by stage."""


def stages_of(view: View) -> tuple[str, ...]:
    """The stages that the scope leaves, in order; none where the responses record none."""
    kept, values = view.scope.filters.get(STAGE), view.catalog.stages.values
    if not view.room.cube().holds((STAGE,)):
        return ()
    return tuple(stage for stage in values if stage != NOT_RECORDED and (kept is None or stage in kept))


def stage_feelings(view: View) -> StageFeelings:
    """The week's feelings by stage in the view's scope. Raises NotConfigured where responses name no stage."""
    return view.once("stage feelings", lambda: _stage_feelings(view))


def feelings_over_time(view: View) -> FeelingsOverTime:
    """The last half year by stage, up to the view's week. Raises NotConfigured where responses name no stage."""
    return view.once("feelings over time", lambda: _over_time(view))


def _stage_feelings(view: View) -> StageFeelings:
    metric = feeling_metric(view.catalog)
    readings = _readings(view, metric)
    desired = [figure for figure in view.figures("expectations", metric) if figure.level == DESIRED]
    hopes = [_hoped(view, metric, desired, stage) for stage, _ in readings]
    stages = tuple(
        StageFeeling(stage, reading, hoped) for (stage, reading), (hoped, _) in zip(readings, hopes, strict=True)
    )
    told = [place for place, it in enumerate(stages) if it.reading.estimate.value is not None]
    a_curve = len(told) > 1
    return StageFeelings(
        metric,
        stages,
        peak_place(metric, [it.reading for it in stages]) if a_curve else None,
        told[-1] if a_curve else None,
        not asks_feeling(metric),
        tuple(dict.fromkeys(note for _, notes in hopes for note in notes)),
        view.scan().looked_at,
    )


def _readings(view: View, metric: Metric) -> list[tuple[str, Reading]]:
    """The stages of the scope with the scan's reading, held back where too few answered; a scope of one stage is that
    stage as a whole."""
    stages = stages_of(view)
    if not stages and not view.scope.filters.get(STAGE):
        raise NotConfigured("responses.stage", "The emotional curve")
    report = metric_report(view, metric)
    by_stage = dict(report.breakdowns.get(STAGE, ()))
    if not by_stage and len(stages) == 1:
        return [(stages[0], report.reading)]
    return [(stage, by_stage[stage]) for stage in stages if stage in by_stage]


def _hoped(view: View, metric: Metric, desired: list[Figure], stage: str) -> tuple[Estimate, tuple[str, ...]]:
    """The newest standing of what customers hope for at a stage, and what limits it."""
    if not desired:
        return NO_ESTIMATE, ()
    scope, thresholds = view.scope.narrowed(STAGE, stage), view.catalog.thresholds
    found, notes = standing(metric, desired, scope.filters, view.week.last_day, thresholds.competitor_n)
    if found is None:
        return NO_ESTIMATE, notes
    whole = found.sums
    stated = Estimate(found.value, None, None, None, "n not stated") if whole is None else estimate(metric, whole)
    return shown(stated, view.fewest), notes


def _over_time(view: View) -> FeelingsOverTime:
    """Cells too few in a week are left out, and with them any that would give them away beside the week's total."""
    now = stage_feelings(view)
    metric, weeks = now.metric, view.weeks[-SHOWN_WEEKS:]
    table = view.sums(metric, weeks, (STAGE,))
    labels = table.labels[1]
    hidden = np.array([suppress(n, view.fewest).cells for n in table.n]).reshape(table.n.shape)

    def cell(week: int, place: int) -> Estimate:
        return NO_ESTIMATE if hidden[week, place] else shown(estimate(metric, table.at(week, place)), view.fewest)

    places = [labels.index(it.stage) for it in now.stages]
    estimates = tuple(tuple(cell(week, place) for week in range(len(weeks))) for place in places)
    return FeelingsOverTime(metric, weeks, estimates, now.stages)
