"""Coming in: the room is opened once a process; until it is ready, and when it cannot be, the page says why."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from components.links import DATA_HEALTH
from components.reach import at_this_machine
from components.text import plain
from data_sources.errors import EmptyDataset, RefusedQuery, Unavailable
from data_sources.room import Room
from data_sources.settings import ConfigurationError, load_settings
from metrics.access import Viewer


def house() -> Room:
    """The room of the configuration, before anything is read. Stops the page with every problem of a configuration that
    cannot be used."""
    try:
        return the_room()
    except ConfigurationError as error:
        _wrong_configuration(error)
        st.stop()


def enter(room: Room, viewer: Viewer) -> None:
    """See that the room's cube is read; draws progress while it is built. Stops the page with an explanation where the
    database cannot be read; the next click tries again."""
    try:
        if not room.ready:
            _read(room)
            st.rerun()
    except RefusedQuery as error:
        _refused(room, viewer, error)
        st.stop()
    except Unavailable as error:
        st.title("The data cannot be read just now.", anchor=False)
        st.warning(plain(str(error)))
        st.caption("This page tries again when you reload it, and comes back by itself once the database answers.")
        _try_again()
        st.stop()
    except EmptyDataset as error:
        st.title("There is nothing to review yet.", anchor=False)
        st.info(plain(str(error)))
        st.stop()


def _read(room: Room) -> None:
    """Read the company's data, with progress that is gone when it is done or has failed."""
    place = st.empty()
    try:
        with place.container():
            st.caption("Reading the company’s data")
            bar = st.progress(0.0)

            def show(share: float, what: str) -> None:
                bar.progress(min(share, 1.0), text=plain(what))

            room.cube(show)
    finally:
        place.empty()


def the_room() -> Room:
    """The room of the configuration that CX_CONFIG names. Raises ConfigurationError."""
    named = os.environ.get("CX_CONFIG")
    return open_room(Path(named) if named else None)


@st.cache_resource(show_spinner=False)
def open_room(configuration: Path | None) -> Room:
    """One Room a process and configuration, shared by all viewers."""
    room = Room(load_settings(configuration))
    room.keep_fresh()
    return room


@st.fragment(run_every=5)
def _try_again() -> None:
    """Ask again every five seconds; the page comes back without a click."""
    room = the_room()
    try:
        room.cube()
    except (Unavailable, EmptyDataset):
        return
    st.rerun()


def _refused(room: Room, viewer: Viewer, error: RefusedQuery) -> None:
    """The source answers but not this question: a table, a column or a type is not as configured. What the doctor
    finds says which, to those who see the datasets as a whole: it names values and counts rows."""
    from components.data_health import problem_list
    from data_sources.doctor import examine

    st.title("The data is not as configured.", anchor=False)
    st.warning(plain(str(error)))
    if viewer.opens(DATA_HEALTH):
        with st.spinner("Looking at every dataset …"):
            problem_list(examine(room.settings, room.sources, room.now()).problems)
    _try_again()


def _wrong_configuration(error: ConfigurationError) -> None:
    """Every problem at once, to somebody at this machine: the key, what was found, what to do. Who may see anything
    stands in the configuration, so others are told no more than that it is wrong."""
    st.title("The configuration needs attention.", anchor=False)
    if not at_this_machine():
        st.info("Whoever runs the Customer Room here finds every problem in its log, or by opening it on the machine.")
        return
    for problem in error.problems:
        st.markdown(f"**{plain(problem.key)}**: {plain(problem.found)} {plain(problem.remedy)}")
    st.caption("Run “python -m data_sources check” for the whole list with a profile of every dataset.")
