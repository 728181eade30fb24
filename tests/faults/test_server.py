"""The database is killed, frozen, slow or full while it is asked. The authority for every number is raw SQL over
psycopg on the same tables (tests/faults/truth.py); for signals and sockets it is the kernel."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from data_sources import connections
from data_sources.connections import Sources
from data_sources.errors import AllInUse, TooSlow, Unavailable
from data_sources.room import Room
from tests.faults.breakable import READER, Relay
from tests.faults.conftest import FAIL_FAST, Ground, words

pytestmark = [pytest.mark.postgres, pytest.mark.security]

Page = Callable[..., AppTest]
ENDS = 6.0
"""Seconds within which a viewer is freed: the time limit (1.5), the patience beyond it (0.3), a new connection that is
not answered either (2), and a busy machine."""


def after_queries(monkeypatch: pytest.MonkeyPatch, queries: int, happens: Callable[[], None]) -> None:
    """Something happens once, when so many queries have been answered."""
    run, asked = Sources.run, []

    def counted(self: Sources, name: str, statement: sa.Executable, timeout: float | None = None) -> object:
        asked.append(name)
        if len(asked) == queries + 1:
            happens()
        return run(self, name, statement, timeout)

    monkeypatch.setattr(Sources, "run", counted)


def fails(room: Room, *, says: str) -> None:
    with pytest.raises(Unavailable, match=says) as caught:
        room.cube()
    assert str(caught.value).startswith("Source “warehouse” ") and "\n" not in str(caught.value)


def test_killed_while_the_cube_is_built(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    room = ground.room()
    after_queries(monkeypatch, 15, ground.server.kill)
    fails(room, says="broke off|refused")
    assert not room.ready and not list(ground.cache.rglob("*.cells")), "a part is neither shown nor kept"
    fails(room, says="refused")
    ground.server.start()
    time.sleep(FAIL_FAST)
    assert ground.right(room)


def test_killed_while_it_is_refreshed(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    room = ground.room()
    before, read_at = ground.truth(), room.cube().read_at
    ground.one_more()
    after_queries(monkeypatch, 3, ground.server.kill)
    assert not room.refresh()
    assert room.cube().read_at == read_at
    assert room.trouble is not None and "Source “warehouse”" in room.trouble.message
    ground.server.start()
    time.sleep(FAIL_FAST)
    assert before != ground.truth()
    assert room.refresh() and ground.right(room) and room.trouble is None


def test_killed_while_a_page_reads_comments(ground: Ground, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "comments to read" in words(page("voices"))
    after_queries(monkeypatch, 1, ground.server.kill)
    said = words(page("voices"))
    assert "cannot be read just now" in said and "Source “warehouse”" in said
    review = words(page())
    ground.server.start()
    time.sleep(FAIL_FAST)
    assert "comments to read" in words(page("voices"))
    assert words(page()).splitlines()[0] == review.splitlines()[0], "the review lived on what was in memory"


def test_a_frozen_server_holds_nobody(ground: Ground) -> None:
    """Connections that are kept open look sound: the system takes what is sent to them. Five viewers at once."""
    room = ground.room()
    assert ground.right(room)
    one = sa.text("select 1 as one")
    with ThreadPoolExecutor(5) as viewers:
        frozen = ground.server.freeze()
        try:
            asked = [viewers.submit(room.sources.run, "warehouse", one) for _ in range(5)]
            for answer in asked:
                with pytest.raises(Unavailable, match="does not answer"):
                    answer.result(ENDS)
        finally:
            ground.server.thaw(frozen)
    time.sleep(FAIL_FAST)
    ground.one_more()
    assert room.refresh() and ground.right(room)


def test_one_frozen_process_of_the_server_is_cut_off_and_others_go_on(ground: Ground) -> None:
    room = ground.room()
    room.cube()
    backend = room.sources.run("warehouse", sa.text("select pg_backend_pid() as pid")).to_pylist()[0]["pid"]
    ground.do("create function nap() returns int language sql as 'select 1 from pg_sleep(20)'")
    freeze = threading.Timer(0.2, os.kill, (backend, signal.SIGSTOP))
    freeze.start()
    with ThreadPoolExecutor(1) as viewer:
        try:
            slow = viewer.submit(room.sources.run, "warehouse", sa.text("select nap() as n"))
            time.sleep(0.5)
            assert ground.right(ground.room()), "who asks on another connection is answered meanwhile"
            with pytest.raises(Unavailable, match="does not answer"):
                slow.result(ENDS)
        finally:
            os.kill(backend, signal.SIGCONT)
    time.sleep(FAIL_FAST)
    assert room.refresh() and ground.right(room)


def test_a_view_that_is_too_slow_is_stopped_and_said(ground: Ground, page: Page) -> None:
    """The server stops its query by itself; the page names the limit; nothing of the week is shown or kept."""
    ground.do(
        "alter table responses rename to kept",
        "create function slow() returns boolean volatile language sql as 'select true from pg_sleep(0.2)'",
        "create view responses as select * from kept where slow()",
        f"grant select on kept, responses to {READER}",
    )
    said = words(page())
    assert "The data cannot be read just now." in said and "took longer than 1.5 s" in said
    with ground.server.admin() as connection:
        active = "select count(*) from pg_stat_activity where state = 'active' and query like '%%slow%%' and pid <> %s"
        still = connection.execute(active, [connection.info.backend_pid]).fetchone()
    assert still == (0,), "the server works for nobody"
    ground.do("create or replace view responses as select * from kept")
    assert "NPS" in words(page())
    assert ground.right(ground.rooms[-1] if ground.rooms else ground.room())


def test_a_slow_line_gives_right_numbers_or_none(ground: Ground, relay: Relay) -> None:
    """2 ms on the way there and back: slow and right. Then answers never arrive: cut off; then they do again."""
    ground.configured(port=relay.port)
    relay.delay = 0.002
    room = ground.room()
    assert ground.right(room)
    ground.one_more()
    relay.silent.set()
    began = time.monotonic()
    assert not room.refresh()
    assert time.monotonic() - began < ENDS
    assert room.trouble is not None and "does not answer" in room.trouble.message
    relay.silent.clear()
    time.sleep(FAIL_FAST)
    assert room.refresh() and ground.right(room)


def test_a_line_that_falls_silent_after_the_answer_holds_nobody(
    ground: Ground, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection is given back by asking the server once more (a rollback)."""
    ground.configured(port=relay.port)
    room = ground.room()
    fetch = connections.fetch

    def then_silence(connection: sa.Connection, statement: sa.Executable) -> object:
        answer = fetch(connection, statement)
        relay.silent.set()
        return answer

    monkeypatch.setattr(connections, "fetch", then_silence)
    with ThreadPoolExecutor(1) as viewer:
        asked = viewer.submit(room.sources.run, "warehouse", sa.text("select 1 as one"))
        try:
            with pytest.raises(Unavailable, match="does not answer"):
                asked.result(ENDS)
        finally:
            relay.silent.clear()
    monkeypatch.setattr(connections, "fetch", fetch)
    time.sleep(FAIL_FAST)
    assert ground.right(room)


