"""What this session has noted in the audit log already: a page that is drawn again is the same look. It stands in the
session, because nothing else tells one visit from the next."""

from __future__ import annotations

from contextlib import suppress
from typing import cast

import streamlit as st

from data_sources.audit import Act
from data_sources.looks import Noted, visited
from data_sources.own_store import StoreTrouble
from data_sources.room import Room

KEY = "noted_in_the_audit_log"


def noted() -> Noted:
    """The session's own, to be added to."""
    return cast("Noted", st.session_state.setdefault(KEY, set()))


def note_visit(room: Room, person: str, act: Act) -> None:
    """Who came in or was turned away, once a session; where it cannot be noted, at the next run."""
    with suppress(StoreTrouble):
        visited(room, person, act, noted())
