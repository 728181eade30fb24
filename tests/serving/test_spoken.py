"""What a browser may say: every kind of message that Streamlit's own protocol knows (BackMsg.proto) is decided here, so
that one that a newer Streamlit adds stays unheard, and this fails until somebody has decided it."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from serving.spoken import HEARD, Spoken, is_ours

UNHEARD = {
    "clear_cache": "closes everybody's room, which is then read anew",
    "set_run_on_save": "a developer's",
    "load_git_info": "tells where the app's source is",
    "debug_disconnect_websocket": "a developer's",
    "debug_shutdown_runtime": "a developer's",
    "file_urls_request": "nobody uploads anything here",
}
KINDS = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


def said(kind: str) -> bytes:
    message = BackMsg()
    field = BackMsg.DESCRIPTOR.fields_by_name[kind]
    if field.message_type is None:
        setattr(message, kind, "x" if field.type == field.TYPE_STRING else True)
    else:
        getattr(message, kind).SetInParent()
    assert message.WhichOneof("type") == kind
    return message.SerializeToString()


def test_every_kind_is_decided() -> None:
    assert set(KINDS) == HEARD | set(UNHEARD)


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_our_pages_say_is_heard(kind: str) -> None:
    assert is_ours(said(kind)) == (kind in HEARD)


def test_an_empty_message_says_nothing_and_what_is_none_is_streamlits_to_refuse() -> None:
    assert not is_ours(b"")
    assert is_ours(b"\xff\xff no protobuf")


def test_what_is_not_heard_is_not_passed_on_and_the_connection_goes_on() -> None:
    sent = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "bytes": said("clear_cache")},
        {"type": "websocket.receive", "bytes": said("rerun_script")},
        {"type": "websocket.disconnect"},
    ]
    heard: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not heard or heard[-1]["type"] != "websocket.disconnect":
            heard.append(await receive())

    async def receive() -> Message:
        return sent.pop(0)

    async def send(message: Message) -> None: ...

    asyncio.run(Spoken(app)({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    assert [message.get("bytes") for message in heard] == [None, said("rerun_script"), None]
