"""One real server process: asked how it is, warm before its first visitor, ended gracefully. Statuses are RFC 9110's;
exit status 0 is POSIX's word for success."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data_sources.fingerprint import fingerprint
from data_sources.settings import load_settings
from data_sources.turns import Turn
from tests.e2e import company, server
from tests.e2e.browser import Window
from tests.serving.conftest import REGIONS, asked, begun, environment, fetch, wait_until_ready
from tests.serving.viewer import reports_usage, run

STOP_SECONDS = 20
"""What deploy/customer-room@.service leaves time for, and docs/operations.md promises."""


Start = Callable[..., server.Server]


@pytest.fixture
def alone(config: Path, tmp_path: Path):
    """Starts a process of the test's own on the small company."""
    running: list[server.Server] = []

    def start(config_of: Path = config, **more: str) -> server.Server:
        running.append(server.start(tmp_path, config_of, **environment(tmp_path), **more))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def says(app: server.Server, why_not: str) -> None:
    """Wait until the process gives this reason for not being ready."""
    until = time.monotonic() + 20
    while (found := asked(f"{app.url}/readyz")) != (503, f"{why_not}\n"):
        assert time.monotonic() < until, (found, app.log.read_text()[-3_000:])
        time.sleep(0.02)


def test_ready_only_when_the_first_page_is_worked_out_then_the_filters(alone: Start) -> None:
    """Why not, in words, until then; then one filter value each, as many views as configured or as there are."""
    app = alone(CX_CUBE__WARM_VIEWS="40")
    said = [asked(f"{app.url}/readyz")]
    while said[-1][0] != 200:
        assert said[-1][0] == 503 and len(said) < 1_000, app.log.read_text()[-3_000:]
        assert asked(f"{app.url}/healthz") == (200, "alive\n")
        said.append(asked(f"{app.url}/readyz"))
        time.sleep(0.02)
    assert said[0] == (503, "starting\n")
    assert said[-1] == (200, "ready\n")
    assert begun(app.url) >= 1, "ready means that the page has been drawn once"
    views = 1 + len(REGIONS)
    until = time.monotonic() + 20
    while begun(app.url) < views:
        assert time.monotonic() < until, begun(app.url)
        time.sleep(0.05)
    time.sleep(0.5)
    assert begun(app.url) == views
    log = app.log.read_text()
    assert "Traceback" not in log and "ScriptRunContext" not in log and "arning" not in log, log


def test_config_toml_holds_for_the_server(alone: Start) -> None:
    """Streamlit reads it by another way where a file holds an st.App: nobody else can connect, nobody is reported to,
    the fast event loop is used."""
    app = alone()
    address = ("127.0.0.2", int(app.url.rpartition(":")[2]))
    with pytest.raises(ConnectionRefusedError), socket.create_connection(address, timeout=5):
        pass
    assert not run(reports_usage(app.url))
    loaded = Path(f"/proc/{app.process.pid}/maps")
    assert not loaded.exists() or "uvloop" in loaded.read_text()


def test_not_ready_with_the_reason_where_the_data_cannot_be_read(alone: Start, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    config = company.in_folder(broken, company.answers())
    (broken / "files" / "responses.parquet").unlink()
    app = alone(config)
    says(app, "the data cannot be read")
    company.answers().to_parquet(broken / "files" / "responses.parquet")
    wait_until_ready(app.url, 30)


def test_not_ready_with_a_wrong_configuration(alone: Start, tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text('company = "Nobody"\n')
    app = alone(config)
    says(app, "the configuration needs attention")
    assert asked(app.url)[0] == 200, "the page that says what is wrong is served"
    refused = fetch(app.url, X_Forwarded_For="192.0.2.7")
    assert refused.status == 403 and b"data_sources check" in refused.body, "to this machine only: who may see it?"


@pytest.mark.browser
def test_sigterm_turns_new_visitors_away_and_ends_well(alone: Start, chrome: Browser, open_window) -> None:
    app = alone()
    wait_until_ready(app.url)
    seen: Window = open_window().open(app.url)
    app.process.send_signal(signal.SIGTERM)
    says(app, "stopping")
    assert asked(f"{app.url}/healthz")[0] == 200
    assert asked(app.url)[0] == 503 and asked(f"{app.url}/_stcore/health")[0] == 503, "no new visitors"
    assert seen.page.get_by_test_id("stMetric").count() > 1, "who is here still sees the page"
    assert app.process.wait(STOP_SECONDS) == 0
    log = app.log.read_text()
    assert "Traceback" not in log and "rror" not in log, log


def test_sigterm_while_another_process_reads(alone: Start, config: Path, tmp_path: Path) -> None:
    """It waits for its turn, says so, and goes when it is told to."""
    settings = load_settings(config)
    cube = tmp_path / "cache" / "customer-room" / "cube"
    with Turn(cube / f"{fingerprint(settings)}.lock").try_now() as mine:
        assert mine
        app = alone()
        says(app, "reading the data")
        assert not list(cube.rglob("cube.json")), "it has not read by itself"
        ended_well(app)


def test_sigterm_while_a_query_takes_long(alone: Start, config: Path, tmp_path: Path) -> None:
    """The query is left, nothing of it is kept, and the lock is free for the next process."""
    endless = "(SELECT sum(hash(a.range + b.range)) AS n FROM range(1000000) a, range(1000000) b) s WHERE s.n > 0"
    text = config.read_text()
    slow = config.with_name("slow.toml")
    slow.write_text(text.replace('table = "responses"', f'sql = "SELECT r.* FROM responses r, {endless}"'))
    app = alone(slow, CX_SOURCES__WAREHOUSE__TIMEOUT_SECONDS="60")
    says(app, "reading the data")
    ended_well(app)
    cube = tmp_path / "cache" / "customer-room" / "cube"
    assert not list(cube.rglob("cube.json")) and not list(cube.rglob("*.tmp"))
    (lock,) = cube.glob("*.lock")
    with Turn(lock).try_now() as mine:
        assert mine


def ended_well(app: server.Server) -> None:
    """SIGTERM, then exit status 0 in time and nothing alarming in the log."""
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait(STOP_SECONDS) == 0
    log = app.log.read_text()
    assert "Traceback" not in log and "rror" not in log, log
