"""The journey page drawn from a company in memory: what it says aloud, its strip and its map, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data_sources.errors import NotConfigured, Unavailable
from metrics.estimate import Estimate
from metrics.journeys import StageFlow, StageFlows
from tests.pages import journey_company
from tests.pages.company import NPS, weeks

OTHER_PANELS = (
    "pages.journey.emotion_by_stage", "pages.journey.emotion_over_time", "components.closer_look.stage_words",
    "components.closer_look.walk", "components.closer_look.must_be", "components.closer_look.paths",
)  # fmt: skip
"""Drawn by modules with tests of their own."""
FLOWS = tuple(
    StageFlow(stage, entered, onward, 0, left, 3, Estimate(100 * left / (onward + left), 8.0, 34.0, 30, "Wilson"))
    for stage, entered, onward, left in (("purchase", 43, 30, 10), ("use", 33, 24, 6), ("advocacy", 27, 0, 24))
)


@pytest.fixture(autouse=True)
def neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from a database stands still here: journeys, weights and the panels of other modules."""
    found = StageFlows(weeks()[-1], 30, 60, 50, 9, FLOWS)
    monkeypatch.setattr("components.journey_strip.stage_flows", lambda *_: found)
    weight = {"sales": Estimate(0.23, 0.1, 0.35, 400, "r")}
    monkeypatch.setattr("components.touchpoint_map.criticality", lambda *_: weight)
    for name in OTHER_PANELS:
        monkeypatch.setattr(name, lambda *_: None)


def drawn(page: Callable[..., None], against: str = "", **given: str) -> AppTest:
    at = AppTest.from_function(page, kwargs=given, default_timeout=60)
    if against:
        at.query_params["against"] = against
    at.run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    """Everything that is said, without Markdown's escapes."""
    kinds = (at.title, at.header, at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind)).replace("\u2060", "")


def calm() -> None:
    from pages import journey
    from tests.pages.journey_company import view

    journey.render(view())


def fallen() -> None:
    from pages import journey
    from tests.pages.journey_company import fallen, view

    journey.render(view(fallen()))