def test_out_of_connections(ground: Ground, page: Page) -> None:
    room = ground.room()
    taken = []
    try:
        while True:
            taken.append(psycopg.connect(ground.server.database_url("postgres").replace("+psycopg", "")))
    except psycopg.OperationalError as error:
        assert "connection" in str(error)
    fails(room, says="has no connection left")
    said = words(page())
    assert "has no connection left" in said and "by itself" in said
    for one in taken:
        one.close()
    time.sleep(FAIL_FAST)
    until = time.monotonic() + 5
    while not room.ready and time.monotonic() < until:  # the server notices a moment later that they have gone
        with suppress(Unavailable):
            room.cube()
        time.sleep(0.05)
    assert ground.right(room)


def test_the_app_s_own_connections_are_all_in_use(ground: Ground) -> None:
    """One connection, and a query that holds it: who waits too long is told so; the server is not taken for gone."""
    ground.configured(source="pool_size = 1")
    room = ground.room()
    ask = partial(room.sources.run, "warehouse")
    with ThreadPoolExecutor(1) as viewer:
        slow = viewer.submit(ask, sa.text("select pg_sleep(20)"), 3)
        time.sleep(0.3)
        with pytest.raises(AllInUse, match=r"no connection free for 1\.5 s"):
            ask(sa.text("select 1 as one"))
        with pytest.raises(TooSlow):
            slow.result()
    assert ground.right(room), "at once"
