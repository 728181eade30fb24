"""A viewer without a browser: opens the page over Streamlit's websocket and reads its sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Markdown_pb2 import Markdown
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """The sentence and every line in small print, which holds the counts."""

    sentence: str
    small_print: tuple[str, ...]


def run(work: Coroutine[object, object, T]) -> T:
    """Wait for something on an event loop of its own thread: Playwright has one running in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def connected(url: str, cookie: str = "") -> connect:
    """The page's websocket, as a browser opens it."""
    return connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(url),
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=None,
        proxy=None,
    )


async def reports_usage(url: str) -> bool:
    """Whether the server tells browsers to report to Streamlit."""
    async with connected(url) as socket:
        await socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while True:
            message = ForwardMsg.FromString(await socket.recv())  # type: ignore[arg-type]  Streamlit sends bytes only
            if message.HasField("new_session"):
                return message.new_session.config.gather_usage_stats


async def look(url: str, query: str, cookie: str = "") -> Seen:
    """Open the weekly review with filters in its address. Raises OSError or a websockets error where the connection
    breaks; TimeoutError after a minute is the caller's."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    sentence, small = "", []
    async with connected(url, cookie) as socket:
        await socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await socket.recv())  # type: ignore[arg-type]  Streamlit sends bytes only
            element = message.delta.new_element
            if element.HasField("heading") and element.heading.tag == "h1":
                sentence = element.heading.body
            elif element.markdown.element_type == Markdown.Type.CAPTION:
                small.append(element.markdown.body)
            if message.HasField("script_finished"):
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    small.clear()
                    continue
                assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return Seen(sentence, tuple(small))
