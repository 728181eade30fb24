"""The process visits itself to make pages ready: it sees what a role of every row sees, and nobody takes its place."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from components import visits
from data_sources.settings.roles import DEFAULTS
from metrics.access import Role
from metrics.slices import ALL_ROWS, NO_ROWS

pytestmark = pytest.mark.security


def test_a_visit_sees_as_the_first_role_of_every_row() -> None:
    viewer = visits.visitor(DEFAULTS)
    assert viewer.roles == ("executive",) and viewer.rules == ALL_ROWS
    assert viewer.sight == DEFAULTS["executive"].rights
    narrow = visits.visitor({"guest": Role("guest", "Guest", frozenset({"weekly-review"}))})
    assert narrow.rules == NO_ROWS and not narrow.rights and not narrow.pages


def test_only_a_session_of_the_process_itself_is_a_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not visits.visiting()
    monkeypatch.setattr(visits, "get_script_run_ctx", lambda: SimpleNamespace(session_id="a"))
    assert not visits.visiting()
    monkeypatch.setattr(visits, "UNDER_WAY", {"a"})
    assert visits.visiting()
    monkeypatch.setattr(visits, "get_script_run_ctx", lambda: SimpleNamespace(session_id="b"))
    assert not visits.visiting()
