"""One metric: its weeks inside their limits, what the patterns say, every breakdown, and the way to the words."""

from __future__ import annotations

import streamlit as st

from components.breakdowns import breakdowns
from components.draw import draw
from components.headline import headline
from components.messages import freshness_line, panel
from components.metric_page import (
    comparator_list,
    definition,
    event_list,
    evidence,
    metric_choice,
    patterns,
    sentence,
    weeks_chart,
)
from data_sources.metric_report import metric_report
from data_sources.view import View


def render(view: View) -> None:
    """The verdict, the chart, the patterns, the comparators, the breakdowns."""
    report = metric_report(view, view.metric)
    headline(view, sentence(report), evidence(report))
    metric_choice(view)
    with panel("Week by week, inside its natural limits"):
        draw(weeks_chart(view, report))
    left, right = st.columns(2, gap="large")
    with left, panel("What the chart says"):
        patterns(report)
        event_list(view, report)
    with right, panel("What it is held against"):
        comparator_list(view, report)
    with panel("Where: every slice with its interval, n and verdict"):
        breakdowns(view, report)
    definition(report)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
