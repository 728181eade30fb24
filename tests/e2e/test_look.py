"""On a phone and on a first screen: what the design promises of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.browser import PHONE, Window
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

VOICES = "/voices?metric=nps&slice=region:North"
PAGES = ("/", "/metric?metric=nps", VOICES, "/journey?metric=nps", "/competitors", "/expectations", "/data-health")


@pytest.mark.parametrize("link", PAGES)
def test_a_phone_reads_in_order_and_never_scrolls_sideways(
    demo: Server, open_window: Callable[..., Window], link: str
) -> None:
    window = open_window(PHONE).open(demo.url + link)
    wide = window.page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    )
    assert max(wide) <= PHONE["width"]
    outside = window.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] :is(h1, h2, p, button, svg.marks)')]
            .filter(e => e.checkVisibility() && !e.closest('table'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert not outside
    tops = window.page.evaluate(
        "() => [...document.querySelectorAll('h1, h2, h3')].map(e => e.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops), "the headings follow each other from top to bottom"
    assert not window.complaints


def test_on_a_phone_the_cards_stand_below_the_sentence_one_by_one(
    demo: Server, open_window: Callable[..., Window]
) -> None:
    window = open_window(PHONE).open(demo.url)
    boxes = [card.bounding_box() for card in window.page.locator("[class*=st-key-card_]").all()]
    sentence = window.page.locator("h1").bounding_box()
    assert sentence and len(boxes) == 5 and all(boxes)
    places = [(sentence["y"], sentence["x"]), *((box["y"], box["x"]) for box in boxes if box)]
    assert [y for y, _ in places] == sorted({y for y, _ in places}), "one below the other"
    assert len({x for _, x in places[1:]}) == 1, "in one column"


def test_the_sentence_the_cards_and_the_first_chart_begin_on_the_first_screen(demo: Server, window: Window) -> None:
    window.open(demo.url)
    for selector in ("h1", ".st-key-card_nps", ".st-key-card_emotion"):
        box = window.page.locator(selector).bounding_box()
        assert box and box["y"] + box["height"] <= 900, selector


def test_the_first_chart_is_whole_on_the_first_screen(demo: Server, window: Window) -> None:
    """LOOK, 7: sentence, cards and first chart fit 1440 × 900 without scrolling."""
    window.open(demo.url)
    box = window.page.locator("svg.marks").first.bounding_box()
    assert box and box["y"] + box["height"] <= 900


def test_nothing_jumps_once_the_page_is_whole(demo: Server, window: Window) -> None:
    """Charts are drawn into heights kept for them: the last heading stays where it is once the script has ended."""
    window.open(demo.url)
    where = "() => [...document.querySelectorAll('h2')].map(e => Math.round(e.getBoundingClientRect().top))"
    first = window.page.evaluate(where)
    window.page.wait_for_function("() => document.querySelectorAll('svg.marks').length >= 2")
    window.settle()
    assert window.page.evaluate(where) == first
