"""Journeys over four kinds of source: every count, turn and score equals plain Python on the raw rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources.errors import NotConfigured, NotFilterable
from data_sources.journeys import journeys, stage_flows
from data_sources.room import Room
from metrics.intervals import estimate
from metrics.journeys import JOURNEY_WEEKS, Journeys, StageFlow, StepGrain
from metrics.metric import Metric
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters, Scope
from metrics.sums import Sums
from tests.data_sources.engines import ENGINES
from tests.data_sources.journeys.walked import (
    COMPANIES,
    GAP,
    STAGES,
    START,
    WEEK,
    Company,
    Found,
    answer_rows,
    event_rows,
    found,
    room_of,
    view_of,
)

SCOPES = {
    "everything": EVERYTHING,
    "region": EVERYTHING.filtered(Filters.of({"region": ["North", NOT_RECORDED]})),
    "stage": EVERYTHING.filtered(Filters.of({"stage": ["renew"]})),
    "both on one event": EVERYTHING.filtered(
        Filters.of({"stage": ["use"], "touchpoint": ["app", NOT_RECORDED], "region": ["North"]})
    ),
    "rules": Scope(Filters(), (Filters.of({"region": ["South"]}), Filters.of({"stage": ["use", "renew"]}))),
}


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sums(metric: Metric, given: list[Found]) -> Sums:
    """Σ over the answers on the metric's scale (metrics.metric.Metric.values is the authority)."""
    low, high = metric.scale
    scores = np.array([a[metric.id] for journey in given for a in journey.answers if a[metric.id] is not None], float)
    scores = scores[(scores >= low) & (scores <= high)]
    values = metric.values(scores) - metric.centre
    return Sums(len(scores), float(values.sum()), float((values**2).sum()))


def check_paths(report: Journeys, truth: list[Found], metric: Metric, company: Company) -> None:
    by_path: dict[tuple[tuple[str, ...], bool], list[Found]] = defaultdict(list)
    for journey in truth:
        by_path[journey.path(report.grain)].append(journey)
    assert len({(path.steps, path.longer) for path in report.paths}) == len(report.paths) == min(12, len(by_path))
    assert [p.journeys for p in report.paths] == sorted((len(g) for g in by_path.values()), reverse=True)[:12]
    for path in report.paths:
        walked = by_path[path.steps, path.longer]
        known = [journey for journey in walked if journey.outcome is not None and company.succeeded]
        assert path.journeys == len(walked)
        assert path.customers == len({journey.customer for journey in walked})
        assert path.success.n == len(known)
        if known:
            assert path.success.value == pytest.approx(100 * sum(bool(j.outcome) for j in known) / len(known))
        wanted = estimate(metric, sums(metric, walked))
        assert path.score.n == wanted.n
        assert (path.score.value, path.score.lower) == (pytest.approx(wanted.value), pytest.approx(wanted.lower))


