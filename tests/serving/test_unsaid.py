"""What a browser is told of the server, by what reaches it over the real websocket. Authorities: the machine's own
versions and paths."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from serving.unsaid import MARK, NAME
from tests.e2e.server import ROOT, Server
from tests.serving.viewer import connected, run

pytestmark = pytest.mark.security


async def beginning(url: str) -> bytes:
    """The message that begins a run."""
    async with connected(url) as socket:
        await socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while True:
            received = await socket.recv()
            assert isinstance(received, bytes)
            if ForwardMsg.FromString(received).HasField("new_session"):
                return received


def test_no_version_no_path_and_no_machine(served: Server) -> None:
    """Streamlit itself would say each of these."""
    told = run(beginning(served.url))
    assert MARK not in told and platform.python_version().encode() not in told
    assert version("streamlit").encode() not in told
    assert str(ROOT).encode() not in told
    session = ForwardMsg.FromString(told).new_session
    assert session.main_script_path == NAME
    assert session.initialize.environment_info.server_os == ""
    assert session.initialize.user_info.installation_id_v4 == ""


def test_what_the_page_needs_is_as_it_was(served: Server) -> None:
    session = ForwardMsg.FromString(run(beginning(served.url))).new_session
    assert session.initialize.session_id and session.main_script_hash
    assert session.HasField("config") and session.HasField("custom_theme")
    again = ForwardMsg.FromString(run(beginning(served.url))).new_session
    first, second = (one.initialize.environment_info.streamlit_version for one in (session, again))
    assert first == second != "", "another one would make a page that connects again load itself anew"


def test_the_mark_is_what_streamlit_says_of_python() -> None:
    """A Streamlit that wrote it otherwise would be heard by the first test, in python_version's own words."""
    assert MARK.decode().startswith(platform.python_version())
    assert MARK.decode() == ".".join(map(str, sys.version_info))
