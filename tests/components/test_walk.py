"""Walk in their shoes: one journey in words, and an address that reproduces it."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from components import links
from components import walk as panel
from data_sources.errors import NotConfigured, Unavailable
from metrics.choose import seed_of
from metrics.journeys import StepGrain
from tests.components.journey_company import BACK, Walks, address, journeys, last
from tests.pages.company import weeks

OWN_SEED = seed_of(weeks()[-1])


def page() -> None:
    import streamlit as st

    from components.messages import panel
    from components.walk import walk
    from metrics.slices import EVERYTHING, Filters
    from tests.pages.company import NPS, view

    north = st.checkbox("North", key="north")
    with panel():
        walk(view(scope=EVERYTHING.filtered(Filters.of({"region": ["North"]})) if north else EVERYTHING), NPS)


def drawn(monkeypatch: pytest.MonkeyPatch, walks: object, **asked: str) -> AppTest:
    monkeypatch.setattr(panel, "journeys", lambda view, metric, grain: journeys(grain=grain))
    monkeypatch.setattr(panel, "walk_of", walks)
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in asked.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind)).replace("\u2060", "")


def test_who_what_and_how_it_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, Walks())
    said = words(at)
    assert f"Journey 1 of 5 · drawn at random, seed {OWN_SEED}" in said
    assert "Heron-0 · North · worth £1,140 a year · with us since Mar 2020" in said
    assert "use · Answered a survey at call centre · NPS 2" in said
    assert "*“Third *time*. [x](javascript:1)”*" in said
    happened = [said.index(step) for step in ("Order placed at website (completed)", "Slot missed", "Third")]
    assert happened == sorted(happened), "oldest first"
    assert not [e.value for e in at.markdown if re.search(r"(?<!\\)\]\(javascript", e.value)]


def test_next_and_previous_go_round_and_stand_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = Walks(of=3)
    at = drawn(monkeypatch, walks, metric="nps")
    seen = []
    for key in ("walk_on", "walk_on", "walk_on", "walk_back"):
        at.button(key).click().run()
        seen.append((last(walks)[3], address(at)["place"]))
    assert seen == [(1, "1"), (2, "2"), (0, "0"), (2, "2")]
    assert address(at)["metric"] == "nps"
    assert [at.button(key).proto.shortcut for key in ("walk_back", "walk_on")] == ["left", "right"]


def test_the_address_reproduces_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = Walks()
    at = drawn(monkeypatch, walks, path=BACK.key, grain="Touchpoints", seed="7", place="2")
    assert last(walks) == (BACK.key, StepGrain.TOUCHPOINT, 7, 2)
    assert "Journey 3 of 5 on this path · drawn at random, seed 7" in words(at)
    assert "On the path purchase › use › ↩ purchase." in words(at)


@pytest.mark.parametrize("asked", ["-1", "1.5", "x", "9" * 30, "٣", ""])
def test_what_is_no_place_and_no_seed_is_the_first_and_the_weeks(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    walks = Walks()
    drawn(monkeypatch, walks, place=asked, seed=asked)
    assert last(walks)[2:] == (OWN_SEED, 0)


def test_other_customers_are_drawn_by_the_next_seed_from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = Walks()
    at = drawn(monkeypatch, walks, place="3")
    at.button("walk_draw").click().run()
    assert last(walks)[2:] == (OWN_SEED + 1, 0)
    assert address(at) == {"seed": str(OWN_SEED + 1)}


def test_other_filters_start_at_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = Walks()
    at = drawn(monkeypatch, walks, place="3")
    assert last(walks)[3] == 3
    at.checkbox("north").check().run()
    assert last(walks)[3] == 0 and "place" not in at.query_params
    assert "Journey 1 of 5 in North" in words(at)


def test_one_journey_alone_has_no_next(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, Walks(of=1))
    assert at.button("walk_on").disabled and at.button("walk_back").disabled


def test_the_whole_story_is_a_click_away_where_there_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[tuple[str, object]] = []
    monkeypatch.setattr(links, "go", lambda page, parameters: went.append((page, parameters)))
    at = drawn(monkeypatch, Walks())
    at.button("walk_story").click().run()
    assert went == [("story", {"metric": "nps", "response": "R7"})]
    assert "walk_story" not in [button.key for button in drawn(monkeypatch, Walks(answers=False)).button]


def test_too_few_customers_are_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, Walks(of=0))
    assert "Too few customers" in words(at) and not at.button


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotConfigured("journey_events", "Journeys"), "journey_events"),
        (Unavailable("warehouse", "does not answer", "Start it."), "does not answer. Start it."),
    ],
)
def test_a_walk_that_cannot_be_read_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    assert said in words(drawn(monkeypatch, fails))
