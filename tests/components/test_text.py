"""What a customer typed is read, never obeyed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from components.text import plain


def test_markup_is_escaped() -> None:
    assert plain("**bold** [x](http://a) :red[y] $x$ <b>") == (
        "\\*\\*bold\\*\\* \\[x\\]\\(http\\:\u2060//a\\) \\:\u2060red\\[y\\] \\$x\\$ \\<b\\>"
    )


def test_lines_become_one_and_overrides_go() -> None:
    assert plain("one\n two\u202e three\u200b") == "one two three"


@given(st.text())
def test_nothing_but_backslashes_is_added(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", plain(text))
    assert "\n" not in shown
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]


def test_what_streamlit_does_after_markdown_finds_nothing() -> None:
    """mdast-util-gfm-autolink-literal looks for these in finished text; its two patterns, as published."""
    links = re.compile(r"(https?://|www(?=\.))([-.\w]+)|([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)", re.IGNORECASE | re.ASCII)
    for text in ("https://a.example/x", "HTTP://a.example", "www.a.example", "me@a.example", "a -> b <- c -- d >= e"):
        finished = re.sub(r"\\(.)", r"\1", plain(text))
        assert not links.search(finished)
        assert not any(sign in finished for sign in ("->", "<-", "--", ">="))
        assert finished.replace("\u2060", "") == text


def test_invisible_characters_and_deep_indents_go() -> None:
    assert plain("    a\u061c\u0085b\U000e0041 \u2066c") == " ab c"
