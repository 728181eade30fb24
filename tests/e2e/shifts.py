"""What moves on a page that nobody moved, as Chromium sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from playwright.sync_api import Page

WATCH = """(() => {
    window.__shifts = [];
    const said = node => (node?.textContent || node?.nodeName || '').trim().slice(0, 40);
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.__shifts.push({
        at: entry.startTime, value: entry.value, after_input: entry.hadRecentInput,
        moved: entry.sources.map(source =>
            `${said(source.node)}: ${source.previousRect.x},${source.previousRect.y} to `
            + `${source.currentRect.x},${source.currentRect.y}`),
    }))).observe({type: 'layout-shift', buffered: true});
})()"""
"""To be run before a page is opened: notes every shift."""
GAP, LONGEST = 1_000, 5_000
"""Milliseconds: a session window ends after a second without a shift, and at the latest after five (web.dev/cls)."""


class Shift(TypedDict):
    """One layout shift: when (milliseconds since navigation), its score, whether a click, tap or key came within half a
    second before it, and what moved from where to where."""

    at: float
    value: float
    after_input: bool
    moved: list[str]


def shifts(page: Page) -> list[Shift]:
    """The shifts since the page was opened or this was asked last."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[Shift] = page.evaluate("() => window.__shifts.splice(0)")
    return found


def score(found: Sequence[Shift]) -> float:
    """Cumulative layout shift: the largest sum in a session window, without what an input explains; 0 for none."""
    largest = total = 0.0
    first = last = float("-inf")
    for one in found:
        if one["after_input"]:
            continue
        if one["at"] - last > GAP or one["at"] - first > LONGEST:
            first, total = one["at"], 0.0
        last, total = one["at"], total + one["value"]
        largest = max(largest, total)
    return largest


def whole(found: Sequence[Shift]) -> float:
    """All shifts together, whatever explains them; 0 for none."""
    return sum(one["value"] for one in found)
