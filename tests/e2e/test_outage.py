"""The database goes down and comes back while people look at the room: a real PostgreSQL server is stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e import company
from tests.e2e.browser import Window
from tests.e2e.server import Server
from tests.postgres import Postgres

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

BACK_WITHIN = 15_000
"""Milliseconds: the breaker's five seconds, a page that asks every six, and a busy machine."""
NO_RELOAD = "window.__sameDocument"


@pytest.fixture
def warehouse(postgres_server: Postgres, tmp_path: Path, cache_home: Path) -> Path:
    """A configuration on a PostgreSQL server with three thousand of the demo company's newest responses."""
    demo = next(iter((cache_home / "customer-room" / "demo").glob("*-planted-*")))
    newest = pd.read_parquet(demo / "responses.parquet").tail(45_000).iloc[::15]
    rows = newest.rename(columns={"effort": "ease"})[list(company.answers().columns)]
    return company.in_database(tmp_path, rows, postgres_server.url)


def test_the_database_goes_down_and_comes_back(
    start_app: Callable[..., Server], warehouse: Path, postgres_server: Postgres, window: Window
) -> None:
    app = start_app(warehouse)
    window.open(app.url)
    review = window.headline
    window.go_to("Voices")
    sound = window.headline
    assert "comments to read" in sound

    postgres_server.stop()
    window.go_to("Weekly review")
    assert window.headline == review, "what is in memory goes on"
    assert window.at("card_nps").is_visible()
    window.go_to("Metric")
    assert window.headline.startswith("NPS")
    window.go_to("Voices")
    assert "cannot be read just now" in window.headline
    assert "Source “warehouse”" in window.words
    assert "password" not in window.words and "SELECT" not in window.words and "psycopg" not in window.words
    assert "Weekly review" in window.page.get_by_test_id("stTopNav").inner_text()
    window.go_to("Data health")
    assert "warehouse" in window.words
    window.go_to("Voices")

    window.page.evaluate(f"{NO_RELOAD} = true")
    postgres_server.start()
    window.page.get_by_role("heading", name=sound).wait_for(timeout=BACK_WITHIN)
    window.settle()
    assert window.page.evaluate(NO_RELOAD), "it came back without a reload"
    assert window.page.locator("[class*=st-key-comment_]").count() > 5


def test_a_part_that_fails_comes_back_by_itself(
    start_app: Callable[..., Server], warehouse: Path, postgres_server: Postgres, window: Window
) -> None:
    """The review lives on what is in memory; its three stories are asked of the database (nobody has made them ready
    before)."""
    app = start_app(warehouse, CX_CUBE__WARM_VIEWS="0")
    window.open(f"{app.url}/metric?metric=nps")
    postgres_server.stop()
    window.go_to("Weekly review")
    assert window.at("card_nps").is_visible()
    assert "Source “warehouse”" in window.words
    window.page.evaluate(f"{NO_RELOAD} = true")
    postgres_server.start()
    window.page.get_by_role("button", name="This customer’s story").first.wait_for(timeout=BACK_WITHIN)
    assert window.page.evaluate(NO_RELOAD)


def test_a_first_start_without_the_database_explains_itself_and_recovers(
    start_app: Callable[..., Server], warehouse: Path, postgres_server: Postgres, window: Window
) -> None:
    postgres_server.stop()
    app = start_app(warehouse)
    window.open(f"{app.url}/metric?metric=nps")
    assert window.headline == "The data cannot be read just now."
    assert "Source “warehouse”" in window.words
    assert "Weekly review" in window.page.get_by_test_id("stTopNav").inner_text(), "the frame is there"
    window.page.evaluate(f"{NO_RELOAD} = true")
    postgres_server.start()
    window.page.locator("h1", has_text="NPS").wait_for(timeout=BACK_WITHIN + 5_000)
    window.settle()
    assert window.page.evaluate(NO_RELOAD), "it came back without a reload"
    assert window.address == "metric"
