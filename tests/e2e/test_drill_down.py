"""From a card down to one customer in three clicks, every count the same on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import Window, count_in, n_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def table_of(window: Window, chart: str) -> list[list[str]]:
    """The table behind a chart, a list of cells a row, without its heads."""
    window.at(f"{chart}_table").get_by_role("button").first.click()
    table = window.page.get_by_test_id("stPopoverBody").locator("table")
    expect(table).to_be_visible()
    window.settle()
    rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    window.page.keyboard.press("Escape")
    return rows


def mark(window: Window, chart: str, says: str) -> Locator:
    """The mark of a chart whose accessible name holds these words."""
    return window.at(chart).locator(f'path[aria-label*="{says}"]').first


def arrive(window: Window, page: str) -> None:
    window.page.wait_for_url(re.compile(rf"/{page}(\?|$)"))
    window.settle()


def test_card_to_metric_to_voices_to_story_in_three_clicks(demo: Server, window: Window) -> None:
    window.open(demo.url)
    on_card = n_in(window.at("card_nps").inner_text())

    window.at("open_nps").get_by_role("button").click()
    arrive(window, "metric")
    assert n_in(window.evidence) == on_card
    region = table_of(window, "breakdown_region")
    assert sum(count_in(row[3]) for row in region) == on_card, "the regions add up to the card"
    in_north = next(count_in(row[3]) for row in region if row[0] == "North")

    window.at("slice_region_North").get_by_role("button").click()
    arrive(window, "voices")
    assert count_in(window.headline) == in_north
    assert n_in(window.evidence) == in_north
    scores = table_of(window, "distribution")
    assert sum(count_in(row[1]) for row in scores) == in_north, "every score of the slice, once"

    first = window.page.locator("[class*=st-key-comment_]").first
    words = first.locator("em").inner_text()
    who = first.get_by_test_id("stCaptionContainer").inner_text().split(" · ")[0]
    first.get_by_role("button").click()
    arrive(window, "story")
    assert window.headline.startswith(who), "the story is of the customer whose words were clicked"
    assert words in window.words, "and holds their words"
    assert "this is what led here" in window.words
    assert not window.complaints


def test_a_slice_clicked_on_the_chart_leads_to_its_voices(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/metric?metric=csat")
    clicked = mark(window, "breakdown_region", "Slice: South")
    says = clicked.get_attribute("aria-label") or ""
    n = count_in(says.partition("Responses: ")[2])
    clicked.click()
    arrive(window, "voices")
    assert window.parameters["slice"] == ["region:South"]
    assert window.parameters["metric"] == ["csat"]
    assert count_in(window.headline) == n_in(window.evidence) == n
    window.page.go_back()
    arrive(window, "metric")
    assert window.headline.startswith("Satisfaction"), "back returns to the same metric and stays there"


def test_what_moved_the_headline_leads_to_the_comments_of_exactly_that_place(demo: Server, window: Window) -> None:
    window.open(demo.url)
    mark(window, "movers", "Slice: delivery & installation · North").click()
    arrive(window, "voices")
    assert set(window.parameters["slice"]) == {"touchpoint:delivery & installation", "region:North"}
    assert count_in(window.headline) == n_in(window.evidence)
    assert "delivery & installation" in window.evidence and "North" in window.evidence


def test_a_bar_of_the_scores_narrows_to_its_band(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/voices?metric=nps&slice=region:North")
    everybody = count_in(window.headline)
    comments = count_in(window.headline.partition(";")[2])
    window.choose("score", "Detractors")
    assert count_in(window.headline) == everybody, "the card's count stays in sight"
    assert count_in(window.headline.partition(";")[2]) < comments
    given = [
        int(found.group(1))
        for line in window.page.locator("[class*=st-key-comment_]").all_inner_texts()
        if (found := re.search(r"NPS (\d+)", line))
    ]
    assert given and max(given) <= 6


def test_paging_shows_each_comment_once_and_as_many_as_counted(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/voices?metric=nps&slice=touchpoint:mobile%20app&slice=region:North")
    counted = count_in(window.headline.partition(";")[2])
    seen: list[str] = []
    while True:
        page = window.page.locator("[class*=st-key-comment_] em").all_inner_texts()
        seen += page
        more = window.page.get_by_role("button", name="More comments")
        if not more.count():
            break
        before = window.page.url
        more.click()
        expect(window.page).not_to_have_url(before)
        window.settle()
    assert len(seen) == counted


def test_the_next_customer_with_a_similar_story_is_somebody_else(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/voices?metric=nps&slice=region:North&slice=touchpoint:delivery%20%26%20installation")
    window.page.locator("[class*=st-key-comment_]").first.get_by_role("button").click()
    arrive(window, "story")
    one = window.headline
    before = window.page.url
    window.at("next_story").get_by_role("button").click()
    expect(window.page).not_to_have_url(before)
    window.settle()
    assert window.address == "story"
    assert window.headline.split()[0] != one.split()[0]
    window.at("back_to_voices").get_by_role("button").click()
    arrive(window, "voices")
    assert "North" in window.evidence
