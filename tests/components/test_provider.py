"""Which [auth] is safe to sign in with: RFC 2104 §3 for the length of the secret, RFC 6749 §3.1.2.1 and RFC 8252 §7.3
for https with loopback as the exception."""

from __future__ import annotations

import tomllib

import pytest

from components.provider import expected_of, trouble_with
from components.tokens import Expected
from tests.e2e.server import ROOT

GOOD: dict[str, object] = {
    "redirect_uri": "https://cx.example/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 4,
    "client_id": "customer-room",
    "client_secret": "s",
    "server_metadata_url": "https://login.example/.well-known/openid-configuration",
}


def test_a_good_one_has_no_trouble() -> None:
    assert trouble_with(GOOD, "default") == ""
    assert expected_of(GOOD, "default") == Expected("customer-room", "default")


def test_a_provider_by_name_has_keys_of_its_own() -> None:
    shared = {key: GOOD[key] for key in ("redirect_uri", "cookie_secret")}
    own = {key: GOOD[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    assert trouble_with({**shared, "corp": own}, "corp") == ""
    assert expected_of({**shared, "corp": own | {"client_id": "other"}}, "corp").audience == "other"
    assert "client_id" in trouble_with({**shared, "corp": own}, "default")
    assert "client_id" in trouble_with({**shared, "corp": "text"}, "corp")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cookie_secret": ""}, "cookie_secret"),
        ({"cookie_secret": "short but random 1a2b3c4d5e6f7"}, "cookie_secret"),
        ({"client_secret": ""}, "client_secret"),
        ({"server_metadata_url": ""}, "server_metadata_url"),
        ({"server_metadata_url": "http://login.example/x"}, "https address as server_metadata_url"),
        ({"redirect_uri": "http://cx.example/oauth2callback"}, "https address as redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1.evil.example/oauth2callback"}, "https address as redirect_uri"),
        ({"redirect_uri": ""}, "https address as redirect_uri"),
    ],
)
def test_what_is_not_safe_is_named_and_not_repeated(changed: dict[str, object], said: str) -> None:
    trouble = trouble_with(GOOD | changed, "default")
    assert said in trouble
    assert not any(str(value) in trouble for value in changed.values() if value)


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_this_machine_needs_no_https(host: str) -> None:
    assert trouble_with(GOOD | {"redirect_uri": f"http://{host}/oauth2callback"}, "default") == ""


def test_a_provider_that_streamlit_would_not_take_is_said_before_somebody_presses_the_button() -> None:
    own = {key: GOOD[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    assert "underscore" in trouble_with({**GOOD, "our_corp": own}, "our_corp")


def test_no_section_is_trouble() -> None:
    assert "cookie_secret" in trouble_with({}, "default")


def test_the_examples_secret_signs_nobody_in() -> None:
    text = (ROOT / ".streamlit" / "secrets.toml.example").read_text(encoding="utf-8")
    example = tomllib.loads("\n".join(line.removeprefix("# ") for line in text[text.index("# [auth]") :].splitlines()))
    assert "cookie_secret" in trouble_with(example["auth"], "default")
    assert trouble_with(example["auth"] | {"cookie_secret": GOOD["cookie_secret"]}, "default") == ""
