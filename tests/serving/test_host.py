"""uvicorn, told to say nothing of itself. Its own configuration is the authority for what it would have done."""

from __future__ import annotations

import logging
import signal

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from serving.host import running_server, tame

pytestmark = pytest.mark.security


async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> uvicorn.Server:
    access = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(access, "handlers", [logging.NullHandler()])
    monkeypatch.setattr(access, "propagate", True)
    config = uvicorn.Config(app, log_config=None, headers=[("X-Kept", "yes")])
    config.load()
    return uvicorn.Server(config)


def test_it_would_name_itself_believe_anybody_here_and_log_every_address(server: uvicorn.Server) -> None:
    assert (b"server", b"uvicorn") in server.config.encoded_headers
    assert isinstance(server.config.loaded_app, ProxyHeadersMiddleware)
    assert logging.getLogger("uvicorn.access").hasHandlers()


def test_it_does_none_of_these(server: uvicorn.Server) -> None:
    tame(server)
    assert server.config.encoded_headers == [(b"x-kept", b"yes")]
    assert server.config.loaded_app is app
    assert not logging.getLogger("uvicorn.access").hasHandlers()


def test_it_is_found_by_the_signals_it_takes(server: uvicorn.Server) -> None:
    assert running_server() is None
    before = signal.signal(signal.SIGTERM, server.handle_exit)
    try:
        assert running_server() is server
    finally:
        signal.signal(signal.SIGTERM, before)
