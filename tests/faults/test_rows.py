"""The database answers with what nobody meant: other types, other tables, values that are none. Wrong rows are left
out or refused by name; what can be counted is what raw SQL counts (tests/faults/truth.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from components.entrance import the_room
from data_sources.doctor import examine
from tests.e2e import company
from tests.faults.breakable import READER
from tests.faults.conftest import Ground, words
from tests.faults.truth import counted, shown
from tests.postgres import USER

pytestmark = [pytest.mark.postgres, pytest.mark.security]

Page = Callable[..., AppTest]
AS_BEFORE = ("drop view responses", "alter table kept rename to responses")


def seen_through(ground: Ground, **columns: str) -> None:
    """The table becomes a view of itself with some columns made anew."""
    names = ("response_id", "customer_id", "submitted_at", "region", "touchpoint", "nps", "ease", "free_text")
    told = ", ".join(f"{columns.get(name, name)} as {name}" for name in names)
    ground.do(
        "alter table responses rename to kept",
        f"create view responses as select {told} from kept",
        f"grant select on responses to {READER}",
    )


def test_scores_that_have_become_text_are_refused_and_come_back(ground: Ground, page: Page) -> None:
    first = words(page())
    room = the_room()
    before = room.cube()
    ground.one_more()
    seen_through(ground, nps="case when nps > 3 then nps::text else 'very bad' end")
    assert not room.refresh() and room.cube() is before
    said = words(page())
    assert "The last refresh failed" in said and "refused the query" in said and "numbers are from before" in said
    assert said.splitlines()[0] == first.splitlines()[0] and "very bad" not in said
    assert any("metrics.nps.column" in problem.text() for problem in examine(room.settings, room.sources).problems)
    ground.do(*AS_BEFORE)
    assert room.refresh() and ground.right(room)
    assert "refresh failed" not in words(page())


def test_a_first_start_on_text_scores_says_which_column(ground: Ground, page: Page) -> None:
    seen_through(ground, nps="nps::text")
    said = words(page())
    assert "The data is not as configured." in said and "metrics.nps.column" in said
    ground.do(*AS_BEFORE)
    assert "NPS" in words(page()) and ground.right(the_room())


@pytest.mark.parametrize("value", ["'NaN'::float8", "'-Infinity'::float8", "1e400::numeric"])
def test_scores_that_are_none_count_as_not_answered(ground: Ground, value: str) -> None:
    seen_through(ground, nps=f"case when ease = 3 then {value} else nps end")
    room = ground.room()
    assert ground.right(room)
    answered, rows = (sum(counts[place] for counts in ground.truth().values()) for place in (0, 2))
    assert 0 < answered < rows, "some are left out"


@pytest.mark.parametrize("kind", ["numeric(3, 1)", "varchar(40)"])
def test_a_column_s_type_changes_between_two_refreshes(ground: Ground, kind: str) -> None:
    """On the connection that has asked before: what a driver remembers of a statement is no longer true."""
    ground.configured(source="pool_size = 1")
    room = ground.room()
    assert ground.right(room)
    column = "region" if kind.startswith("varchar") else "nps"
    ground.do(f"alter table responses alter column {column} type {kind}")
    ground.one_more()
    assert room.refresh(), room.trouble
    assert ground.right(room)


def test_a_table_dropped_and_made_anew_is_read_whole(ground: Ground, page: Page) -> None:
    """Old weeks are kept from one refresh to the next; not of a table that was gone meanwhile."""
    page()
    room = the_room()
    ground.do("alter table responses rename to kept")
    assert not room.refresh() and "last refresh failed" in words(page())
    ground.do("create table responses as select * from kept where customer_id < 'c2'")
    ground.do(f"grant select on responses to {READER}")
    assert room.refresh() and ground.right(room)
    assert "refresh failed" not in words(page())


def test_a_table_that_is_emptied_and_filled_again(ground: Ground, page: Page) -> None:
    assert "NPS" in words(page())
    room = the_room()
    ground.do("create table kept as table responses", "truncate responses")
    assert not room.refresh()
    assert "The last refresh failed" in (said := words(page())) and "has no rows" in said and "from before" in said
    ground.do("insert into responses select * from kept where customer_id < 'c3'")
    assert room.refresh() and ground.right(room)


def test_rows_without_an_id_and_with_the_same_one(ground: Ground, page: Page) -> None:
    """All are counted, as raw SQL counts them; the doctor says how many share an id; comments are read all the same."""
    seen_through(ground, response_id="case when nps < 4 then null when nps < 7 then 'A00001' else response_id end")
    assert "comments to read" in words(page("voices"))
    room = the_room()
    assert ground.right(room)
    problems = "\n".join(problem.text() for problem in examine(room.settings, room.sources).problems)
    assert "responses.id" in problems


@pytest.mark.parametrize("far", ["infinity", "4714-11-24 BC", "29999-01-01"])
def test_a_time_that_no_calendar_of_ours_has(ground: Ground, page: Page, far: str) -> None:
    """Rows at no time that can be read belong to no week; all other weeks are shown as they are; the doctor says so."""
    ground.do(f"update responses set submitted_at = '{far}' where response_id in ('A00100', 'A00101')")
    page()
    room = the_room()
    with ground.server.admin(ground.database) as connection:
        between = "(select * from responses where submitted_at between '2000-01-01' and '9999-01-01') as finite"
        assert shown(room) == counted(connection, between)
    problems = examine(room.settings, room.sources).problems
    assert any("after 9999 or infinite" in problem.text() for problem in problems)


def test_text_that_is_not_utf_8(ground: Ground, page: Page) -> None:
    """A database without an encoding holds whatever bytes it was given (SQL_ASCII); one region is such."""
    name = "without_encoding"
    with ground.server.admin() as connection:
        connection.execute(f"create database {name} encoding 'SQL_ASCII' template template0 locale 'C'")
    ground.database = name
    rows = company.answers()
    engine = sa.create_engine(ground.server.database_url(name, user=USER), connect_args={"client_encoding": "utf8"})
    rows.to_sql("responses", engine, index=False, method="multi", chunksize=1_000)
    engine.dispose()
    ground.do(f"grant select on responses to {READER}")
    ground.configured()
    page()
    room = the_room()
    assert ground.right(room)
    ground.do("update responses set region = E'S\\xfcd' where region = 'South'")
    assert not room.refresh()
    assert "The last refresh failed" in (said := words(page())) and "not UTF-8" in said
    assert "cannot be read just now" in (said := words(page("voices"))) and "not UTF-8" in said
    ground.do("update responses set region = 'South' where region <> 'North'")
    assert room.refresh() and ground.right(room)
