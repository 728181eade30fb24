"""No look at a person that was not noted first, and one note a look. The authority for who may look is the viewer of
metrics/access.py; for the notes, the log itself as SQLite has it."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data_sources.audit import Act
from data_sources.audit_entries import Entry, entries
from data_sources.audit_report import audit_report
from data_sources.audit_verdict import verdict
from data_sources.looks import Noted, searched, story, visited
from data_sources.own_store import StoreTrouble
from data_sources.room import Room
from data_sources.timelines import NoSuchStory
from metrics.access import NotPermitted, Right
from metrics.search import EVERYTHING_SAID, parse
from metrics.slice_of import Slice
from metrics.slices import Filters
from tests.data_sources.watched import ANA, company, look, opened, viewer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = opened(company(tmp_path_factory.mktemp("watched")))
    yield made
    made.close()


def newest(room: Room, n: int = 1) -> list[Entry]:
    return list(entries(room.audit.store, limit=n))


def size(room: Room) -> int:
    return verdict(room.audit).entries


def some_response(room: Room, region: str) -> str:
    view = look(room, region=[region])
    return room.verbatims(view.viewer).page(Slice(view.metric, view.week, view.scope)).items[0].id


def test_a_story_is_noted_once_a_session_by_its_customer_and_not_by_name(room: Room) -> None:
    response, noted = some_response(room, "North"), Noted()
    view = look(room, region=["North"])
    told = story(view, response, noted)
    (entry,) = newest(room)
    assert (entry.person, entry.act) == (ANA, Act.STORY)
    assert entry.place == f"story · NPS · {view.week.text()} · North"
    assert entry.about["pseudonym"] == told.pseudonym and entry.about["response"] == response
    customer = room.timelines(view.viewer).customer_of(response, view.scope)
    assert customer is not None and entry.about["customer"] == room.audit.seals.mark(customer) != customer
    before = size(room)
    story(view, response, noted)
    story(look(room), response, noted)
    assert size(room) == before, "drawn again, or seen from other filters: the same look"
    story(view, response, Noted())
    assert size(room) == before + 1, "another session is another look"


def test_what_is_refused_is_noted_as_refused(room: Room) -> None:
    south = some_response(room, "South")
    northern = viewer(rules=(Filters.of({"region": ["North"]}),))
    for who, response in ((northern, south), (northern, "no such"), (viewer(frozenset({Right.SEE_TIMELINE})), south)):
        with pytest.raises((NoSuchStory, NotPermitted)):
            story(look(room, who), response, Noted())
        (entry,) = newest(room)
        assert (entry.act, entry.about) == (Act.REFUSED, {})  # whose it is, is unknown: forget could not find it


def test_a_search_is_noted_with_its_words_where_they_can_be_erased(room: Room) -> None:
    noted, before = Noted(), size(room)
    searched(look(room), EVERYTHING_SAID, noted)
    assert size(room) == before, "nothing was searched for"
    searched(look(room), parse('"Jane Smith" -refund'), noted)
    searched(look(room), parse('"Jane Smith" -refund'), noted)
    (entry,) = newest(room)
    assert size(room) == before + 1
    assert (entry.act, entry.about) == (Act.SEARCHED, {"search": "with “Jane Smith”, without “refund”"})
    with closing(sqlite3.connect(room.audit.store.path)) as connection:
        assert "Jane" not in str(connection.execute("SELECT * FROM audit_entries").fetchall())
    searched(look(room, region=["North"]), parse('"Jane Smith" -refund'), noted)
    assert size(room) == before + 2, "among others"
    with pytest.raises(NotPermitted):
        searched(look(room, viewer(frozenset({Right.SEE_COMMENTS}))), parse("late"), Noted())


def test_who_comes_in_is_noted_once_a_session(room: Room) -> None:
    noted, before = Noted(), size(room)
    for _ in range(3):
        visited(room, ANA, Act.SIGNED_IN, noted)
    visited(room, "nobody@larkmere.example", Act.REFUSED, noted)
    assert size(room) == before + 2
    assert [(entry.person, entry.act) for entry in newest(room, 2)] == [
        ("nobody@larkmere.example", Act.REFUSED),
        (ANA, Act.SIGNED_IN),
    ]


def test_what_cannot_be_noted_is_not_shown(room: Room) -> None:
    response = some_response(room, "North")
    room.audit.store._patience = 0.1
    holder = sqlite3.connect(room.audit.store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        noted = Noted()
        for attempt in (
            lambda: story(look(room), response, noted),
            lambda: searched(look(room), parse("late"), noted),
            lambda: audit_report(look(room), noted),
        ):
            with pytest.raises(StoreTrouble, match="locked by another process"):
                attempt()
        assert not noted, "so that it is noted when it can be"
    finally:
        holder.close()
    assert story(look(room), response, noted).here == response


def test_the_log_is_read_by_who_has_its_page_and_that_is_noted(room: Room) -> None:
    with pytest.raises(NotPermitted, match="may not read the audit log"):
        audit_report(look(room, viewer(pages=frozenset({"voices"}))), Noted())
    noted, before = Noted(), size(room)
    found = audit_report(look(room), noted)
    assert size(room) == before + 1
    assert found.newest[0].act == Act.AUDIT and found.verdict.holds and found.verdict.entries == before + 1
    assert audit_report(look(room), noted, act=Act.SEARCHED).found == 2
    assert audit_report(look(room), noted, person="nobody").newest == ()
    assert size(room) == before + 1


def test_an_entry_that_is_changed_is_said_on_the_page_once_somebody_opens_it(room: Room) -> None:
    response = some_response(room, "South")
    story(look(room), response, Noted())
    audit_report(look(room), Noted())
    with closing(sqlite3.connect(room.audit.store.path, isolation_level=None)) as connection:
        guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_never_changed'").fetchone()[0]
        connection.execute("DROP TRIGGER audit_never_changed")
        connection.execute("UPDATE audit_entries SET person = 'eve' WHERE sequence = 2")
        connection.execute(guard)
    assert "entry 2 is not as it was written" in audit_report(look(room), Noted()).verdict.text()


READS_A_PERSON = {"story_of": {"looks.py"}, "journey_of": {"walks.py"}}
"""Who may ask for one person's story: what notes it."""


def test_nothing_else_reads_one_persons_story() -> None:
    for package in ("pages", "components", "data_sources", "serving"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in READS_A_PERSON:
                    assert path.name in READS_A_PERSON[node.attr], f"{path}:{node.lineno} looks without a note"
