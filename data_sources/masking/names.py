"""Names of persons: first names that are nothing else, and what stands where a name stands.

A first name brings the capitals behind it along ("Ana López Vega"). A word that only may be a name ("Grace", "Will",
"Jordan") and one that no list knows count where the words around them say so (name_phrases.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from data_sources.masking import name_phrases as phrases
from data_sources.masking.first_names import FOLD, certain, known, ordinary
from data_sources.masking.kinds import BLANK
from data_sources.masking.letters import UPPER
from data_sources.masking.name_phrases import Group
from data_sources.masking.text_words import WIDEST, Kept, TextWords
from data_sources.masking.words import NOT_SAID_BEFORE, PLACES_BEHIND

PART = re.compile(r"[^\W\d_]+")
CAPITAL = re.compile(rf"(?<![^\W_])[{UPPER}][^\W\d_]*")
MOST_WORDS = 5
"""Words of one name, particles not counted."""
CONTACT = re.compile(rf"[ \t]?[,;:(<|/-]{{0,2}}[ \t\n]?[(<]?{BLANK}")
"""What parts a name from the e-mail address or number behind it."""
LINE_ENDS = re.compile(rf"[ \t.!,;)]*(?:\n|$|{BLANK}|[(\[])")
"""What stands behind a writer's name at the end of a text or line."""


class Said(IntEnum):
    """How surely the words before a place say that a name stands there."""

    NOTHING = 0
    LIKELY = 1
    SURE = 2
    SMALL_TOO = 3


def names(text: str, lower: str, kept: Kept) -> Iterator[tuple[int, int]]:
    """Where names are, in order. `lower` is the text in lower case, of the same length; `text` has BLANK where
    something else was found. Most texts hold no word that tells of a name, and are not looked at further."""
    even = lower if lower.isascii() else lower.translate(FOLD)
    words = set(PART.findall(even))
    if (
        BLANK in text
        or not certain().isdisjoint(words)
        or not phrases.TELLING_SMALL.isdisjoint(words)
        or _has_capital_behind_a_phrase(text, even)
    ):
        yield from Names(text, even, kept).spans()


def _has_capital_behind_a_phrase(text: str, even: str) -> bool:
    plain = ordinary()
    for capital in CAPITAL.finditer(text):
        start, end = capital.span()
        if even[start:end] not in plain:
            before = even[max(0, start - _BACK) : start].split()
            if before and before[-1].strip(_SIGNS) in phrases.BEFORE_CAPITALS:
                return True
    return False


