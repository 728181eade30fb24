"""From the server's start to a page that somebody can read, in a real Chromium."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.company import Company
from benchmarks.figures import Figure
from tests.e2e.browser import DESKTOP, FLAGS, settle
from tests.e2e.server import Server, start
from tests.needs import chromium

COLD, WARM = 20.0, 5.0
"""Issue 2: first page readable within 20 s of the server's start, later starts within 5 s."""
SUBJECT = "Start"
PATIENCE = 120_000
"""Milliseconds until we give up waiting for a sentence."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Seconds since the server's start until it said it was well, until the sentence could be read and until the page
    was whole; then for the next viewer; and the megabytes that the server held."""

    health: float
    sentence: float
    whole: float
    next_viewer: float
    megabytes: float | None


def missing() -> str:
    """Why nothing can be measured here; "" where it can."""
    return "" if chromium() else "no Chromium was found, so nothing from the server's start to the page was measured"


def measure(company: Company, runs: int) -> list[Figure]:
    """Cold starts with nothing cached, and after each a warm one."""
    if missing():
        return []
    cold, warm = [], []
    with _browser() as browser:
        for turn in range(runs):
            home = company.scratch / f"home-{turn}"
            home.mkdir()
            cold.append(_open(browser, company, home))
            warm.append(_open(browser, company, home))
            shutil.rmtree(home)
    made = "the demo company made, its cube built" if company.usual else "the cube built"
    figures = [
        *_figures("first", cold, f"nothing cached: {made}", COLD),
        *_figures("later", warm, "cube from disk", WARM),
    ]
    held = [opened.megabytes for opened in (*cold, *warm) if opened.megabytes is not None]
    next_viewers = tuple(opened.next_viewer for opened in (*cold, *warm))
    figures.append(Figure(SUBJECT, "next viewer: sentence", "s", next_viewers, "a fresh browser on a running server"))
    if held:
        figures.append(
            Figure(SUBJECT, "server's memory after the page", "MB", tuple(held), "resident, libraries included")
        )
    return figures


def _figures(which: str, opened: list[Opened], how: str, goal: float) -> list[Figure]:
    health, sentence, whole = zip(*((one.health, one.sentence, one.whole) for one in opened), strict=True)
    return [
        Figure(SUBJECT, f"{which} start: server answers", "s", health, "looked at ten times a second"),
        Figure(SUBJECT, f"{which} start: sentence readable", "s", sentence, how, goal, "issue 2"),
        Figure(SUBJECT, f"{which} start: page whole", "s", whole, "every chart drawn, nothing moving"),
    ]


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def _open(browser: Browser, company: Company, home: Path) -> Opened:
    """Start a server with `home` as its only cache, and read its first page."""
    places = {} if company.usual else {"CX_SOURCES__DEMO__FOLDER": str(company.tables)}
    began = time.monotonic()
    server = start(company.scratch, None, XDG_CACHE_HOME=str(home), **places)
    try:
        health = time.monotonic() - began
        sentence, whole = _read(browser, server, began)
        next_viewer, _ = _read(browser, server, time.monotonic())
        return Opened(health, sentence, whole, next_viewer, _megabytes(server.process.pid))
    finally:
        server.stop()


def _read(browser: Browser, server: Server, began: float) -> tuple[float, float]:
    """Seconds since `began` until the weekly review's sentence is visible, and until the page is whole."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector("h1", timeout=PATIENCE)
    sentence = time.monotonic() - began
    settle(page, timeout=PATIENCE)
    whole = time.monotonic() - began
    assert page.locator("[data-testid=stMetric]").count() > 1, f"no review but: {page.inner_text('h1')}"
    context.close()
    return sentence, whole


def _megabytes(pid: int) -> float | None:
    """What a process holds in memory; None where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000
