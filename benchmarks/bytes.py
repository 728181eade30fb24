"""What a first visit brings over the wire, and what moves while the page loads and on a click.

Bytes are Chromium's own count of what arrived (headers included) and of what the websocket brought, for somebody with
an empty cache: through the shipped nginx configuration, which compresses, and past it. Layout shift is Chromium's own
score (tests/e2e/shifts.py): on load web.dev's cumulative score, on a click every shift, explained by the click or not.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks import report
from benchmarks.browser import AXIS, choose, wait_until_ready
from benchmarks.company import Company, make
from benchmarks.figures import Figure
from benchmarks.painting import browser, clicked, opened, visitor
from benchmarks.served import ROOT, Served, environment, serve
from data_sources.demo import RESPONSES
from data_sources.settings import load_settings
from tests.e2e.browser import DESKTOP, PHONE, Size
from tests.e2e.shifts import WATCH, score, shifts, whole
from tests.needs import chromium, nginx
from tests.serving.proxy import Proxy

SUBJECT = "Page"
GOOD = 0.1
"""Issue 4: the layout shift score on load."""
BINARY = 2
"""Opcode of a binary websocket frame (RFC 6455, 5.2)."""
PAGES = {
    "weekly review": "",
    "metric page": "metric?metric=nps",
    "journey": "journey?metric=nps",
    "voices": "voices?metric=nps&slice=region:North",
}
SIZES: dict[str, Size] = {"1440 × 900": DESKTOP, "390 × 844": PHONE}


@dataclass(slots=True)
class Arrived:
    """Requests that were made, those answered with an error, and the bytes that came."""

    requests: int = 0
    refused: int = 0
    bytes: int = 0


def missing() -> str:
    """Why nothing can be measured here; "" where it can."""
    return "" if chromium() and nginx() else "no Chromium or no nginx was found, so no first visit was weighed"


def measure(company: Company, runs: int) -> list[Figure]:
    """Bytes of first visits, as often as `runs` says; the layout shift of every page once at every size."""
    with serve(ROOT / "serve.py", company.scratch, **environment(company)) as served, browser() as chrome:
        wait_until_ready(served.url)
        with _proxy(company.scratch, served) as compressed:
            figures = [
                *_weighed(chrome, compressed, runs, "compressed (the shipped nginx.conf)"),
                *_weighed(chrome, served.url, runs, "as Streamlit sends it"),
            ]
        return figures + [figure for name, size in SIZES.items() for figure in _moved(chrome, served.url, name, size)]


@contextmanager
def _proxy(folder: Path, served: Served) -> Iterator[str]:
    port = int(served.url.rpartition(":")[2])
    proxy = Proxy(folder, [port, port])
    yield proxy.url
    proxy.stop()


def _weighed(chrome: Browser, url: str, runs: int, how: str) -> list[Figure]:
    taken = [_first_visit(chrome, f"{url}/") for _ in range(runs)]
    link = _first_visit(chrome, f"{url}/metric?metric=nps")
    say = f"{how}; {taken[0].requests} requests"
    deep = f"{how}; {link.requests} requests, {link.refused} of them answered 404 (Streamlit looks for its server)"
    return [
        Figure(
            SUBJECT, "weekly review, first visit: over the wire", "MB", tuple(one.bytes / 1e6 for one in taken), say
        ),
        Figure(SUBJECT, "link to a metric, first visit: over the wire", "MB", (link.bytes / 1e6,), deep),
    ]


def _first_visit(chrome: Browser, url: str) -> Arrived:
    """Open an address with an empty cache and count until it is painted."""
    arrived = Arrived()
    with visitor(chrome) as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")

        def responded(event: dict[str, Any]) -> None:
            arrived.requests += 1
            arrived.refused += event["response"]["status"] >= 400

        def ended(event: dict[str, Any]) -> None:
            arrived.bytes += int(event["encodedDataLength"])

        def frame(event: dict[str, Any]) -> None:
            data = event["response"]["payloadData"]
            arrived.bytes += len(base64.b64decode(data)) if event["response"]["opcode"] == BINARY else len(data)

        tools.on("Network.responseReceived", responded)
        tools.on("Network.loadingFinished", ended)
        tools.on("Network.webSocketFrameReceived", frame)
        opened(page, url)
    return arrived


def _moved(chrome: Browser, url: str, size: str, viewport: Size) -> Iterator[Figure]:
    value = load_settings().catalog().axis(AXIS).values[0]
    for name, address in PAGES.items():
        with visitor(chrome, viewport) as context:
            context.add_init_script(WATCH)
            page = context.new_page()
            opened(page, f"{url}/{address}")
            loading = shifts(page)
            clicked(page, lambda page=page: choose(page, value), value)  # type: ignore[misc]
            clicking = shifts(page)
        how = "Chromium's layout instability score, "
        yield Figure(
            SUBJECT, f"{name}, {size}: layout shift on load", "score", (score(loading),),
            f"{how}largest session window (web.dev)", GOOD, "issue 4",
        )  # fmt: skip
        yield Figure(
            SUBJECT, f"{name}, {size}: layout shift on a click", "score", (score(clicking),),
            f"{how}without the half second after the click, as web.dev counts; with it {whole(clicking):.4f}",
            0.0, "issue 4",
        )  # fmt: skip


def main() -> None:
    """`python -m benchmarks.bytes`: the table of this module alone, on the demo company."""
    with tempfile.TemporaryDirectory(prefix="cx-bytes-") as folder:
        figures = measure(make(Path(folder), RESPONSES), 1)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