def at_a_touchpoint() -> None:
    import numpy as np

    from pages import journey
    from tests.pages.journey_company import rows, view

    given = rows()
    hit = (given["week"] == given["week"].max()) & (given["touchpoint"] == "call centre") & (given["stage"] != "use")
    journey.render(view(given.assign(nps=np.where(hit, given["nps"] // 3, given["nps"]))))


def test_a_calm_week_names_no_concern_anywhere() -> None:
    at = drawn(calm)
    said = words(at)
    assert "hurts" not in at.title[0].value and "a concern" not in said
    assert at.title[0].value.endswith("nothing moved on the way this week\\.")
    assert "Week 41 · 6–12 Oct 2025 · NPS end to end" in said
    assert re.search(r"n 240 · [\d,]+ slices scanned · all customers", said)


def test_the_stage_with_the_clearest_signal_is_what_the_page_says() -> None:
    at = drawn(fallen)
    assert re.match(r"Use is where it hurts: Ease fell \d+ points .*to −100, a concern", words(at))
    assert any(button.key == "strip_signal_ease_use" and "concern" in button.label for button in at.button)


def test_a_touchpoint_is_named_where_no_stage_stands_out() -> None:
    title = words(drawn(at_a_touchpoint)).splitlines()[0]
    assert "is where it hurts" in title and "NPS fell" in title


def test_against_another_week_says_which_and_how_many_were_compared() -> None:
    week = weeks()[-4].text()
    said = words(drawn(calm, against=week))
    assert f"against {week}" in said.splitlines()[0]
    assert "8 cells compared" in said and "Each cell against " + week in said


def test_a_week_that_nobody_knows_is_said_and_ignored() -> None:
    at = drawn(calm, against="[x](javascript:1)")
    warned = "\n".join(element.value for element in at.warning)
    assert "no other week here" in warned and "](javascript" not in warned
    assert "slices scanned" in words(at)


def test_the_strip_the_volume_and_the_map_can_be_reached_by_keyboard() -> None:
    at = drawn(calm)
    keys = {button.key for button in at.button}
    assert {f"strip_at_{stage}" for stage in journey_company.STAGES} <= keys
    assert {f"map_at_{touchpoint}" for touchpoint in journey_company.TOUCHPOINTS} <= keys
    said = words(at)
    assert "60 journeys of 50 customers" in said and "9 had an event within the last 30 days" in said
    assert "slices scanned this week" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("warehouse", "does not answer", "Start it."), "Source “warehouse” does not answer. Start it."),
        (NotConfigured("journey_events", "Journeys"), "Journeys needs [journey_events] in cx.toml"),
    ],
)
def test_without_journey_events_the_strip_stays(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("components.journey_strip.stage_flows", fails)
    at = drawn(calm)
    assert said in words(at)
    assert any(button.key == "strip_at_use" for button in at.button), "the strip is drawn"
    assert any(button.key == "map_at_sales" for button in at.button), "and the rest of the page"


def test_without_weights_the_map_stays_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise Unavailable("warehouse", "does not answer", "Start it.")

    monkeypatch.setattr("components.touchpoint_map.criticality", fails)
    at = drawn(calm)
    assert "Source “warehouse” does not answer. Start it." in words(at)
    assert any(button.key == "map_at_sales" for button in at.button)


def with_axes(missing: str) -> None:
    from dataclasses import replace

    from metrics.catalog import Axis
    from pages import journey
    from tests.pages.journey_company import CATALOG, view

    none = {axis: Axis(axis, axis.capitalize()) for axis in missing.split()}
    touchpoints, stages = none.get("touchpoint", CATALOG.touchpoints), none.get("stage", CATALOG.stages)
    journey.render(view(catalog=replace(CATALOG, touchpoints=touchpoints, stages=stages)))


def test_a_company_without_touchpoints_has_a_strip_and_is_told_what_is_missing() -> None:
    at = drawn(with_axes, missing="touchpoint")
    assert "The map of touchpoints needs [responses.touchpoint]" in words(at)
    assert any(button.key == "strip_at_use" for button in at.button)
    assert "stage" in at.title[0].value or "best at" in at.title[0].value


def test_a_company_without_stages_is_spoken_of_by_its_touchpoints() -> None:
    at = drawn(with_axes, missing="stage")
    said = words(at)
    assert "The journey strip needs [responses.stage]" in said
    assert "touchpoint" in at.title[0].value or "best at" in at.title[0].value
    assert any(button.key == "map_at_sales" for button in at.button)
    assert not any(box.key == "against" for box in at.selectbox), "there is no strip to compare"


def test_a_company_with_neither_says_so() -> None:
    at = drawn(with_axes, missing="stage touchpoint")
    assert re.match(rf"{NPS.label}: \d+\. No stage and no touchpoint is recorded", words(at))


def awkward() -> None:
    """Names that would run into each other, break a line or be read as markup."""
    from dataclasses import replace

    from metrics.catalog import Axis
    from pages import journey
    from tests.pages.journey_company import CATALOG, rows, view

    names = {"purchase": "links", "use": "ease_use", "advocacy": "a\nb"}
    places = {"sales": "links", "call centre": "links_ease_use", "app": "[x](javascript:1)\n"}
    given = rows()
    given = given.assign(stage=given["stage"].map(names), touchpoint=given["touchpoint"].map(places))
    stages, touchpoints = (tuple(it.values()) for it in (names, places))
    catalog = replace(CATALOG, stages=Axis("stage", "Stage", stages), touchpoints=Axis("touchpoint", "T", touchpoints))
    journey.render(view(given, catalog=catalog))


def test_awkward_names_are_drawn_as_they_are_and_their_links_stay_apart() -> None:
    at = drawn(awkward)
    assert "](javascript" not in "\n".join(button.label for button in at.button)
    assert {"strip_at_links", "map_at_links", "map_at_links_ease_use"} <= {button.key for button in at.button}


def silent() -> None:
    from pages import journey
    from tests.pages.journey_company import silenced, view

    journey.render(view(silenced()))


def test_a_silent_touchpoint_is_a_row_that_says_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    charts = []
    from components import touchpoint_map

    draw = touchpoint_map.draw
    monkeypatch.setattr(touchpoint_map, "draw", lambda chart, *rest: charts.append(chart) or draw(chart, *rest))
    drawn(silent)
    day = weeks()[-3].start
    assert f"call centre silent since {day.day} {day:%b}" in charts[0].alt
    assert "letters no data" in charts[0].alt


def without_events() -> None:
    from pages import journey
    from tests.pages.journey_company import view

    seen = view()
    vars(seen.room)["datasets"] = {"responses": object()}
    journey.render(seen)


def test_without_events_one_sentence_stands_for_paths_and_people() -> None:
    at = AppTest.from_function(without_events, default_timeout=60)
    at.query_params["look"] = "Paths and people"
    at.run()
    assert not at.exception
    assert words(at).count("Following customers on their way needs [journey_events] in cx.toml") == 1
    assert "In one customer’s shoes" not in words(at)
