"""What a browser may say to the app: what our own pages say. Streamlit listens to more, from whoever is connected,
signed in or not: “clear the cache” would close everybody's room and make it be read anew, as often as somebody likes.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

HEARD = frozenset({"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"})
"""A click or an address, its end, a sign of life, and a file that is made when it is asked for."""


class Spoken:
    """Middleware: a message of another kind is not passed on. What is no message at all is Streamlit's to refuse."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only websockets are listened to."""

        async def heard() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or is_ours(message.get("bytes") or b""):
                    return message

        await self._app(scope, heard if scope["type"] == "websocket" else receive, send)


def is_ours(said: bytes) -> bool:
    """Whether a message is one that our pages send."""
    message = BackMsg()
    try:
        message.ParseFromString(said)
    except Exception:  # noqa: BLE001  protobuf has no types to name its own by
        return True
    return message.WhichOneof("type") in HEARD
