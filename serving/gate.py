"""Who may connect, given how people sign in: each connection is asked by its own two addresses, whatever the server was
told at its start.

- `sign_in = "none"`: this machine only. Both ends are loopback, and so are every client that a proxy names and the name
  by which the browser knows us (a web page elsewhere that has its own name lead here would otherwise read along: DNS
  rebinding).
- `sign_in = "proxy"`: the proxies only, and each names a person once.
- `sign_in = "oidc"`: everybody may connect; who has not signed in sees nothing (components/identity.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from components.reach import EVERYWHERE, LOCAL_ONLY, UNREADABLE, is_inside, is_loopback, why_not_served
from data_sources.settings.access import AccessSettings
from serving.host import running_server
from serving.refusal import refuse, said
from serving.standing import ALIVE, READY

PEER = "customer_room.peer"
"""Scope key: the address that connected, before any header was believed."""
NOT_A_PROXY = "Only the proxy that people sign in at may connect ([access] proxy_networks)."
NAMED_TWICE = "The header that names a person may be sent once."
TWO_HOSTS = "A request has one Host."
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What proxies say of their client: RFC 7239, and the two that are older."""


class Peers:
    """Outermost middleware: notes who connected, then believes what a configured proxy says of its client."""

    def __init__(self, app: ASGIApp, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        believed = ProxyHeadersMiddleware(app, [str(network) for network in networks])  # type: ignore[arg-type]
        self._believed = cast(ASGIApp, believed)  # the same protocol, typed apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The rest of the app sees the client that the proxy names."""
        client = scope.get("client")
        await self._believed({**scope, PEER: client[0] if client else ""}, receive, send)


class Gate:
    """Middleware: lets in whom the way of signing in allows. `access` is None where the configuration cannot be read;
    then it is this machine only, which sees what is wrong. `trusted` are the headers that name a person."""

    def __init__(self, app: ASGIApp, access: AccessSettings | None, trusted: Mapping[str, str]) -> None:
        self._app, self._access, self._trusted = app, access, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """How the process is may be asked from anywhere: the answer is a word. The server does not begin where uvicorn,
        started without Streamlit, was told another address than Streamlit."""
        if scope["type"] == "lifespan":
            server = running_server()
            refusal = why_not_served(self._access, server.config.host or EVERYWHERE, self._trusted) if server else ""
            if refusal:
                await receive()
                await send({"type": "lifespan.startup.failed", "message": refusal})
                return
        elif scope["path"] not in (ALIVE, READY) and (refusal := self._refusal(scope)):
            await refuse(said(refusal, 403), scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        if len(Headers(scope=scope).getlist("host")) > 1:
            return TWO_HOSTS
        if self._access is None:
            return "" if at_this_machine(scope) else UNREADABLE
        if self._access.sign_in == "none":
            return "" if at_this_machine(scope) else LOCAL_ONLY
        if self._access.sign_in == "proxy":
            if not is_inside(scope[PEER], self._access.proxy_networks):
                return NOT_A_PROXY
            if any(len(Headers(scope=scope).getlist(name)) > 1 for name in self._trusted):
                return NAMED_TWICE
        return ""


def at_this_machine(scope: Scope) -> bool:
    """Whether a request begins and ends at this machine, as far as its addresses and headers tell."""
    headers = Headers(scope=scope)
    return _ends_here(scope) and is_loopback(_hostname(headers.get("host", ""))) and all(_clients(headers))


def came_directly(scope: Scope) -> bool:
    """Whether it was asked at this machine, and by no proxy."""
    return at_this_machine(scope) and not any(name in Headers(scope=scope) for name in FORWARDED)


def _ends_here(scope: Scope) -> bool:
    """Both ends of the connection. A socket in the file system (its port is None) is this machine's."""
    server = scope.get("server")
    if server is None:
        return False
    return server[1] is None or (is_loopback(server[0]) and is_loopback(scope[PEER]))


def _clients(headers: Headers) -> Iterator[bool]:
    """Whether each client that a header names is this machine. RFC 7239's header is not taken apart: nothing that we
    ship sends it."""
    yield "forwarded" not in headers
    for name in FORWARDED[1:]:
        for line in headers.getlist(name):
            yield from (is_loopback(_hostname(one)) for one in line.split(","))


def _hostname(host: str) -> str:
    """ "[::1]:8501" → "::1"; an address of either kind without a port stays as it is; "" where it is none."""
    host = host.strip()
    if host.count(":") > 1 and not host.startswith("["):
        return host
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