def turns_of(truth: list[Found], grain: StepGrain, company: Company) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Journeys per turn (at, to) and journeys that were at a step, of those that are over."""
    turned: Counter[tuple[str, str]] = Counter()
    there: Counter[str] = Counter()
    for journey in truth:
        if journey.open:
            continue
        steps = journey.walk(grain)
        there.update({step for step, _ in steps})
        here = set()
        for place, ((at, rank), (to, next_rank)) in enumerate(pairwise(steps)):
            visited = to in [step for step, _ in steps[: place + 1]]
            if visited or (rank is not None and next_rank is not None and next_rank < rank):
                here.add((at, to))
        ranks = [STAGES.index(str(event["stage"])) for event in journey.events if event["stage"] in STAGES]
        furthest = max(ranks, default=None)
        lost = not journey.outcome if company.succeeded else furthest is not None and furthest < len(STAGES) - 1
        if lost:
            here.add((steps[-1][0], ""))
        turned.update(here)
    return turned, there


def check_turns(report: Journeys, truth: list[Found], company: Company) -> None:
    turned, there = turns_of(truth, report.grain, company)
    assert report.turns
    assert sum(not turn.to for turn in report.turns) == min(8, sum(not to for _, to in turned))
    assert sum(bool(turn.to) for turn in report.turns) == min(8, sum(bool(to) for _, to in turned))
    assert [turn.journeys for turn in report.turns] == sorted((t.journeys for t in report.turns), reverse=True)
    for turn in report.turns:
        assert turn.journeys == turned[turn.at, turn.to] > 0
        assert turn.of == there[turn.at]
        assert turn.share.value == pytest.approx(100 * turn.journeys / turn.of)


def check_flows(flows: Sequence[StageFlow], truth: list[Found], company: Company) -> None:
    assert [flow.stage for flow in flows] == list(STAGES)
    for rank, flow in enumerate(flows):
        counted: Counter[str] = Counter()
        for journey in truth:
            order = [event["stage"] for event in journey.events]
            if flow.stage not in order:
                continue
            after = order[order.index(flow.stage) + 1 :]
            later = any(stage in STAGES and STAGES.index(str(stage)) > rank for stage in after)
            fate = "open" if journey.open else "onward" if later else "left"
            counted[fate] += 1
            counted["succeeded"] += fate == "left" and bool(journey.outcome) and bool(company.succeeded)
        assert (flow.onward, flow.open) == (counted["onward"], counted["open"])
        assert (flow.succeeded, flow.left + flow.succeeded) == (counted["succeeded"], counted["left"])
        assert flow.entered == flow.onward + flow.succeeded + flow.left + flow.open
        over = flow.onward + flow.succeeded + flow.left
        assert flow.drop_off.value == (pytest.approx(100 * flow.left / over) if over else None)


@pytest.mark.parametrize("company", COMPANIES)
def test_every_number_equals_plain_python(
    kind: str, company: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events, chosen = event_rows(), COMPANIES[company]
    answers = answer_rows(events)
    room = room_of(kind, chosen, (events, answers), tmp_path, request)
    for name, scope in SCOPES.items():
        truth = found(events, answers, chosen, scope)
        assert len(truth) > 12, name
        assert any(journey.answers for journey in truth), name
        for metric_id, grain in (("nps", StepGrain.STAGE), ("stars", StepGrain.TOUCHPOINT)):
            view = view_of(room, scope, metric_id)
            report = journeys(view, view.metric, grain)
            assert report.journeys == len(truth) == sum(path.journeys for path in report.paths) + report.elsewhere
            assert report.customers == len({journey.customer for journey in truth})
            assert report.open == sum(journey.open for journey in truth)
            assert (report.period.start, report.period.end, report.gap_days) == (START, WEEK.end, GAP)
            assert report.scored == ""
            check_paths(report, truth, view.metric, chosen)
            check_turns(report, truth, chosen)
            check_flows(stage_flows(view).flows, truth, chosen)
    room.close()


def test_the_rows_hold_what_makes_it_hard() -> None:
    """Without these the comparison above could not fail where it should."""
    events = event_rows()
    truth = found(events, answer_rows(events), COMPANIES["ids"], EVERYTHING)
    assert sum(events.duplicated(["customer", "at"])) > 100
    assert any(len({event["at"] for event in journey.events}) < len(journey.events) for journey in truth)
    assert any(journey.path(StepGrain.STAGE)[1] for journey in truth), "a path longer than the longest"
    assert any(len(journey.events) == 1 for journey in truth)
    assert any(journey.open for journey in truth)
    assert any(
        later["at"] - earlier["at"] == timedelta(days=GAP)  # type: ignore[operator]
        for journey in truth
        for earlier, later in pairwise(journey.events)
    ), "events exactly the gap apart are one journey"
    assert {2000, 999} <= {journey.customer for journey in truth}
    assert not {2001, 2002} & {journey.customer for journey in truth}, "outside by an instant"


def test_stage_volumes_reconcile_with_one_plain_select(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Journeys that began in the window and reached a stage, counted in SQL written by hand from a table of
    journeys that pandas made."""
    events = event_rows()
    room = room_of(kind, COMPANIES["ids"], (events, answer_rows(events)), tmp_path, request)
    view = view_of(room)
    report = journeys(view, view.metric, StepGrain.STAGE)
    known = events[events["customer"].notna() & (events["at"] < pd.Timestamp(WEEK.end))].sort_values(["customer", "at"])
    apart = known.groupby("customer")["at"].diff() > pd.Timedelta(days=GAP)
    number = apart.groupby(known["customer"]).cumsum()
    labelled = known.assign(journey=known["customer"].astype(str) + "-" + number.astype(str))
    began = labelled.groupby("journey")["at"].transform("min")
    labelled = labelled[began >= pd.Timestamp(START)][["journey", "stage"]]
    memory = sa.create_engine("sqlite://")
    with memory.begin() as connection:
        labelled.to_sql("labelled", connection, index=False)
        counted = connection.execute(
            sa.text("SELECT stage, COUNT(DISTINCT journey) AS n FROM labelled WHERE stage IS NOT NULL GROUP BY stage")
        )
        raw = {str(row.stage): int(row.n) for row in counted}
    assert {flow.stage: flow.entered for flow in stage_flows(view).flows} == {stage: raw[stage] for stage in STAGES}
    assert report.journeys == labelled["journey"].nunique()
    room.close()


