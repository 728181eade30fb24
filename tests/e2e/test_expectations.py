"""The Expectations page as somebody uses it: items, their slices, what lateness costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.browser import Window, count_in, n_in
from tests.e2e.server import Server
from tests.e2e.test_drill_down import arrive, mark, table_of

pytestmark = pytest.mark.browser


def test_the_broken_promise_of_the_demo_is_the_sentence(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/expectations")
    assert window.headline.startswith("Delivery & installation")
    assert "below what customers put up with" in window.headline
    for basis in ("stated by customers", "promised by us", "believed by us"):
        assert basis in window.evidence
    assert not window.complaints


def test_what_lateness_costs_adds_up_to_the_answers_it_rests_on(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/expectations?metric=nps")
    assert "every further day late costs" in window.words
    days = table_of(window, "delay_cost")
    said = next(line for line in window.words.splitlines() if "came late (" in line)
    assert sum(count_in(row[-1]) for row in days) <= count_in(said.partition("% of ")[2])
    on_the_day = next(row for row in days if row[0] == "on the promised day")
    late = next(row for row in days if row[0].startswith("6 days late"))
    assert count_in(on_the_day[1]) > 0
    assert late[1].startswith("−")


def test_another_item_keeps_its_place_in_the_address(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(f"{demo.url}/expectations?metric=nps")
    window.page.locator("[class*=st-key-metric_choice]").first.get_by_text("Ease", exact=True).click()
    window.wait_for_words("Ease across").settle()
    assert window.address == "expectations"
    assert window.parameters["metric"] == ["effort"]
    again = open_window().open(window.page.url)
    assert "Ease across" in again.words


def test_a_touchpoint_below_what_must_be_opens_its_metric_with_the_same_count(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/expectations?metric=nps&across=Touchpoint")
    if not window.page.locator(".st-key-expectation_across_touchpoint").count():
        window.page.locator(".st-key-across").get_by_text("Touchpoint", exact=True).click()
        window.settle()
    rows = {row[0]: row for row in table_of(window, "expectation_across_touchpoint")}
    assert len(rows) >= 10
    below = [name for name, row in rows.items() if "below" in row[-1]]
    assert below == ["delivery & installation"]
    mark(window, "expectation_across_touchpoint", "delivery & installation").click()
    arrive(window, "metric")
    assert window.parameters["slice"] == ["touchpoint:delivery & installation"]
    assert n_in(window.evidence) == count_in(rows["delivery & installation"][3])


def test_the_choice_of_an_axis_is_in_the_address(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(f"{demo.url}/expectations?metric=nps")
    window.page.locator(".st-key-across").get_by_text("Touchpoint", exact=True).click()
    window.settle()
    assert window.parameters["across"]
    again = open_window().open(window.page.url)
    assert again.page.locator(".st-key-expectation_across_touchpoint").count() == 1


def test_filters_narrow_the_page(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/expectations?metric=nps&segment=Students")
    assert "Students" in window.evidence
    assert window.page.get_by_test_id("stException").count() == 0
    assert not window.complaints
