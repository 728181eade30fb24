"""What is said when something is missing, failing, slow or unknown: what, why and what to do; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic

import streamlit as st

from components.text import cut, plain
from data_sources.errors import EmptyDataset, NotConfigured, NotFilterable, SearchRefused, Unavailable
from data_sources.paging import NoSuchPlace
from data_sources.room import Room
from data_sources.timelines import NoSuchStory
from data_sources.view import View
from metrics.access import NotPermitted

FIGURES = frozenset({"benchmarks", "expectations"})
"""What a page can do without for a while; the room is asked for it by these names."""
MOST_UNKNOWN = 6
"""Of what the address asks for and nobody knows, this many are named."""


@contextmanager
def panel(title: str | None = None) -> Iterator[None]:
    """One part of a page. If its data fails, the part says so and the page goes on."""
    if title:
        st.header(plain(title), anchor=False)
    try:
        yield
    except Unavailable as error:
        st.warning(f"{plain(str(error))} The other parts of this page are live; this one comes back by itself.")
        _ask_again()
    except (NotPermitted, NotFilterable, NotConfigured, EmptyDataset) as error:
        st.info(plain(str(error)))


@contextmanager
def page_boundary(sentence: str) -> Iterator[None]:
    """A page that is nothing without its data: the frame and the other pages stay alive, the sentence says what
    failed, and it recovers by itself."""
    try:
        yield
    except Unavailable as error:
        st.title(sentence, anchor=False)
        st.warning(f"{plain(str(error))} The other pages are live; this one asks again in a few seconds.")
        _ask_again()
    except (NotPermitted, NotFilterable, NotConfigured, EmptyDataset, NoSuchPlace, NoSuchStory, SearchRefused) as error:
        st.title("There is nothing to show here.", anchor=False)
        st.info(plain(str(error)))


ASK_SECONDS = 6.0
"""One second more than the breaker stays closed (data_sources/connections.py)."""


def _ask_again() -> None:
    """Draw the page again in a few seconds. The time stands in the session, because a tick of the fragment cannot
    tell by itself how long ago the page was drawn."""
    st.session_state.ask_again_at = monotonic() + ASK_SECONDS - 1
    _tick()


@st.fragment(run_every=ASK_SECONDS)
def _tick() -> None:
    if monotonic() >= st.session_state.ask_again_at:
        st.rerun()


@st.fragment(run_every=ASK_SECONDS)
def _back_when_found(room: Room, missing: frozenset[str], drawn: float) -> None:
    """Ask for what the page had to do without, and draw the page again only once some of it is there: a page is
    dearer than a question."""
    if monotonic() - drawn < ASK_SECONDS - 1:
        return
    for role in missing & FIGURES:
        with suppress(Unavailable):
            room.figures(role)
    if not missing <= room.troubles.keys():
        st.rerun()


def freshness_line(view: View) -> None:
    """How old the numbers are, on every page; a failed refresh and left-out dimensions are said here."""
    fresh = view.freshness()
    if fresh.trouble:
        st.warning(f"The last refresh failed: {plain(fresh.trouble)} These numbers are from before; it is tried again.")
    if fresh.unsaved:
        st.warning(
            f"These numbers are right but in memory only: the cube could not be written ({plain(fresh.unsaved)}). "
            "It is tried again with every refresh."
        )
    for role, why in sorted(view.room.troubles.items()):
        st.warning(f"No {role} for now: {plain(why)}")
    if view.room.troubles:
        _back_when_found(view.room, frozenset(view.room.troubles), monotonic())
    for axis in fresh.left_out:
        label = plain(view.catalog.axis(axis).label)
        st.caption(f"{label} has too many values for the cube: asked from the database.")
    st.caption(fresh.sentence)


def unknown_line(view: View) -> None:
    """What the address asked for and nobody knows is said, never dropped in silence."""
    ignored(view.unknown)


def ignored(unknown: Sequence[str]) -> None:
    """What the address asks for in vain, in words; nothing where there is none of it."""
    if unknown:
        st.warning(f"The address asks for {_named(unknown)}, which this company does not record: ignored.")


def _named(unknown: Sequence[str]) -> str:
    """The first few, each cut to a length that can be read."""
    more = (" and more",) if len(unknown) > MOST_UNKNOWN else ()
    return ", ".join(plain(cut(one)) for one in unknown[:MOST_UNKNOWN]) + "".join(more)


def too_few(n: int, needed: int, what: str) -> None:
    """In the place of what may not be shown."""
    st.info(f"Too few to show: {n} {what}, and at least {needed} are needed. Widen the week or the filters.")


def no_story() -> None:
    """The story page without a response in its address."""
    st.title("A story begins with somebody’s words.", anchor=False)
    st.info("Open one from the weekly review, or from the comments on the Voices page.")
