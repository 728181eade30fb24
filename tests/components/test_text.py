"""What a customer typed is read, never obeyed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from components.text import plain


def test_markup_is_escaped() -> None:
    assert plain("**bold** [x](http://a) :red[y] $x$ <b>") == (
        r"\*\*bold\*\* \[x\]\(http\:\/\/a\) \:red\[y\] \$x\$ \<b\>".replace(r"\/", "/")
    )


def test_lines_become_one_and_overrides_go() -> None:
    assert plain("one\n two\u202e three\u200b") == "one two three"


@given(st.text())
def test_nothing_but_backslashes_is_added(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", plain(text))
    assert "\n" not in shown
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]
