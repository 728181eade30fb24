"""axe-core on every page, light and dark: nothing serious that is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.browser import Window
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
PAGES = (
    "/",
    "/metric?metric=nps",
    "/voices?metric=nps&slice=region:North",
    "/journey?metric=nps",
    "/competitors",
    "/expectations",
    "/data-health",
)


READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text to its ground."""


def luminance(colour: str) -> float:
    """Relative luminance of a CSS colour "rgb(r, g, b)" (WCAG 2.2)."""
    channels = [int(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def style(window: Window, selector: str, what: str) -> str:
    return str(window.page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{what}"))


@dataclass(frozen=True)
class NotOurs:
    """A violation of Streamlit's or Vega's own making: the rule, what its target must match, and why."""

    rule: str
    target: str
    reason: str


EXEMPT = (
    NotOurs(
        "svg-img-alt",
        "[data-testid=stVegaLiteChart] g.role-mark",
        "Vega gives a layer without descriptions of its own (rules of a target, points of no signal) the role of a "
        "picture; the chart around it has its accessible name from `alt`",
    ),
)


def grave_violations(window: Window) -> list[str]:
    """Each grave violation that no exemption covers, as rule, target and what axe says."""
    found: list[dict[str, Any]] = Axe().run(window.page).response["violations"]
    told = []
    for violation in found:
        for node in violation["nodes"]:
            if violation["impact"] in GRAVE and not exempt(window, violation["id"], node["target"][0]):
                says = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
                told.append(f"{violation['id']}: {node['html'][:150]} ({'; '.join(says)[:200]})")
    return told


def nameless_charts(window: Window) -> list[str]:
    """Charts without a sentence that says what they show."""
    nameless = []
    for chart in window.page.get_by_test_id("stVegaLiteChart").all():
        names = chart.locator("xpath=ancestor-or-self::*[@aria-label] | .//*[@aria-label]").all()
        if not any(len((name.get_attribute("aria-label") or "").split()) >= 4 for name in names[:6]):
            nameless.append(chart.inner_text()[:80])
    return nameless


def exempt(window: Window, rule: str, target: str) -> bool:
    element = window.page.locator(target).first
    return any(
        rule == one.rule and bool(element.evaluate("(element, kind) => element.matches(kind)", one.target))
        for one in EXEMPT
    )


@pytest.mark.parametrize("link", PAGES)
def test_in_the_light_no_grave_violation_is_ours(demo: Server, window: Window, link: str) -> None:
    window.open(demo.url + link)
    assert not nameless_charts(window)
    assert not grave_violations(window)


@pytest.mark.parametrize("link", PAGES)
def test_in_the_dark_the_ground_is_dark_words_are_readable_and_no_grave_violation_is_ours(
    demo: Server, open_window: Callable[..., Window], link: str
) -> None:
    window = open_window(scheme="dark").open(demo.url + link)
    ground = style(window, "[data-testid=stApp]", "backgroundColor")
    assert luminance(ground) < 0.02
    for words in ("h1", "[data-testid=stMain] h2", "[data-testid=stMain] p", "[data-testid=stTopNavLink]"):
        assert contrast(style(window, words, "color"), ground) >= READABLE, words
    for text in window.page.locator("svg.marks text[fill]").all()[:12]:
        fill = text.evaluate("element => getComputedStyle(element).fill")
        assert contrast(fill, ground) >= READABLE, text.text_content()
    assert not window.complaints
    assert not grave_violations(window)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_story_has_no_grave_violation_that_is_ours(
    demo: Server, open_window: Callable[..., Window], scheme: str
) -> None:
    window = open_window(scheme=scheme).open(f"{demo.url}/voices?metric=nps")
    window.page.locator("[class*=st-key-comment_]").first.get_by_role("button").click()
    window.page.wait_for_url("**/story?*")
    window.settle()
    assert not grave_violations(window)


def test_the_way_down_needs_no_mouse(demo: Server, window: Window) -> None:
    """Tab and Enter reach the metric from a card, and the comments of a slice from the metric."""
    window.open(demo.url)
    window.at("open_nps").get_by_role("button").focus()
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/metric?*")
    window.settle()
    window.at("slice_region_North").get_by_role("button").focus()
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/voices?*")
    window.settle()
    assert "North" in window.evidence
