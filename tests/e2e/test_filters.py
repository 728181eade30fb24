"""Filters live in the address: they survive page changes, back and reload, and are said in words on every page."""

from __future__ import annotations

import pytest

from tests.e2e.browser import Window, count_in, n_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def kept(window: Window, *values: str) -> None:
    """The filters are in the address and in the grey line."""
    assert [value for group in window.parameters.values() for value in group if value in values] == list(values)
    for value in values:
        assert value in window.evidence, f"{value!r} is not said on {window.page.url}"


def test_filters_survive_page_changes_back_and_reload(demo: Server, window: Window) -> None:
    window.open(demo.url)
    everybody = n_in(window.at("card_nps").inner_text())
    window.choose("region", "South").choose("segment", "Families")
    kept(window, "South", "Families")
    narrowed = window.at("card_nps").inner_text()
    assert 0 < n_in(narrowed) < everybody
    review = window.headline

    for page in ("Metric", "Voices"):
        window.go_to(page)
        kept(window, "South", "Families")
    counted = count_in(window.headline)
    assert counted == n_in(narrowed), "the voices count the card's responses"

    window.page.reload()
    window.settle()
    kept(window, "South", "Families")
    assert count_in(window.headline) == counted

    window.page.go_back()
    window.page.wait_for_url("**/metric?*")
    window.settle()
    kept(window, "South", "Families")

    window.go_to("Weekly review")
    kept(window, "South", "Families")
    assert window.headline == review
    assert window.at("card_nps").inner_text() == narrowed
    assert not window.complaints


def test_a_link_with_filters_sets_the_widgets(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/?region=North&region=Wales&product=Bundle")
    assert "North" in window.at("region").inner_text() and "Wales" in window.at("region").inner_text()
    assert "Bundle" in window.at("product").inner_text()
    for value in ("North", "Wales", "Bundle"):
        assert value in window.evidence


def test_a_persona_is_a_filter_like_the_others(demo: Server, window: Window) -> None:
    window.open(demo.url).choose("persona", "First home")
    assert "Young professionals" in window.evidence
    assert window.parameters["persona"] == ["First home"]
    few = n_in(window.at("card_nps").inner_text())
    window.go_to("Voices")
    assert count_in(window.headline) == few
