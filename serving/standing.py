"""How this process stands: alive, ready, or why not yet and why no more."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.refusal import refuse, said

ALIVE, READY = "/healthz", "/readyz"
STOPPING = "stopping"
AGAIN_SECONDS = 1
"""What Retry-After says: by then another process, or this one anew, answers."""
KEPT_OPEN = ("/static/", "/media/", "/component/", "/_stcore/", ALIVE, READY)
"""What viewers who are still here need until the end; `_stcore/health` is asked by those who look for a server."""
CLOSED = ("/_stcore/health", "/_stcore/stream", "/_stcore/host-config")


@dataclass
class Standing:
    """`why_not` says in a few words, without data, why this process is not ready; "" where it is."""

    why_not: str = "starting"
    stopping: bool = False

    @property
    def refusal(self) -> str:
        """Why nobody should be sent here; "" where somebody may."""
        return STOPPING if self.stopping else self.why_not

    def routes(self) -> list[Route]:
        """`/healthz`: 200 as long as the process answers. `/readyz`: 200 once the first page is worked out, 503 and the
        reason before that and while the process stops."""
        return [Route(ALIVE, self._alive), Route(READY, self._ready)]

    async def _alive(self, _request: Request) -> Response:
        return _said("alive")

    async def _ready(self, _request: Request) -> Response:
        return _said(self.refusal or "ready", 503 if self.refusal else 200)


class TurnedAway:
    """Middleware: while the process stops, new visitors get 503, so that a proxy takes them elsewhere; those who are
    here keep their connection and all that their page loads."""

    def __init__(self, app: ASGIApp, standing: Standing) -> None:
        self._app, self._standing = app, standing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stopping is said to a websocket too."""
        if not self._standing.stopping or scope["type"] == "lifespan" or _goes_on(scope["path"]):
            await self._app(scope, receive, send)
            return
        await refuse(_said(STOPPING, 503), scope, receive, send)


def _goes_on(path: str) -> bool:
    return path.startswith(KEPT_OPEN) and path not in CLOSED


def _said(what: str, status: int = 200) -> Response:
    return said(what, status, {} if status == 200 else {"Retry-After": str(AGAIN_SECONDS)})  # noqa: PLR2004  HTTP's own
