"""What the shipped deploy/nginx.conf tells the app of a browser: nothing that the browser said of itself. The
authority is nginx itself, in front of a server that gives back what reached it."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.needs import require
from tests.serving.proxy import Proxy
from tests.serving.raw import Answer, ask

pytestmark = [pytest.mark.nginx, pytest.mark.security]

FORGED = [
    ("X-Forwarded-Email", "boss@larkmere.example"),
    ("X-Forwarded-Groups", "executives"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Proto", "https"),
    ("X-Real-IP", "127.0.0.1"),
    ("Forwarded", "for=127.0.0.1"),
]


class Echo(BaseHTTPRequestHandler):
    """Gives the request's headers back as JSON."""

    def do_GET(self) -> None:
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def proxy(echo: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    require("nginx")
    running = Proxy(tmp_path_factory.mktemp("nginx"), [echo, echo])
    yield running
    running.stop()


def arrived(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer
    pairs = json.loads(answer.body)
    assert len({name for name, _ in pairs}) == len(pairs), "each once"
    return dict(pairs)


def test_what_a_browser_says_of_itself_does_not_arrive(proxy: Proxy) -> None:
    for path in ("/", "/voices", "/_stcore/stream", "/media/x"):
        headers = arrived(ask(proxy.url, path, headers=FORGED))
        assert headers["x-forwarded-for"] == "127.0.0.1"
        assert headers["x-forwarded-proto"] == "http"
        assert set(headers) & {"x-forwarded-email", "x-forwarded-groups", "x-real-ip", "forwarded"} == set(), path
    named = arrived(ask(proxy.url, headers=[("X-Forwarded-For", "192.0.2.7")], source="127.0.0.9"))
    assert named["x-forwarded-for"] == "127.0.0.9", "who connects, not who somebody claims to be"


def test_another_spelling_does_not_arrive_either(proxy: Proxy) -> None:
    """Underscores, which some servers read as hyphens (nginx: underscores_in_headers off)."""
    headers = arrived(ask(proxy.url, headers=[("X_Forwarded_Email", "boss"), ("x-forwarded-EMAIL", "boss")]))
    assert not [name for name in headers if "email" in name]


def test_no_version_and_nothing_for_the_machine_itself(proxy: Proxy) -> None:
    for path in ("/_stcore/metrics", "/healthz", "/readyz"):
        answer = ask(proxy.url, path)
        assert answer.status == 404 and answer["server"] == "nginx" and b"nginx/" not in answer.body


def test_a_body_of_more_than_a_megabyte_is_not_taken(proxy: Proxy) -> None:
    assert ask(proxy.url, "/", "POST", [("Content-Length", str(2**20 + 1))]).status == 413


def test_over_tls_the_app_is_told_and_the_cookie_stays_there(echo: int, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("left out: openssl was not found (Debian: apt-get install openssl)")
    certificate = tmp_path / "room.pem"
    made = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    made += ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(made, check=True, capture_output=True)
    certificate.write_bytes((tmp_path / "cert.pem").read_bytes() + (tmp_path / "key.pem").read_bytes())
    secure = Proxy(tmp_path, [echo, echo], certificate)
    try:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        trusting.check_hostname = False
        connection = HTTPSConnection("127.0.0.1", urlsplit(secure.url).port, timeout=10, context=trusting)
        connection.request("GET", "/", headers={"X-Forwarded-Proto": "http"})
        response = connection.getresponse()
        assert dict(json.loads(response.read()))["x-forwarded-proto"] == "https"
        assert str(response.getheader("set-cookie")).endswith("; HttpOnly; SameSite=Lax; Secure")
        connection.close()
    finally:
        secure.stop()
