"""Walk in their shoes: one customer's journey step by step, the next one by keyboard."""

from __future__ import annotations

import streamlit as st

from components import journey_address as address
from components import links
from components.noted import noted
from components.path_words import in_words
from components.paths import step_order
from components.story_page import steps, who
from components.text import plain
from data_sources.journeys import journeys
from data_sources.journeys import walk as walk_of
from data_sources.view import View
from metrics.journeys import Path, StepGrain, Walk
from metrics.metric import Metric

DRAWN_FOR = "walk_drawn_for"
"""Session state: for which week, filters, grain, path and seed the place in the address was reached. The address alone
cannot say that the filters have changed since, and then the walk starts again."""


def walk(view: View, metric: Metric) -> None:
    """One journey of this slice, or of the chosen path, and the way to the next. Raises NotConfigured, NotFilterable,
    Unavailable: inside a `panel`. (No fragment: one that leaves for another page takes the filters out of the
    address.)"""
    grain = address.grain(view)
    path = address.chosen_path(journeys(view, metric, grain))
    seed = address.seed(view)
    place = _place(view, grain, path, seed)
    found = walk_of(view, metric, path=path.key if path else "", grain=grain, seed=seed, place=place, noted=noted())
    if found is None:
        st.info("Too few customers to show one of them. Widen the filters, or choose another path.")
        return
    with st.container(border=True, key="walk_card"):
        _customer(view, metric, found, path)
    if path:
        st.caption(plain(f"On the path {in_words(path, step_order(view, grain))}."))


def _place(view: View, grain: StepGrain, path: Path | None, seed: int) -> int:
    """The place of the address; the first one once week, filters, path or seed are others than it was reached with."""
    drawn_for = (view.week, view.scope, grain, path.key if path else "", seed)
    if st.session_state.get(DRAWN_FOR, drawn_for) != drawn_for:
        address.change(place=None)
    st.session_state[DRAWN_FOR] = drawn_for
    return address.place()


def _customer(view: View, metric: Metric, found: Walk, path: Path | None) -> None:
    _controls(found)
    st.caption(plain(f"{which(view, found, path)} · {drawn(found)}"))
    st.markdown(plain(" · ".join(part for part in (found.story.pseudonym, who(found.story)) if part)))
    steps(view, found.story.timeline)
    for missing in found.story.missing:
        st.caption(plain(f"Not part of this journey: {missing}."))
    _onward(view, metric, found)


def _controls(found: Walk) -> None:
    """Back and forth by button or arrow key; at either end it goes round."""
    with st.container(horizontal=True, key="walk_controls"):
        one = found.of < 2  # noqa: PLR2004  nobody before or after
        for label, key, step, arrow in (("Previous", "walk_back", -1, "Left"), ("Next", "walk_on", 1, "Right")):
            to = (found.place + step) % found.of
            st.button(label, key=key, shortcut=arrow, disabled=one, on_click=address.change, kwargs={"place": to})
        st.button(
            "Draw others", type="tertiary", key="walk_draw", on_click=address.change,
            kwargs={"seed": found.seed + 1, "place": None},
        )  # fmt: skip


def which(view: View, found: Walk, path: Path | None) -> str:
    """ "Customer 3 of 1,011 on this path"."""
    among = "on this path" if path else f"in {view.words}" if view.narrowings else ""
    return f"Journey {found.place + 1:,} of {found.of:,} {among}".strip()


def drawn(found: Walk) -> str:
    """How this one came to be shown."""
    newest = " from the newest" if found.bounded else ""
    return f"drawn at random{newest}, seed {found.seed}"


def _onward(view: View, metric: Metric, found: Walk) -> None:
    """To everything that happened to this customer, where the journey holds an answer."""
    answers = [entry.response for entry in found.story.timeline if entry.response]
    if answers:
        link = links.story_link(metric.id, found.story.here or answers[-1], view.slice_where)
        links.opener("This customer’s whole story", links.STORY, link, key="walk_story")
