"""The page's shell as the browser gets it: Streamlit's own index.html, told what our pages need.

Streamlit's page asks for the code of an element, and for a font, only once the first element of that kind has arrived;
until then a placeholder of another height stands there, and everything below it jumps. Our pages all need the same
ones, so the shell names them and the browser fetches them with the rest. It is also wide from the start: Streamlit's
page is narrow until the script says `layout="wide"`, and whatever arrives together with that word counts as moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MANIFEST = Path(streamlit.__file__).parent / "static" / "manifest.json"
"""Which file holds which part of Streamlit's front end, and what it imports; written by Vite (build.manifest)."""
INDEX = "index.html"
COMPONENTS = (
    "widgets/Selectbox/Selectbox.tsx",
    "widgets/Multiselect/Multiselect.tsx",
    "widgets/Button/Button.tsx",
    "widgets/ButtonGroup/ButtonGroup.tsx",
    "widgets/DownloadButton/DownloadButton.tsx",
    "widgets/TextInput/TextInput.tsx",
    "elements/Metric/Metric.tsx",
    "elements/ImageList/ImageList.tsx",
    "elements/ArrowVegaLiteChart/ArrowVegaLiteChart.tsx",
    "elements/Table/Table.tsx",
)
"""What stands on our pages' first screens and Streamlit loads late; the rest is in its own shell already."""
LATE_IMPORTS = ("_loadVegaEmbed.",)
"""Parts whose own late imports are needed as well: Vega itself."""
FONTS = ("SourceSerifVariable-Roman.ttf.woff2", "SourceSansVF-Italic.ttf.woff2", "MaterialSymbols-Rounded.woff2")
"""The sentence, customers' words and icons; the upright Source Sans is in Streamlit's own shell."""
WIDE = (
    "<style>.stMainBlockContainer{max-width:none!important}"
    "@media screen{.stMainBlockContainer{padding-top:4.75rem!important}}"
    "@media screen and (min-width:864px){"
    ".stMainBlockContainer{padding-left:5rem!important;padding-right:5rem!important}}"
    "</style>"
)
"""What layout="wide", the header (3.75rem) and theme.paddingTop (1rem) come to, before the script and the theme have
said so: on a starved machine a whole page arrives before they do and jumps by 64 × 20 pixels (0.11). The width is
Streamlit's own: contentMaxWidth + 2 × (wideSidePadding − spacing.lg)."""
CONDITIONS = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""Request headers that would bring less than the whole text of the shell."""
VALIDATORS = ("etag", "last-modified", "accept-ranges")
"""Response headers that are about Streamlit's shell, not ours."""


class Part(TypedDict, total=False):
    """One part of the front end in the manifest: its file, what it imports at once and what late."""

    file: str
    imports: list[str]
    dynamicImports: list[str]


class Shell:
    """Middleware: adds what our pages need to the head of Streamlit's index.html."""

    def __init__(self, app: ASGIApp, addition: str) -> None:
        self._app, self._addition = app, addition.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only a browser that opens a page gets another answer than Streamlit's."""
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            await self._app(scope, receive, send)
            return
        whole = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in CONDITIONS]}
        await self._app(whole, receive, _Extended(send, self._addition).send)


class _Extended:
    """Holds an HTML answer back until it is whole, and puts the addition at the end of its head."""

    def __init__(self, send: Send, addition: bytes) -> None:
        self._send, self._addition = send, addition
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answer(self._start)
        else:
            await self._send(message)

    async def _answer(self, start: Message) -> None:
        body = self._body.replace(b"</head>", self._addition + b"</head>", 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in VALIDATORS:
            del headers[name]
        headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_html(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def addition(manifest: Path = MANIFEST) -> str:
    """What stands at the end of the shell's head. A component or font that this Streamlit does not have is left out:
    the page then loads it as Streamlit does."""
    parts: dict[str, Part] = json.loads(manifest.read_text())
    scripts = [f'<link rel="modulepreload" crossorigin href="./{file}">' for file in dict.fromkeys(_scripts(parts))]
    fonts = [
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./{part["file"]}">'
        for name, part in parts.items()
        if name.endswith(FONTS)
    ]
    return "".join((WIDE, *fonts, *scripts))


def _scripts(parts: dict[str, Part]) -> Iterator[str]:
    """Files of our components with all they import, without those of the shell itself."""
    known = set(_with_imports(parts, [INDEX]))
    wanted = [name for name in parts if name.endswith(COMPONENTS)]
    for name in _with_imports(parts, wanted):
        if name not in known:
            yield parts[name]["file"]


def _with_imports(parts: dict[str, Part], names: list[str]) -> Iterator[str]:
    """The parts with these names and, once each, whatever they import."""
    seen: set[str] = set()
    waiting = [name for name in names if name in parts]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        part = parts[name]
        waiting += part.get("imports", [])
        if name.startswith(LATE_IMPORTS):
            waiting += part.get("dynamicImports", [])
