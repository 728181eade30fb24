"""One real server process: asked how it is, warm before its first visitor, ended gracefully. Statuses are RFC 9110's;
exit status 0 is POSIX's word for success."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import company, server
from tests.e2e.browser import Window
from tests.serving.conftest import REGIONS, asked, begun, environment, wait_until_ready

STOP_SECONDS = 20
"""What deploy/customer-room@.service leaves time for, and docs/operations.md promises."""


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


def test_ready_only_when_the_first_page_is_worked_out(alone) -> None:
    app = alone()
    said = [asked(f"{app.url}/readyz")]
    while said[-1][0] != 200:
        assert said[-1][0] == 503 and len(said) < 3_000
        assert asked(f"{app.url}/healthz") == (200, "alive\n")
        said.append(asked(f"{app.url}/readyz"))
        time.sleep(0.02)
    assert said[0] == (503, "starting\n"), "it says why before it is ready"
    assert said[-1] == (200, "ready\n")
    log = app.log.read_text()
    assert "Traceback" not in log and "ScriptRunContext" not in log and "arning" not in log, log


def test_not_ready_with_the_reason_where_the_data_cannot_be_read(alone, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    config = company.in_folder(broken, company.answers())
    (broken / "files" / "responses.parquet").unlink()
    app = alone(config)
    until = time.monotonic() + 30
    while asked(f"{app.url}/readyz") != (503, "the data cannot be read\n"):
        assert time.monotonic() < until, asked(f"{app.url}/readyz")
        time.sleep(0.05)
    company.answers().to_parquet(broken / "files" / "responses.parquet")
    wait_until_ready(app.url, 30)


def test_not_ready_with_a_wrong_configuration(alone, tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text('company = "Nobody"\n')
    app = alone(config)
    until = time.monotonic() + 30
    while asked(f"{app.url}/readyz") != (503, "the configuration needs attention\n"):
        assert time.monotonic() < until, asked(f"{app.url}/readyz")
        time.sleep(0.05)
    assert asked(app.url)[0] == 200, "the page that says what is wrong is served"


@pytest.mark.browser
def test_sigterm_turns_new_visitors_away_and_ends_well(alone, chrome: Browser, open_window) -> None:
    app = alone()
    wait_until_ready(app.url)
    seen: Window = open_window().open(app.url)
    began = time.monotonic()
    app.process.send_signal(signal.SIGTERM)
    until = began + 5
    while asked(f"{app.url}/readyz") != (503, "stopping\n"):
        assert time.monotonic() < until
    assert asked(f"{app.url}/healthz")[0] == 200
    assert asked(app.url)[0] == 503 and asked(f"{app.url}/_stcore/health")[0] == 503, "no new visitors"
    assert seen.page.get_by_test_id("stMetric").count() > 1, "who is here still sees the page"
    assert app.process.wait(STOP_SECONDS) == 0
    log = app.log.read_text()
    assert "Traceback" not in log and "rror" not in log, log


def test_a_refresh_under_way_is_left_and_what_was_saved_stays_whole(alone, tmp_path: Path) -> None:
    """SIGTERM at any moment of a process that refreshes all the time: it ends well, and the next one restores the cube
    that was last saved, whole."""
    often = {"CX_CUBE__REFRESH_MINUTES": "0.0001", "CX_CUBE__WARM_VIEWS": "0"}
    for pause in (0.0, 0.3):
        app = alone(**often)
        wait_until_ready(app.url)
        time.sleep(pause)
        app.process.send_signal(signal.SIGTERM)
        assert app.process.wait(STOP_SECONDS) == 0
        assert "Traceback" not in app.log.read_text(), app.log.read_text()
    notes = list((tmp_path / "cache").rglob("cube.json"))
    assert len(notes) == 1
    assert json.loads(notes[0].read_text())["read_at"]
    assert not list((tmp_path / "cache").rglob("*.tmp")), "no half file is left"


@pytest.mark.parametrize("views", [1, 1 + len(REGIONS)])
def test_the_configured_number_of_views_is_made_ready(alone, views: int) -> None:
    """The whole company's first, then one filter value each, as long as there are any."""
    app = alone(CX_CUBE__WARM_VIEWS=str(views))
    wait_until_ready(app.url)
    until = time.monotonic() + 20
    while begun(app.url) < views:
        assert time.monotonic() < until, begun(app.url)
        time.sleep(0.1)
    time.sleep(1)
    assert begun(app.url) == views
