"""From where the app may be reached, given how people sign in.

Without a sign-in it serves the machine it runs on, nobody else. Behind a proxy that names people it serves that proxy's
networks: whoever else reached the port could write any name into the header. serve.py looks at each connection
(serving/gate.py); started as `streamlit run app.py`, each page looks at what Streamlit was told (`require_reach`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import streamlit as st

from components.text import plain
from data_sources.settings.access import AccessSettings

EVERYWHERE = "0.0.0.0"  # noqa: S104  it is named to be refused
"""Where Streamlit listens when no address is configured (starlette_server_config.DEFAULT_SERVER_ADDRESS)."""
LOCAL_NAME = "localhost"
LOCAL_ONLY = (
    "Nobody signs in to this Customer Room, so it serves only the machine it runs on: configure a sign-in ([access] "
    "sign_in in cx.toml) to serve others."
)
UNREADABLE = (
    "The configuration needs attention, and until then this Customer Room serves only the machine it runs on: run "
    "“python -m data_sources check” there."
)
_guarded = False


def guard() -> None:
    """Said by serve.py: every connection passes its gate, which knows more than a page does."""
    global _guarded  # noqa: PLW0603  one process, one server
    _guarded = True


@lru_cache(maxsize=4096)
def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address as it is written in a socket, a header or a setting; None where it is none. An IPv4 address inside
    an IPv6 one (RFC 4291 §2.5.5.2) is the IPv4 address: a server on all interfaces sees its clients so."""
    try:
        found = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), or its name of RFC 6761 §6.3.
    The empty address is all interfaces."""
    found = address_of(address)
    return found.is_loopback if found else address.strip().lower().rstrip(".") == LOCAL_NAME


def is_inside(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Whether an address lies in one of the networks; a name never does."""
    found = address_of(address)
    return found is not None and any(found in network for network in networks)


def why_not_served(access: AccessSettings | None, address: str, trusted: Mapping[str, str]) -> str:
    """Why a server may not listen on `address` ("" or 0.0.0.0: everywhere) with these server.trustedUserHeaders, in one
    sentence that says what to configure; "" where it may. `access` is None where the configuration cannot be read."""
    where = address or EVERYWHERE
    if access is None:
        return "" if is_loopback(where) else _beyond(where, "the configuration cannot be read", "correct it")
    if access.sign_in == "proxy":
        return _why_not_behind(access, where, trusted)
    if trusted:
        return (
            f"server.trustedUserHeaders in .streamlit/config.toml names {', '.join(trusted)}, but [access] sign_in is "
            f'"{access.sign_in}": set sign_in = "proxy", or remove the headers, which anybody could send.'
        )
    if access.sign_in == "none" and not is_loopback(where):
        return _beyond(
            where, '[access] sign_in is "none"', 'set sign_in to "oidc" or "proxy" in cx.toml (docs/security.md)'
        )
    return ""


def _why_not_behind(access: AccessSettings, where: str, trusted: Mapping[str, str]) -> str:
    if not trusted:
        return (
            '[access] sign_in is "proxy", but no header is trusted: set server.trustedUserHeaders in '
            f'.streamlit/config.toml, for instance {{"X-Forwarded-Email" = "{access.person}"}}.'
        )
    if not is_loopback(where) and not is_inside(where, access.proxy_networks):
        return (
            f'[access] sign_in is "proxy" and the server would listen on {where}, outside of access.proxy_networks '
            f"({', '.join(map(str, access.proxy_networks))}): set server.address in .streamlit/config.toml to an "
            "address that only the proxy reaches, or name its network."
        )
    return ""


def _beyond(where: str, why: str, otherwise: str) -> str:
    return (
        f"The server would listen on {where}, where others reach it, and {why}: set server.address = "
        f'"127.0.0.1" in .streamlit/config.toml, or {otherwise}.'
    )


def listens_on() -> str:
    """Where Streamlit was told to listen; 0.0.0.0 where it was not."""
    return str(st.get_option("server.address") or "") or EVERYWHERE


def trusted_headers() -> dict[str, str]:
    """The headers that name the person, and what each is called: server.trustedUserHeaders."""
    given = st.get_option("server.trustedUserHeaders")
    return dict(given) if isinstance(given, dict) else {}


FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")
"""Headers by which a proxy says for whom it asks (RFC 7239)."""


def at_this_machine() -> bool:
    """Whether this page's browser came from this machine itself, and through no proxy that asks for somebody else."""
    if any(isinstance(st.context.headers.get(name), str) for name in FORWARDED):
        return False
    client = st.context.ip_address
    return is_loopback(client) if isinstance(client, str) else True


def require_reach(access: AccessSettings) -> None:
    """Stop the page with a sentence where the app is reached from where it may not be. A page knows what Streamlit was
    told and who the client is, not which proxy it came by; without serve.py a proxy must therefore be on this machine.
    Where serve.py's gate has looked, there is nothing to add."""
    if _guarded:
        return
    where = listens_on()
    refused = why_not_served(access, where, trusted_headers())
    if not refused and access.sign_in == "proxy" and not is_loopback(where):
        refused = (
            f"The app alone cannot tell who connects to {where}: start it with “streamlit run serve.py”, or set "
            'server.address = "127.0.0.1" in .streamlit/config.toml.'
        )
    client = st.context.ip_address  # None where it is this machine; in an AppTest there is none, and no text
    if not refused and access.sign_in == "none" and isinstance(client, str) and not is_loopback(client):
        refused = LOCAL_ONLY
    if refused:
        st.title("This app is not served here.", anchor=False)
        st.error(plain(refused))
        st.stop()
