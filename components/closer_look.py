"""A closer look at the journey: at its touchpoints, at paths and people, or at the words, one at a time."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from components.emotion import stage_words
from components.messages import panel
from components.paths import paths, turns
from components.touchpoint_levels import must_be
from components.touchpoint_map import touchpoints
from components.walk import walk
from data_sources.errors import NotConfigured
from data_sources.view import View

LOOK_KEY = "look"


class Part(StrEnum):
    """What is looked at closer."""

    TOUCHPOINTS = "Touchpoints"
    PATHS = "Paths and people"
    WORDS = "Words"


def closer_look(view: View) -> None:
    """The choice, kept in the address, and the panels of what was chosen."""
    chosen = st.segmented_control(
        "Closer look", list(Part), default=Part.TOUCHPOINTS, key=LOOK_KEY, bind="query-params", required=True, wrap=True
    )
    PANELS[Part(chosen or Part.TOUCHPOINTS)](view)


def _at_touchpoints(view: View) -> None:
    """Every touchpoint, and those that are below what customers need."""
    with panel(f"{view.metric.label} by touchpoint"):
        touchpoints(view, view.metric)
    with panel("What is, what must be, what should be"):
        must_be(view, view.metric)


def _at_paths(view: View) -> None:
    """The ways customers go, and one of them step by step; without events one sentence says what to configure."""
    if "journey_events" not in view.room.datasets:
        with panel("The paths customers take"):
            raise NotConfigured("journey_events", "Following customers on their way")
        return
    left, right = st.columns([3, 2], gap="large")
    with left, panel("The paths customers take"):
        paths(view, view.metric)
    with right, panel("In one customer’s shoes"):
        walk(view, view.metric)
    with panel("Where they turn back, and where they leave"):
        turns(view, view.metric)


def _at_words(view: View) -> None:
    """What promoters and detractors say at a stage."""
    with panel("The words at each stage"):
        stage_words(view, view.metric)


PANELS = {Part.TOUCHPOINTS: _at_touchpoints, Part.PATHS: _at_paths, Part.WORDS: _at_words}
