"""Text that somebody typed, shown as text: nothing in it is markup, nothing in it is endless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import count
from unicodedata import category, combining

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
CONTROL = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)
"""Control characters, zero-width, bidirectional overrides, invisible tags and halves of characters: they change how
other text reads, or no server can send them."""
UNSENDABLE = re.compile(r"[\u0000\ud800-\udfff]")
"""What no database takes: a null byte, and half of a character."""
WORD_JOINER = "\u2060"
"""Word joiner: it has no width and breaks no line."""
AFTERWARDS = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)|(?<=[-<>=~])(?=[-<>=])", re.IGNORECASE)
"""Where a joiner keeps Streamlit from making a link of an address, an icon of a name between colons, or an arrow or a
dash of "->" and "--": it does so after Markdown is read, when a backslash no longer helps."""
LONGEST = 5_000
"""Characters of one text that are shown, some 900 words: a survey's box takes fewer, and a megabyte keeps a browser
busy for minutes."""
NOT_ALL = f" … (only the first {LONGEST:,} characters are shown)"
"""Ends a text that is cut."""
LONGEST_ASIDE = 80
"""Characters that are repeated of what nobody knows."""
LONGEST_LABEL = 120
"""Characters of a value in a list to choose from, and in the key of a widget."""
MOST_ALIKE, MOST_MARKS = 2, 6
"""Marks of one combining class, and marks altogether, that one letter keeps. Vietnamese puts two above a letter, a
Hebrew letter of the Bible bears five of different classes, a Burmese syllable six; UAX #15 allows 30 to all that
streams, which stack over the lines above."""


def plain(text: str) -> str:
    """Any text so that Streamlit's Markdown shows it letter by letter, on one line, with single spaces; of an endless
    one the beginning, which says so."""
    return escaped(beginning(text))


def escaped(text: str) -> str:
    """As `plain`, of a text or part of one that has an end."""
    one_line = re.sub(r"\s+", " ", typed(text))
    return MARKDOWN.sub(r"\\\1", AFTERWARDS.sub(WORD_JOINER, one_line))


def typed(text: str) -> str:
    """A text without characters that nobody types, and without marks that stack over other lines."""
    return _with_few_marks(CONTROL.sub("", text))


def sendable(text: str) -> str:
    """A text of an address as a database takes it; otherwise unchanged, so that it finds what it names."""
    return UNSENDABLE.sub("", text)


def beginning(text: str) -> str:
    """All of a text that can be read, else its beginning, and that it is no more than that."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}{NOT_ALL}"


def cut(text: str, longest: int = LONGEST_ASIDE) -> str:
    """The beginning of a text that may be of any length."""
    return text if len(text) <= longest else text[:longest] + " …"


def labels_of(values: Iterable[str]) -> dict[str, str]:
    """What each of some values is called in a list to choose from, which Streamlit shows as it stands and sends back:
    the value itself where it is fit to be shown, otherwise what is, numbered where another has that name."""
    known = list(dict.fromkeys(values))
    wanted = {value: cut(typed(value), LONGEST_LABEL) for value in known}
    taken = {value for value, label in wanted.items() if value == label}
    numbered = {label: _numbered(label) for label in wanted.values()}
    labels: dict[str, str] = {}
    for value, label in wanted.items():
        labels[value] = label if value == label else next(name for name in numbered[label] if name not in taken)
        taken.add(labels[value])
    return labels


def _numbered(label: str) -> Iterator[str]:
    yield label
    yield from (f"{label} ({number})" for number in count(2))


def key_of(text: str) -> str:
    """A text as a part of a widget's key, which goes to the browser and back: itself, or of a long one the beginning
    and what tells it apart."""
    if len(text) <= LONGEST_LABEL:
        return text
    return f"{text[:LONGEST_LABEL]} {blake2b(text.encode(errors='replace'), digest_size=16).hexdigest()}"


def _with_few_marks(text: str) -> str:
    """Every letter with the first few of its combining marks, each once."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks: list[str] = []
    for character in text:
        if category(character) not in ("Mn", "Me"):
            marks = []
        elif _is_too_much(character, marks):
            continue
        else:
            marks.append(character)
        kept.append(character)
    return "".join(kept)


def _is_too_much(mark: str, marks: list[str]) -> bool:
    """Whether a letter that bears these marks takes no such one as well. Marks of class 0 are vowels and consonants of
    Indic scripts."""
    kind = combining(mark)
    alike = sum(combining(other) == kind for other in marks) if kind else 0
    return mark in marks or alike >= MOST_ALIKE or len(marks) >= MOST_MARKS
