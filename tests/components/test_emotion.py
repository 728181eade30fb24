"""The panels on feelings, drawn from a company in memory: what they say, where a word leads, what they lack."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components import links
from data_sources.errors import NotConfigured
from data_sources.stage_words import Side, StageWords
from metrics.bands import bands
from metrics.estimate import Direction, Estimate, Verdict
from metrics.remembered import Remembered
from metrics.word_odds import Word
from tests.pages.company import NPS

REMEMBERED = Remembered(
    Estimate(4.2, 4.0, 4.4, 300, "t"), Estimate(4.6, 4.5, 4.7, 300, "t"), Estimate(-0.4, -0.5, -0.3, 300, "t"),
    Verdict.SIGNAL, Direction.CONCERN,
)  # fmt: skip
LADDER = bands(NPS)
WORDS = StageWords(
    Side(LADDER[-1], (Word("friendly", 12, 1, 4.0),), 60, 60),
    Side(LADDER[0], (Word("call centre", 31, 2, 6.0), Word("refund", 9, 0, 3.5)), 50, 80),
    12, 140,
)  # fmt: skip


@pytest.fixture(autouse=True)
def standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from a database stands still."""
    monkeypatch.setattr("components.emotion.remembered_of", lambda *_: REMEMBERED)
    monkeypatch.setattr("components.emotion.words_of", lambda *_: WORDS)


def drawn(page: Callable[[], None]) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.subheader, at.caption, at.markdown, at.info)
    said = "\n".join(element.value for kind in kinds for element in kind)
    return re.sub(r"\\(.)", r"\1", said).replace("\u2060", "")


def curve() -> None:
    from components.emotion import emotion_by_stage
    from tests.pages.journey_company import view

    emotion_by_stage(view())


def test_the_curve_says_which_metric_it_is_and_what_is_remembered() -> None:
    at = drawn(curve)
    said = words(at)
    assert "No metric asks for the feeling itself, so this is NPS this week." in said
    assert "Remembered as 4.2, worse than the 4.6 that was lived on average (of 7)." in said
    assert "heuristic" in said
    table = at.table[0].value
    assert table.iloc[2]["Value"].replace("\\", "") == "−0.40"
    assert table.iloc[2]["Verdict"].replace("\\", "") == "signal: concern"
    keys = [button.key for button in at.button]
    assert [key for key in keys if str(key).startswith("emotion_stage_")] == [
        f"emotion_stage_{stage}" for stage in ("purchase", "use", "advocacy")
    ]


def test_without_customers_the_rest_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> Remembered:
        raise NotConfigured("responses.customer", "What is remembered")

    monkeypatch.setattr("components.emotion.remembered_of", missing)
    at = drawn(curve)
    assert "What is remembered needs [responses.customer]" in words(at)
    assert "NPS this week" in words(at)


def stageless() -> None:
    from components.emotion import emotion_by_stage
    from components.messages import panel
    from tests.pages.company import view

    with panel():
        emotion_by_stage(view())


def test_without_stages_it_says_what_to_configure() -> None:
    assert "The emotional curve needs [responses.stage] in cx.toml" in words(drawn(stageless))


def over_time() -> None:
    from components.emotion import emotion_over_time
    from tests.pages.journey_company import fallen, view

    emotion_over_time(view(fallen(metric="nps")))


def test_over_time_says_how_it_is_judged() -> None:
    said = words(drawn(over_time))
    assert "older weeks carry no verdict" in said
    assert "the thin line is 0" in said


def telling() -> None:
    from components.emotion import stage_words
    from tests.pages.journey_company import view

    here = view()
    stage_words(here, here.metric)


def test_each_word_says_how_many_comments_hold_it_and_opens_them(monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[tuple[str, links.Parameters]] = []
    monkeypatch.setattr("components.links.go", lambda page, parameters: went.append((page, parameters)))
    at = drawn(telling)
    labels = {str(button.key): button.label for button in at.button}
    assert "31 of 80 comments" in labels["word_detractors_0"]
    assert "then counted in all" in words(at), "50 of 80 were read"
    at.segmented_control(key="stage_words").set_value("use").run()
    at.button(key="word_detractors_0").click().run()
    assert went == [
        (
            links.VOICES,
            {
                "metric": "nps", "slice": ["stage:use"], "search": '"call centre"', "score": "Detractors",
                "weeks": "Last 12 weeks",
            },
        )
    ]  # fmt: skip


def test_too_few_and_scoreless_comments_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    none = Side(LADDER[0], (), 0, 0)
    monkeypatch.setattr("components.emotion.words_of", lambda *_: StageWords(none, none, 12, hidden=True))
    assert "Too few answers to read their comments: at least 8" in words(drawn(telling))
    monkeypatch.setattr("components.emotion.words_of", lambda *_: StageWords(none, none, 12, by_score=False))
    assert "The comments do not carry NPS" in words(drawn(telling))
