"""The panel of paths: what it says, what a click does to the address, and what it keeps to itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components import paths as panel
from metrics.estimate import NO_ESTIMATE
from metrics.journeys import Journeys, StepGrain
from tests.components.journey_company import BACK, HIDDEN, LONG, STRAIGHT, address, journeys

ONE_JOURNEY = "1 journey of 1 customer began in the twelve weeks to 15 Nov; 1 may still go on."


def page() -> None:
    from components.paths import paths, turns
    from tests.pages.company import NPS, view

    paths(view(), NPS)
    turns(view(), NPS)


def drawn(monkeypatch: pytest.MonkeyPatch, found: Journeys | None = None, **asked: str) -> AppTest:
    given = journeys() if found is None else found
    monkeypatch.setattr(panel, "journeys", lambda view, metric, grain: replace(given, grain=grain))
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in asked.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "100 journeys of 90 customers began in the twelve weeks to 15 Nov; 12 may still go on."),
        ({"open": 0}, "100 journeys of 90 customers began in the twelve weeks to 15 Nov; all have ended."),
        ({"journeys": 1, "customers": 1, "open": 1}, ONE_JOURNEY),
        ({"journeys": 0, "customers": 0}, "No journey began in the twelve weeks to 15 Nov."),
    ],
)  # fmt: skip
def test_the_sentence(changes: dict[str, int], said: str) -> None:
    assert panel.sentence(journeys(**changes)) == said


def test_every_path_has_its_button_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch)
    labels = [re.sub(r"\\(.)", r"\1", b.label).replace("\u2060", "") for b in at.button if b.key.startswith("path_")]
    assert labels == ["purchase › use", "purchase › use › ↩ purchase", "*use* › [x](javascript:1) › …"]
    assert "7 journeys on other paths." in words(at)
    assert "↩ leads back" in words(at)


def test_a_hidden_path_is_neither_drawn_nor_named_nor_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, path=HIDDEN.key)
    sent = str(at.main)
    assert "secret" not in sent.replace(f"“{HIDDEN.key}”", "").replace(r"secret \> detour", "")
    assert "which is not among these: ignored." in words(at)
    assert not [b for b in at.button if b.key == "path_all"]


def test_a_button_writes_the_path_into_the_address_and_starts_at_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, place="4", seed="9", metric="nps")
    at.button("path_1").click().run()
    assert address(at) == {"path": BACK.key, "seed": "9", "metric": "nps"}
    assert at.button("path_1").label.startswith("**") and not at.button("path_0").label.startswith("**")
    assert "now follows purchase › use › ↩ purchase." in words(at)
    at.button("path_all").click().run()
    assert "path" not in at.query_params and "now follows" not in words(at)


def test_a_click_on_a_row_opens_the_path_and_another_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, place="2")
    at.session_state["paths_touchpoint_all"] = {"selection": {"pick": [{"where": LONG.key}]}}
    at.run()
    assert address(at) == {"path": LONG.key}
    at.session_state["paths_touchpoint_2"] = {"selection": {"pick": [{"where": LONG.key}]}}
    at.run()
    assert address(at) == {}


def test_another_grain_lets_path_and_place_go(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[StepGrain] = []
    at = drawn(monkeypatch, path=STRAIGHT.key, place="3")
    monkeypatch.setattr(panel, "journeys", lambda view, metric, grain: asked.append(grain) or journeys(grain=grain))
    at.segmented_control("grain").set_value("Stages").run()
    assert "path" not in at.query_params and "place" not in at.query_params
    assert set(asked) == {StepGrain.STAGE}, "both panels ask for the same grain"


def test_without_stages_a_step_is_a_touchpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The company in memory records touchpoints and no stages."""
    at = drawn(monkeypatch)
    assert at.segmented_control("grain").value == "Touchpoints"


def test_turns_stand_in_two_tables_with_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    back, away = (element.value for element in drawn(monkeypatch).table)
    shown = [re.sub(r"\\(.)", r"\1", cell) for cell in back.iloc[0]]
    assert shown == ["use", "purchase", "25 of 80", "31 % (22 to 42)"], "Wilson, R binom::binom.wilson(25, 80)"
    assert list(away.iloc[:, 0]) == ["use", "purchase"], "most journeys first"
    none = drawn(monkeypatch, journeys(turns=()))
    assert words(none).count("Nowhere often enough to show.") == 2


def test_why_there_is_no_score_and_no_success_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "NPS of a path is not known: two sources."
    unknown = tuple(replace(path, success=NO_ESTIMATE) for path in (STRAIGHT, BACK))
    said = words(drawn(monkeypatch, journeys(scored=reason, paths=unknown)))
    assert reason in said and "[journey_events] outcome and succeeded" in said
    assert "outcome and succeeded" not in words(drawn(monkeypatch))


def test_too_few_customers_or_none_get_words_and_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    few = drawn(monkeypatch, journeys(journeys=4, customers=4, paths=(HIDDEN,), elsewhere=4, turns=()))
    assert "at least 5 are needed" in words(few) and not few.table and not few.get("vega_lite_chart")
    none = drawn(monkeypatch, journeys(journeys=0, customers=0, open=0, paths=(), elsewhere=0, turns=()))
    assert "No journey began" in words(none) and not none.get("vega_lite_chart")
    scattered = drawn(monkeypatch, journeys(paths=(HIDDEN,), elsewhere=100))
    assert "100 journeys on many paths. None was walked by five customers or more." in words(scattered)


def test_what_customers_and_systems_typed_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, path=LONG.key)
    raw = [*(e.value for e in at.caption), *(b.label for b in at.button)]
    assert not [text for text in raw if re.search(r"(?<!\\)\]\(javascript", text)]
