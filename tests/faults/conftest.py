"""One breakable server for all tests of faults, a database of the same company for each, and quick timeouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data_sources import connections
from data_sources.room import Room
from data_sources.settings import load_settings
from tests.e2e import company
from tests.faults.breakable import READER, Breakable, Relay
from tests.faults.truth import Counted, counted, shown
from tests.needs import require
from tests.postgres import USER

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "company"
FAIL_FAST = 0.2
"""Seconds between two questions to a source that failed, instead of the app's own five."""


@dataclass
class Ground:
    """A company's database on the breakable server, and its configuration."""

    server: Breakable
    database: str
    folder: Path
    rooms: list[Room] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "cx.toml"

    @property
    def cache(self) -> Path:
        return self.folder / "cube"

    def configured(self, port: int = 0, source: str = "", **replaced: str) -> Path:
        """Write the configuration: the company's own with short timeouts, other lines for the source, and texts of it
        replaced."""
        url = self.server.database_url(self.database, port)
        lines = f'url = "{url}"\ntimeout_seconds = 1.5\nconnect_seconds = 2\n{source}'
        text = company.CONFIG.format(source=lines)
        text = text.replace("refresh_minutes = 60", f'refresh_minutes = 60\nfolder = "{self.cache}"')
        for old, new in replaced.items():
            assert f"{old} = " in text
            text = "\n".join(new if line.startswith(f"{old} = ") else line for line in text.splitlines())
        self.config.write_text(text)
        return self.config

    def room(self, now: Callable[[], datetime] | None = None) -> Room:
        self.rooms.append(Room(load_settings(self.config), now))
        return self.rooms[-1]

    def do(self, *statements: str) -> None:
        """As the superuser, on a connection of its own."""
        with self.server.admin(self.database) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def truth(self, table: str = "responses") -> Counted:
        """What raw SQL counts now."""
        with self.server.admin(self.database) as connection:
            return counted(connection, table)

    def right(self, room: Room) -> bool:
        """Whether the room shows what raw SQL counts now."""
        return shown(room) == self.truth()

    def one_more(self) -> None:
        """An answer more, at the time of the newest."""
        self.do("insert into responses select * from responses order by submitted_at desc limit 1")


@pytest.fixture(scope="session")
def server() -> Iterator[Breakable]:
    require("postgres")
    running = Breakable()
    running.start()
    with running.admin() as connection:
        connection.execute(f"create role {READER} login")  # type: ignore[call-overload]
        connection.execute(f"create database {DATABASE}")  # type: ignore[call-overload]
    with running.admin(DATABASE) as connection:
        connection.execute("create schema kept_for_all")
    rows = company.answers()
    engine = sa.create_engine(running.database_url(DATABASE, user=USER))
    rows.to_sql("responses", engine, schema="kept_for_all", index=False, method="multi", chunksize=1_000)
    engine.dispose()
    yield running
    running.remove()


@pytest.fixture
def ground(server: Breakable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """A fresh copy of the company; the server runs, whatever a test before has done to it."""
    monkeypatch.setattr(connections, "FAIL_FAST_SECONDS", FAIL_FAST)
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.3)
    server.start_again()
    made = Ground(server, DATABASE, tmp_path)
    made.do(
        "drop schema if exists public cascade",
        "create schema public",
        f"grant usage on schema public to {READER}",
        "create table responses as table kept_for_all.responses",
        f"grant select on responses to {READER}",
        f"alter role {READER} in database {DATABASE} reset all",
    )
    made.configured()
    yield made
    for room in made.rooms:
        room.close()


@pytest.fixture
def relay(server: Breakable) -> Iterator[Relay]:
    between = Relay(server.port)
    yield between
    between.stop()


@pytest.fixture
def page(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], AppTest]]:
    """The app's own pages, drawn in this process."""
    monkeypatch.setenv("CX_CONFIG", str(ground.config))
    monkeypatch.chdir(ROOT)
    st.cache_resource.clear()

    def draw(address: str = "") -> AppTest:
        at = AppTest.from_function(whole_app, default_timeout=30)
        at._page_hash = calc_hash(address) if address else ""  # switch_page knows pages that are files only
        return at.run()

    yield draw
    from components.entrance import the_room

    ground.rooms.append(the_room())
    st.cache_resource.clear()


def count_queries(room: Room) -> list[str]:
    """Grows by the name of a source with each query that the room asks from now on."""
    run, asked = room.sources.run, list[str]()

    def counted(name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
        asked.append(name)
        return run(name, statement, timeout)

    room.sources.run = counted  # type: ignore[method-assign]
    return asked


def whole_app() -> None:
    from app import main

    main()


def words(drawn: AppTest) -> str:
    """Everything that a page says."""
    assert not drawn.exception, [element.value for element in drawn.exception]
    kinds = (drawn.title, drawn.subheader, drawn.caption, drawn.markdown, drawn.info, drawn.warning, drawn.error)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")
