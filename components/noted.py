"""What this session has noted in the audit log already: a page that is drawn again is the same look. It stands in the
session, because nothing else tells one visit from the next."""

from __future__ import annotations

from typing import cast

import streamlit as st

from data_sources.looks import Noted

KEY = "noted_in_the_audit_log"


def noted() -> Noted:
    """The session's own, to be added to."""
    return cast("Noted", st.session_state.setdefault(KEY, set()))
