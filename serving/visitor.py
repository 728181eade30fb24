"""A visitor whom nobody sees: it opens a page in this process as a browser would, so that whatever the first viewer of
that page needs is imported, worked out and kept."""

from __future__ import annotations

import asyncio

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

from components.visits import UNDER_WAY

VISIT_SECONDS = 300.0
"""A visit that takes longer is given up; the script goes on by itself."""


class Visitor(SessionClient):
    """The browser's end of one session: hears when the script has finished, and drops what it draws."""

    def __init__(self) -> None:
        self.finished = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """A message of the script. It begins anew by itself where it asked for a rerun."""
        again = msg.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        if msg.WhichOneof("type") == "script_finished" and not again:
            self.finished.set()


async def visit(query: str = "") -> None:
    """Open the landing page with a query string ("region=North") and wait until it is drawn. On the event loop's
    thread. Raises TimeoutError after VISIT_SECONDS."""
    runtime = Runtime.instance()
    visitor = Visitor()
    session = runtime.connect_session(visitor, {})
    UNDER_WAY.add(session)
    try:
        runtime.handle_backmsg(session, _opening(query))
        await asyncio.wait_for(visitor.finished.wait(), VISIT_SECONDS)
    finally:
        runtime.close_session(session)
        UNDER_WAY.discard(session)


def _opening(query: str) -> BackMsg:
    message = BackMsg()
    message.rerun_script.query_string = query
    return message
