"""The OpenID provider as .streamlit/secrets.toml [auth] names it, and what of it is not safe to use."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from components.reach import is_loopback
from components.tokens import Expected

DEFAULT = "default"
"""What Streamlit calls the provider that [auth] itself holds."""
SHORTEST_SECRET = 32
"""Characters of cookie_secret: 256 bits where they are hexadecimal pairs or better (RFC 2104 §3: no shorter than the
hash). Who guesses it signs in as anybody."""
EXAMPLE_SECRET = "replace this"  # noqa: S105  it is named to be refused
"""How the secret of .streamlit/secrets.toml.example begins."""
NEEDED = ("client_id", "client_secret", "server_metadata_url")


def auth_section() -> Mapping[str, object]:
    """[auth] of .streamlit/secrets.toml; empty where there is none."""
    try:
        section = st.secrets.get("auth", {})
    except FileNotFoundError:
        return {}
    return section if isinstance(section, Mapping) else {}


def trouble_with(auth: Mapping[str, object], provider: str) -> str:
    """Why nobody can sign in with this [auth], in a sentence that names the key and repeats no value; "" where they
    can."""
    place = ".streamlit/secrets.toml [auth]"
    secret = str(auth.get("cookie_secret", ""))
    if len(secret) < SHORTEST_SECRET or secret.startswith(EXAMPLE_SECRET):
        return f"{place} needs a cookie_secret of at least {SHORTEST_SECRET} random characters."
    if "_" in provider:
        return f"[access] provider “{provider}” holds an underscore, which Streamlit does not take: rename it."
    section = section_of(auth, provider)
    missing = [key for key in NEEDED if not section.get(key)]
    if missing:
        return f"{place} lacks {', '.join(missing)} of the provider “{provider}”."
    addresses = {"redirect_uri": auth.get("redirect_uri", ""), "server_metadata_url": section["server_metadata_url"]}
    for key, address in addresses.items():
        if not _private(str(address)):
            return f"{place} needs an https address as {key}."
    return ""


def section_of(auth: Mapping[str, object], provider: str) -> Mapping[str, object]:
    """The keys of one provider: those of [auth.<name>], or [auth] itself for the one without a name."""
    section = auth.get(provider, auth if provider == DEFAULT else {})
    return section if isinstance(section, Mapping) else {}


def expected_of(auth: Mapping[str, object], provider: str) -> Expected:
    """What a token of this provider must say."""
    return Expected(str(section_of(auth, provider).get("client_id", "")), provider)


def _private(address: str) -> bool:
    """Whether nobody on the way can read or change what goes to an address."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    except ValueError:
        return False
