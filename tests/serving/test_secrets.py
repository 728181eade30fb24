"""Secrets stay where they were set. Canaries (after OWASP's Secrets Management Cheat Sheet: logs, errors, process list,
memory dumps of objects) are planted in the environment and in secrets.toml; a real server on a real PostgreSQL is used,
asked wrongly and robbed of its database; then everything that left it is searched. Not searched: /proc/<pid>/environ,
which holds what was set there and which the system shows to the same user only (proc(5)), and key files."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Response, WebSocket

from data_sources.connections import Sources
from data_sources.errors import ConfigurationError, Unavailable
from data_sources.settings import load_settings
from tests.e2e import company, server
from tests.e2e.browser import Window
from tests.postgres import Postgres
from tests.serving.conftest import environment, wait_until_ready
from tests.serving.raw import ask
from tests.serving.test_headers import ANSWERS

pytestmark = pytest.mark.security

PASSWORD = "canary/of+the@database"  # noqa: S105  a canary
KEYS = {"CX_PSEUDONYM_KEY": "canary-of-the-pseudonyms", "CX_AUDIT_KEY": "canary-of-the-audit-log"}
COOKIES = "canary-of-the-cookies-with-forty-letters"
SECRETS_FILE = """
[auth]
redirect_uri = "http://localhost:1/oauth2callback"
cookie_secret = "canary-of-the-signed-cookie"
client_id = "room"
client_secret = "canary-of-the-provider"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""
CANARIES = (
    PASSWORD, *KEYS.values(), COOKIES, "canary-of-the-signed-cookie", "canary-of-the-provider",
)  # fmt: skip
NEEDLES = tuple(
    needle.encode()
    for canary in CANARIES
    for needle in {canary, quote(canary, safe=""), b64encode(canary.encode()).decode().rstrip("=")}
)


def found_in(heap: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in heap]


def test_the_search_finds_what_it_looks_for() -> None:
    assert found_in(b"postgresql://cx:canary%2Fof%2Bthe%40database@db")
    assert found_in(b64encode(COOKIES.encode()))


@dataclass
class Heard:
    """Everything that reached a browser: answers with their headers, and the websocket's frames."""

    parts: list[bytes] = field(default_factory=list)
    frames: int = 0

    def listen(self, window: Window) -> None:
        window.page.on("response", self._answer)
        window.page.on("websocket", self._socket)
        window.page.on("console", lambda message: self.parts.append(message.text.encode()))

    def _answer(self, response: Response) -> None:
        self.parts.append(f"{response.url} {response.all_headers()}".encode())
        if "/static/" not in response.url:
            try:
                self.parts.append(response.body())
            except BrowserError:
                return  # a redirect, or gone with its page: it has no body

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        self.frames += 1
        self.parts.append(payload if isinstance(payload, bytes) else payload.encode())


@dataclass
class Planted:
    """A server that was told secrets."""

    app: server.Server
    folder: Path
    database: Postgres


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    postgres = Postgres()
    postgres.start()
    yield postgres
    postgres.remove()


