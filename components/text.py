"""Text that somebody typed, shown as text: nothing in it is markup."""

from __future__ import annotations

import re

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
CONTROL = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
"""Control characters, zero-width, bidirectional overrides and invisible tags: they change how other text reads."""
WORD_JOINER = "\u2060"
"""Word joiner: it has no width and breaks no line."""
AFTERWARDS = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)|(?<=[-<>=~])(?=[-<>=])", re.IGNORECASE)
"""Where a joiner keeps Streamlit from making a link of an address, an icon of a name between colons, or an arrow or a
dash of "->" and "--": it does so after Markdown is read, when a backslash no longer helps."""
LONGEST_ASIDE = 80
"""Characters that are repeated of what nobody knows."""


def plain(text: str) -> str:
    """Any text so that Streamlit's Markdown shows it letter by letter, on one line, with single spaces."""
    one_line = re.sub(r"\s+", " ", typed(text))
    return MARKDOWN.sub(r"\\\1", AFTERWARDS.sub(WORD_JOINER, one_line))


def typed(text: str) -> str:
    """A text without characters that nobody types and no database takes (a null byte)."""
    return CONTROL.sub("", text)


def cut(text: str, longest: int = LONGEST_ASIDE) -> str:
    """The beginning of a text that may be of any length."""
    return text if len(text) <= longest else text[:longest] + " …"
