"""One customer's journey: the same draw on every engine, exactly that journey's events and answers, nobody's id."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from data_sources.audit import Act, Audit
from data_sources.audit_entries import entries
from data_sources.journeys import journeys, walk
from data_sources.journeys.walks import DRAWN_FROM
from data_sources.looks import Noted
from data_sources.own_store import StoreTrouble
from data_sources.room import Room
from metrics.journeys import StepGrain, Walk
from metrics.slices import EVERYTHING, Filters, Scope
from tests.data_sources.engines import ENGINES
from tests.data_sources.journeys.walked import (
    COMPANIES,
    Company,
    Found,
    answer_rows,
    event_rows,
    found,
    room_of,
    view_of,
)

NORTH = EVERYTHING.filtered(Filters.of({"region": ["North"]}))


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def unnoted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of walks without a note of each, which a disk takes some milliseconds for."""
    monkeypatch.setattr(Audit, "note", lambda *_, **__: 0)


def all_walks(room: Room, scope: Scope, grain: StepGrain, seed: int = 7, path: str = "") -> list[Walk]:
    view = view_of(room, scope)
    first = walk(view, view.metric, path=path, grain=grain, seed=seed, place=0)
    assert first is not None
    rest = [walk(view, view.metric, path=path, grain=grain, seed=seed, place=place) for place in range(1, first.of)]
    every = [first, *(one for one in rest if one is not None)]
    assert [one.place for one in every] == list(range(first.of))
    return every


def told(one: Walk) -> tuple[list[object], list[object]]:
    """What the timeline says happened, and which answers it holds."""
    events = [(e.time, e.stage, e.touchpoint, e.outcome) for e in one.story.timeline if e.kind == "event"]
    return sorted(events, key=repr), sorted(e.response for e in one.story.timeline if e.kind == "response")  # type: ignore[type-var]


def wanted(journey: Found) -> tuple[list[object], list[object]]:
    def word(value: object) -> object:
        return None if value in (None, "", "not recorded") else value

    events = [
        (event["at"], word(event["stage"]), word(event["touchpoint"]), word(event["outcome"]))
        for event in journey.events
    ]
    return sorted(events, key=repr), sorted(str(answer["response_id"]) for answer in journey.answers)


