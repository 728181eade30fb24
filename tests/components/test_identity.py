"""Who is looking, as the app itself asks (app.main under Streamlit's AppTest): what is drawn for whoever is not signed
in is the sign-in page and nothing else, whatever keeps them from being so."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import entrance
from tests.e2e.browser import seen
from tests.e2e.server import ROOT

AUTH = {
    "redirect_uri": "http://127.0.0.1:8501/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 4,
    "client_id": "customer-room",
    "client_secret": "s",
    "server_metadata_url": "https://login.example/.well-known/openid-configuration",
}
ACCESS = """
[access]
sign_in = "oidc"
contact = "the insight team"
[people]
source = "directory"
table = "people"
person = "person"
role = "role"
[sources.directory]
url = "sqlite:///people.db"
[store]
folder = "store"
"""


def _app() -> None:
    from app import main

    main()


def token(**claims: object) -> dict[str, object]:
    return {
        "is_logged_in": True, "provider": "default", "aud": "customer-room", "iss": "https://login.example",
        "sub": "42", "iat": int(time.time()), "nonce": "n-1", "email": "ana@larkmere.example",
    } | claims  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "people.db") as connection:
        connection.execute("create table people (person text, role text)")
    connection.close()
    demo = (ROOT / "data_sources" / "demo" / "cx.toml").read_text(encoding="utf-8")
    (tmp_path / "cx.toml").write_text(demo + ACCESS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def opened(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Opens the app for a browser that brings this along. The room is not read: nobody gets that far."""
    monkeypatch.setenv("CX_CONFIG", str(place / "cx.toml"))
    monkeypatch.setattr("data_sources.room.Room.keep_fresh", lambda _room: None)

    def open_for(brought: dict[str, object], auth: dict[str, str] | None = None) -> AppTest:
        at = AppTest.from_function(_app, default_timeout=30)
        at.user = brought
        at.secrets["auth"] = AUTH | (auth or {})
        at.query_params["region"] = "South"
        return at.run()

    yield open_for
    entrance.open_room.clear()


def words(at: AppTest) -> list[str]:
    assert not at.exception
    elements = [*at.title, *at.error, *at.warning, *at.info, *at.markdown, *at.button]
    return [getattr(one, "label", None) or one.value for one in elements]


SIGN_IN = ["Larkmere", "Sign in to see what customers say.", "Sign in"]


@pytest.mark.parametrize("brought", [{}, {"is_logged_in": False}, {"email": "ana@larkmere.example"}])
def test_who_brings_no_sign_in_sees_the_way_in(opened: Callable[..., AppTest], brought: dict[str, object]) -> None:
    assert words(opened(brought)) == SIGN_IN


def test_who_was_signed_in_too_long_ago_is_told_so(opened: Callable[..., AppTest]) -> None:
    at = opened(token(iat=int(time.time()) - 13 * 3600))
    assert words(at) == ["Larkmere", "You signed in more than 12 hours ago\\. Sign in again\\.", *SIGN_IN[1:]]


def test_a_sign_in_that_nobody_may_trust_lets_nobody_in(opened: Callable[..., AppTest]) -> None:
    said = words(opened(token(), {"cookie_secret": "short"}))
    assert said[0] == "Larkmere"
    assert "Nobody can sign in yet" in said[1]
    assert len(said) == 2


def test_who_has_no_role_is_told_whom_to_ask_and_can_sign_out_for_good(opened: Callable[..., AppTest]) -> None:
    brought = token()
    at = opened(brought)
    title, asked, button = words(at)
    assert (title, button) == ("Nobody has given you access yet.", "Sign out")
    assert seen(asked).replace("\\", "") == (
        "You are signed in as ana@larkmere.example. To see what customers say, ask the insight team."
    )
    at.button(key="sign_out").click().run()
    assert words(opened(brought)) == ["Larkmere", "You have signed out\\.", *SIGN_IN[1:]]
    assert words(opened(brought | {"nonce": "n-2"}))[0] == "Nobody has given you access yet."


def test_a_table_of_people_that_cannot_be_read_lets_nobody_in(opened: Callable[..., AppTest], place: Path) -> None:
    (place / "people.db").write_bytes(b"no database" * 1_000)
    said = words(opened(token()))
    assert said[0] == "Larkmere"
    assert "Who may see what cannot be read just now" in said[1]
    assert len(said) == 2