@pytest.fixture(scope="module")
def planted(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("planted")
    (folder / ".streamlit").mkdir()
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.write_text(SECRETS_FILE)
    config = company.in_database(folder, company.answers(), database.url)
    given = {**environment(folder), **KEYS, "STREAMLIT_SERVER_COOKIE_SECRET": COOKIES}
    given["CX_SOURCES__WAREHOUSE__URL"] = with_password(database)
    app = server.start(folder, config, options=("--secrets.files", str(secrets)), **given)
    wait_until_ready(app.url)
    yield Planted(app, folder, database)
    app.stop()


def with_password(database: Postgres) -> str:
    return sa.make_url(database.url).set(password=PASSWORD).render_as_string(hide_password=False)


@pytest.mark.browser
@pytest.mark.postgres
def test_nothing_that_leaves_the_server_holds_a_secret(planted: Planted, window: Window) -> None:
    """Pages, deep links, wrong requests; then the database is gone and the pages say so."""
    heard = Heard()
    heard.listen(window)
    window.open(planted.app.url)
    titles = window.page.get_by_test_id("stTopNavLink").all_inner_texts()
    for title in titles:
        window.go_to(title.strip())
        heard.parts.append(window.page.content().encode())
    window.open(f"{planted.app.url}/story?customer=nobody")
    planted.database.stop()
    for title in ("Voices", "Data health"):
        window.go_to(title)
        heard.parts.append(window.page.content().encode())
    assert "cannot be read" in window.words or "warehouse" in window.words, "the outage is seen"
    heard.parts += [one(planted.app.url).whole.encode("latin-1") for one in ANSWERS.values()]
    heard.parts += [
        ask(planted.app.url, path).whole.encode("latin-1")
        for path in ("/_stcore/metrics", "/auth/login?provider=x", "/oauth2callback?state=x&code=y", "/?%00=%ff")
    ]
    assert heard.frames > 20 and len(heard.parts) > 100
    assert any(b"minutes and were kind" in part for part in heard.parts), "what the frames hold is heard as it is"
    assert found_in(b"\n".join(heard.parts)) == []
    assert found_in(planted.app.log.read_bytes()) == [], "log, stdout and stderr"


@pytest.mark.postgres
def test_no_secret_is_in_the_process_list(planted: Planted) -> None:
    """What `ps` shows to everybody: the server and whatever it started."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("left out: this system has no /proc")
    family = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in family.splitlines())}
    root = planted.app.process.pid
    mine = [pid for pid, parent in parents.items() if root in (pid, parent)]
    assert root in mine
    for pid in mine:
        assert found_in(Path(f"/proc/{pid}/cmdline").read_bytes()) == []


@pytest.mark.postgres
def test_no_secret_is_on_the_disk(planted: Planted) -> None:
    """The cube, its notes, locks and the app's own store; beside what the test itself wrote."""
    files = [path for path in (planted.folder / "cache").rglob("*") if path.is_file()]
    assert any(path.suffix == ".json" for path in files) and len(files) > 2
    assert [path for path in files if found_in(path.read_bytes())] == []


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose database nobody answers for, with secrets in the environment of this process."""
    config = company._configuration(tmp_path, 'url = "postgresql+psycopg://cx@127.0.0.1:1/cx"')
    monkeypatch.setenv(
        "CX_SOURCES__WAREHOUSE__URL", f"postgresql+psycopg://cx:{quote(PASSWORD, safe='')}@127.0.0.1:1/cx"
    )
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return config


WAYS: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda thing: f"{thing}",
    "vars": lambda thing: repr(getattr(thing, "__dict__", {})),
    "json": lambda thing: thing.model_dump_json() if hasattr(thing, "model_dump_json") else "",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_holds_secrets_does_not_print_them(told: Path, way: str) -> None:
    settings = load_settings(told)
    assert settings.sources["warehouse"].password is not None
    assert settings.pseudonym_key is not None and settings.audit_key is not None
    sources = Sources(settings)
    engine = sources.engine("warehouse")
    things = (settings, settings.sources["warehouse"], sources, engine, engine.url, engine.dialect, engine.pool)
    for thing in things:
        assert found_in(WAYS[way](thing).encode()) == [], type(thing)


def test_what_holds_secrets_is_not_pickled(told: Path) -> None:
    """A pickle is how an object gets into a cache on disk or to another process."""
    settings = load_settings(told)
    for thing in (settings, settings.sources["warehouse"], Sources(settings), Sources(settings).engine("warehouse")):
        with pytest.raises((TypeError, pickle.PicklingError, AttributeError)):
            pickle.dumps(thing)
    assert found_in(settings.model_copy(deep=True).model_dump_json().encode()) == [], "copies are made as ever"


def test_a_database_that_does_not_answer_is_told_without_its_password(told: Path) -> None:
    """The message and the whole traceback, with the driver's own errors in its chain."""
    sources = Sources(load_settings(told))
    with pytest.raises(Unavailable) as caught:
        sources.run("warehouse", sa.text("select 1"))
    assert found_in("".join(traceback.format_exception(caught.value)).encode()) == []


WRONG = {
    "no such driver": 'url = "nosuch+driver://cx:{quoted}@127.0.0.1/cx"',
    "no URL": 'url = "postgres://cx:{plain}@[::1"',
    "a password of its own": 'url = "postgresql+psycopg://cx@127.0.0.1/cx"\npassword = "{plain}"',
    "a password that is not quoted": 'url = "postgresql+psycopg://cx:{plain}:{plain}@127.0.0.1/cx"',
    "no colon": 'url = "postgresql//cx:{quoted}@127.0.0.1/cx"',
    "in an option": 'url = "snowflake://cx@account/db?password={quoted}"',
    "an unknown key": 'url = "postgresql+psycopg://cx@127.0.0.1/cx"\npasswrd = "{plain}"',
    "no TOML": 'url = "postgresql+psycopg://cx:{quoted}@127.0.0.1/cx',
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_configuration_is_told_without_what_is_secret_in_it(tmp_path: Path, mistake: str) -> None:
    source = WRONG[mistake].format(plain=PASSWORD, quoted=quote(PASSWORD, safe=""))
    config = company._configuration(tmp_path, source)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config)
    assert found_in("".join(traceback.format_exception(caught.value)).encode()) == []


def test_the_command_line_tells_no_secret(told: Path) -> None:
    """`check` on a database that does not answer, and on a variable that is no setting."""
    env = {**os.environ, "CX_PSEUDONYM_KYE": KEYS["CX_PSEUDONYM_KEY"], "CX_CUBE__CELL_LIMIT": PASSWORD}
    for environ in (dict(os.environ), env):
        done = subprocess.run(
            [sys.executable, "-m", "data_sources", "check", "--config", str(told)],
            cwd=server.ROOT, env=environ, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1 and re.search(rb"warehouse|CX_PSEUDONYM_KYE", done.stdout + done.stderr)
        assert found_in(done.stdout + done.stderr) == []
