"""Requests as they go over the wire, with any header twice and from any address of this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

Pairs = Iterable[tuple[str, str]]
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""RFC 6455 §1.3's example."""


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The header's value; "" where it is not there. One that is there twice is a mistake."""
        found = self.all(name)
        assert len(found) <= 1, (name, found)
        return found[0] if found else ""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def whole(self) -> str:
        """Everything, to search in."""
        return "\n".join([*(f"{name}: {value}" for name, value in self.headers), self.body.decode("latin-1")])


def ask(url: str, path: str = "/", method: str = "GET", headers: Pairs = (), source: str = "127.0.0.1") -> Answer:
    """One request on a connection of its own. A `Host` among the headers stands in place of the address."""
    given = list(headers)
    connection = HTTPConnection(str(urlsplit(url).hostname), urlsplit(url).port, timeout=10, source_address=(source, 0))
    connection.putrequest(method, path, skip_host=any(name == "Host" for name, _ in given), skip_accept_encoding=True)
    for name, value in given:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    answer = _answer(response)
    connection.close()
    return answer


def handshake(url: str, headers: Pairs = (), path: str = "/_stcore/stream", source: str = "127.0.0.1") -> Answer:
    """A websocket's opening (RFC 6455 §4.1) with these headers; 101 where it is accepted."""
    given = list(headers)
    place = urlsplit(url)
    lines = [f"GET {path} HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += [f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Protocol: streamlit"]
    lines += [] if any(name == "Host" for name, _ in given) else [f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in given]
    with socket.create_connection((place.hostname, place.port), 10, source_address=(source, 0)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        response = HTTPResponse(connection)
        response.begin()
        return _answer(response)


def _answer(response: HTTPResponse) -> Answer:
    headers = tuple((name.lower(), value) for name, value in response.getheaders())
    return Answer(response.status, headers, b"" if response.status == 101 else response.read())
