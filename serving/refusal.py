"""A request that is not answered: a status and a few words, for a page and for a websocket alike."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send


def said(what: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A line of plain text that nobody keeps."""
    return PlainTextResponse(f"{what}\n", status, {"Cache-Control": "no-store", **(headers or {})})


async def refuse(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with this. An HTTP answer refuses a websocket too: uvicorn sends it in place of the handshake."""
    if scope["type"] != "websocket":
        await response(scope, receive, send)
        return
    await receive()
    await send(
        {"type": "websocket.http.response.start", "status": response.status_code, "headers": response.raw_headers}
    )
    await send({"type": "websocket.http.response.body", "body": response.body})
