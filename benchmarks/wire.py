"""A viewer without a browser: Streamlit's own messages over its websocket, as its front end sends and reads them.

What a browser does and this does too: every widget's value goes with every click, the address follows the widgets that
are bound to it, and large messages that have been received are kept and named, so that the server need not send them
again. What it does not do: draw, fetch images, ping.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.widgets import first_states

PATIENCE = 120.0
"""Seconds until a run that has not finished counts as lost."""
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
"""Other statuses are an error, or announce another run at once (st.rerun, st.switch_page)."""


@dataclass(slots=True)
class Answer:
    """What one click brought: seconds from the click to the script's end, bytes and messages over the wire, runs of
    the script (more than one where it asks to be run again) and what went wrong, in words."""

    seconds: float = 0.0
    bytes: int = 0
    messages: int = 0
    runs: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Viewer:
    """One session. `layout` is what stands where on the page, by kind; `lost` counts sessions that the server no longer
    knew."""

    url: str
    page: str
    address: dict[str, list[str]]
    socket: ClientConnection
    session: str = ""
    lost: int = 0
    layout: dict[tuple[int, ...], str] = field(default_factory=dict)
    _script: str = ""
    _widgets: dict[str, WidgetState] = field(default_factory=dict)
    _elements: dict[str, Element] = field(default_factory=dict)
    _kept: dict[str, Delta] = field(default_factory=dict)

    @property
    def kinds(self) -> Counter[str]:
        """Elements and blocks on the page by kind."""
        return Counter(self.layout.values())

    @property
    def charts(self) -> dict[str, bytes]:
        """The charts on the page with their data, by key."""
        charts = {key: it for key, it in self._elements.items() if it.WhichOneof("type") == "vega_lite_chart"}
        return {key: it.SerializeToString(deterministic=True) for key, it in charts.items()}

    def options(self, key: str) -> list[str]:
        """What a multiselect or selectbox offers; KeyError where it is not on the page."""
        element = self._elements[key]
        return list(element.multiselect.options or element.selectbox.options)

    def buttons(self, begins: str) -> list[str]:
        """Keys of the buttons that begin so, in the page's order."""
        return [
            key for key, it in self._elements.items() if it.WhichOneof("type") == "button" and key.startswith(begins)
        ]

    async def choose(self, key: str, values: list[str]) -> Answer:
        """Choose values of a multiselect (any number) or a selectbox (one), as a click on it does."""
        element = self._elements[key]
        kind = element.WhichOneof("type")
        widget = getattr(element, str(kind))
        state = WidgetState(id=widget.id)
        if kind == "multiselect":
            state.string_array_value.data.extend(values)
        else:
            state.string_value = values[0]
        self._widgets[widget.id] = state
        if widget.query_param_key:
            self._bind(widget.query_param_key, values)
        return await self._click()

    async def press(self, key: str) -> Answer:
        """Press a button."""
        return await self._click(WidgetState(id=self._elements[key].button.id, trigger_value=True))

    async def again(self) -> Answer:
        """Ask for the page once more, with nothing changed."""
        return await self._click()

    async def back(self) -> bool:
        """Connect again after a dropped connection; whether the server still had the session. Where it had not, the
        page is drawn anew from its address."""
        before = self.session
        self.socket = await _socket(self.url, before)
        answer = await self._click()
        assert not answer.wrong, answer.wrong
        self.lost += self.session != before
        return self.session == before

    async def close(self) -> None:
        await self.socket.close()

    def _bind(self, name: str, values: list[str]) -> None:
        if values:
            self.address[name] = values
        else:
            self.address.pop(name, None)

    async def _click(self, trigger: WidgetState | None = None) -> Answer:
        answer, began = Answer(), time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self.socket.send(self._asked(trigger).SerializeToString())
                while not self._take(await self.socket.recv(), answer):
                    pass
        except TimeoutError:
            answer.wrong.append(f"not finished within {PATIENCE:g} s")
        except ConnectionClosed as closed:
            answer.wrong.append(f"connection dropped: {closed}")
        answer.seconds = time.perf_counter() - began
        return answer

    def _asked(self, trigger: WidgetState | None) -> BackMsg:
        state = ClientState(
            query_string=urlencode(self.address, doseq=True), page_script_hash=self._script, page_name=self.page
        )
        state.widget_states.widgets.extend(self._widgets.values())
        if trigger is not None:
            state.widget_states.widgets.append(trigger)
        state.cached_message_hashes.extend(self._kept)
        state.context_info.url = f"{self.url}/{self.page}"
        state.context_info.timezone, state.context_info.locale = "Europe/Berlin", "en-GB"
        return BackMsg(rerun_script=state)

    def _take(self, data: str | bytes, answer: Answer) -> bool:
        """Read one message; whether the click is answered."""
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        answer.bytes += len(data)
        answer.messages += 1
        kind = message.WhichOneof("type")
        if kind == "delta":
            if message.metadata.cacheable:
                self._kept[message.hash] = message.delta
            self._draw(tuple(message.metadata.delta_path), message.delta, answer)
        elif kind == "ref_hash":
            self._draw(tuple(message.metadata.delta_path), self._kept[message.ref_hash], answer)
        elif kind == "new_session":
            self._begin(message, answer)
        elif kind == "page_info_changed":
            self.address = parse_qs(message.page_info_changed.query_string)
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
            pages = {page.page_script_hash: page for page in message.navigation.app_pages}
            self.page = pages[self._script].url_pathname
        elif kind == "page_not_found":
            answer.wrong.append("page not found")
        return kind == "script_finished" and self._over(message.script_finished, answer)

    def _begin(self, message: ForwardMsg, answer: Answer) -> None:
        """A run of the script begins: a whole page is drawn anew, a fragment keeps the rest."""
        answer.runs += 1
        self._script = self._script or message.new_session.page_script_hash
        self.session = message.new_session.initialize.session_id
        if not message.metadata.run.fragment_ids:
            self.layout.clear()
            self._elements.clear()

    def _over(self, status: int, answer: Answer) -> bool:
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            answer.wrong.append("the script does not compile")
            return True
        if status not in FINISHED:
            return False
        here = {self._id(element) for element in self._elements.values()}
        self._widgets = {name: state for name, state in self._widgets.items() if name in here}
        return True

    def _draw(self, path: tuple[int, ...], delta: Delta, answer: Answer) -> None:
        if delta.WhichOneof("type") == "add_block":
            self.layout[path] = f"block {delta.add_block.WhichOneof('type') or 'plain'}"
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or "nothing"
        self.layout[path] = kind
        if kind == "exception":
            answer.wrong.append(f"{element.exception.type}: {element.exception.message}")
        name = self._id(element)
        if name:
            self._elements[_key(name)] = element
            self._widgets.update((state.id, state) for state in first_states(element, name, self._widgets))

    @staticmethod
    def _id(element: Element) -> str:
        widget = getattr(element, element.WhichOneof("type") or "empty")
        return str(getattr(widget, "id", ""))


async def open_viewer(url: str, page: str = "", address: dict[str, list[str]] | None = None) -> tuple[Viewer, Answer]:
    """Connect and draw the page for the first time."""
    viewer = Viewer(url, page, dict(address or {}), await _socket(url))
    return viewer, await viewer.again()


async def _socket(url: str, session: str = "") -> ClientConnection:
    """The subprotocols carry the token of a log-in (we have none) and the session to go on with."""
    protocols = [Subprotocol("streamlit"), Subprotocol("none"), *([Subprotocol(session)] if session else [])]
    place = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    return await connect(place, subprotocols=protocols, max_size=None, compression=None, ping_interval=None)


def _key(widget: str) -> str:
    """A widget's key in our code: the end of its id, "$$ID-<hash>-<key>"."""
    return widget.split("-", 2)[-1]


async def closed(viewers: list[Viewer]) -> None:
    """Close them all, whatever state they are in."""
    for viewer in viewers:
        with suppress(ConnectionClosed, OSError):
            await viewer.close()