class Names(TextWords):
    """The words of one text, to find names among."""

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where names are, in order."""
        done = last = 0
        for at in self._worth_a_look():
            if at < done:
                continue
            skipped = self.kept_words(at)
            end = None if skipped else self._name(at, 0 < last == at - 1)
            done = end or at + skipped
            if end is not None:
                last = end
                yield self.starts[at], self.with_initial(end)

    def _worth_a_look(self) -> list[int]:
        """The words that may begin a name."""
        plain, first, kept, small = ordinary(), certain(), self.kept, phrases.SMALL_BEHIND
        before = ["", *self.words]
        return [
            at
            for at, (word, capital) in enumerate(zip(self.words, self.capitals, strict=True))
            if (word not in plain or word in phrases.PARTICLES or word in kept if capital else word in first)
            or before[at] in small
        ]

    # -- one name ---------------------------------------------------------------------------------------------

    def _name(self, at: int, after_name: bool) -> int | None:
        """The word behind the name that begins at a word; None where none begins."""
        word, capital = self.words[at], self.capital(at)
        closing = self._closed(at)
        if closing is not None:
            return closing
        said = self._said(at)
        if said is Said.SMALL_TOO:
            return self._end_in_small(at) if not capital else self._end(at) if self._may_be(at) else None
        if not capital:
            end = self._end_in_small(at) if said is Said.SURE else self._end(at)
            return end if said and word in certain() else None
        if not self._may_be(at):
            return None
        return self._end(at) if self._counts(at, said, after_name) else None

    def _counts(self, at: int, said: Said, after_name: bool) -> bool:
        """Whether a word with a capital that may be a name is one here."""
        end = self._end(at)
        several = end - at > 1 and not self.all_capitals(at)
        if said is Said.SURE:
            return True
        if said is Said.LIKELY:
            return self.words[at] in known() or self.first_part(at) in certain() or several
        named = several and not any(self.all_capitals(place) for place in range(at, end))
        if (named or self.words[at] in certain()) and CONTACT.match(self.text, self.ends[end - 1]):
            return True
        if after_name and at and self.words[at - 1] in phrases.JOINERS and self.words[at] in known():
            return True
        return self.first_part(at) in certain() and not self._of_a_place(at, end)

    def _may_be(self, at: int) -> bool:
        """Whether a word is none that is certainly no name: a common word, a title, unless a name follows."""
        word = self.words[at]
        if word in phrases.PARTICLES:
            return self.follows(at) and self.capital(at + 1) and self.words[at + 1] not in ordinary()
        if self.initial(at):
            return self.follows(at, ". ") and self.capital(at + 1) and self._may_be(at + 1)
        return word not in ordinary() and word not in phrases.TITLES

    def _of_a_place(self, at: int, end: int) -> bool:
        before = self.words[at - 1] if at and self.follows(at - 1) else ""
        behind = self.words[end] if end < len(self.words) and self.follows(end - 1) and self.capital(end) else ""
        last = self.words[end - 1]
        return before in NOT_SAID_BEFORE or behind in PLACES_BEHIND or (end - at > 1 and last in PLACES_BEHIND)

    def _end(self, at: int) -> int:
        """The word behind the name: what goes on with capitals, initials and particles."""
        end, words = at + 1, 1
        loud = self.all_capitals(at)
        while words < MOST_WORDS and end < len(self.words):
            step = end
            while (
                step < min(end + 3, len(self.words) - 1)
                and self.words[step] in phrases.PARTICLES
                and self.goes_on(step - 1)
            ):
                step += 1
            if not self.goes_on(step - 1) or not self.capital(step):
                break
            if self.words[step] in ordinary() or (loud and self.words[step] not in known()):
                break
            end, words = step + 1, words + 1
        return end

    def _end_in_small(self, at: int) -> int | None:
        """The same for a name in small letters, behind words that introduce it: up to three words, none common."""
        if self.words[at] in ordinary() or len(self.words[at]) == 1:
            return None
        end = at + 1
        while end < min(at + 3, len(self.words)) and self.goes_on(end - 1) and self.words[end] not in ordinary():
            end += 1
        return end

    # -- what stands before -----------------------------------------------------------------------------------

    def _said(self, at: int) -> Said:
        """What the words before a word say of it, and the sign between."""
        gap = self.text[self.ends[at - 1] : self.starts[at]] if at else ""
        if not at or len(gap) > WIDEST:
            return Said.NOTHING
        sign, groups = gap.strip(), self.behind(at)
        if (
            (sign in (":", "=") and Group.LABEL in groups)
            or (Group.TITLE in groups and (not sign or (sign == "." and len(self.words[at - 1]) <= _ABBREVIATED)))
            or (sign == "." and Group.DOTTED_TITLE in groups)
            or (sign in ("", ":") and Group.ROLE in groups)
        ):
            small = Group.SMALL_TITLE in groups and not self.capitals[at]
            return Said.SMALL_TOO if small else Said.SURE
        if sign in ("", ":", '"', "'") and Group.SAYING in groups:
            return Said.SMALL_TOO
        likely = (not sign and Group.LIKELY in groups) or (sign == "," and Group.ROLE in groups)
        return Said.LIKELY if likely else Said.NOTHING

    def _closed(self, at: int) -> int | None:
        """The word behind a writer's name: behind a closing, to the end of its line."""
        gap = self.text[self.ends[at - 1] : self.starts[at]] if at else "."
        if len(gap) > WIDEST or ("." in gap and "\n" not in gap):
            return None
        groups = self.behind(at)
        formal = Group.CLOSING in groups
        if not formal and Group.CLOSING_THANKS not in groups:
            return None
        end = at
        while end < len(self.words) and end < at + MOST_WORDS and (end == at or self.goes_on(end - 1)):
            word = self.words[end]
            if word in phrases.CLOSING_WORDS or (
                word in ordinary() and word not in phrases.PARTICLES and not self.initial(end)
            ):
                break
            end += 1
        if end == at or not LINE_ENDS.match(self.text, self.ends[end - 1]):
            return None
        capitals = end - at > 1 and self.capital(at) and self.capital(end - 1)
        return end if formal or capitals or self.words[at] in known() else None


_ABBREVIATED = 5
"""Letters of the longest title with a full stop ("Mevr.")."""
_SIGNS = ".,:;!?\"'()-–—*~"
_BACK = 24
"""Characters in which the word before another is looked for: a word and what parts them."""
