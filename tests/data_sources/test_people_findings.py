"""What the doctor finds in the table of people is what raw SQL finds in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources.connections import Sources
from data_sources.people_findings import people_findings
from tests.data_sources.test_people import change, settings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    change(tmp_path, "create table people (who text, what text, region text, product text)")
    return tmp_path


def found(place: Path) -> list[str]:
    configured = settings(place)
    return [problem.text() for problem in people_findings(configured, Sources(configured))]


def test_a_good_table_has_no_problem(place: Path) -> None:
    change(place, "insert into people values ('ana@larkmere.example', 'executive', null, null)")
    assert found(place) == []


def test_a_role_that_is_none_is_named_with_what_was_meant(place: Path) -> None:
    change(place, "insert into people values ('ana@larkmere.example', 'executiv', null, null)")
    (said,) = found(place)
    assert "people.role" in said
    assert "“executiv”" in said
    assert "executive" in said.replace("executiv”", "")


def test_people_whom_no_sign_in_can_name_are_counted(place: Path) -> None:
    change(place, "insert into people values ('ana@larkmere.example', 'executive', null, null)")
    change(place, "insert into people values ('lea@x.example, max@x.example', 'executive', null, null)")
    (said,) = found(place)
    assert "1 of 2 people" in said


def test_a_table_that_names_nobody_is_said(place: Path) -> None:
    assert "gives nobody a role" in found(place)[0]


def test_a_table_or_a_column_that_is_not_there_is_said(place: Path) -> None:
    change(place, "alter table people drop column region")
    assert "region" in found(place)[0]
    change(place, "drop table people")
    assert "people" in found(place)[0]
