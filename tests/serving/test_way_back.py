"""Back to the address of before a sign-in, and to no other server's: the ways to write one that browsers follow are
those of OWASP's cheat sheet on unvalidated redirects and of the WHATWG URL standard (a backslash is a slash)."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from serving.way_back import COOKIE, WayBack, inside

HOST = "https://cx.example"
DEEP = "/voices?region=South&region=North&search=never+again"


async def login(_request: Request) -> Response:
    return RedirectResponse("https://login.example/authorize", 302)


async def callback(request: Request) -> Response:
    """As Streamlit's: it sets its cookie, or deletes it, and leads to the first page."""
    response = RedirectResponse("/", 302)
    if request.query_params.get("code") == "good":
        response.set_cookie("_streamlit_user", "signed", httponly=True)
    elif "code" in request.query_params:
        response.delete_cookie("_streamlit_user")
    return response


async def other(_request: Request) -> Response:
    return PlainTextResponse("a page")


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/auth/login", login), Route("/oauth2callback", callback), Route("/{page:path}", other)]
    app = Starlette(routes=routes, middleware=[Middleware(WayBack)])
    return TestClient(app, base_url=HOST, follow_redirects=False)


def leave(client: TestClient, referer: str) -> None:
    answer = client.get("/auth/login", headers={"Referer": referer})
    assert answer.headers["location"] == "https://login.example/authorize"
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["max-age"]) == ("Lax", "600")


def test_the_way_back_ends_where_it_began(client: TestClient) -> None:
    leave(client, HOST + DEEP)
    answer = client.get("/oauth2callback?code=good&state=s")
    assert answer.headers["location"] == DEEP
    assert COOKIE not in client.cookies
    assert client.get("/oauth2callback?code=good&state=s").headers["location"] == "/"


def test_a_sign_in_that_failed_is_said_where_it_began(client: TestClient) -> None:
    leave(client, HOST + DEEP)
    failed = client.get("/oauth2callback?code=bad&state=s").headers["location"]
    assert failed == DEEP + "&sign_in=failed"
    leave(client, HOST + failed)  # and is no longer said once it has not
    assert client.get("/oauth2callback?code=good&state=s").headers["location"] == DEEP


def test_a_provider_that_says_no_is_a_sign_in_that_failed(client: TestClient) -> None:
    assert client.get("/oauth2callback?error=access_denied").headers["location"] == "/?sign_in=failed"


def test_the_end_of_a_sign_out_is_none(client: TestClient) -> None:
    assert client.get("/oauth2callback").headers["location"] == "/"


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/voices",
        "http://evil.example",
        "https://cx.example.evil.example/x",
        "https://cx.example@evil.example/x",
        "javascript:alert(1)",
        "//evil.example/x",
    ],
)
def test_only_our_own_page_says_where_it_was(client: TestClient, referer: str) -> None:
    client.get("/auth/login", headers={"Referer": referer})
    assert client.get("/oauth2callback?code=good&state=s").headers["location"] == "/"


@pytest.mark.parametrize(
    "planted",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b", "/x\x00", "voices", "", "/" + "x" * 3_000,
    ],
)  # fmt: skip
def test_a_cookie_that_somebody_planted_leads_nowhere_else(client: TestClient, planted: str) -> None:
    assert inside(planted) == ""


@pytest.mark.parametrize(
    "address", ["/", DEEP, "/a/b", "/voices?region=S%C3%BCd", "/x?next=https%3A%2F%2Fevil.example"]
)
def test_an_address_of_ours_stays_as_it_is(address: str) -> None:
    assert inside(address) == address


def test_other_addresses_are_left_alone(client: TestClient) -> None:
    answer = client.get(DEEP)
    assert "set-cookie" not in answer.headers
    assert "cache-control" not in answer.headers


def test_what_signs_in_and_out_is_kept_by_nobody(client: TestClient) -> None:
    assert client.get("/auth/login").headers["cache-control"] == "no-store"
    assert client.get("/oauth2callback?code=good&state=s").headers["cache-control"] == "no-store"
