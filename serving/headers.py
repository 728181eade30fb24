"""What every answer tells a browser not to do, and what each cookie can bear. Names and values after OWASP's Secure
Headers Project; the policy is CSP Level 3."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.refusal import said

Handler = Callable[[Request, Exception], Awaitable[Response]]
INDEX_HTML = Path(streamlit.__file__).parent / "static" / "index.html"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
"""Streamlit's shell holds one line of script; those with a src are covered by 'self'."""
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
"""A host as it may stand in a policy; another one is left out of it."""
SWITCHED_OFF = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope",
    "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial",
    "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What the page never asks of a browser. It writes to the clipboard (a link) and fills the screen (a chart)."""
NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of whatever is no page: a picture, a script or a download that is opened by itself runs nothing."""
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # an address may name a customer; our own sign-in leads back by it
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in SWITCHED_OFF),
}
"""What only a page can do; a first visit is a page and 120 files, which need not say so."""
YEAR_SECONDS = 365 * 24 * 3600
HSTS = f"max-age={YEAR_SECONDS}"
"""One year, of this name only: what the company has beside it under its domain is not ours to decide."""
ASSETS = "/static/"
"""Streamlit's own files; their names change with their contents, and browsers keep them for a year."""
SIGNED_IN = ("_streamlit_user", "_streamlit_user_tokens")
"""Cookies that say who somebody is (and, with a number, their continuation): read by the server only, on requests of
our own page only."""
READ_BY_SCRIPT = ("_streamlit_xsrf",)
"""The page's script reads it and sends it along (double submit), so it cannot be HttpOnly."""


@dataclass(frozen=True)
class Policy:
    """`scripts` are the hashes of the shell's inline scripts; `frames` the origins that may show the app in a frame of
    theirs; `cookie_seconds` how long a browser keeps who has signed in."""

    scripts: tuple[str, ...]
    frames: tuple[str, ...] = ()
    cookie_seconds: int = 12 * 3600

    def page(self, host: str) -> str:
        """The policy of a page at this host. Styles stay open: the front end writes its own and our tables have some.
        They reach nothing, as pictures and fonts come from here only. 'self' means the websocket too, but not to a
        Safari before 15.4."""
        sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
        frames = " ".join(self.frames) or "'none'"
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src 'self' {' '.join(self.scripts)}".rstrip(),
                "script-src-attr 'none'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                f"connect-src 'self'{sockets}",
                "worker-src 'none'",
                "frame-src 'none'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                f"frame-ancestors {frames}",
            )
        )


class SecurityHeaders:
    """Middleware: adds them to every answer, whoever gives it."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app, self._policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket's handshake has them where it is refused; its cookies are none."""

        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                add_to(headers, scope, self._policy)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] != "lifespan" else send)


def add_to(headers: MutableHeaders, scope: Scope, policy: Policy) -> None:
    """The headers of an answer to this request."""
    secure = scope.get("scheme") in ("https", "wss")
    html = headers.get("content-type", "").startswith("text/html")
    headers.update(ALWAYS)
    headers["Content-Security-Policy"] = NOTHING
    if html:
        headers.update(PAGE)
        headers["Content-Security-Policy"] = policy.page(Headers(scope=scope).get("host", ""))
        if not policy.frames:
            headers["X-Frame-Options"] = "DENY"
    if html or not scope["path"].startswith(ASSETS):
        headers["Cache-Control"] = "no-store"
    if secure:
        headers["Strict-Transport-Security"] = HSTS
    _harden(headers, secure, policy.cookie_seconds)


def faultless(policy: Policy) -> dict[type[Exception], Handler]:
    """The answer to a request in which something of ours broke: Starlette gives it outside of all middleware. The log
    has the rest."""

    async def broken(request: Request, _error: Exception) -> Response:
        response = said("something went wrong", 500)
        add_to(response.headers, request.scope, policy)
        return response

    return {Exception: broken}


def hashes(html: str) -> tuple[str, ...]:
    """The sources that allow the inline scripts of a page and no other ones (CSP3 §2.3.1 hash-source)."""
    return tuple(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in _inline(html))


def _inline(html: str) -> Iterable[str]:
    return INLINE_SCRIPT.findall(html)


def _harden(headers: MutableHeaders, secure: bool, seconds: int) -> None:
    """Each Set-Cookie of the answer with the flags that this cookie can bear."""
    for place, (name, value) in enumerate(headers.raw):
        if name == b"set-cookie":
            headers.raw[place] = name, hardened(value.decode("latin-1"), secure, seconds).encode("latin-1")


def hardened(cookie: str, secure: bool, seconds: int) -> str:
    """A Set-Cookie value (RFC 6265bis §5.6) with HttpOnly where no script of the page reads it, Secure behind TLS, and
    SameSite: strict where it is about who somebody is, else lax, which a return from the sign-in needs. Streamlit's
    thirty days become the hours after which a sign-in ends."""
    pair, *given = (part.strip() for part in cookie.split(";"))
    name = pair.partition("=")[0]
    flags = {flag.partition("=")[0].lower(): flag for flag in given}
    if name not in READ_BY_SCRIPT:
        flags["httponly"] = "HttpOnly"
    if secure:
        flags["secure"] = "Secure"
    if re.sub(r"_\d+$", "", name) in SIGNED_IN:
        flags["samesite"] = "SameSite=Strict"
        age = flags.get("max-age", "").partition("=")[2]
        if age.isdigit() and int(age) > seconds:
            flags["max-age"] = f"Max-Age={seconds}"
    flags.setdefault("samesite", "SameSite=Lax")
    return "; ".join((pair, *flags.values()))
