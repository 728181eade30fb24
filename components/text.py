"""Text that somebody typed, shown as text: nothing in it is markup."""

from __future__ import annotations

import re

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters, zero-width and bidirectional overrides: they change how other text reads."""


def plain(text: str) -> str:
    """Any text so that Streamlit's Markdown shows it letter by letter, on one line."""
    one_line = re.sub(r"\s*\n\s*", " ", CONTROL.sub("", text))
    return MARKDOWN.sub(r"\\\1", one_line)
