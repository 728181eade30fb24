"""Who comes in: from whoever is looking to what they may see. Nobody gets past here without a role."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.identity import Seen, keep_checking, no_access, present, seen, who
from components.noted import note_visit
from components.reach import require_reach
from components.text import plain
from components.tokens import SignedOut
from components.visits import visiting, visitor
from data_sources.audit import Act
from data_sources.errors import Unavailable
from data_sources.room import Room
from metrics.access import OWNER, Claims, Viewer, viewer_of


def admitted(room: Room) -> Viewer:
    """The viewer. Stops the page where nobody has signed in, and with whom to ask where no role names the person."""
    access = room.settings.access
    if access.sign_in == "none":
        require_reach(access)
        return OWNER
    if visiting():
        return visitor(room.roles)
    viewer = _viewer(room, who(room))
    keep_checking(access, still_admitted(room, viewer))
    if not any(viewer.opens(page) for page in viewer.pages):
        note_visit(room, viewer.person, Act.REFUSED)
        no_access(room, viewer.person)
        st.stop()
    note_visit(room, viewer.person, Act.SIGNED_IN)
    if room.people.trouble:
        st.warning(plain(room.people.trouble))
    return viewer


def still_admitted(room: Room, viewer: Viewer) -> Callable[[], bool]:
    """A question to be asked later, from any thread: whether this page's browser is still this viewer's. For whatever a
    page hands out without being drawn again, as files are."""
    if room.settings.access.sign_in == "none":
        return lambda: True
    brought = seen()
    return lambda: _is(room, brought, viewer)


def _is(room: Room, brought: Seen, viewer: Viewer) -> bool:
    try:
        return _viewer(room, present(room, brought)) == viewer
    except (SignedOut, Unavailable):
        return False


def _viewer(room: Room, claims: Claims) -> Viewer:
    return viewer_of(claims, room.roles, room.settings.access.default_roles)
