"""What one session has noted, and that a visit goes on where it cannot be noted. The authority: the log itself."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from data_sources.audit import Act, Audit
from data_sources.audit_entries import entries
from data_sources.own_store import StoreTrouble


def visit(log) -> None:
    from types import SimpleNamespace

    import streamlit as st

    from components.noted import note_visit
    from data_sources.audit import Act

    note_visit(SimpleNamespace(audit=log), "ana@larkmere.example", Act.SIGNED_IN)
    st.caption("the page")


class Full(Audit):
    """A log that takes nothing."""

    def note(self, *_: object, **__: object) -> int:
        raise StoreTrouble("is full", "Make room.")


def test_a_visit_is_noted_once_a_session_however_often_it_is_drawn(tmp_path: Path) -> None:
    log = Audit(tmp_path / "store", b"key")
    at = AppTest.from_function(visit, args=(log,)).run()
    at.run()
    AppTest.from_function(visit, args=(log,)).run()
    assert [(entry.person, entry.act) for entry in entries(log.store)] == [("ana@larkmere.example", Act.SIGNED_IN)] * 2


def test_a_visit_goes_on_where_it_cannot_be_noted(tmp_path: Path) -> None:
    at = AppTest.from_function(visit, args=(Full(tmp_path / "store", b"key"),)).run()
    assert not at.exception and at.caption[0].value == "the page"
    assert not at.session_state["noted_in_the_audit_log"], "so that the next run tries again"
