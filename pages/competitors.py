"""Competitors: who leads, how sure that is, when it changed, where, and our own units against each other."""

from __future__ import annotations

import streamlit as st

from components.competitors_page import choices, configured, over_time, rank, sources, standings, where
from components.headline import headline
from components.messages import freshness_line, panel
from components.own_units import own_units
from components.rival_words import evidence, no_benchmarks, sentence
from data_sources.errors import NotConfigured
from data_sources.view import View


def render(view: View) -> None:
    """The sentence, the standings with our rank, time, places, our own units, the sources."""
    top = st.container()
    choice = choices(view)
    found = choice.found
    with top:
        if configured(view):
            headline(view, sentence(found, view.week.last_day), evidence(found))
        else:
            headline(view, no_benchmarks(view), view.week.text())
            with panel():
                raise NotConfigured("benchmarks", "A comparison with competitors")
    if configured(view):
        left, right = st.columns([3, 2], gap="large")
        with left, panel("Where we stand"):
            standings(view, found)
        with right, panel("How sure our rank is"):
            rank(found)
        with panel("Over time"):
            over_time(view, found)
        with panel("Where we lead and where they do"):
            where(view, found)
    with panel("Our own units against each other"):
        own_units(view, choice.metric, choice.level)
    if configured(view):
        with panel("Where the figures come from"):
            sources(found)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
