"""What a customer typed is read, never obeyed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.text import WORD_JOINER, plain


def read(shown: str) -> str:
    """What a person reads once Markdown has taken the escapes."""
    return re.sub(r"\\(.)", r"\1", shown).replace(WORD_JOINER, "")


@pytest.mark.parametrize(
    "typed", ["**bold**", "[x](http://a.b)", ":red[y]", "$x$", "<b>", ":material/bug_report:", "a -> b -- c", "www.x.y"]
)
def test_markup_is_read_letter_by_letter(typed: str) -> None:
    shown = plain(typed)
    assert shown != typed
    assert read(shown) == typed


def test_lines_become_one_and_overrides_go() -> None:
    assert plain("one\n two\u202e three\u200b") == "one two three"


@given(st.text())
def test_nothing_readable_is_added_or_lost(text: str) -> None:
    shown = read(plain(text))
    assert "\n" not in shown
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]
