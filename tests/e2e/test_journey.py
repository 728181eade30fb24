"""The journey page as somebody uses it: a cell, a path, a walk and a word each open what they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Window, count_in, n_in
from tests.e2e.server import Server
from tests.e2e.test_drill_down import arrive, mark, table_of

pytestmark = pytest.mark.browser

JOURNEY = "/journey?metric=nps"
PEOPLE, WORDS = f"{JOURNEY}&look=Paths%20and%20people", f"{JOURNEY}&look=Words"
SHOWN_WALKS = 5_000
"""A walk draws among the newest journeys, at most so many (data_sources/journeys/walks.py)."""


def test_a_cell_of_the_map_leads_to_its_metric_and_its_comments_with_one_count(demo: Server, window: Window) -> None:
    window.open(demo.url + JOURNEY)
    cell = mark(window, "touchpoint_map", "delivery & installation, use: ")
    says = cell.get_attribute("aria-label") or ""
    assert "signal: concern" in says
    n = n_in(says)
    cell.click()
    arrive(window, "metric")
    assert set(window.parameters["slice"]) == {"touchpoint:delivery & installation", "stage:use"}
    assert n_in(window.evidence) == n
    assert sum(count_in(row[3]) for row in table_of(window, "breakdown_region")) == n, "the regions add up to the cell"

    window.at("slice_region_North").get_by_role("button").click()
    arrive(window, "voices")
    assert set(window.parameters["slice"]) == {"touchpoint:delivery & installation", "stage:use", "region:North"}
    in_north = count_in(window.headline)
    assert in_north == n_in(window.evidence) < n
    assert sum(count_in(row[1]) for row in table_of(window, "distribution")) == in_north
    assert not window.complaints


def test_a_cell_of_the_strip_leads_to_its_stage(demo: Server, window: Window) -> None:
    window.open(demo.url + JOURNEY)
    rows = table_of(window, "journey_strip")
    (n,) = (count_in(row[6]) for row in rows if row[:2] == ["NPS", "use"])
    window.press("strip_at_use")
    arrive(window, "metric")
    assert window.parameters["slice"] == ["stage:use"]
    assert n_in(window.evidence) == n
    window.open(demo.url + JOURNEY)
    cell = mark(window, "journey_strip", "Ease, purchase")
    n = n_in(cell.get_attribute("aria-label") or "")
    cell.click()
    arrive(window, "metric")
    assert window.headline.startswith("Ease")
    assert window.parameters["slice"] == ["stage:purchase"]
    assert n_in(window.evidence) == n


def test_the_strip_can_be_held_against_any_week_and_the_link_keeps_it(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(demo.url + JOURNEY)
    usual = window.headline
    box = window.at("against").locator("input").first
    box.click()
    earlier = window.page.get_by_role("option").nth(3).inner_text()
    box.press("Escape")
    window.choose("against", earlier)
    assert "cells compared" in window.evidence
    assert earlier in window.words
    again = open_window().open(window.page.url)
    assert (again.headline, again.evidence) == (window.headline, window.evidence)
    assert usual


def test_a_path_opens_to_the_customers_who_walked_it(demo: Server, window: Window) -> None:
    window.open(demo.url + PEOPLE)
    paths = table_of(window, "paths_stage_all")
    place, row = next((i, row) for i, row in enumerate(paths) if row[0].count("›") >= 2)
    journeys = count_in(row[2])
    window.press(f"path_{place}")
    assert window.parameters["path"]
    walk = window.at("walk_card").inner_text()
    assert count_in(walk.partition(" of ")[2]) == min(journeys, SHOWN_WALKS), "the walk is among all of this path"
    assert "on this path" in walk
    steps = [line.split(" · ")[0] for line in window.at("walk_card").locator("p").all_inner_texts() if _is_step(line)]
    walked = [stage for stage, _ in groupby(steps)]
    assert walked == [step.strip(" ↩\xa0") for step in row[0].split("›")], "and this customer walked exactly it"
    window.press("path_all")
    assert "path" not in window.parameters


def _is_step(line: str) -> bool:
    return line.partition(" · ")[0] in {
        "awareness", "discovery", "attraction", "interaction", "purchase", "use", "cultivation", "advocacy",
    }  # fmt: skip


def test_the_arrow_keys_walk_from_customer_to_customer(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(demo.url + PEOPLE)
    first = _shown(window)
    assert "Journey 1 of" in first
    window.page.keyboard.press("ArrowRight")
    expect(window.at("walk_card")).to_contain_text("Journey 2 of", timeout=20_000)
    window.settle()
    second = _shown(window)
    assert second.partition("seed")[2] != first.partition("seed")[2], "another customer"
    assert window.parameters["place"] == ["1"]
    again = open_window().open(window.page.url)
    assert _shown(again) == second, "the link shows the same customer"
    window.page.keyboard.press("ArrowLeft")
    expect(window.at("walk_card")).to_contain_text("Journey 1 of", timeout=20_000)
    window.settle()
    assert _shown(window) == first, "and back"
    window.page.keyboard.press("ArrowLeft")
    expect(window.at("walk_card")).not_to_contain_text("Journey 1 of", timeout=20_000)
    window.settle()
    assert re.search(r"Journey ([\d,]+) of \1\b", _shown(window)), "round from the first to the last"
    assert not window.complaints


def test_a_walk_leads_to_the_same_customers_whole_story(demo: Server, window: Window) -> None:
    window.open(demo.url + PEOPLE)
    for _ in range(20):
        if window.page.locator(".st-key-walk_story").count():
            break
        window.press("walk_on")
    who = re.search(r"[A-Z][a-z]+-\d+", _shown(window))
    assert who
    window.press("walk_story")
    arrive(window, "story")
    assert window.headline.startswith(who.group())


def _shown(window: Window) -> str:
    return window.at("walk_card").inner_text()


def test_a_word_opens_exactly_its_comments(demo: Server, window: Window) -> None:
    window.open(demo.url + WORDS)
    opener = window.page.locator("[class*=st-key-word_promoters_0], [class*=st-key-word_happy_0]").first
    says = opener.inner_text()
    counted = count_in(says.partition(" · ")[2])
    opener.get_by_role("button").click()
    arrive(window, "voices")
    assert any(value.startswith("stage:") for value in window.parameters["slice"])
    assert count_in(window.headline.partition(";")[2]) == counted
    word = says.partition(" · ")[0].strip().lower()
    quotes = window.page.locator("[class*=st-key-comment_] em").all_inner_texts()
    assert quotes and all(word.split()[0][:4] in quote.lower() for quote in quotes)
    assert not window.complaints


def test_filters_narrow_every_part_and_stay_on_the_way_down(demo: Server, window: Window) -> None:
    whole = n_in(window.open(demo.url + PEOPLE).evidence)
    window.open(f"{demo.url}{PEOPLE}&region=North")
    assert "North" in window.evidence
    assert n_in(window.evidence) < whole
    assert "North" in _shown(window)
    window.press("strip_at_use")
    arrive(window, "metric")
    assert window.parameters["region"] == ["North"]


def test_the_choice_of_a_closer_look_is_in_the_address(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(demo.url + JOURNEY)
    window.at("look").get_by_text("Paths and people").click()
    window.wait_for_words("The paths customers take").settle()
    assert window.parameters["look"] == ["Paths and people"]
    again = open_window().open(window.page.url)
    assert _shown(again) == _shown(window)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("/journey?metric=emotion&against=nonsense", "Emotion end to end"),
        (f"{PEOPLE}&path=no%20such%20path", "ignored"),
        (f"{PEOPLE}&seed=abc&place=99999999", "drawn at random"),
        (f"{PEOPLE}&grain=Touchpoints", "The paths customers take"),
        (f"{JOURNEY}&across=Region&look=Everything", "by touchpoint"),
        ("/journey?metric=nps&region=Wales&segment=Small%20business", "too few"),
    ],
)
def test_each_link_opens_and_what_nobody_knows_is_no_error(demo: Server, window: Window, link: str, said: str) -> None:
    window.open(demo.url + link)
    assert said in window.words
    assert window.page.get_by_test_id("stException").count() == 0
    assert not window.complaints


@pytest.mark.parametrize("link", ["/journey?metric=nps&region=North", "/competitors", "/expectations?metric=success"])
def test_each_new_page_opens_cold_on_a_server_that_nobody_has_visited(
    start_app: Callable[..., Server], demo: Server, cache_home: Path, window: Window, link: str
) -> None:
    fresh = start_app(cache=cache_home)
    window.open(fresh.url + link)
    assert window.address == link[1:].partition("?")[0]
    assert window.page.locator("svg.marks").count() >= 2
    assert window.page.get_by_test_id("stException").count() == 0
    assert not window.complaints
