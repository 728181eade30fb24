"""Personal data in comments is masked before text leaves data_sources (docs/privacy.md)."""

from __future__ import annotations

from data_sources.masking.kinds import Kind, Span
from data_sources.masking.masker import Masker

__all__ = ["Kind", "Masker", "Span", "masked"]

_PLAIN = Masker()


def masked(text: str) -> str:
    """A text without the personal data in it, knowing no company's own words: see Masker.masked."""
    return _PLAIN.masked(text)
