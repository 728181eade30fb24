"""That nothing is left out in silence."""

from __future__ import annotations

import pytest

from tests import mariadb, needs, postgres
from tests.spark import cluster


@pytest.fixture
def nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    needs.missing.cache_clear()
    monkeypatch.delenv("CX_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.setattr(needs, "chromium", lambda: None)
    monkeypatch.setattr(needs, "nginx", lambda: None)
    monkeypatch.setattr(mariadb, "PROGRAM", needs.Path("/nowhere/mariadbd"))
    monkeypatch.setattr(needs, "DIALECTS", ("no_such_dialect",))
    monkeypatch.setattr(cluster.shutil, "which", lambda program: None)
    monkeypatch.setattr(needs, "SHARED", needs.Path("/nowhere"))


@pytest.mark.parametrize(
    ("need", "named"),
    [
        ("postgres", "postgresql"),
        ("browser", "chromium"),
        ("nginx", "apt-get install nginx"),
        ("shared", "nowhere"),
        ("spark", "requirements-spark|openjdk"),
    ],
)
def test_a_missing_need_is_named_and_fails_where_nothing_may_be_left_out(
    nothing_here: None, monkeypatch: pytest.MonkeyPatch, need: str, named: str
) -> None:
    monkeypatch.delenv("CX_NOTHING_LEFT_OUT", raising=False)
    with pytest.raises(pytest.skip.Exception, match=named):
        needs.require(need)
    monkeypatch.setenv("CX_NOTHING_LEFT_OUT", "1")
    with pytest.raises(pytest.fail.Exception, match=named):
        needs.require(need)
    needs.missing.cache_clear()
