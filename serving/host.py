"""The server that runs the app: uvicorn, asked to say nothing of itself and to leave it to us whom it believes."""

from __future__ import annotations

import logging
import signal

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def running_server() -> uvicorn.Server | None:
    """The uvicorn in which the app runs, by the signals that it takes; None where something else runs the app."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return server if isinstance(server, uvicorn.Server) else None


def tame(server: uvicorn.Server) -> None:
    """Before the first connection: no `Server: uvicorn` header; no log of addresses, which hold what people look at and
    what a provider says of who signs in (Streamlit keeps none, uvicorn alone would). And the peer of a connection stays
    its peer: uvicorn would believe what a proxy on this machine says of the client (or one that FORWARDED_ALLOW_IPS
    names) before the gate has seen who connected; `Peers` does it after, for the proxies that are configured."""
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False
    server.config.encoded_headers = [pair for pair in server.config.encoded_headers if pair[0] != b"server"]
    if isinstance(server.config.loaded_app, ProxyHeadersMiddleware):
        server.config.loaded_app = server.config.loaded_app.app