@pytest.mark.usefixtures("unnoted")
@pytest.mark.parametrize("company", COMPANIES)
def test_a_walk_is_one_journey_and_all_of_it(
    kind: str, company: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events = event_rows(seed=4, customers=24)
    answers = answer_rows(events, size=200)
    room = room_of(kind, COMPANIES[company], (events, answers), tmp_path, request)
    truth = found(events, answers, COMPANIES[company], NORTH)
    every = all_walks(room, NORTH, StepGrain.STAGE)
    by_name = {(room.names.of(journey.customer), repr(wanted(journey))) for journey in truth}
    assert {(one.story.pseudonym, repr(told(one))) for one in every} == by_name
    assert len(every) == len(truth) == len(by_name) >= 12
    assert sum(bool(told(one)[1]) for one in every) > 5
    assert not any(one.bounded for one in every)
    room.close()


@pytest.mark.usefixtures("unnoted")
def test_the_order_of_a_seed_is_the_same_on_every_engine(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    rows, orders, others = (events, answer_rows(events, size=200)), [], []
    for kind in ENGINES:
        room = room_of(kind, COMPANIES["ids"], rows, tmp_path / kind, request)
        for seed, kept in ((7, orders), (8, others)):
            view = view_of(room)
            drawn = [walk(view, view.metric, seed=seed, place=place) for place in range(9)]
            kept.append([repr(told(one)) for one in drawn if one is not None])
        room.close()
    assert len(orders[0]) == 9
    assert all(order == orders[0] for order in orders)
    assert others[0] != orders[0]
    assert orders[0] != sorted(orders[0])


@pytest.mark.usefixtures("unnoted")
def test_a_path_leads_to_those_who_walked_it(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    room = room_of(kind, COMPANIES["ids"], (events, answer_rows(events)), tmp_path, request)
    view = view_of(room)
    for grain in StepGrain:
        report = journeys(view, view.metric, grain)
        assert any(path.longer for path in report.paths) or len({path.key for path in report.paths}) == len(
            report.paths
        )
        for path in report.paths:
            first = walk(view, view.metric, path=path.key, grain=grain, seed=1, place=0)
            assert first is not None
            assert first.of == path.journeys
            assert walk(view, view.metric, path=path.key, grain=grain, seed=1, place=first.of) == first
    assert walk(view, view.metric, path="no > such > path", seed=1, place=0) is None
    room.close()


def test_too_few_customers_are_not_shown(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    answers = answer_rows(events)
    known = sorted({journey.customer for journey in found(events, answers, COMPANIES["ids"], EVERYTHING)})
    for size, shown in ((7, False), (8, True)):
        chosen = events["customer"].fillna(-1).isin(known[:size])
        few = events.assign(region=["East" if one else "North" for one in chosen])
        room = room_of("folder", Company(fewest=8), (few, answers), tmp_path / str(size), request)
        east = view_of(room, EVERYTHING.filtered(Filters.of({"region": ["East"]})))
        assert journeys(east, east.metric, StepGrain.STAGE).customers == size
        assert (walk(east, east.metric, seed=1, place=0) is not None) is shown
        room.close()


@pytest.mark.usefixtures("unnoted")
def test_only_the_newest_are_drawn_from_and_that_is_said(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DRAWN_FROM == 5_000
    events = event_rows(seed=4, customers=24)
    answers = answer_rows(events)
    room = room_of("folder", COMPANIES["ids"], (events, answers), tmp_path, request)
    truth = sorted(found(events, answers, COMPANIES["ids"], EVERYTHING), key=lambda journey: journey.began)
    monkeypatch.setattr("data_sources.journeys.walks.DRAWN_FROM", 15)
    every = all_walks(room, EVERYTHING, StepGrain.STAGE)
    assert len(every) == 15
    assert all(one.bounded for one in every)
    oldest = truth[-15].began
    assert all(min(entry.time for entry in one.story.timeline) >= oldest for one in every)
    room.close()


@pytest.mark.usefixtures("unnoted")
def test_answers_in_another_source_are_told_too(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    answers = answer_rows(events, size=200)
    texts = answers.assign(customer=answers["customer"].astype(str))
    room = room_of("sqlite", COMPANIES["ids"], (events, texts), tmp_path, request, apart=True)
    truth = found(events, answers, COMPANIES["ids"], EVERYTHING)
    every = all_walks(room, EVERYTHING, StepGrain.TOUCHPOINT)
    assert {repr(told(one)) for one in every} == {repr(wanted(journey)) for journey in truth}
    assert "value and tenure (configure [customers])" in every[0].story.missing
    room.close()


@pytest.mark.usefixtures("unnoted")
def test_nothing_outside_the_rules_is_told(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    answers = answer_rows(events, size=200)
    room = room_of(kind, COMPANIES["ids"], (events, answers), tmp_path, request)
    scope = Scope(Filters.of({"stage": ["use"]}), (Filters.of({"region": ["North"]}),))
    allowed = events[events["region"] == "North"]
    north = set(zip(allowed["at"].dt.to_pydatetime(), allowed["stage"].fillna(""), strict=True))
    answered = set(answers[answers["region"] == "North"]["response_id"].astype(str))
    every = all_walks(room, scope, StepGrain.STAGE)
    for one in every:
        happened, said = told(one)
        assert {(time, stage or "") for time, stage, *_ in happened} <= north  # type: ignore[misc]
        assert set(said) <= answered
        assert any(stage == "use" for _, stage, *_ in happened), "a filter on stage keeps journeys that touch it"  # type: ignore[misc]
    room.close()


def test_a_walk_is_noted_once_a_session_under_the_customers_mark(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events = event_rows(seed=4, customers=24)
    room = room_of("folder", COMPANIES["ids"], (events, answer_rows(events, size=200)), tmp_path, request)
    view, noted = view_of(room), Noted()
    walks = [walk(view, view.metric, seed=1, place=place, noted=noted) for place in (0, 1, 0, 1)]
    first, second, *_ = walks
    assert first is not None and second is not None and first == walks[2]
    later, earlier = entries(room.audit.store)
    assert (earlier.act, earlier.person) == (Act.WALK, view.viewer.person)
    assert [e.about["pseudonym"] for e in (earlier, later)] == [first.story.pseudonym, second.story.pseudonym]
    marks = {room.audit.seals.mark(str(customer)): customer for customer in events["customer"].dropna()}
    whose = marks[earlier.about["customer"]]
    assert room.names.of(whose) == first.story.pseudonym
    with closing(sqlite3.connect(room.audit.store.path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        room.audit.store._patience = 0.1
        with pytest.raises(StoreTrouble):
            walk(view, view.metric, seed=1, place=2, noted=noted)
    room.close()


def test_a_timeline_never_names_the_customer(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    events = event_rows(seed=4, customers=24)
    named = events.assign(customer=events["customer"].map(lambda c: c if pd.isna(c) else f"Jane Doe {c}"))
    answers = answer_rows(events, size=200)
    answers = answers.assign(customer=answers["customer"].map(lambda c: f"Jane Doe {c}"))
    room = room_of("folder", COMPANIES["ids"], (named, answers), tmp_path, request)
    view = view_of(room)
    one = walk(view, view.metric, seed=1, place=0)
    assert one is not None
    assert one.story.timeline
    assert "Jane" not in repr(one)
    assert all(
        later.time - earlier.time <= timedelta(days=40)
        for earlier, later in zip(one.story.timeline, one.story.timeline[1:], strict=False)
    )
    room.close()
