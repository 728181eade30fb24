"""The real server (serve.py) while its database and its own processes die: what its page says over Streamlit's own
websocket, and the log. The authority for the counts on the page is raw SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import server as app_server
from tests.faults.conftest import Ground
from tests.serving.conftest import asked, environment, wait_until_ready
from tests.serving.viewer import look, run

pytestmark = [pytest.mark.postgres, pytest.mark.security]

Start = Callable[..., app_server.Server]


@pytest.fixture
def start(ground: Ground, tmp_path: Path) -> Iterator[Start]:
    running: list[app_server.Server] = []

    def begin(**more: str) -> app_server.Server:
        running.append(app_server.start(tmp_path, ground.config, **environment(tmp_path), **more))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.wait()


def newest_count(ground: Ground) -> int:
    """Answers to NPS in the newest closed week."""
    with ground.server.admin(ground.database) as connection:
        row = connection.execute(
            "select count(*) from responses where nps between 0 and 10"
            " and date_trunc('week', submitted_at) = (select max(date_trunc('week', submitted_at)) from responses)"
        ).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_the_page_of_a_real_server_through_everything(ground: Ground, start: Start) -> None:
    """Killed database, killed app, a frozen database and another time zone at the next start: the same page."""
    app = start()
    wait_until_ready(app.url)
    sound = run(look(app.url, ""))
    counts = [int(n) for line in sound.small_print for n in re.findall(r"\bn (\d+)\b", line)]
    assert newest_count(ground) in counts
    ground.server.kill()
    assert run(look(app.url, "")).sentence == sound.sentence, "the page lives on what is in memory"
    assert "Traceback" not in app.log.read_text(), app.log.read_text()[-3_000:]
    app.process.kill()
    app.process.wait()
    ground.server.start()
    frozen = ground.server.freeze()
    try:
        app = start(TZ="Pacific/Kiritimati")
        wait_until_ready(app.url)
        assert run(look(app.url, "")).sentence == sound.sentence, "and then on what is on disk"
        assert asked(f"{app.url}/healthz") == (200, "alive\n")
    finally:
        ground.server.thaw(frozen)
    assert "Traceback" not in app.log.read_text(), app.log.read_text()[-3_000:]
