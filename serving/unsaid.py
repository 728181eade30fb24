"""What Streamlit tells every browser that connects, signed in or not, and none needs: its own and Python's version, the
operating system, where on the disk the app lies, and a number for the machine."""

from __future__ import annotations

import sys
from hashlib import sha256
from hmac import new as keyed

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.server_util import get_cookie_secret

MARK = ".".join(map(str, sys.version_info)).encode()
"""By this the message that tells it is known without taking every message apart (app_session: python_version)."""
NAME = "app"


class Unsaid:
    """Middleware: takes it out of the message that begins a run. The version becomes a word that tells nothing and is
    another one after an upgrade: by that a page knows that it must load itself anew."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only what is said over a websocket is looked at."""

        async def said(message: Message) -> None:
            if message["type"] == "websocket.send" and MARK in (message.get("bytes") or b""):
                message = {**message, "bytes": without(message["bytes"])}
            await send(message)

        await self._app(scope, receive, said if scope["type"] == "websocket" else send)


def without(said: bytes) -> bytes:
    """A message of Streamlit's as a browser may have it."""
    forward = ForwardMsg.FromString(said)
    if forward.WhichOneof("type") != "new_session":
        return said
    session = forward.new_session
    session.main_script_path = NAME
    environment = session.initialize.environment_info
    version = environment.streamlit_version.encode()
    environment.Clear()
    environment.streamlit_version = keyed(get_cookie_secret().encode(), version, sha256).hexdigest()[:12]
    person = session.initialize.user_info
    person.Clear()
    person.installation_id = person.installation_id_v3 = NAME
    changed: bytes = forward.SerializeToString()
    return changed
