"""The weekly review: what happened to our customers, is it signal or noise, why, and in whose words."""

from __future__ import annotations

import streamlit as st

from components.headline import headline
from components.kpi_card import kpi_cards
from components.messages import freshness_line, panel
from components.movers import moved, overtaken, signals
from components.six_twelve import six_twelve
from components.story_card import three_stories
from data_sources.view import View


def render(view: View) -> None:
    """Sentence, cards, the 6–12 chart, what moved, the signals, three stories, freshness."""
    review = view.review()
    headline(view, review.headline, review.subline)
    kpi_cards(view, review)

    left, right = st.columns([3, 2], gap="large")
    with left, panel():
        six_twelve(view, review.chosen)
    with right, panel(f"What moved {review.chosen.label}, and by how much"):
        moved(view, review)

    with panel("Signals this week"):
        signals(view, review)
        overtaken(view.overtakings())
    with panel("In customers’ own words"):
        three_stories(view.three_stories(), review.chosen)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
