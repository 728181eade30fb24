"""Sentiment: the published VADER examples, tricky British ones, and languages that must not be scored."""

from __future__ import annotations

from datetime import datetime

import pytest

from metrics.people import Verbatim
from metrics.sentiment import in_words, is_english, language_of, sentiment_of, with_sentiment


@pytest.mark.parametrize(
    ("text", "compound"),
    [
        # Hutto & Gilbert's README, "Code Examples"
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("The book was good.", 0.4404),
        ("Today SUX!", -0.5461),
        ("Not bad at all", 0.431),
    ],
)
def test_vader_as_published(text: str, compound: float) -> None:
    assert sentiment_of(text) == pytest.approx(compound, abs=5e-5)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("not bad at all", "positive"),
        ("can't fault it", "positive"),
        ("absolutely terrible service", "negative"),
        ("I am NOT happy", "negative"),
        ("the router is in the hall", "neutral"),
    ],
)
def test_tricky_comments(text: str, word: str) -> None:
    assert in_words(sentiment_of(text)) == word


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The engineer never turned up and nobody called me back.", "en"),
        ("Produto chegou antes do prazo, recomendo a todos", "pt"),
        ("Der Techniker ist wieder nicht gekommen", "de"),
        ("Obsługa była bardzo miła, dziękuję serdecznie", "pl"),
        ("el técnico nunca llegó a mi casa", "es"),
        ("Gwasanaeth gwych, diolch yn fawr iawn", "cy"),
        ("bahut accha service tha, shukriya", None),
        ("great", None),
        ("muito bom", None),
        ("", None),
        ("!!! ??? 12 34", None),
    ],
)
def test_a_language_is_named_only_where_it_shows(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("word", ["en", "EN", "en-GB", "en_US", "English", "eng"])
def test_english_as_companies_write_it(word: str) -> None:
    assert is_english(word)


def test_mapped_values_hold_and_other_languages_are_not_scored() -> None:
    def comment(text: str, language: str | None = None, sentiment: float | None = None) -> Verbatim:
        return Verbatim("1", "Heron-1", datetime(2026, 1, 5), text, language=language, sentiment=sentiment)

    scored = with_sentiment(
        [
            comment("absolutely terrible service", sentiment=0.9),
            comment("great", language="en-GB"),
            comment("great"),
            comment("Der Techniker war schrecklich, wirklich horrible", language="de"),
            comment("The engineer was lovely and very helpful indeed."),
        ]
    )
    assert [in_words(v.sentiment) for v in scored] == ["positive", "positive", "not scored", "not scored", "positive"]
    assert [v.language for v in scored] == [None, "en-GB", None, "de", "en"]
    assert not is_english(None)
    assert not is_english("pt-BR")
