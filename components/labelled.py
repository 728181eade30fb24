"""The words above a widget, there at once: a widget's own label comes with its code, later, and pushes it down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def labelled(words: str, width: int | None = None) -> Iterator[None]:
    """Stands above the widget drawn inside, which takes the same words as its (collapsed) label for screen readers; so
    many pixels wide, or as wide as its place."""
    with st.container(width=width or "stretch", gap="xxsmall"):
        st.markdown(f":small[{words}]")
        yield
