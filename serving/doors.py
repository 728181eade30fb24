"""Which of Streamlit's addresses are open. Each route that it answers is decided here; one that a newer Streamlit adds
stays shut, and tests/serving/test_doors.py fails until somebody has decided it. A websocket must come from our page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.gate import came_directly
from serving.refusal import refuse, said
from serving.signed_in import holds_sign_in


class For(StrEnum):
    """For whom an address is open."""

    VIEWERS = "viewers"
    SIGNED_IN = "signed in"
    SIGNING_IN = "signing in"
    THIS_MACHINE = "this machine"
    NOBODY = "nobody"


DECIDED: Mapping[str, For] = {
    "/_stcore/health": For.VIEWERS,  # the page asks for it first, and it sets the token against forged requests
    "/_stcore/host-config": For.VIEWERS,  # the page waits for it
    "/_stcore/stream": For.VIEWERS,  # the page's connection
    "/media/{file_id:path}": For.SIGNED_IN,  # downloads: a copied link opens nothing for who has not signed in
    "/auth/login": For.SIGNING_IN,
    "/auth/logout": For.SIGNING_IN,
    "/oauth2callback": For.SIGNING_IN,
    "/_stcore/metrics": For.THIS_MACHINE,  # how many people look, and when
    "/_stcore/script-health-check": For.NOBODY,  # would run the app for anybody
    "/_stcore/upload_file/{session_id}/{file_id}": For.NOBODY,  # nobody uploads anything
    "/_stcore/bidi-components/{path:path}": For.NOBODY,  # no components of others
    "/component/{path:path}": For.NOBODY,
    "/app/static/{path:path}": For.NOBODY,  # no folder of files
    "/_stcore/agent/interact": For.NOBODY,  # the app as an interface for programs
    "/_stcore/agent/openapi.json": For.NOBODY,
    "/_stcore/agent/mcp": For.NOBODY,
}
"""Streamlit's routes as it writes them."""
RESERVED = ("/_stcore/", "/media/", "/component/", "/auth/", "/oauth2callback", "/app/static/")
"""Where Streamlit has routes: what is not decided there is shut. Everything else is its page and the page's files."""
PAGE_METHODS = ("GET", "HEAD")
_EXACT = {path: who for path, who in DECIDED.items() if "{" not in path}
_BELOW = tuple((path.partition("{")[0], who) for path, who in DECIDED.items() if "{" in path)


@dataclass(frozen=True)
class House:
    """What the decisions depend on: for how many seconds a sign-in at a provider holds (None where there is none),
    server.baseUrlPath, and other origins whose pages may connect (server.corsAllowedOrigins)."""

    sign_in_seconds: float | None = None
    base: str = ""
    origins: Collection[str] = ()


class Doors:
    """Middleware: 404 for what is shut, 405 for what changes anything, 403 for a websocket of somebody else's page."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app, self._house = app, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing here reads a request's body."""
        kinds: Mapping[str, Callable[[Scope], tuple[int, str] | None]] = {"http": self._page, "websocket": self._socket}
        refusal = kinds[scope["type"]](scope) if scope["type"] in kinds else None
        if refusal:
            await refuse(said(refusal[1], refusal[0]), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _page(self, scope: Scope) -> tuple[int, str] | None:
        if not self._is_open(scope):
            return 404, "not found"
        return None if scope["method"] in PAGE_METHODS else (405, "method not allowed")

    def _socket(self, scope: Scope) -> tuple[int, str] | None:
        if self._path(scope) != "/_stcore/stream":
            return 404, "not found"
        return None if self._is_ours(scope) else (403, "this page may not connect here")

    def _is_open(self, scope: Scope) -> bool:
        path = self._path(scope)
        who = decided(path)
        if who is None:
            return not path.startswith(RESERVED)
        if who is For.THIS_MACHINE:
            return came_directly(scope)
        seconds = self._house.sign_in_seconds
        if who is For.SIGNED_IN:
            return seconds is None or holds_sign_in(scope, seconds)
        return who is For.VIEWERS or (who is For.SIGNING_IN and seconds is not None)

    def _path(self, scope: Scope) -> str:
        """The address without server.baseUrlPath, which stands before all of Streamlit's routes."""
        path: str = scope["path"]
        return path[len(self._house.base) :] if path.startswith(f"{self._house.base}/") else path

    def _is_ours(self, scope: Scope) -> bool:
        """RFC 6455 §10.2: a browser says which page opens a websocket, and sends its cookies along whichever that is.
        Streamlit alone also takes pages of other ports of this machine and of its outer address, for which it would ask
        the internet. A program sends no origin; nor has it anybody's cookies."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or origin in self._house.origins:
            return True
        page = urlsplit(origin)
        secure = page.scheme == "https" or (page.scheme == "http" and scope.get("scheme") != "wss")
        return secure and page.netloc.lower() == headers.get("host", "").lower()


def decided(path: str) -> For | None:
    """For whom an address is open; None where none of Streamlit's own routes answers it."""
    if path in _EXACT:
        return _EXACT[path]
    return next((who for start, who in _BELOW if path.startswith(start)), None)
