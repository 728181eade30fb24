"""Expectations: what customers get against what they hope for, put up with and were promised; what lateness costs."""

from __future__ import annotations

import streamlit as st

from components.delays import delay_panel
from components.expectations_page import breakdown, gaps, item_choice, sources
from components.expected_levels import promises, trend
from components.expected_words import evidence, sentence
from components.headline import headline
from components.messages import freshness_line, panel
from data_sources.expectation_report import expectation_report
from data_sources.view import View


def render(view: View) -> None:
    """The zone of tolerance of every item, then one item closer: slices, trend, promises, delays."""
    report = expectation_report(view)
    headline(view, sentence(view, report), evidence(view, report))
    with panel("What customers get, between what must be and what should be"):
        gaps(view, report)
    item_choice(view, report)
    left, right = st.columns(2, gap="large")
    with left, panel(f"{view.metric.label} across"):
        breakdown(view, report)
    with right, panel("Whether expectations move"):
        trend(view, report)
    with panel("What is promised, and what we believe"):
        promises(report)
    with panel("Promised day against actual day"):
        delay_panel(view)
    with panel("Where the levels come from"):
        sources(report)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
