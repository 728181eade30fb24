"""Voices: the comments behind the number, what they are about, and the way to each customer's story."""

from __future__ import annotations

import streamlit as st

from components.exports import comments_button
from components.headline import headline
from components.messages import freshness_line, page_boundary, panel
from components.noted import noted
from components.voices import comments, controls, distribution, evidence, heard_line, sentence, theme_table
from data_sources.looks import searched
from data_sources.view import View
from data_sources.voices import heard, voices


def render(view: View) -> None:
    """The count that reconciles with the card, the scores, the comments, the themes."""
    request = controls(view)
    with page_boundary("The comments cannot be read just now."):
        searched(view, request.search, noted())
        found = voices(view, request)
        headline(view, sentence(view, found), evidence(view, found, request))
        left, right = st.columns([3, 2], gap="large")
        with left, panel("What they said"):
            comments(view, found, request)
            comments_button(view, found, request)
        with right:
            with panel("Scores in this slice"):
                distribution(view, found)
            with panel("What it is about"):
                topics = heard(view, request)
                theme_table(view, topics.themes, "Themes")
                theme_table(view, topics.phrases, "Phrases that stand out")
                heard_line(topics)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
