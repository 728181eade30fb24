"""The page speaks first: one sentence, and under it the evidence in grey."""

from __future__ import annotations

import streamlit as st

from components.messages import unknown_line
from components.text import plain
from data_sources.view import View


def headline(view: View, sentence: str, evidence: str) -> None:
    """The sentence an executive would say aloud; the line under it says period, filters in force and n."""
    st.title(plain(sentence), anchor=False)
    st.caption(plain(" · ".join(part for part in (evidence, view.words) if part)))
    unknown_line(view)
