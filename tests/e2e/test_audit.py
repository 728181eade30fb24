"""A file, a story and a search in the browser: what arrives, what is noted, what happens where nothing can be.

The authorities: Chromium's own download, and the log as SQLite has it, on a small company of the test's own.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from data_sources.audit import audit_log
from data_sources.audit_entries import Entry, entries
from data_sources.audit_verdict import verdict
from data_sources.settings import load_settings
from tests.data_sources.watched import company
from tests.e2e import server
from tests.e2e.browser import Window, count_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def app(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = server.start(tmp_path_factory.mktemp("server"), config)
    yield running
    running.stop()


def noted(config: Path) -> list[Entry]:
    """What the log says, the oldest first."""
    return list(entries(audit_log(load_settings(config)).store))[::-1]


def downloaded(window: Window, label: str) -> bytes:
    with window.page.expect_download() as caught:
        window.page.get_by_role("button", name=label).click()
    return Path(caught.value.path()).read_bytes()


def test_search_story_file_and_table_are_noted_and_the_auditor_reads_them(
    app: Server, config: Path, window: Window
) -> None:
    window.open(f"{app.url}/voices?metric=nps&search=lift")
    said = count_in(window.headline.partition(";")[2])
    content = downloaded(window, "Download these comments")
    title, heads, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert len(rows) == said > 3 and {row[2] for row in rows} == {"The lift was stuck again."}
    assert "with “lift”" in title[0] and heads[:3] == ["Time", "Customer", "Comment"]

    window.page.locator("[class*=st-key-open_0]").get_by_role("button").click()
    window.page.wait_for_url("**/story**")
    window.settle()
    window.page.reload()
    window.settle()

    window.open(f"{app.url}/metric?metric=nps")
    window.at("breakdown_region_table").get_by_role("button").first.click()
    table = downloaded(window, "Download CSV")
    assert table.startswith(b"\xef\xbb\xbf") and b"North" in table

    acts = [(entry.act, entry.many) for entry in noted(config)]
    assert ("searched", None) in acts and ("exported", said) in acts
    assert acts.count(("searched", None)) == 1
    assert 1 <= acts.count(("opened a story", None)) <= 2, "a reload is another visit; a rerun is none"
    assert acts[-1][0] == "exported"

    window.open(f"{app.url}/audit")
    assert window.headline.startswith("The audit log holds:")
    assert "opened a story" in window.words and "with “lift”" in window.words
    assert not window.complaints
    assert verdict(audit_log(load_settings(config))).holds


def test_streamlits_own_ways_to_take_a_chart_away_are_not_offered(app: Server, window: Window) -> None:
    window.open(f"{app.url}/metric?metric=nps")
    tools = window.page.get_by_test_id("stElementToolbar").locator("button")
    shows = window.page.locator("[data-testid=stElementToolbar] button[aria-label^='Show data']").first
    shows.evaluate("button => button.click()")
    expect(window.page.locator("[data-testid=stElementToolbar] button[aria-label^='Search']").first).to_be_attached()
    offered = [tool.get_attribute("aria-label") or "" for tool in tools.all()]
    assert any(label.startswith("Search") for label in offered), "the chart's own table is open"
    assert not [label for label in offered if "CSV" in label]


def test_where_nothing_can_be_noted_no_file_arrives_and_why_is_said(app: Server, config: Path, window: Window) -> None:
    window.open(f"{app.url}/voices?metric=nps")
    before = len(noted(config))
    with closing(sqlite3.connect(audit_log(load_settings(config)).store.path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        arrived: list[Download] = []

        def arrives(download: Download) -> None:
            arrived.append(download)

        window.page.on("download", arrives)
        window.page.get_by_role("button", name="Download these comments").click()
        window.wait_for_words("Failed to generate")
        assert not arrived
        window.page.locator("[class*=st-key-open_0]").get_by_role("button").click()
        window.wait_for_words("The app’s own store is locked by another process.")
        assert "rang back" not in window.words
        assert "felt" not in window.headline
    assert len(noted(config)) == before
    window.wait_for_words("what led here")  # the page asks again by itself
    assert noted(config)[-1].act == "opened a story"
    window.go_to("Voices")
    window.wait_for_words("The file was not made: The app’s own store is locked by another process.")
