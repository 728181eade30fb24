"""Personal data in comments is masked before text leaves data_sources (docs/privacy.md)."""

from __future__ import annotations

from data_sources.masking.kinds import Kind, Span
from data_sources.masking.masker import Masker
from data_sources.masking.own_words import masker_of
from data_sources.masking.searching import is_personal, require_impersonal

__all__ = ["Kind", "Masker", "Span", "is_personal", "masked", "masker_of", "require_impersonal"]

_PLAIN = Masker()


def masked(text: str) -> str:
    """A text without the personal data in it, knowing no company's own words: see Masker.masked."""
    return _PLAIN.masked(text)
