"""The journey: where along the way customers are let down, at which touchpoint, on which path and in whose shoes."""

from __future__ import annotations

import streamlit as st

from components.closer_look import closer_look
from components.emotion import emotion_by_stage, emotion_over_time
from components.headline import headline
from components.journey_page import choices, evidence, sentence
from components.journey_strip import journey_strip
from components.messages import freshness_line, panel
from data_sources.journey_report import journey_report
from data_sources.view import View


def render(view: View) -> None:
    """The strip, the feelings, and one closer look: at the touchpoints, at paths and people, or at the words."""
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
    with right, panel("How the feeling moved"):
        emotion_over_time(view)
    closer_look(view)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
