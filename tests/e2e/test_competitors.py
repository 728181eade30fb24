"""The Competitors page as somebody uses it: another rival, another kind of figure, a metric that others measure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from data_sources.demo.company import COMPANY, COMPETITORS
from data_sources.demo.truths import OVERTAKING
from tests.e2e.browser import Window, count_in, n_in
from tests.e2e.server import Server
from tests.e2e.test_drill_down import arrive, mark, table_of

pytestmark = pytest.mark.browser

OTHER = "Skerrycom"


def test_a_chosen_rival_is_in_the_address_and_stays_when_the_page_is_read_again(
    demo: Server, window: Window, open_window: Callable[..., Window]
) -> None:
    window.open(f"{demo.url}/competitors")
    assert f"{OVERTAKING.company} has passed us in {OVERTAKING.product}" in window.headline
    assert f"Ours minus {OTHER}’s" not in window.words
    window.choose("rival", OTHER)
    assert window.parameters["rival"] == [OTHER]
    assert f"Ours minus {OTHER}’s" in window.words
    assert f"Against {OTHER} (chosen)" in window.words
    gaps = table_of(window, "gaps_product")
    window.page.reload()
    window.settle()
    assert window.parameters["rival"] == [OTHER]
    assert f"Ours minus {OTHER}’s" in window.words
    assert table_of(window, "gaps_product") == gaps
    again = open_window().open(window.page.url)
    assert f"Against {OTHER} (chosen)" in again.words
    assert not window.complaints


def test_every_company_is_there_once_with_its_source(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/competitors")
    companies = [row[0] for row in table_of(window, "rivals")]
    assert sorted(companies) == sorted((COMPANY, *COMPETITORS))
    shares = table_of(window, "rank")
    assert len(shares) >= 5
    sources = window.page.locator("table").last.inner_text()
    for name in (*COMPETITORS, "Hallam & Reeve household panel", "benchmark study", "our own survey"):
        assert name in sources


def test_another_kind_of_figure_never_stands_on_the_same_line(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/competitors")
    assert "Wenlock" not in window.words
    before = table_of(window, "rival_lines")
    window.choose("figure_kind", "relationship")
    assert window.parameters["figure_kind"] == ["relationship"]
    assert "relationship" in window.evidence
    assert "Wenlock yearly customer survey" in window.words
    assert "Hallam" not in window.words
    theirs = {row[0] for row in table_of(window, "rival_lines") if row[1] != COMPANY and COMPANY not in row}
    assert theirs and theirs != {row[0] for row in before}


@pytest.mark.parametrize(("metric", "axis"), [("Prompted awareness", ""), ("Mystery shop", "touchpoint")])
def test_what_only_others_measure_is_shown_of_us_as_well(demo: Server, window: Window, metric: str, axis: str) -> None:
    window.open(f"{demo.url}/competitors")
    window.choose("kpi", metric)
    assert window.parameters["kpi"] == [metric]
    assert metric in window.headline
    assert sorted(row[0] for row in table_of(window, "rivals")) == sorted((COMPANY, *COMPETITORS))
    assert "the benchmark’s own figure of us" in window.words
    assert window.page.locator(".st-key-gaps_touchpoint").count() == bool(axis)
    assert window.page.locator(".st-key-open_our_metric").count() == 0, "there is no page of it"


def test_a_product_where_they_lead_opens_our_metric_there(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/competitors")
    mark(window, "gaps_product", OVERTAKING.product).click()
    arrive(window, "metric")
    assert window.parameters["slice"] == [f"product:{OVERTAKING.product}"]
    assert OVERTAKING.product in window.evidence


def test_a_unit_outside_the_limits_opens_to_its_metric(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/competitors")
    units = {row[0]: row for row in table_of(window, "funnel")}
    assert set(units) == {"North", "Midlands", "East", "South", "West", "Wales"}
    window.choose("units_by", "Segment")
    assert window.parameters["units_by"] == ["Segment"]
    segments = table_of(window, "funnel")
    assert len(segments) == 5
    total = sum(max(count_in(cell) for cell in row[1:] if any(c.isdigit() for c in cell)) for row in segments)
    assert total == sum(max(count_in(c) for c in row[1:] if any(d.isdigit() for d in c)) for row in units.values())
    window.press("unit_segment_Students")
    arrive(window, "metric")
    assert window.parameters["slice"] == ["segment:Students"]
    assert n_in(window.evidence) > 0


def test_a_link_to_what_nobody_knows_shows_what_there_is(demo: Server, window: Window) -> None:
    window.open(f"{demo.url}/competitors?rival=Nobody&kpi=NPS&figure_kind=gossip&level=ever&units_by=Planet")
    assert window.headline
    assert window.page.get_by_test_id("stException").count() == 0
    assert not window.complaints
