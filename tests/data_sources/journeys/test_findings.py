"""The doctor on journey events: a journey column that is not there, and outcomes that never occur."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data_sources.doctor import examine
from data_sources.problems import Problem
from tests.data_sources.journeys.walked import COLUMNS, COMPANIES, Company, answer_rows, event_rows, room_of


def problems(company: Company, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, Problem]:
    events = event_rows(customers=20)
    room = room_of("folder", company, (events, answer_rows(events)), tmp_path, request)
    examination = examine(room.settings, room.sources, datetime(2026, 7, 1))
    room.close()
    return {problem.key: problem for problem in examination.problems if problem.key.startswith("journey_events")}


def test_a_right_configuration_has_no_such_problem(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for name, company in COMPANIES.items():
        found = problems(company, tmp_path / name.replace(" ", "-"), request)
        assert not {"journey_events.succeeded", "journey_events.journey"} & set(found)


def test_a_journey_column_that_is_not_there_is_found_again(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COLUMNS, "journey", "case_nmae")
    found = problems(COMPANIES["named"], tmp_path, request)["journey_events.journey"]
    assert found.text() == "journey_events.journey: there is no column “case_nmae”. Did you mean “case_name”?"
    assert found.grave


def test_an_outcome_that_never_occurs_is_named(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = problems(Company(succeeded=("resolvd", "bought")), tmp_path, request)["journey_events.succeeded"]
    assert found.text() == "journey_events.succeeded: no event has the outcome “resolvd”. Did you mean “resolved”?"
    assert found.grave


def test_success_without_a_column_of_outcomes_is_named(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = problems(Company(("stage", "touchpoint")), tmp_path, request)["journey_events.succeeded"]
    assert (
        found.text() == "journey_events.succeeded: no column says how an event ended. Set journey_events.outcome too."
    )
