"""Back to where somebody was when they signed in.

Streamlit leads to the first page after a sign-in, whatever address was asked for. So the address that the browser was
at (it says so itself, to its own server only) is noted in a cookie on the way to the provider, and is where the way
back ends. Where the provider's answer could not be used, the page is told, and says so.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.signed_out import FAILED, SIGN_IN

LEAVING, RETURNING, ENDING = "/auth/login", "/oauth2callback", "/auth/logout"
"""Streamlit's own addresses (starlette_auth_routes)."""
COOKIE = "customer_room_way_back"
SECONDS = 600
"""How long a sign-in at the provider may take."""
LONGEST = 2_000
"""Characters of an address that is noted; a cookie holds 4,096."""
USER_COOKIE = re.compile(r'_streamlit_user=(?!""|;|$)')
"""What Streamlit sets once somebody is signed in; where it could not be, it sets the same cookie to nothing."""


class WayBack:
    """Middleware around Streamlit's sign-in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only three addresses are touched; of these, only the headers of the answer."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.endswith((LEAVING, RETURNING, ENDING)):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["Cache-Control"] = "no-store"
                if path.endswith(LEAVING):
                    headers.append("Set-Cookie", _cookie(_came_from(asked), SECONDS, scope))
                elif path.endswith(RETURNING) and "location" in headers:
                    _lead_back(headers, asked, scope)
                message["headers"] = headers.raw
            await send(message)

        await self._app(scope, receive, changed)


def _lead_back(headers: MutableHeaders, asked: Headers, scope: Scope) -> None:
    """The answer leads to the noted address. One that only ends a sign-out has nothing to say."""
    noted = SimpleCookie(asked.get("cookie", "")).get(COOKIE)
    place = inside(unquote(noted.value)) if noted else ""
    signed_in = any(USER_COOKIE.match(line) for line in headers.getlist("set-cookie"))
    tried = any(name in scope.get("query_string", b"") for name in (b"state=", b"code=", b"error="))
    if signed_in:
        headers["Location"] = place or headers["location"]
    elif tried:
        headers["Location"] = _failed(place or headers["location"])
    headers.append("Set-Cookie", _cookie("", 0, scope))


def inside(address: str) -> str:
    """The path and query of an address of this app, without our own word about a sign-in; "" for one that a browser
    could take for another server's ("//elsewhere", "/\\elsewhere") or that no header can hold."""
    parts = urlsplit(address)
    path = parts.path
    if parts.netloc or not path.startswith("/") or path[1:2] in ("/", "\\") or not address.isprintable():
        return ""
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != SIGN_IN]
    whole = urlunsplit(("", "", quote(path, safe="/%"), urlencode(query), ""))
    return whole if len(whole) <= LONGEST else ""


def _came_from(asked: Headers) -> str:
    """The address in this app from which the sign-in was asked for."""
    came = urlsplit(asked.get("referer", ""))
    return inside(urlunsplit(("", "", came.path, came.query, ""))) if came.netloc == asked.get("host") else ""


def _failed(place: str) -> str:
    parts = urlsplit(place)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (SIGN_IN, FAILED)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _cookie(value: str, seconds: int, scope: Scope) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={quote(value, safe='')}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
