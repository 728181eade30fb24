"""What tests of the sign-in share: the app beside its provider, who may see what, and all that reaches a browser."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import BrowserContext, Page, WebSocket

from tests.e2e import server
from tests.e2e.browser import Window
from tests.e2e.provider import CLIENT, Provider

RECHECK_SECONDS = 2
HOURS = 12
CLIENT_SECRET = "canary-5d0b2f"  # noqa: S105  it is looked for in the log
COOKIE_SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2
CONTACT = "the insight team, room 4.12"
PAGES = ("Weekly review", "Expectations")
DATA = ("North", "Full Fibre", "Young professionals", "NPS", "responses on", "Story", *PAGES)
"""Some of what only people with access may know: values of dimensions, a metric, words on a page, the menu. The page of
comments has them all."""
ACCESS = """
[access]
sign_in = "{how}"
recheck_seconds = {recheck}
contact = "{contact}"
[people]
source = "directory"
table = "people"
person = "person"
role = "role"
attributes = {{ regions = "region" }}
[sources.directory]
url = "sqlite:///{directory}"
"""
AUTH = """
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{secret}"
client_id = "{client}"
client_secret = "{client_secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


class Directory:
    """The company's table of people, as somebody else edits it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._change("create table people (person text, role text, region text)")

    def give(self, person: str, role: str, region: str | None = None) -> None:
        self._change("insert into people values (?, ?, ?)", person, role, region)

    def remove(self, person: str) -> None:
        self._change("delete from people where lower(person) = ?", person)

    def _change(self, statement: str, *values: str | None) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.execute(statement, values)
        connection.close()


def config(folder: Path, directory: Directory, how: str) -> Path:
    """The demo company with a sign-in."""
    demo = (server.ROOT / "data_sources" / "demo" / "cx.toml").read_text(encoding="utf-8")
    access = ACCESS.format(how=how, recheck=RECHECK_SECONDS, contact=CONTACT, directory=directory.path)
    path = folder / "cx.toml"
    path.write_text(demo + access, encoding="utf-8")
    return path


@dataclass
class Stand:
    """The app, the provider that it sends people to, and the table of people."""

    app: server.Server
    provider: Provider
    directory: Directory

    @property
    def url(self) -> str:
        return self.app.url


def start(folder: Path, cache: Path) -> Stand:
    """The app with its provider, which browsers know by another name, so that to them it is another site."""
    provider, directory = Provider(), Directory(folder / "people.db")
    port = server.free_port()
    secrets = folder / "secrets.toml"
    there = provider.url.replace("127.0.0.1", "localhost")
    secrets.write_text(
        AUTH.format(
            client_secret=CLIENT_SECRET,
            app=f"http://127.0.0.1:{port}",
            secret=COOKIE_SECRET,
            client=CLIENT,
            provider=there,
        ),
        encoding="utf-8",
    )
    app = server.start(
        folder,
        config(folder, directory, "oidc"),
        port=port,
        XDG_CACHE_HOME=str(cache),
        CX_CUBE__WARM_VIEWS="0",
        STREAMLIT_SECRETS_FILES=str(secrets),
    )
    return Stand(app, provider, directory)


class Wire:
    """Everything that the server has sent to a window over its websockets, from now on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[bytes] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._frames.append(frame if isinstance(frame, bytes) else b""))

    def forget(self) -> None:
        """Begin anew."""
        self._frames.clear()

    @property
    def told(self) -> set[str]:
        """Of DATA, what has come through or stands on the page."""
        sent = b"\n".join(self._frames)
        return {word for word in DATA if word.encode() in sent} | self.standing

    @property
    def standing(self) -> set[str]:
        """Of DATA, what stands on the page, seen or not."""
        source = self._page.content()
        return {word for word in DATA if word in source}


def login_address(url: str) -> str:
    """Where the button leads: Streamlit signs the provider's name with the secret of its cookies."""
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(COOKIE_SECRET))
    return f"{url}/auth/login?provider={token}"


def asked(context: BrowserContext, url: str) -> str:
    """The provider's address to which the app sends this browser."""
    return context.request.get(login_address(url), max_redirects=0).headers["location"]


def allowed(context: BrowserContext, at_provider: str, person: str) -> str:
    """The app's address to which the provider sends it back."""
    return context.request.post(at_provider, form={"sub": person}, max_redirects=0).headers["location"]


def signed_in(context: BrowserContext, url: str, person: str) -> str:
    """Sign this browser in without drawing a page on the way; where in the app it ends."""
    callback = allowed(context, asked(context, url), person)
    return context.request.get(callback, max_redirects=0).headers["location"]


def ask(window: Window) -> None:
    """Press "Sign in" and be at the provider."""
    window.page.get_by_role("button", name="Sign in", exact=True).click()
    window.page.get_by_placeholder("sub").wait_for()


def consent(window: Window, person: str, back: str) -> None:
    """Sign in at the provider and be back in the app."""
    window.page.get_by_placeholder("sub").fill(person)
    window.page.get_by_role("button", name="Authorize").click()
    window.page.wait_for_url(f"{back}/**")
    window.settle()


def sign_in(window: Window, person: str, back: str) -> None:
    ask(window)
    consent(window, person, back)


def sign_out(window: Window, back: str) -> None:
    """By the button, and past the provider's own question."""
    window.at("signed_in").get_by_role("button").click()
    window.page.get_by_role("button", name="Sign out").click()
    window.page.get_by_role("heading", name="End Session").wait_for()
    window.page.get_by_role("button").first.click()
    window.page.wait_for_url(f"{back}/**")
    window.settle()


def cookie(context: BrowserContext, name: str) -> str:
    """A cookie's value; "" where it is not there."""
    return next((str(one.get("value", "")) for one in context.cookies() if one.get("name") == name), "")
