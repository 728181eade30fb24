"""Which addresses answer whom. The authority for what there is is the installed Streamlit: its own route table; for a
websocket's origin RFC 6455 §10.2 and OWASP's WebSocket Security Cheat Sheet."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Scope
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import ConnectionClosed

from serving.doors import DECIDED, RESERVED, Doors, For, House, decided
from serving.gate import PEER
from tests.e2e.server import ROOT, Server
from tests.serving.raw import ask, handshake
from tests.serving.viewer import connected, run

pytestmark = pytest.mark.security

ROUTES = """
import json
from streamlit import config
import serve
for option in ("server.enableStaticServing", "server.scriptHealthCheckEnabled", "server.enableAgentApi"):
    config.set_option(option, True)
routes = [route for route in serve.application._build_starlette_app().routes]
print(json.dumps([[type(route).__name__, getattr(route, "path", ""), route.name or ""] for route in routes]))
"""
"""Every route there can be, with all that is switched off switched on."""
EXAMPLES = {
    "/media/{file_id:path}": "/media/abc.png",
    "/_stcore/upload_file/{session_id}/{file_id}": "/_stcore/upload_file/s/f",
    "/_stcore/bidi-components/{path:path}": "/_stcore/bidi-components/a/b.js",
    "/component/{path:path}": "/component/a/index.html",
    "/app/static/{path:path}": "/app/static/a.txt",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")


def test_every_route_of_the_installed_streamlit_is_decided() -> None:
    """A newer Streamlit that has one more fails here; until it is decided the address is shut."""
    found = subprocess.run([sys.executable, "-c", ROUTES], cwd=ROOT, capture_output=True, text=True, check=True)
    routes = json.loads(found.stdout.splitlines()[-1])
    ours = {"/healthz", "/readyz"}
    paths = {path for kind, path, _ in routes if kind in ("Route", "WebSocketRoute")} - ours
    assert paths - set(DECIDED) == set(), "new ones"
    assert set(DECIDED) - paths == set(), "ones that are gone"
    assert [name for kind, _, name in routes if kind not in ("Route", "WebSocketRoute")] == ["static-assets"]
    assert all(path.startswith(RESERVED) for path in paths), "so an undecided neighbour is shut"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [route for route, who in DECIDED.items() if who in (For.NOBODY, For.SIGNING_IN)])
def test_what_is_shut_says_nothing_to_any_method(served: Server, route: str, method: str) -> None:
    """Nobody signs in at this server, so there is nothing to sign in at either."""
    answer = ask(served.url, EXAMPLES.get(route, route), method)
    assert answer.status == 404
    assert answer.text in ("not found\n", "")


@pytest.mark.parametrize("path", ["/_stcore/new-in-1.68", "/_stcore/metrics/", "/auth/other", "/component/x"])
def test_what_nobody_has_decided_is_shut(served: Server, path: str) -> None:
    assert ask(served.url, path).status == 404


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("GET", "HEAD")])
@pytest.mark.parametrize("path", ["/", "/voices", "/media/abc.png", "/_stcore/health", "/_stcore/host-config"])
def test_nothing_is_changed_by_a_request(served: Server, path: str, method: str) -> None:
    assert ask(served.url, path, method).status == 405


def test_what_a_page_needs_is_open(served: Server) -> None:
    assert ask(served.url, "/_stcore/health").text == "ok"
    assert ask(served.url, "/_stcore/host-config").status == 200
    assert ask(served.url, "/voices", headers=[("Accept", "text/html")]).status == 200
    assert handshake(served.url).status == 101


def test_an_upload_is_refused_even_with_the_right_token(served: Server) -> None:
    token = ask(served.url, "/_stcore/health")["set-cookie"].partition(";")[0]
    proof = [("Cookie", token), ("X-Xsrftoken", token.partition("=")[2]), ("Content-Length", "0")]
    assert ask(served.url, "/_stcore/upload_file/s/f", "PUT", proof).status == 404


@pytest.mark.parametrize(
    "forwarded",
    [("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("X-Forwarded-For", "")],
)
def test_metrics_are_for_who_asks_at_the_machine_itself(served: Server, forwarded: tuple[str, str]) -> None:
    """No proxy in front opens them by accident."""
    assert "session_events_total" in ask(served.url, "/_stcore/metrics").text
    for method in ("GET", "OPTIONS"):
        assert ask(served.url, "/_stcore/metrics", method, [forwarded]).status in (403, 404)


def test_a_websocket_of_another_page_is_refused(served: Server) -> None:
    """Streamlit alone would take the pages of every port of this machine."""
    host = urlsplit(served.url).netloc
    for origin in (f"http://{host}", f"https://{host}"):
        assert handshake(served.url, [("Origin", origin)]).status == 101, origin
    foreign = (
        "https://elsewhere.example", "http://localhost:3000", "http://127.0.0.1", "http://127.0.0.1:1", "null", "",
        f"http://{host}.elsewhere.example", f"http://elsewhere.example?{host}", f"http://{host}@elsewhere.example",
        f"ftp://{host}", f"//{host}", host,
    )  # fmt: skip
    for origin in foreign:
        assert handshake(served.url, [("Origin", origin)]).status == 403, origin


@pytest.mark.parametrize("size", [2 * 2**20, 21 * 2**20])
def test_a_browser_that_sends_megabytes_is_hung_up_on(served: Server, size: int) -> None:
    """server.maxWidgetStateSize and, before anything is read whole, server.maxMessageSize: RFC 6455 §7.4.1, 1009."""

    async def send() -> int:
        async with connected(served.url) as socket:
            with suppress(ConnectionClosed):
                await socket.send(bytes(size))
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await socket.recv()
            return closed.value.rcvd.code if closed.value.rcvd else 0

    assert run(send()) == 1009


def test_a_websocket_elsewhere_is_no_websocket(served: Server) -> None:
    assert handshake(served.url, path="/").status == 404


def let_through(path: str, house: House, **more: object) -> bool:
    """Whether the doors let a request through, without a server."""
    let: list[Scope] = []

    async def app(scope: Scope, _receive: object, _send: object) -> None:
        let.append(scope)

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        return None

    scope = {
        "type": "http", "method": "GET", "path": path, "headers": [(b"host", b"room.example")], "query_string": b"",
        "server": ("127.0.0.1", 80), PEER: "127.0.0.1", **more,
    }  # fmt: skip
    coroutine = Doors(app, house)(scope, receive, send)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    return bool(let)


def test_the_sign_in_is_open_where_people_sign_in_at_a_provider() -> None:
    for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
        assert decided(path) is For.SIGNING_IN
        assert let_through(path, House(sign_in_seconds=3600))
        assert not let_through(path, House())


def cookies(said: str, signed_by: str = "ours", *, count: int = 0) -> dict[str, object]:
    """A request with what Streamlit signs for somebody, whole or in so many parts."""
    named = {"_streamlit_user": said}
    if count:
        size = -(-len(said) // count)
        parts = [said[i * size : (i + 1) * size] for i in range(count)]
        named = {"_streamlit_user": f"chunks-{count}"} | {f"_streamlit_user_{i + 1}": p for i, p in enumerate(parts)}
    signed = "; ".join(
        f"{name}={create_signed_value(signed_by, name, value).decode()}" for name, value in named.items()
    )
    return {"headers": [(b"host", b"room.example"), (b"cookie", signed.encode())]}


ANA = '{"email": "ana@larkmere.example", "is_logged_in": true}'


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch) -> House:
    """A house where people sign in at a provider; its cookies are signed by "ours"."""
    monkeypatch.setattr("serving.signed_in.get_cookie_secret", lambda: "ours")
    return House(sign_in_seconds=3600)


def test_a_download_is_for_who_has_signed_in(signing: House) -> None:
    """Whoever has the link: it is not enough. As Streamlit signs (starlette_app_utils.create_signed_value)."""
    assert let_through("/media/a.csv", signing, **cookies(ANA))
    assert let_through("/media/a.csv", signing, **cookies(ANA, count=3))
    assert not let_through("/media/a.csv", signing)
    assert not let_through("/media/a.csv", signing, **cookies(ANA, "theirs"))
    assert not let_through("/media/a.csv", signing, **cookies('{"email": "ana@larkmere.example"}'))
    assert not let_through("/media/a.csv", signing, **cookies("[1]"))
    assert not let_through("/media/a.csv", signing, **cookies("no JSON"))
    plain = {"headers": [(b"host", b"room.example"), (b"cookie", f"_streamlit_user={ANA}".encode())]}
    assert not let_through("/media/a.csv", signing, **plain)


def test_a_download_ends_with_the_sign_in(signing: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = cookies(ANA)
    hour_later = time.time() + 3601
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: hour_later)
    assert not let_through("/media/a.csv", signing, **cookie)
    assert let_through("/media/a.csv", House(sign_in_seconds=7200), **cookie)


def test_a_download_where_nobody_signs_in_is_this_machines_and_behind_a_proxy_the_proxys() -> None:
    assert let_through("/media/a.csv", House())


def test_a_base_path_moves_all_of_them() -> None:
    """server.baseUrlPath stands before each of Streamlit's routes."""
    house = House(base="/room")
    assert let_through("/room/_stcore/health", house)
    assert not let_through("/room/_stcore/agent/mcp", house)
    assert not let_through("/room/_stcore/upload_file/s/f", house)
    assert let_through("/roommate", house)


def test_behind_tls_a_plain_page_of_the_same_name_is_another_page() -> None:
    """Who is between a browser and the proxy can write that one (RFC 6797 §2.3)."""
    plain, secure = (b"origin", b"http://room.example"), (b"origin", b"https://room.example")
    socket = {"type": "websocket", "scheme": "wss"}
    host = (b"host", b"room.example")
    assert let_through("/_stcore/stream", House(), **socket, headers=[host, secure])
    assert not let_through("/_stcore/stream", House(), **socket, headers=[host, plain])


def test_another_page_may_connect_where_it_is_named() -> None:
    named = House(origins=("https://wall.example",))
    headers = [(b"host", b"room.example"), (b"origin", b"https://wall.example")]
    assert let_through("/_stcore/stream", named, type="websocket", headers=headers)
    assert not let_through("/_stcore/stream", House(), type="websocket", headers=headers)
