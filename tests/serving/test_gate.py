"""Who may connect, by real connections from two addresses of this machine: 127.0.0.1 and 127.0.0.2 (RFC 1122: all of
127.0.0.0/8 is loopback; to a proxy's network they are two hosts). What a start may not do, by its exit status."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from starlette.types import Scope

from components.reach import EVERYWHERE
from serving.gate import PEER, at_this_machine, came_directly
from tests.e2e import company, server
from tests.e2e.server import ROOT, free_port
from tests.serving.conftest import environment
from tests.serving.raw import ask, handshake

pytestmark = pytest.mark.security

PROXY = '\n[access]\nsign_in = "proxy"\nproxy_networks = ["127.0.0.2/32"]\n'
TRUSTED = 'server.trustedUserHeaders={"X-Forwarded-Email":"email"}'
SENTENCE_SECONDS = 60


def scope(server: str = "127.0.0.1", peer: str = "127.0.0.1", **headers: str) -> Scope:
    names = {"host": "127.0.0.1:8501", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http", "path": "/", "server": (server, 8501), PEER: peer,
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
    }  # fmt: skip


@pytest.mark.parametrize(
    "here",
    [
        scope(),
        scope("::1", "::1", host="[::1]:8501"),
        scope("::ffff:127.0.0.1", "::ffff:127.0.0.1", host="localhost"),
        scope(peer="127.8.9.10", host="LOCALHOST.:80"),
        scope(x_forwarded_for="127.0.0.1, ::1"),
        scope(x_real_ip="127.0.0.1"),
        {**scope(), "server": ("/run/room.socket", None), PEER: ""},
    ],
)
def test_this_machine(here: Scope) -> None:
    assert at_this_machine(here)


@pytest.mark.parametrize(
    "elsewhere",
    [
        scope("192.0.2.1"),
        scope("::ffff:192.0.2.1"),
        scope(peer="192.0.2.7"),
        scope(peer="2001:db8::7"),
        scope(peer=""),
        scope(host="room.example"),
        scope(host="127.0.0.1.nip.example"),
        scope(host="localhost.example"),
        scope(host="evil@127.0.0.1.example"),
        scope(host=""),
        scope(host="[::1"),
        scope(x_forwarded_for="192.0.2.7"),
        scope(x_forwarded_for="127.0.0.1, 192.0.2.7"),
        scope(x_forwarded_for="192.0.2.7, 127.0.0.1"),
        scope(x_forwarded_for="unknown"),
        scope(x_forwarded_for=""),
        scope(x_real_ip="192.0.2.7"),
        scope(forwarded="for=192.0.2.7"),
        {**scope(), "server": None},
    ],
)
def test_not_this_machine(elsewhere: Scope) -> None:
    assert not at_this_machine(elsewhere)
    assert not came_directly(elsewhere)


def test_through_a_proxy_is_not_directly() -> None:
    assert came_directly(scope())
    assert not came_directly(scope(x_forwarded_for="127.0.0.1"))


def test_without_a_sign_in_only_this_machine_is_answered(served: server.Server) -> None:
    """Also with a proxy in front, and where a page elsewhere has its own name lead here (DNS rebinding)."""
    assert ask(served.url).status == 200 and handshake(served.url).status == 101
    for header in (
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Real-IP", "192.0.2.7"),
        ("Forwarded", "for=192.0.2.7"),
        ("Host", "room.example"),
    ):
        page, connection = ask(served.url, headers=[header]), handshake(served.url, [header])
        assert (page.status, connection.status) == (403, 403), header
        assert "[access] sign_in" in page.text
    assert ask(served.url, "/healthz", headers=[("Host", "room.example")]).status == 200


def test_a_host_that_is_sent_twice_is_refused(served: server.Server) -> None:
    """RFC 9112 §3.2: which of the two a proxy looked at nobody knows."""
    assert ask(served.url, headers=[("Host", "127.0.0.1"), ("Host", "room.example")]).status == 403


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A process behind a proxy that people sign in at: 127.0.0.2."""
    folder = tmp_path_factory.mktemp("behind")
    config = company.in_folder(folder, company.answers())
    config.write_text(config.read_text() + PROXY)
    app = server.start(folder, config, options=(f"--{TRUSTED}",), **environment(folder))
    yield app
    app.stop()


