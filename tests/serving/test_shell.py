"""The page's shell: Streamlit's own index.html with what our pages need. The authority for names is Streamlit's
installed front end; which files a browser asks for is held in tests/e2e/test_layout_shift.py."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from serving.shell import COMPONENTS, FONTS, MANIFEST, WIDE, Shell, addition

PAGE = b"<html><head><title>T</title></head><body>B</body></html>"
BROWSER = {"accept": "text/html,application/xhtml+xml", "accept-encoding": "gzip", "if-none-match": '"theirs"'}


def page(request: Request) -> Response:
    if "if-none-match" in request.headers or "accept-encoding" in request.headers:
        return Response(status_code=304)
    return HTMLResponse(PAGE, headers={"ETag": '"theirs"'})


def fetched(path: str, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
    """Headers and body that the middleware sends for a GET, as ASGI has them."""
    routes = [Route("/", page), Route("/words", lambda _request: PlainTextResponse("</head>"))]
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"", "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    asyncio.run(Shell(Starlette(routes=routes), "<x>")(scope, receive, send))
    return dict(Headers(raw=sent[0]["headers"])), b"".join(message["body"] for message in sent[1:])


def test_a_browser_gets_the_addition_at_the_end_of_the_head() -> None:
    headers, body = fetched("/", BROWSER)
    assert body == PAGE.replace(b"</head>", b"<x></head>")
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers, "it names the page without the addition"


def test_everybody_else_and_everything_else_stays_as_it_is() -> None:
    headers, body = fetched("/", {"accept": "application/json"})
    assert (headers["etag"], body) == ('"theirs"', PAGE)
    assert fetched("/words", BROWSER)[1] == b"</head>"


def test_every_component_and_font_is_in_the_installed_streamlit() -> None:
    parts = json.loads(MANIFEST.read_text())
    assert [name for name in (*COMPONENTS, *FONTS) if not any(key.endswith(name) for key in parts)] == []
    files = re.findall(r'href="\./([^"]+)"', addition())
    assert len(files) == len(set(files)) > len(COMPONENTS)
    assert [file for file in files if not (MANIFEST.parent / file).is_file()] == []


def test_what_a_streamlit_does_not_have_is_left_out(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"index.html": {"file": "index.js"}}')
    assert addition(manifest) == WIDE
