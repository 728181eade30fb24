"""The journey: where along the way customers are let down, at which touchpoint, on which path and in whose shoes."""

from __future__ import annotations

import streamlit as st

from components.headline import headline
from components.journey_page import choices, evidence, sentence
from components.journey_strip import journey_strip
from components.messages import freshness_line, panel
from components.touchpoint_map import touchpoints
from data_sources.journey_report import journey_report
from data_sources.view import View


def render(view: View) -> None:
    """The strip, feelings and one customer's walk, the touchpoints, what they must be, the paths, the words."""
    top, chosen = st.container(), st.container()
    with chosen:
        week = choices(view)
    report = journey_report(view, view.metric, week)
    with top:
        headline(view, sentence(report), evidence(report, view.week))
    with panel("The journey, stage by stage"):
        journey_strip(view, report)
    with panel(f"{view.metric.label} by touchpoint"):
        touchpoints(view, view.metric)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
