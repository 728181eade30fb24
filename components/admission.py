"""Who comes in: from whoever is looking to what they may see. Nobody gets past here without a role."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.identity import keep_checking, no_access, present, who
from components.reach import require_reach
from components.text import plain
from data_sources.room import Room
from metrics.access import OWNER, Claims, Viewer, viewer_of


def admitted(room: Room) -> Viewer:
    """The viewer. Stops the page where nobody has signed in, and with whom to ask where no role names the person."""
    access = room.settings.access
    if access.sign_in == "none":
        require_reach(access)
        return OWNER
    viewer = _viewer(room, who(room))
    keep_checking(access, viewer, partial(_viewer_now, room))
    if not any(viewer.opens(page) for page in viewer.pages):
        no_access(room, viewer.person)
        st.stop()
    if room.people.trouble:
        st.warning(plain(room.people.trouble))
    return viewer


def _viewer(room: Room, claims: Claims) -> Viewer:
    return viewer_of(claims, room.roles, room.settings.access.default_roles)


def _viewer_now(room: Room) -> Viewer:
    return _viewer(room, present(room))
