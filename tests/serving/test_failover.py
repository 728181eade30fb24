"""Two processes behind nginx with the shipped deploy/nginx.conf: the same viewer stays with the same process, and one
that is killed costs nobody a number. What each view must say is asked of a process directly, without the proxy."""

from __future__ import annotations

import asyncio
import gzip
import re
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from websockets.exceptions import WebSocketException

from tests.e2e.browser import READY, Window
from tests.serving.conftest import REGIONS, Stand, asked, begun, fetch
from tests.serving.viewer import Seen, look, run

pytestmark = pytest.mark.nginx

VIEWS = ("", *(f"region={region}" for region in REGIONS))
BACK_SECONDS = 20
"""Until a browser whose process was killed shows its page again: Streamlit's own pause between attempts, and a page."""


def cookies(count: int) -> list[str]:
    """Cookies as nginx gives them to new viewers."""
    return [f"room={i:032x}" for i in range(1, count + 1)]


def process_of(stand: Stand, cookie: str) -> str:
    """Which process a viewer gets: the one that counts a session more."""
    before = [begun(one.url) for one in stand.processes]
    run(look(stand.url, "", cookie))
    after = [begun(one.url) for one in stand.processes]
    grown = [one.url for one, a, b in zip(stand.processes, before, after, strict=True) if b > a]
    assert len(grown) == 1
    return grown[0]


def test_a_viewer_stays_with_one_process_and_viewers_are_spread(stand: Stand) -> None:
    found = Counter()
    for cookie in cookies(8):
        first = process_of(stand, cookie)
        assert process_of(stand, cookie) == first
        found[first] += 1
    assert len(found) == 2, found


def test_a_first_visit_gets_the_cookie_that_chooses_its_process(stand: Stand) -> None:
    given = fetch(stand.url).headers["Set-Cookie"]
    assert re.fullmatch(r"room=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", given)
    again = fetch(stand.url, Cookie=given.partition(";")[0])
    assert "room=" not in again.headers.get("Set-Cookie", "")
    forged = fetch(stand.url, Cookie="room=../../etc")
    assert re.match(r"room=[0-9a-f]{32};", forged.headers["Set-Cookie"]), "what we did not give is replaced"


def test_what_pages_load_is_compressed(stand: Stand) -> None:
    """Scripts and styles, by gzip's own reader; fonts (woff2) are compressed already."""
    files = re.findall(r'(?:src|href)="\./(static/[^"]+\.(?:js|css))"', asked(stand.url)[1])
    assert {name.rpartition(".")[2] for name in files} == {"js", "css"}
    for name in files:
        plain = fetch(f"{stand.processes[0].url}/{name}").body
        packed = fetch(f"{stand.url}/{name}", Accept_Encoding="gzip")
        assert "max-age" in packed.headers["Cache-Control"]
        if len(plain) >= 1_000:
            assert packed.headers["Content-Encoding"] == "gzip", name
            assert gzip.decompress(packed.body) == plain
            assert len(packed.body) < 0.6 * len(plain), name


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/healthz", "/readyz"])
def test_what_is_for_the_machine_only_is_closed(stand: Stand, path: str) -> None:
    assert asked(f"{stand.processes[0].url}{path}")[0] == 200
    assert asked(f"{stand.url}{path}")[0] == 404


async def crowd(stand: Stand, expected: dict[str, Seen], stop: asyncio.Event) -> Counter[str]:
    """Eight viewers who open one view after the other; a broken connection is tried again, as a browser does. Raises
    AssertionError where one sees anything but what its view must say."""
    count: Counter[str] = Counter()

    async def one(cookie: str, turn: int) -> None:
        while not stop.is_set():
            view = VIEWS[turn % len(VIEWS)]
            try:
                async with asyncio.timeout(30):
                    seen = await look(stand.url, view, cookie)
            except (OSError, WebSocketException):
                count["broken"] += 1
                await asyncio.sleep(0.05)
                continue
            assert seen == expected[view], view
            count["seen"] += 1
            turn += 1

    await asyncio.gather(*(one(cookie, place) for place, cookie in enumerate(cookies(8))))
    return count


async def killed_under_load(stand: Stand, expected: dict[str, Seen]) -> Counter[str]:
    stop = asyncio.Event()
    load = asyncio.create_task(crowd(stand, expected, stop))
    await asyncio.sleep(1)
    stand.processes[0].process.kill()
    await asyncio.sleep(3)
    stop.set()
    return await load


@pytest.mark.browser
def test_one_process_is_killed_and_nobody_sees_a_wrong_number(stand: Stand, open_window: Callable[..., Window]) -> None:
    """Four browsers, each on a view of its own, and eight viewers without one; then the first process is gone."""
    expected = {view: run(look(stand.processes[1].url, view)) for view in VIEWS}
    assert len({seen.small_print for seen in expected.values()}) == len(VIEWS), "a mixed-up view would be seen"
    before = begun(stand.processes[0].url)
    windows = []
    for view in VIEWS:
        opened = open_window()
        opened.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        windows.append(opened.open(f"{stand.url}/?{view}"))
    for _ in range(8):  # the dice may put all four on one side
        if begun(stand.processes[0].url) > before:
            break
        windows[0].page.context.clear_cookies()
        windows[0].open(stand.url)
    assert begun(stand.processes[0].url) > before
    shown = [(one.headline, one.evidence, one.page.url) for one in windows]

    count = run(killed_under_load(stand, expected))
    assert stand.processes[0].process.wait(5) == -signal.SIGKILL
    assert count["seen"] > 10, count

    for one, (headline, evidence, url) in zip(windows, shown, strict=True):
        one.settle(BACK_SECONDS * 1000)
        expect(one.page.locator(READY)).to_be_attached()
        assert (one.headline, one.evidence, one.page.url) == (headline, evidence, url)
        assert one.page.get_by_test_id("stException").count() == 0
        assert one.page.get_by_role("dialog").count() == 0
    windows[1].choose("region", REGIONS[1])
    assert set(windows[1].parameters["region"]) == set(REGIONS[:2]), "who was moved goes on clicking"

    stand.restart(0)
    until = time.monotonic() + 15
    while len({process_of(stand, cookie) for cookie in cookies(8)}) < 2:
        assert time.monotonic() < until, "the new process gets viewers again"
    assert run(look(stand.processes[0].url, VIEWS[1])) == expected[VIEWS[1]]


def test_a_process_that_stops_sends_new_visitors_to_the_other(stand: Stand) -> None:
    """A rolling restart: from SIGTERM to the process's end every request and every websocket is answered."""
    expected = run(look(stand.processes[1].url, ""))
    stand.processes[0].process.send_signal(signal.SIGTERM)
    asked_for = 0
    while stand.processes[0].process.poll() is None:
        for cookie in cookies(4):
            assert fetch(stand.url, Cookie=cookie).status == 200
            assert run(look(stand.url, "", cookie)) == expected
            asked_for += 1
    assert asked_for >= 4
    assert stand.processes[0].process.returncode == 0
    stand.restart(0)