def test_customers_written_as_text_in_one_table_are_the_same_customers(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events = event_rows()
    answers = answer_rows(events)
    plain = room_of(kind, COMPANIES["ids"], (events, answers), tmp_path / "plain", request)
    texts = answers.assign(customer=answers["customer"].astype(str))
    mixed = room_of(kind, COMPANIES["ids"], (events, texts), tmp_path / "mixed", request)
    reports = [journeys(view_of(room), room.catalog.metric("nps"), StepGrain.STAGE) for room in (plain, mixed)]
    assert sum(path.score.n or 0 for path in reports[0].paths) > 20
    assert [path.score for path in reports[0].paths] == [path.score for path in reports[1].paths]
    plain.close()
    mixed.close()


def test_answers_in_another_source_leave_paths_without_a_score_and_say_why(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events = event_rows()
    answers = answer_rows(events)
    room = room_of("sqlite", COMPANIES["ids"], (events, answers), tmp_path, request, apart=True)
    view = view_of(room)
    report = journeys(view, view.metric, StepGrain.STAGE)
    assert report.scored.endswith(
        "journey events come from “db” and answers from “surveys”, and one query cannot join two sources."
    )
    assert report.journeys == len(found(events, answers, COMPANIES["ids"], EVERYTHING))
    assert all(path.score.value is None and path.score.n == 0 for path in report.paths)
    room.close()


def test_paths_of_few_customers_are_hidden(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows()
    answers = answer_rows(events)
    few = Company(fewest=4)
    room = room_of("folder", few, (events, answers), tmp_path, request)
    view = view_of(room)
    report = journeys(view, view.metric, StepGrain.STAGE)
    truth = Counter(journey.path(StepGrain.STAGE) for journey in found(events, answers, few, EVERYTHING))
    hidden = [path for path in report.paths if path.hidden]
    assert hidden
    assert any(not path.hidden for path in report.paths)
    assert all(path.journeys == 0 and path.share.value is None and path.score.value is None for path in hidden)
    assert all(
        path.customers >= 4 and path.journeys == truth[path.steps, path.longer]
        for path in report.paths
        if not path.hidden
    )
    assert report.journeys == sum(path.journeys for path in report.paths) + report.elsewhere
    room.close()


def test_no_more_than_three_statements_and_none_again(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = event_rows()
    room = room_of("folder", COMPANIES["ids"], (events, answer_rows(events)), tmp_path, request)
    asked: list[object] = []
    run = room.sources.run
    monkeypatch.setattr(room.sources, "run", lambda *args: asked.append(args) or run(*args))
    view = view_of(room)
    stage_flows(view)
    assert len(asked) == 1, "the strip asks for no paths"
    first = journeys(view, view.metric, StepGrain.STAGE)
    assert len(asked) == 3
    assert journeys(view, view.metric, StepGrain.STAGE) is first
    assert len(asked) == 3
    journeys(view, room.catalog.metric("stars"), StepGrain.STAGE)
    assert len(asked) == 4, "another KPI asks for its paths only"
    room.close()


def test_what_is_not_configured_is_named(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows()
    answers = answer_rows(events)
    bare = room_of("folder", Company(("touchpoint",), ()), (events, answers), tmp_path, request)
    view = view_of(bare)
    with pytest.raises(NotConfigured, match=r"journey_events\.stage"):
        journeys(view, view.metric, StepGrain.STAGE)
    with pytest.raises(NotConfigured, match=r"journey_events\.stage"):
        stage_flows(view)
    report = journeys(view, view.metric, StepGrain.TOUCHPOINT)
    assert report.journeys > 0
    assert all(path.success.n == 0 and path.success.value is None for path in report.paths)
    with pytest.raises(NotFilterable, match="stage"):
        journeys(view_of(bare, EVERYTHING.filtered(Filters.of({"stage": ["use"]}))), view.metric, StepGrain.TOUCHPOINT)
    bare.close()
    without = Room(bare.settings.model_copy(update={"journey_events": None}), lambda: datetime(2026, 7, 1))
    with pytest.raises(NotConfigured, match="journey_events"):
        journeys(view_of(without), view.metric, StepGrain.STAGE)


def test_named_journeys_that_end_well_are_not_counted_sooner_than_those_that_end_badly(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Ten named orders a day, one of which always stays at the first stage and nine succeed the next day: one in ten
    drops off. To know a success at once and a failure only after the gap would make it one in eleven."""
    begun = [(day, order) for day in range(200) for order in range(10)]
    rows: list[tuple[int, str, str, str | None]] = [(day, f"{day}-{order}", "explore", None) for day, order in begun]
    rows += [(day + 1, f"{day}-{order}", "use", "resolved") for day, order in begun if order]
    events = pd.DataFrame(
        {
            "event_id": range(len(rows)),
            "at": [datetime(2025, 11, 1) + timedelta(days=day) for day, *_ in rows],
            "case_name": [case for _, case, *_ in rows],
            "stage": [stage for *_, stage, _ in rows],
            "touchpoint": "app",
            "outcome": pd.array([outcome for *_, outcome in rows], "string"),
            "region": "North",
        }
    )
    events["customer"] = events["case_name"].rank(method="dense").astype("Int64")
    room = room_of("folder", COMPANIES["named"], (events, answer_rows(event_rows())), tmp_path, request)
    view = view_of(room)
    first = stage_flows(view).flows[0]
    assert first.drop_off.value == pytest.approx(10, abs=0.2)
    room.close()


def test_nobody_in_scope_is_no_journey_and_no_error(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows()
    room = room_of(kind, COMPANIES["ids"], (events, answer_rows(events)), tmp_path, request)
    view = view_of(room, EVERYTHING.filtered(Filters.of({"region": ["Atlantis"]})))
    report = journeys(view, view.metric, StepGrain.STAGE)
    assert (report.journeys, report.customers, report.open, report.paths, report.elsewhere, report.turns) == (
        0,
        0,
        0,
        (),
        0,
        (),
    )
    assert all(flow.entered == 0 and flow.drop_off.value is None for flow in stage_flows(view).flows)
    assert report.period.end - report.period.start == timedelta(weeks=JOURNEY_WEEKS)
    room.close()
