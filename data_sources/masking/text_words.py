"""The words of one text: where they are, what they are next to, and the phrase before each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from data_sources.masking import name_phrases as phrases
from data_sources.masking.first_names import folded
from data_sources.masking.name_phrases import Group

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
WIDEST = 4
"""Characters between two words that still belong together."""
_WORD = 3
"""Letters of the shortest word: fewer are initials."""

Kept = Mapping[str, Sequence[tuple[str, ...]]]
"""Words that are never masked (the company's own, well-known brands), by their first word, folded."""


class TextWords:
    """The words of a text; `even` is the text folded, of the same length."""

    def __init__(self, text: str, even: str, kept: Kept) -> None:
        found = [match.span() for match in WORD.finditer(even)]
        self.text, self.kept = text, kept
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]
        self.words = [even[start:end] for start, end in found]
        self.capitals = [text[start].isupper() for start in self.starts]

    def behind(self, at: int) -> frozenset[Group]:
        """The groups of which the words before a word are a phrase: of the longest one."""
        if self.words[at - 1] not in phrases.LAST_WORDS:
            return phrases.NO_GROUP
        found = phrases.NO_GROUP
        for begin in range(at - 1, max(-1, at - 1 - phrases.LONGEST_PHRASE), -1):
            if begin < at - 1 and not self.follows(begin):
                break
            found |= phrases.GROUPS.get(" ".join(self.words[begin:at]), phrases.NO_GROUP)
        calls = self.words[at - 1] == "called" and at > 1 and self.words[at - 2] in phrases.SPEAKS
        return found - {Group.LIKELY} if calls else found

    def kept_words(self, at: int) -> int:
        """How many words from here are words never masked."""
        for phrase in self.kept.get(self.words[at].removesuffix("'s"), ()):
            here = self.words[at : at + len(phrase)]
            if (*here[:-1], here[-1].removesuffix("'s")) == phrase or tuple(here) == phrase:
                return len(phrase)
        return 0

    def first_part(self, at: int) -> str:
        """A double name by its first part, a possessive by its owner."""
        return self.words[at].partition("-")[0].removesuffix("'s")

    def capital(self, at: int) -> bool:
        """Whether a word begins with a capital."""
        return at < len(self.words) and self.capitals[at]

    def all_capitals(self, at: int) -> bool:
        """Whether a word is capitals only, and no initial."""
        word = self.text[self.starts[at] : self.ends[at]]
        return len(word) >= _WORD and word.isupper()

    def initial(self, at: int) -> bool:
        """Whether a word is one letter with a full stop."""
        return self.ends[at] - self.starts[at] == 1 and self.text[self.ends[at] : self.ends[at] + 1] == "."

    def follows(self, at: int, gap: str = "") -> bool:
        """Whether the next word stands behind a word with nothing but spaces (or `gap`) between."""
        if at + 1 >= len(self.words):
            return False
        between = self.text[self.ends[at] : self.starts[at + 1]]
        return len(between) <= WIDEST and (between.isspace() or between == gap)

    def goes_on(self, at: int) -> bool:
        """Whether the next word may belong to the same name: on the same line, an initial's full stop between."""
        if at + 1 >= len(self.words):
            return False
        between = self.text[self.ends[at] : self.starts[at + 1]]
        return between in (" ", "  ") or (between in (". ", ".") and self.ends[at] - self.starts[at] < _WORD)

    def with_initial(self, end: int) -> int:
        """Where the text of a name ends, with an initial at its end."""
        place = self.ends[end - 1]
        return place + 1 if self.initial(end - 1) else place


def by_first_word(kept: Sequence[str]) -> Kept:
    """Phrases as `Names` wants them, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in kept:
        words = tuple(folded(match.group()) for match in WORD.finditer(phrase))
        if words:
            found.setdefault(words[0], []).append(words)
    return {first: sorted(phrases_, key=len, reverse=True) for first, phrases_ in found.items()}
