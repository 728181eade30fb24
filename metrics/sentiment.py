"""How a comment sounds, −1 to 1: as the company's own column has it, else by VADER for English, else not scored.

VADER: Hutto & Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text",
ICWSM-14, doi:10.1609/icwsm.v8i1.14550. It knows English words only, so the language is settled first: as mapped,
else by py3langid where it is sure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Protocol

from metrics.people import Verbatim

ENGLISH = "en"
SURE = 0.75
"""Below this probability a language is unknown. On short customer comments English in other clothes (romanised
Hindi .70, "Anika was brilliant" Polish .34) stays below it, sentences of six or more words come out above .9."""
FEWEST_WORDS = 4
"""Shorter comments ("great", "muito bom") do not show their language; they are scored only where it is mapped."""
_LIKELY = "ar bn cs cy da de el en es fi fr ga hi hu it ja ko nl no pl pt ro ru sv tr uk ur zh"
"""Languages that customers of a company are likely to write in: with all 97 that py3langid knows, short English is
taken for rare ones."""
POSITIVE = 0.05
"""VADER's own cut: from 0.05 positive, to −0.05 negative (Hutto & Gilbert's README)."""


class _Analyser(Protocol):
    def polarity_scores(self, text: str) -> dict[str, float]: ...


class _Identifier(Protocol):
    def set_languages(self, langs: list[str]) -> None: ...
    def classify(self, text: str) -> tuple[str, float]: ...


def with_sentiment(verbatims: Iterable[Verbatim]) -> tuple[Verbatim, ...]:
    """The same comments with language and sentiment where they can be told; a mapped value is never replaced."""
    return tuple(_read(verbatim) for verbatim in verbatims)


def _read(verbatim: Verbatim) -> Verbatim:
    language = verbatim.language or language_of(verbatim.text)
    sentiment = verbatim.sentiment
    if sentiment is None and is_english(language):
        sentiment = sentiment_of(verbatim.text)
    return replace(verbatim, language=language, sentiment=sentiment)


def sentiment_of(text: str) -> float:
    """VADER's compound score of an English text, −1 to 1; 0 where it holds no word with a feeling."""
    return float(_analyser().polarity_scores(text)["compound"])


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of a text's language; None where it is too short or unclear to say."""
    if len(text.split()) < FEWEST_WORDS:
        return None
    language, probability = _identifier().classify(text)
    return str(language) if probability >= SURE else None


def is_english(language: str | None) -> bool:
    """Whether a language as companies write it ("en", "en-GB", "EN_us", "English", "eng") is English."""
    first = (language or "").strip().lower().replace("_", "-").split("-")[0]
    return first in (ENGLISH, "eng", "english")


def in_words(sentiment: float | None) -> str:
    """As the page says it."""
    if sentiment is None:
        return "not scored"
    return "positive" if sentiment >= POSITIVE else "negative" if sentiment <= -POSITIVE else "neutral"


@cache
def _analyser() -> _Analyser:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser: _Analyser = SentimentIntensityAnalyzer()
    return analyser


@cache
def _identifier() -> _Identifier:
    """Half a second and 50 MB, on first use only."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LIKELY.split())
    return identifier
