"""What is masked, and with which mark."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A kind of personal data; its mark is the word in brackets."""

    NAME = "name"
    EMAIL = "e-mail"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"
    ID = "id"
    ADDRESS = "address"

    @property
    def mark(self) -> str:
        """What stands in its place: "[name]"."""
        return f"[{self.value}]"


class Span(NamedTuple):
    """A stretch of a text, `end` exclusive."""

    start: int
    end: int
    kind: Kind


BLANK = "\ufffc"
"""Takes the place of what was found while the rest is looked through: no pattern matches it."""


GAP = "…"
"""Stands for what is left out where words are counted: it parts them and is none."""


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text, of the same length, with the spans (in order, not overlapping) filled with BLANK."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], BLANK * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def replaced(text: str, spans: Iterable[Span], *, marked: bool = True) -> str:
    """The text with a mark for each span (in order, not overlapping), or with GAP; spans of one kind with nothing but
    a space or a comma between them share one."""
    parts: list[str] = []
    at, last = 0, None
    for span in spans:
        between = text[at : span.start]
        if last is None or span.kind is not last or between.strip(" ,\n"):
            parts += [between, span.kind.mark if marked else GAP]
        at, last = span.end, span.kind
    return "".join([*parts, text[at:]])
