"""Signing in at a proxy: nginx names the person in a header, as oauth2-proxy and others do, and it alone may. RFC 9110
§7.6 leaves it to each hop which fields it passes on; here it must replace the visitor's own."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import server, signing_in
from tests.e2e.browser import Window, seen
from tests.e2e.signing_in import CONTACT, DATA, Directory, Wire
from tests.needs import nginx

pytestmark = [pytest.mark.browser, pytest.mark.nginx]

ANA, NOBODY = "ana@larkmere.example", "nobody@larkmere.example"
VOICES = "/voices?region=South&metric=nps"
HEADER = "X-Forwarded-Email"
CONF = """
worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {app};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header {header} "{person}";
        }}
    }}
}}
"""


class Proxy:
    """nginx before the app, for one person at a time."""

    def __init__(self, folder: Path, app: str) -> None:
        self._folder, self._app, self._port = folder, app, server.free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def names(self, person: str) -> None:
        """From now on everybody is this person; connections from before are cut."""
        self.stop()
        conf = self._folder / "nginx.conf"
        conf.write_text(CONF.format(folder=self._folder, port=self._port, app=self._app, header=HEADER, person=person))
        program = nginx()
        assert program is not None
        self._process = subprocess.Popen([program, "-p", str(self._folder), "-c", str(conf), "-g", "daemon off;"])
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).close()  # noqa: S310  our own address
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self._folder / "nginx.log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


@pytest.fixture(scope="module")
def app(cache_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    folder = tmp_path_factory.mktemp("proxied")
    directory = Directory(folder / "people.db")
    directory.give(ANA, "executive")
    running = server.start(
        folder,
        signing_in.config(folder, directory, "proxy"),
        XDG_CACHE_HOME=str(cache_home),
        CX_CUBE__WARM_VIEWS="0",
        STREAMLIT_SERVER_TRUSTED_USER_HEADERS=json.dumps({HEADER: "email"}),
    )
    yield running
    running.stop()


@pytest.fixture
def proxy(app: server.Server, tmp_path: Path) -> Iterator[Proxy]:
    made = Proxy(tmp_path, app.url)
    yield made
    made.stop()


def test_the_proxy_says_who_is_looking_and_a_reconnect_under_another_name_is_another_session(
    proxy: Proxy, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    wire = Wire(window.page)
    proxy.names(ANA)
    window.open(proxy.url + VOICES)
    assert wire.told == set(DATA)
    assert ANA in seen(window.at("signed_in").inner_text())

    wire.forget()
    proxy.names(NOBODY)  # the open page connects again by itself, with its session's number
    expect(window.page.get_by_role("heading", name="Nobody has given you access yet.")).to_be_visible(timeout=20_000)
    window.settle()
    assert NOBODY in window.words
    assert CONTACT in window.words
    assert wire.told == set()


def test_whoever_reaches_the_port_without_the_header_sees_nothing(
    app: server.Server, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    wire = Wire(window.page)
    window.open(app.url + VOICES)
    assert window.words.split("\n\n") == ["Larkmere", "Open this page through your company’s sign-in."]
    assert wire.told == set()


def test_the_visitors_own_header_does_not_get_past_the_proxy(proxy: Proxy, open_window: Callable[..., Window]) -> None:
    window = open_window()
    wire = Wire(window.page)
    window.page.context.set_extra_http_headers({HEADER: ANA})
    proxy.names(NOBODY)
    window.open(proxy.url + VOICES)
    assert NOBODY in window.words
    assert wire.told == set()
