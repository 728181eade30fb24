"""The table of who has which role. What it says is held against the table itself, read by raw SQL; what happens when it
cannot be read against the rule “deny by default” (OWASP, Authorization Cheat Sheet)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pyarrow as pa
import pytest
import sqlalchemy as sa

from data_sources import people as module
from data_sources.connections import FAIL_FAST_SECONDS, Sources
from data_sources.errors import RefusedQuery, Unavailable
from data_sources.people import OUTAGE_SECONDS, People
from data_sources.settings.access import RoleSettings
from data_sources.settings.layers import Layers
from data_sources.settings.load import settings_from
from data_sources.settings.roles import roles_of
from data_sources.settings.root import Settings
from metrics.access import Claims, viewer_of

ROWS = (
    ("Ana@Larkmere.example", "executive", None, None),
    ("lea@larkmere.example", "team_lead", "North", "Fibre"),
    ("LEA@larkmere.example ", "team_lead", "South", "Fibre"),
    ("lea@larkmere.example", "analyst", "South", None),
    ("max@larkmere.example", None, "West", None),
    (None, "executive", "East", None),
    ("  ", "executive", "East", None),
)
RECHECK = 60.0


def settings(place: Path, **people: object) -> Settings:
    configured = {
        "source": "directory", "table": "people", "person": "who", "role": "what",
        "attributes": {"regions": "region", "products": "product"},
    } | people  # fmt: skip
    return settings_from(
        Layers(
            {
                "company": "Larkmere",
                "sources": {"directory": {"url": f"sqlite:///{place / 'people.db'}"}, "files": {"folder": str(place)}},
                "responses": {"source": "directory", "table": "r", "id": "i", "customer": "c", "time": "t"},
                "metrics": {"nps": {"kind": "nps", "column": "n"}},
                "access": {"sign_in": "oidc", "recheck_seconds": RECHECK},
                "people": configured,
            }
        )
    )


def change(place: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(place / "people.db") as connection:
        connection.execute(statement, values)
    connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    change(tmp_path, "create table people (who text, what text, region text, product text)")
    for row in ROWS:
        change(tmp_path, "insert into people values (?, ?, ?, ?)", *row)
    return tmp_path


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(place: Path, clock: Clock) -> People:
    configured = settings(place)
    return People(configured, Sources(configured), clock)


def of(people: People, person: str, **claimed: tuple[str, ...]) -> Claims:
    return people.known(Claims(person, attributes=claimed))


def test_a_person_has_the_roles_and_values_of_all_rows_whatever_case_they_are_written_in(
    people: People, place: Path
) -> None:
    claims = of(people, "lea@larkmere.example")
    with sqlite3.connect(place / "people.db") as connection:
        rows = connection.execute(
            "select distinct what, region from people where lower(trim(who)) = ?", ("lea@larkmere.example",)
        ).fetchall()
    connection.close()
    assert set(claims.roles) == {role for role, _ in rows}
    assert set(claims.attributes["regions"]) == {region for _, region in rows}
    assert claims.attributes["products"] == ("Fibre",)
    assert of(people, "ana@larkmere.example").roles == ("executive",)


def test_values_stand_beside_the_role_of_their_row(people: People) -> None:
    claims = of(people, "lea@larkmere.example")
    assert claims.of_role == {
        "team_lead": {"regions": ("North", "South"), "products": ("Fibre",)},
        "analyst": {"regions": ("South",), "products": ()},
    }


def test_a_row_without_a_role_gives_none_and_a_row_without_a_person_is_nobodys(people: People) -> None:
    assert of(people, "max@larkmere.example") == Claims(
        "max@larkmere.example", attributes={"regions": ("West",), "products": ()}
    )
    assert of(people, "").roles == ()
    assert of(people, "none").roles == ()


@pytest.mark.parametrize(
    ("person", "regions"),
    [
        pytest.param("lea@larkmere.example", ("North", "South"), id="the table replaces the claim"),
        pytest.param("ana@larkmere.example", (), id="an empty value does too"),
        pytest.param("eve@larkmere.example", (), id="and so does no row at all"),
    ],
)
def test_what_the_table_maps_is_not_the_sign_ins_to_say(people: People, person: str, regions: tuple[str, ...]) -> None:
    claims = of(people, person, regions=("East",), floor=("4",))
    assert claims.attributes["regions"] == regions
    assert claims.attributes["floor"] == ("4",)


def test_without_a_table_the_claims_stay_as_they_are(place: Path) -> None:
    configured = settings(place).model_copy(update={"people": None})
    claims = Claims("ana@larkmere.example", ("cx",), {"regions": ("North",)})
    assert People(configured, Sources(configured)).known(claims) is claims


def test_a_select_and_a_folder_serve_as_well(place: Path) -> None:
    configured = settings(place, table=None, sql="select who, upper(what) as what, region, product from people")
    assert People(configured, Sources(configured)).known(Claims("ana@larkmere.example")).roles == ("EXECUTIVE",)
    (place / "staff.csv").write_text("who,what,region,product\nana@larkmere.example,cco,North,Fibre\n")
    configured = settings(place, source="files", table="staff")
    assert People(configured, Sources(configured)).known(Claims("ana@larkmere.example")).roles == ("cco",)


def test_a_removed_person_has_nothing_left_after_half_the_recheck(people: People, place: Path, clock: Clock) -> None:
    assert of(people, "ana@larkmere.example").roles
    change(place, "delete from people where who like 'Ana%'")
    clock.now += RECHECK / 2  # components/identity.py looks as often
    assert of(people, "ana@larkmere.example").roles == ()


def test_one_asks_for_all(people: People, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    asked: list[str] = []
    begun, go_on = Event(), Event()
    run = people._sources.run

    def slowly(name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
        asked.append(name)
        begun.set()
        assert go_on.wait(5)
        return run(name, statement, timeout)

    monkeypatch.setattr(people._sources, "run", slowly)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(of, people, "ana@larkmere.example") for _ in range(8)]
        assert begun.wait(5)
        go_on.set()
        assert {one.result().roles for one in found} == {("executive",)}
    assert asked == ["directory"]
    clock.now += RECHECK
    of(people, "ana@larkmere.example")
    assert len(asked) == 2


@pytest.fixture
def fails(people: People, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[float | None]]:
    """From now on the table cannot be read; how often it was asked, and with what patience."""

    def begin() -> list[float | None]:
        asked: list[float | None] = []

        def run(name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
            asked.append(timeout)
            raise Unavailable(name, "does not answer", "Start it.")

        monkeypatch.setattr(people._sources, "run", run)
        return asked

    return begin


def test_nobody_is_let_in_by_a_table_that_was_never_read(
    people: People, fails: Callable[[], list[float | None]]
) -> None:
    fails()
    with pytest.raises(Unavailable):
        of(people, "ana@larkmere.example")


def test_in_an_outage_the_last_reading_counts_for_its_time_and_no_longer(
    people: People, fails: Callable[[], list[float | None]], clock: Clock
) -> None:
    of(people, "ana@larkmere.example")
    assert people.trouble == ""
    asked = fails()
    clock.now += RECHECK
    assert of(people, "ana@larkmere.example").roles == ("executive",)
    assert "does not answer" in people.trouble
    assert of(people, "ana@larkmere.example").roles == ("executive",)
    assert asked == [module.ASK_SECONDS]  # a dead server is not asked again at every click
    clock.now += OUTAGE_SECONDS - RECHECK / 2
    assert of(people, "ana@larkmere.example").roles == ("executive",)
    clock.now += 1
    with pytest.raises(Unavailable):
        of(people, "ana@larkmere.example")


def test_a_table_that_comes_back_is_believed_at_once(
    people: People, place: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(people, "ana@larkmere.example")
    with monkeypatch.context() as outage:
        outage.setattr(people._sources, "run", _no_answer)
        clock.now += RECHECK
        of(people, "ana@larkmere.example")
    change(place, "delete from people where who like 'Ana%'")
    clock.now += FAIL_FAST_SECONDS
    assert of(people, "ana@larkmere.example").roles == ()
    assert people.trouble == ""


def _no_answer(name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
    raise Unavailable(name, "does not answer", "Start it.")


def test_a_table_that_is_no_table_of_people_lets_nobody_in(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    with pytest.raises(RefusedQuery, match="more than 3 rows"):
        of(people, "ana@larkmere.example")


def test_a_column_that_is_gone_lets_nobody_in(people: People, place: Path) -> None:
    change(place, "alter table people drop column region")
    with pytest.raises(RefusedQuery):
        of(people, "ana@larkmere.example")


def test_a_role_that_lists_people_means_the_same_people_as_the_table(place: Path) -> None:
    roles = roles_of(
        settings(place).model_copy(update={"roles": {"cco": RoleSettings(people=("Groß@Larkmere.example",))}})
    )
    assert viewer_of(Claims("groß@larkmere.example"), roles).roles == ("cco",)
    assert viewer_of(Claims("gross@larkmere.example"), roles).roles == ()
