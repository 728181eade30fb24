"""A text as a reader sees it, for matching: characters that show nothing are gone, digits and letters of other widths
and styles are the plain ones. Every place in it leads back to the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ORDINARY = re.compile(r"[^\n\t -~\u00a1-\u00ac\u00ae-\u01ff‘’“”„–—…€™]")
"""What is not of plain European text; with none of it a text is matched as it is."""
SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\r\v\f]")
UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me", "Cn", "Co", "Cs"})
"""Categories that show nothing of their own (Unicode 15, chapter 4.5): format and control characters, marks put on
letters, and places that are not assigned."""
SHOWN_AS = {"‐": "-", "‑": "-", "‒": "-", "−": "-", "․": ".", "。": ".", "｡": ".", "﹒": ".", "⁄": "/", "∕": "/"}


def plain(text: str) -> tuple[str, list[int] | None]:
    """The text for matching, and for each of its characters the place in the original; None where they are equal."""
    if not ORDINARY.search(text):
        return text, None
    seen: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for shown in char if char in "\n\t" or " " <= char <= "~" else _shown(char):
            seen.append(shown)
            places.append(place)
    return "".join(seen), places


ALIKE = re.compile(r"(?<![^\W_])[OoIl|]{1,2}(?=[ .-]?\d{2})|(?<=\d)[OoIl|]{1,3}(?![^\W\d_])")
DIGITS_ALIKE = str.maketrans("OoIl|", "00111")


def with_digits(text: str) -> str:
    """The text, of the same length, with digits for the letters that stand for them in numbers: "O77OO" is 07700."""
    return ALIKE.sub(lambda found: found.group().translate(DIGITS_ALIKE), text) if ALIKE.search(text) else text


@lru_cache(maxsize=8_192)
def _shown(char: str) -> str:
    """One character as plain ones: "４" is "4", "ﬁ" is "fi", a zero-width space is nothing."""
    if char in SHOWN_AS:
        return SHOWN_AS[char]
    if SPACES.match(char) or unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return " "
    if unicodedata.category(char) in UNSEEN:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char.isalpha() and len(unicodedata.normalize("NFD", char)) > 1 and ord(char) < _ACCENTED:
        return char
    return unicodedata.normalize("NFKC", char)


_ACCENTED = 0x0250
"""Below: Latin letters with their accents, which names are written with."""