ANA = ("X-Forwarded-Email", "ana@larkmere.example")


def test_behind_a_proxy_nobody_else_is_answered(behind: server.Server) -> None:
    """Whoever else reaches the port, and whatever is claimed of where it came from, names nobody."""
    assert ask(behind.url, headers=[ANA], source="127.0.0.2").status == 200
    assert handshake(behind.url, [ANA], source="127.0.0.2").status == 101
    for claim in ((), (("X-Forwarded-For", "127.0.0.2"),), (("X-Forwarded-For", "127.0.0.2:4711"),)):
        page, connection = ask(behind.url, headers=[ANA, *claim]), handshake(behind.url, [ANA, *claim])
        assert (page.status, connection.status) == (403, 403), claim
    assert ask(behind.url, "/healthz").status == 200


def test_a_person_who_is_named_twice_is_refused(behind: server.Server) -> None:
    """A proxy that adds its header to the browser's own in place of overwriting it: Streamlit takes the first."""
    twice = [("X-Forwarded-Email", "boss@larkmere.example"), ANA]
    assert ask(behind.url, headers=twice, source="127.0.0.2").status == 403
    assert handshake(behind.url, twice, source="127.0.0.2").status == 403


def test_only_the_proxy_is_believed_what_it_says_of_tls(behind: server.Server) -> None:
    secure = [("X-Forwarded-Proto", "https")]
    assert ask(behind.url, "/healthz", headers=secure, source="127.0.0.2")["strict-transport-security"]
    assert ask(behind.url, "/healthz", headers=secure)["strict-transport-security"] == ""


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[int, str]]:
    """Starts something that must end by itself: its exit status and all it said. Nothing listens afterwards."""
    folder = tmp_path_factory.mktemp("ends")
    config = company.in_folder(folder, company.answers())

    def ended(*command: str, access: str = "") -> tuple[int, str]:
        config.with_name("asked.toml").write_text(config.read_text() + access)
        env = {**os.environ, **environment(folder), "CX_CONFIG": str(config.with_name("asked.toml"))}
        port = free_port()
        done = subprocess.run(
            [sys.executable, "-m", *(part.replace("PORT", str(port)) for part in command)],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=SENTENCE_SECONDS, check=False,
        )  # fmt: skip
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        return done.returncode, done.stdout + done.stderr

    return ended


UVICORN = ("uvicorn", "serve:application", "--port", "PORT")
SERVE = ("streamlit", "run", "serve.py", "--server.port", "PORT")


@pytest.mark.parametrize(
    ("command", "access", "status", "remedy"),
    [
        ((*SERVE, "--server.address", EVERYWHERE), "", 1, 'server.address = "127.0.0.1"'),
        ((*UVICORN, "--host", EVERYWHERE), "", 3, 'server.address = "127.0.0.1"'),
        ((*SERVE, f"--{TRUSTED}", "--server.address", EVERYWHERE), PROXY, 1, "access.proxy_networks (127.0.0.2/32)"),
    ],
    ids=["streamlit", "uvicorn", "beyond the proxy"],
)
def test_a_start_that_would_serve_anybody_ends_with_what_to_configure(
    ends: Callable[..., tuple[int, str]], command: tuple[str, ...], access: str, status: int, remedy: str
) -> None:
    """The other reasons are held in tests/components/test_reach.py."""
    ended, said = ends(*command, access=access)
    assert ended == status, "3 is uvicorn's own for a start that failed"
    assert remedy in said, said
    assert "Traceback" not in said, said
