"""What a page costs in a real Chromium, against a plain Streamlit page with the same elements and constant data.

Ours is the app as people get it (serve.py). The floor is a second server that shows what the app drew, with nothing
behind it and Streamlit's own shell (floor/elements.py). The two take turns in one browser; "warm" is a later visit with
the front end in the browser's cache. Both servers have drawn the view before.
"""

from __future__ import annotations

import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page

from benchmarks import report
from benchmarks.company import Company, make
from benchmarks.figures import RATIO, Figure
from benchmarks.floor.elements import DRAWN, NOTING, PARAMETER
from benchmarks.painting import Painted, browser, clicked, opened, visitor
from benchmarks.served import ROOT, Served, environment, serve
from data_sources.demo import RESPONSES
from data_sources.settings import load_settings
from tests.needs import chromium

SUBJECT = "Page"
GOAL = 1.5
"""Issue 4: to the last painted element, at most so many times the floor."""
SIDE_BY_SIDE = ROOT / "benchmarks" / "floor" / "side_by_side.py"
AXIS = "segment"
"""The filter that is clicked."""
METRIC_PAGE, METRIC_WORDS = "Metric", "Week by week"
"""The page switched to, by its link and by what stands only there."""
READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Side:
    """Ours or the floor: where it is, and what its address must say."""

    served: Served
    asked: dict[str, str] = field(default_factory=dict)

    def url(self, page: str = "", **more: str) -> str:
        return f"{self.served.url}/{page}?{urlencode({**self.asked, **more})}"


@dataclass(slots=True)
class Taken:
    """What one side took, run by run."""

    warm: list[Painted] = field(default_factory=list)
    switch: list[Painted] = field(default_factory=list)
    click: list[Painted] = field(default_factory=list)


def missing() -> str:
    """Why nothing can be measured here; "" where it can."""
    return "" if chromium() else "no Chromium was found, so no page was opened"


def measure(company: Company, runs: int) -> list[Figure]:
    """Warm load, page switch and filter click, ours and the floor in turn."""
    with ExitStack() as stack:
        ours = Side(stack.enter_context(serve(ROOT / "serve.py", company.scratch, **environment(company))))
        plain = stack.enter_context(serve(SIDE_BY_SIDE, company.scratch, **environment(company)))
        floor = Side(plain, {PARAMETER: DRAWN})
        wait_until_ready(ours.served.url)
        context = stack.enter_context(visitor(stack.enter_context(browser())))
        value = load_settings().catalog().axis(AXIS).values[0]
        _get_ready(context, ours, floor, value)
        taken = Taken(), Taken()
        for _ in range(runs):
            for side, into in zip((ours, floor), taken, strict=True):
                _visit(context, side, value, into)
    return _figures(*taken)


def wait_until_ready(url: str) -> None:
    """Until the server has its first page worked out. Raises TimeoutError after READY_SECONDS."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310  our own http address
                return
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} was not ready within {READY_SECONDS} s")


def _get_ready(context: BrowserContext, ours: Side, floor: Side, value: str) -> None:
    """Every view is noted for the floor, and both sides are visited once: code in the cache, answers kept."""
    noting = Side(floor.served, {PARAMETER: NOTING})
    for url in (floor.served.url, noting.url(), noting.url(**{AXIS: value}), noting.url("metric", **{AXIS: value})):
        page = context.new_page()
        opened(page, url)
        page.close()
    for side in (ours, floor):
        _visit(context, side, value, Taken())


def _visit(context: BrowserContext, side: Side, value: str, into: Taken) -> None:
    """One visit: the weekly review, a filter, the metric page."""
    page = context.new_page()
    into.warm.append(opened(page, side.url()))
    into.click.append(clicked(page, lambda: choose(page, value), f"· {value}"))
    page.keyboard.press("Escape")
    link = page.get_by_test_id("stTopNavLink").filter(has_text=METRIC_PAGE).first
    into.switch.append(clicked(page, link.click, METRIC_WORDS))
    page.close()


def choose(page: Page, value: str) -> None:
    """Choose a value of the filter, as a click on it does."""
    page.locator(f".st-key-{AXIS} input").first.click()
    page.get_by_role("option", name=value, exact=True).click()


def _figures(ours: Taken, floor: Taken) -> list[Figure]:
    return [
        *_pair("weekly review, warm: to the last painted element", ours.warm, floor.warm, GOAL),
        *_pair("page switch to a metric: to the last painted element", ours.switch, floor.switch, GOAL),
        *_pair("a filter click: to the last painted element", ours.click, floor.click, None),
    ]


def _pair(what: str, ours: Sequence[Painted], floor: Sequence[Painted], goal: float | None) -> list[Figure]:
    pairs = list(zip(ours, floor, strict=True))
    waited = tuple(mine.milliseconds / theirs.milliseconds for mine, theirs in pairs)
    worked = tuple(mine.processor / theirs.processor for mine, theirs in pairs)
    how = f"floor {report.number(median(one.milliseconds for one in floor))} ms; ours and the floor in turn"
    busy = f"floor {report.number(median(one.processor for one in floor))} ms of the page's main thread, ours "
    busy += f"{report.number(median(one.processor for one in ours))} ms"
    return [
        Figure(SUBJECT, what, "ms", tuple(one.milliseconds for one in ours), how),
        Figure(SUBJECT, what, RATIO, waited, how, goal, "issue 4" if goal else ""),
        Figure(SUBJECT, f"{what}, processor", RATIO, worked, busy),
    ]


def main() -> None:
    """`python -m benchmarks.browser [runs]`: the table of this module alone, on the demo company."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="cx-browser-") as folder:
        figures = measure(make(Path(folder), RESPONSES), runs)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
