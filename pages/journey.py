"""The journey: where along the way customers are let down, at which touchpoint, on which path and in whose shoes."""

from __future__ import annotations

import streamlit as st

from components.emotion import emotion_by_stage, emotion_over_time, stage_words
from components.headline import headline
from components.journey_page import choices, evidence, sentence
from components.journey_strip import journey_strip
from components.messages import freshness_line, panel
from components.paths import paths
from components.touchpoint_levels import must_be
from components.touchpoint_map import touchpoints
from components.walk import walk
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
    left, right = st.columns(2, gap="large")
    with left, panel("How it feels, stage by stage"):
        emotion_by_stage(view)
    with right, panel("In one customer’s shoes"):
        walk(view, view.metric)
    with panel("How the feeling moved"):
        emotion_over_time(view)
    with panel(f"{view.metric.label} by touchpoint"):
        touchpoints(view, view.metric)
    with panel("What is, what must be, what should be"):
        must_be(view, view.metric)
    with panel("The paths customers take"):
        paths(view, view.metric)
    with panel("The words at each stage"):
        stage_words(view, view.metric)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
