"""The journeys that began in the last quarter, in one scope: their paths, turns and what becomes of each stage."""

from __future__ import annotations

from collections.abc import Mapping

from data_sources.errors import NotConfigured
from data_sources.journeys import questions
from data_sources.journeys.statements import STEPS, Told
from data_sources.query import Statement, sums_of
from data_sources.settings.datasets import JourneyEventsSettings
from data_sources.view import View
from metrics.journey_counts import FlowCounts, PathCounts, TurnCounts, told_flows, told_paths, told_turns
from metrics.journeys import JOURNEY_WEEKS, Journeys, StageFlows, StepGrain
from metrics.metric import Metric
from metrics.periods import WEEK, Period
from metrics.slices import NOT_RECORDED

EVENTS = "journey_events"
MOST_PATHS = 12
"""Paths that are told apart: more rows than a meeting reads, and all that the picture holds."""

Row = Mapping[str, object]


def journeys(view: View, metric: Metric, grain: StepGrain) -> Journeys:
    """Journeys that began in the JOURNEY_WEEKS weeks up to the view's, as far as they are known at its end.

    A journey is what the `journey` column says, else a customer's events with no more than `gap_days` between them.
    Filters on stage or touchpoint keep whole journeys that have such an event; other filters and row rules say which
    events (and answers) there are at all. Raises NotConfigured, NotFilterable, Unavailable.
    """
    return view.once(("journeys", metric.id, grain), lambda: _journeys(view, metric, grain))


def _journeys(view: View, metric: Metric, grain: StepGrain) -> Journeys:
    told = asked(view, grain)
    scored = why_not_scored(view, metric)
    responses = None if scored else view.room.datasets["responses"]
    every = _flow_rows(view, told).get(questions.EVERY, {})
    turns = view.once(("journey turns", grain), lambda: _run(view, questions.turns(told)))
    count = _int(every.get("entered"))
    counted = [_path(row, metric) for row in _run(view, questions.paths(told, responses, metric, MOST_PATHS))]
    paths, elsewhere = told_paths(counted, count, metric, view.fewest)
    return Journeys(
        told.period,
        told.gap_days,
        grain,
        count,
        _int(every.get("customers")),
        _int(every.get("open")),
        paths,
        elsewhere,
        told_turns(_turns(turns), view.fewest),
        scored,
    )


def stage_flows(view: View) -> StageFlows:
    """What becomes of the same journeys at every stage: one statement, without their paths. Raises NotConfigured,
    NotFilterable, Unavailable."""
    return view.once("stage flows", lambda: _stage_flows(view))


def _stage_flows(view: View) -> StageFlows:
    told = asked(view, StepGrain.STAGE)
    rows = _flow_rows(view, told)
    count, customers, still_open = (
        _int(rows.get(questions.EVERY, {}).get(name)) for name in ("entered", "customers", "open")
    )
    flows = told_flows(_flows(told, rows), view.fewest)
    return StageFlows(told.period, told.gap_days, count, customers, still_open, flows)


def _flow_rows(view: View, told: Told) -> Mapping[int, Row]:
    """By the stage's rank, all journeys under EVERY; the same whatever a step of a path is."""

    def read() -> Mapping[int, Row]:
        return {_int(row["rank"]): row for row in _run(view, questions.flows(told))}

    return view.once("journey flows", read)


def asked(view: View, grain: StepGrain) -> Told:
    """Which journeys a page means. Raises NotConfigured where there are no journey events, or none with such steps."""
    events = configured(view)
    dataset = view.room.datasets[EVENTS]
    if grain.value not in dataset:
        raise NotConfigured(f"{EVENTS}.{grain.value}", f"A journey by {grain.value}")
    start = view.week.end - JOURNEY_WEEKS * WEEK
    stages = tuple(stage for stage in view.catalog.stages.values if stage != NOT_RECORDED)
    return Told(dataset, Period(start, view.week.end), events.gap_days, events.succeeded, grain, stages, view.scope)


def configured(view: View) -> JourneyEventsSettings:
    """The settings of the journey events. Raises NotConfigured."""
    events = view.room.settings.journey_events
    if events is None:
        raise NotConfigured(EVENTS, "What becomes of a journey")
    return events


def why_not_scored(view: View, metric: Metric) -> str:
    """Why paths have no score: answers and events in two sources, which no query joins. "" where they have."""
    events, responses = view.room.datasets[EVENTS], view.room.datasets["responses"]
    if events.source == responses.source:
        return ""
    return (
        f"{metric.label} of a path is not known: journey events come from “{events.source}” and answers from "
        f"“{responses.source}”, and one query cannot join two sources."
    )


def _run(view: View, statement: Statement) -> list[Row]:
    found: list[Row] = view.room.sources.run(view.room.datasets[EVENTS].source, statement).to_pylist()
    return found


def _path(row: Row, metric: Metric) -> PathCounts:
    steps = tuple(str(row[name]) for name in STEPS if row[name] is not None)
    journeys, customers, known, succeeded = (_int(row[n]) for n in ("journeys", "customers", "known", "succeeded"))
    return PathCounts(steps, row["longer"] == 1, journeys, customers, known, succeeded, sums_of(metric, row))


def _turns(rows: list[Row]) -> list[TurnCounts]:
    there = {row["at"]: _int(row["journeys"]) for row in rows if row["kind"] == questions.THERE}
    return [
        TurnCounts(str(row["at"]), str(row["to"]), _int(row["journeys"]), _int(row["customers"]), there[row["at"]])
        for row in rows
        if row["kind"] in (questions.BACK, questions.LEFT)
    ]


def _flows(told: Told, rows: Mapping[int, Row]) -> list[FlowCounts]:
    names = ("entered", "customers", "onward", "left", "open", "succeeded")
    return [
        FlowCounts(stage, *(_int(rows.get(rank, {}).get(name)) for name in names))
        for rank, stage in enumerate(told.stages)
    ]


def _int(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
