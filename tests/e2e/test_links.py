"""Every view is a link: opened cold, opened for any week, opened with words that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.browser import Window, n_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def test_a_deep_link_opens_cold_on_a_server_that_nobody_has_visited(
    start_app: Callable[..., Server], demo: Server, cache_home: Path, window: Window
) -> None:
    fresh = start_app(cache=cache_home)
    window.open(f"{fresh.url}/voices?metric=nps&slice=region:North")
    assert window.address == "voices"
    assert "comments to read" in window.headline
    assert "North" in window.evidence
    assert window.page.locator("[class*=st-key-comment_]").count() > 5
    assert not window.complaints


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/", "NPS"),
        ("/metric?metric=effort", "Ease is"),
        ("/metric?metric=csat&slice=region:South&slice=segment:Students", "Satisfaction is"),
        ("/data-health", "Social media has gone silent"),
    ],
)
def test_each_page_opens_straight_from_its_link(demo: Server, window: Window, link: str, said: str) -> None:
    window.open(demo.url + link)
    assert said in window.headline
    for value in ("South", "Students"):
        assert (value in window.evidence) == (value in link)
    assert "Page not found" not in window.page.locator("body").inner_text()
    assert not window.complaints


def test_any_week_can_be_chosen_and_its_link_shows_the_same(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(demo.url)
    newest = window.evidence
    box = window.at("week").locator("input").first
    box.click()
    weeks = window.page.get_by_role("option")
    earlier = weeks.nth(5).inner_text()
    box.press("Escape")
    window.choose("week", earlier)
    assert earlier in window.evidence
    assert window.evidence != newest
    again = open_window().open(window.page.url)
    assert (again.headline, again.evidence) == (window.headline, window.evidence)
    assert again.at("card_nps").inner_text() == window.at("card_nps").inner_text()


def test_what_nobody_knows_is_reported_in_words(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/metric?metric=happiness&slice=region:Atlantis&slice=planet:Mars&week=1066")
    for word in ("happiness", "Atlantis", "planet", "Mars"):
        assert word in window.words, word
    assert "does not record" in window.words
    assert window.headline.startswith("NPS is"), "the page shows the headline KPI instead"
    assert n_in(window.evidence) > 1_000, "an unknown slice narrows nothing"


def test_an_unknown_filter_value_is_reported_in_words(demo: Server, window: Window) -> None:
    """A value that the filter bar does not know is dropped by the widget: the page must say so itself."""
    window.open(f"{demo.url}/?region=Atlantis&week=1066")
    assert "Atlantis" in window.words
    assert "1066" in window.words


def test_markup_in_the_address_is_shown_as_text(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/metric?metric=**loud**%20%5Bx%5D(javascript:1)%20%3Cb%3E")
    assert "**loud** [x](javascript:1) <b>" in window.words
    assert window.page.locator("a[href^=javascript]").count() == 0


def test_a_story_nobody_can_find_says_so(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/story?metric=nps&response=no-such-response")
    assert window.page.get_by_test_id("stException").count() == 0
    assert "Weekly review" in window.page.get_by_test_id("stTopNav").inner_text()
    assert "no such response" in window.words
