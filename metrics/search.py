"""The search box over customers' words: words, "phrases", −minus. Never a pattern language of the reader's.

Case does not count and punctuation separates words like a space does. A term is found where a word begins with
it: "app" finds "apps" and "(App", not "happy"; "on hold" finds "on-hold".
"""

from __future__ import annotations

from dataclasses import dataclass

SEPARATORS = " \n\r\t\u00a0.,;:!?\"'()[]/-–—…&*#“”„‘’«»¿¡"
"""What stands between words. The database is asked with the same characters (data_sources/word_match.py), so that
a comment found there is marked here."""
SPACED = str.maketrans(dict.fromkeys(SEPARATORS, " "))
QUOTES = str.maketrans("“”„«»", '"""""')
UNSENDABLE = dict.fromkeys((0, *range(0xD800, 0xE000)), " ")
"""A null byte and halves of characters: no database takes them, so none holds them."""
MINUS = "-−–"
LONGEST = 200
"""Characters of the box that are read: more is a paste by mistake."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a comment must hold (all `words`, all `phrases`) and must not hold (`without`), as written;
    `plain` is how a term is compared. Empty finds every comment."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Words and phrases together."""
        return self.words + self.phrases

    def in_words(self) -> str:
        """As the page says it: "with “late” and “call centre”, without “refund”"; "" for an empty search."""
        parts = [f"{how} {_listed(terms, join)}" for how, terms, join in self._parts() if terms]
        return ", ".join(parts)

    def _parts(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        return (("with", self.wanted, "and"), ("without", self.without, "or"))


EVERYTHING_SAID = Search()
"""The empty box."""


def parse(text: str) -> Search:
    """What was typed as a Search. A quote that is never closed runs to the end; a minus counts before a word or a
    quote, not inside a word; a term of nothing but punctuation is passed over. What no database takes is a space."""
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    rest = text[:LONGEST].translate(QUOTES).translate(UNSENDABLE).strip()
    while rest:
        negative = rest[0] in MINUS and len(rest) > 1 and not rest[1].isspace()
        rest = rest[1:] if negative else rest
        quoted = rest.startswith('"')
        raw, rest = _quoted(rest) if quoted else _word(rest)
        if plain(raw):
            (without if negative else phrases if quoted else words).append(raw.strip())
        rest = rest.lstrip()
    return Search(_distinct(words), _distinct(phrases), _distinct(without))


def marks(text: str, search: Search) -> tuple[tuple[int, int], ...]:
    """Where the search's words and phrases are in a comment: spans (start, end exclusive) in order, not
    overlapping."""
    even = normalised(text)
    found = sorted(span for term in search.wanted for span in _spans(even, plain(term)))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def matches(text: str, search: Search) -> bool:
    """Whether a comment holds everything wanted and nothing unwanted: the meaning that SQL is tested against."""
    padded = " " + normalised(text)
    return all(f" {plain(term)}" in padded for term in search.wanted) and not any(
        f" {plain(term)}" in padded for term in search.without
    )


def plain(term: str) -> str:
    """A term as it is compared: normalised, single spaces inside ("on-hold" and "On hold" are the same)."""
    return " ".join(normalised(term).split())


def normalised(text: str) -> str:
    """Lower case, every separator a space, of the same length as the text so that places stay the same."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow ("İ"): those keep their case
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(SPACED)


def _spans(even: str, term: str) -> list[tuple[int, int]]:
    """Every place where a word begins with the term; the mark runs to the end of the term."""
    spans = []
    padded = " " + even
    at = padded.find(" " + term)
    while at >= 0:
        spans.append((at, at + len(term)))
        at = padded.find(" " + term, at + 1)
    return spans


def _quoted(rest: str) -> tuple[str, str]:
    inside, _, after = rest[1:].partition('"')
    return inside, after


def _word(rest: str) -> tuple[str, str]:
    end = next((i for i, c in enumerate(rest) if c.isspace() or c == '"'), len(rest))
    return rest[:end], rest[end:]


def _distinct(terms: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for term in terms:
        kept.setdefault(plain(term), term)
    return tuple(kept.values())


def _listed(terms: tuple[str, ...], join: str) -> str:
    quoted = [f"“{term}”" for term in terms]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {join} {quoted[-1]}"
