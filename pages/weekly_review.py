"""The weekly review: what happened to our customers, is it signal or noise, why, and in whose words."""

from __future__ import annotations

import streamlit as st

from components.charts import movers as movers_chart
from components.charts import six_twelve as six_twelve_chart
from components.draw import draw
from components.headline import headline
from components.kpi_card import kpi_cards
from components.messages import freshness_line, panel
from components.movers import movers
from components.story_card import three_stories
from data_sources.view import View


def render(view: View) -> None:
    """Sentence, cards, the 6–12 chart, what moved, three stories, freshness."""
    review = view.review()
    headline(view, review.headline, review.subline)
    kpi_cards(review.cards)

    left, right = st.columns([3, 2], gap="large")
    with left, panel(f"{review.chosen.label}: six weeks, twelve months"):
        draw(six_twelve_chart.chart(view.six_twelve(review.chosen)), "six_twelve")
    with right, panel("What moved, and what it explains"):
        draw(movers_chart.chart(review), "movers")
        movers(view, review)

    with panel("In customers’ own words"):
        three_stories(view.three_stories())
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
