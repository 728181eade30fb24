"""Signing in at a real OpenID provider, in a real browser, and every way in which it must fail. What must hold is in
OpenID Connect Core 1.0 §3.1.3.7 (which ID tokens are believed), RFC 6749 §10.5 and §10.12 (a code is good once; the
state belongs to the browser), RFC 8725 (what forgers do to tokens) and OWASP's session management (an end is an end).
Each failure is held against all that has reached the browser: the page and the websocket's frames."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.e2e import signing_in
from tests.e2e.browser import Window, seen
from tests.e2e.provider import CLIENT, Forgery, Token, signed, signed_in_ago, with_claims
from tests.e2e.signing_in import (
    CONTACT,
    DATA,
    HOURS,
    PAGES,
    RECHECK_SECONDS,
    Stand,
    Wire,
    allowed,
    asked,
    cookie,
    sign_in,
    sign_out,
    signed_in,
)
from tests.serving.viewer import connected, run

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ANA, REM, NOBODY = (f"{name}@larkmere.example" for name in ("ana", "rem", "nobody"))
VOICES = "/voices?region=South&metric=nps"
USER = "_streamlit_user"
HOUR = 3600
SIGNED_OUT = ["Larkmere", "Sign in to see what customers say.", "Sign in"]
NOT_USED = "the answer of the sign-in could not be used"
ENDED = "You signed in more than 12 hours ago."
FAILED = "sign_in=failed"
EXCHANGE = "/oauth2/token"
PAGE_SECONDS = 8
"""What drawing a page may take beside."""
OTHER_KEY = RSAKey.generate_key(2048)


@pytest.fixture(scope="module")
def stand(cache_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    made = signing_in.start(tmp_path_factory.mktemp("sign_in"), cache_home)
    for person in (ANA, REM, NOBODY):
        made.provider.knows(person)
    made.directory.give("Ana@Larkmere.example", "executive")
    yield made
    made.app.stop()
    made.provider.stop()


def test_signing_in_leads_back_to_the_address_and_a_reload_keeps_both(
    stand: Stand, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    wire = Wire(window.page)
    window.open(stand.url + VOICES)
    assert window.words.split("\n\n") == SIGNED_OUT
    assert wire.told == set()
    assert "South" not in window.page.content()
    assert window.page.get_by_test_id("stTopNavLink").count() == 0

    sign_in(window, ANA, stand.url)
    assert window.page.url == stand.url + VOICES
    assert wire.told == set(DATA)
    assert "South" in window.evidence
    window.page.reload()
    window.settle()
    assert "South" in window.evidence
    assert ANA in seen(window.at("signed_in").inner_text())


def test_signing_out_ends_every_tab_and_every_copy_and_back_shows_nothing(
    stand: Stand, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    context = window.page.context
    signed_in(context, stand.url, ANA)
    window.open(stand.url + VOICES)
    other = Window(context.new_page()).open(stand.url + VOICES)
    kept = context.cookies()
    wire = Wire(window.page)
    sign_out(window, stand.url)
    assert window.words.split("\n\n") == SIGNED_OUT
    assert cookie(context, USER) == ""
    for _ in range(2):
        window.page.go_back()
        window.page.wait_for_timeout(300)
        assert wire.told == set()
    expect(other.page.get_by_role("heading", name="Larkmere")).to_be_visible(
        timeout=(RECHECK_SECONDS + PAGE_SECONDS) * 1000
    )
    other.settle()
    assert Wire(other.page).standing == set()

    context.add_cookies(kept)  # type: ignore[arg-type]
    window.open(stand.url + VOICES)
    assert window.words.split("\n\n") == ["Larkmere", "You have signed out.", *SIGNED_OUT[1:]]
    assert wire.told == set()


def test_a_session_ends_by_itself_after_its_hours(stand: Stand, open_window: Callable[..., Window]) -> None:
    window = open_window()
    wire = Wire(window.page)
    began = time.monotonic()
    with stand.provider.forging(signed_in_ago(HOURS * HOUR)):
        signed_in(window.page.context, stand.url, ANA)
    window.open(stand.url + VOICES)
    assert ENDED in window.words
    assert wire.told == set()

    left = 3 + 3 * (time.monotonic() - began)  # for a page with data, on a machine as busy as this one
    with stand.provider.forging(signed_in_ago(HOURS * HOUR - left)):
        signed_in(window.page.context, stand.url, ANA)
    window.open(stand.url + VOICES)
    assert wire.told == set(DATA)
    expect(window.page.get_by_text(ENDED)).to_be_visible(timeout=(left + RECHECK_SECONDS + PAGE_SECONDS) * 1000)
    window.settle()
    assert wire.standing == set()


def test_a_code_is_good_for_the_browser_that_asked_for_it_and_once(
    stand: Stand, open_window: Callable[..., Window]
) -> None:
    mine, theirs = open_window(), open_window()
    wire = Wire(theirs.page)
    callback = allowed(mine.page.context, asked(mine.page.context, stand.url), ANA)
    exchanged = stand.provider.asked.count(EXCHANGE)
    theirs.open(callback)  # the state is another browser's: they would be signed in as me
    assert NOT_USED in theirs.words
    assert stand.provider.asked.count(EXCHANGE) == exchanged
    assert wire.told == set()

    assert mine.page.context.request.get(callback, max_redirects=0).headers["location"] == "/"
    assert cookie(mine.page.context, USER)
    again = mine.page.context.request.get(callback, max_redirects=0)  # the state is used up
    assert FAILED in again.headers["location"]
    assert stand.provider.asked.count(EXCHANGE) == exchanged + 1

    good = parse_qs(urlsplit(asked(theirs.page.context, stand.url)).query)["state"][0]
    used = parse_qs(urlsplit(callback).query)["code"][0]
    theirs.open(f"{stand.url}/oauth2callback?code={used}&state={good}")  # the code is used up
    assert stand.provider.asked.count(EXCHANGE) == exchanged + 2
    assert NOT_USED in theirs.words
    assert cookie(theirs.page.context, USER) == ""
    assert wire.told == set()


def _part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(claims: Token, _key: RSAKey) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _by_another_key(claims: Token, key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, OTHER_KEY)


def _public_key_as_secret(claims: Token, key: RSAKey) -> str:
    """RFC 8725 §2.1: whoever believes the header takes the public key for a shared secret."""
    said = f"{_part({'alg': 'HS256', 'kid': key.kid})}.{_part(claims)}"
    mac = hmac.new(key.as_pem(private=False), said.encode(), sha256).digest()
    return f"{said}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _other_words_under_the_signature(claims: Token, key: RSAKey) -> str:
    head, _, signature = signed(claims, key).split(".")
    return f"{head}.{_part(claims | {'email': ANA, 'name': 'another'})}.{signature}"


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(_unsigned, id="alg none"),
        pytest.param(_by_another_key, id="another key"),
        pytest.param(_public_key_as_secret, id="the public key as a secret"),
        pytest.param(_other_words_under_the_signature, id="other words under the signature"),
        pytest.param(with_claims(iss="https://elsewhere.example"), id="another issuer"),
        pytest.param(with_claims(nonce="not asked for"), id="another nonce"),
        pytest.param(with_claims(aud="another-app"), id="for another app"),
        pytest.param(with_claims(exp=int(time.time()) - HOUR), id="expired"),
    ],
)
def test_a_forged_token_leaves_nothing_in_the_browser(
    stand: Stand, open_window: Callable[..., Window], forge: Forgery
) -> None:
    context = open_window().page.context
    with stand.provider.forging(forge):
        assert signed_in(context, stand.url, ANA) == f"/?{FAILED}"
    assert cookie(context, USER) == ""
    signed_in(context, stand.url, ANA)
    assert cookie(context, USER)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        pytest.param({"aud": "another-app", "azp": CLIENT}, "for another app", id="for another app, by way of ours"),
        pytest.param({"email_verified": False}, "not verified yet", id="an address nobody verified"),
        pytest.param({"email": "ａna@larkmere.example"}, "characters", id="an address like another"),
    ],
)
def test_a_good_token_that_names_nobody_of_ours_is_refused(
    stand: Stand, open_window: Callable[..., Window], claims: Token, said: str
) -> None:
    window = open_window()
    wire = Wire(window.page)
    with stand.provider.forging(with_claims(**claims)):
        signed_in(window.page.context, stand.url, ANA)
    assert cookie(window.page.context, USER)  # to Streamlit it is a sign-in
    window.open(stand.url + VOICES)
    assert said in window.words
    assert window.page.get_by_role("button", name="Sign in", exact=True).is_visible()
    assert wire.told == set()


def test_whoever_no_role_knows_is_told_whom_to_ask(stand: Stand, open_window: Callable[..., Window]) -> None:
    window = open_window()
    wire = Wire(window.page)
    signed_in(window.page.context, stand.url, NOBODY)
    window.open(stand.url + VOICES)
    assert window.headline == "Nobody has given you access yet."
    assert NOBODY in window.words
    assert CONTACT in window.words
    assert wire.told == set()


def test_whoever_is_removed_loses_the_open_page_in_time(stand: Stand, open_window: Callable[..., Window]) -> None:
    window = open_window()
    wire = Wire(window.page)
    stand.directory.give(REM, "executive")
    time.sleep(RECHECK_SECONDS / 2)  # until the table is read again: Rem is new
    signed_in(window.page.context, stand.url, REM)
    window.open(stand.url + VOICES)
    assert wire.told == set(DATA)
    stand.directory.remove(REM)
    wire.forget()
    expect(window.page.get_by_role("heading", name="Nobody has given you access yet.")).to_be_visible(
        timeout=(RECHECK_SECONDS + PAGE_SECONDS) * 1000
    )
    window.settle()
    assert wire.standing == set()
    assert wire.told <= set(PAGES)  # Streamlit repeats the menu that the browser has as a run begins
    wire.forget()
    window.open(stand.url + VOICES)
    assert wire.told == set()


def test_a_cookie_that_was_touched_signs_nobody_in(stand: Stand, open_window: Callable[..., Window]) -> None:
    window = open_window()
    wire = Wire(window.page)
    signed_in(window.page.context, stand.url, ANA)
    given = next(one for one in window.page.context.cookies() if one.get("name") == USER)
    text = str(given["value"])
    place = len(text) // 2
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    window.page.context.add_cookies([{**given, "value": changed}])  # type: ignore[typeddict-item]
    window.open(stand.url + VOICES)
    assert window.words.split("\n\n") == SIGNED_OUT
    assert wire.told == set()


async def _by_hand(url: str, cookie: str) -> tuple[bytes, int]:
    """Whatever a client can say that is no browser, page by page; all that comes back, and how many runs that took."""
    heard, runs = b"", 0
    async with connected(url, cookie) as socket:
        for address in ("", "voices", "story", "data-health", "audit"):
            said = BackMsg()
            said.rerun_script.page_name = address
            said.rerun_script.query_string = "region=South&metric=nps&response=1"
            said.rerun_script.widget_states.widgets.add(id="region").string_array_value.data.append("South")
            await socket.send(BackMsg(clear_cache=True).SerializeToString())
            await socket.send(said.SerializeToString())
            while True:
                frame = await socket.recv()
                assert isinstance(frame, bytes)
                heard += frame
                if ForwardMsg.FromString(frame).HasField("script_finished"):
                    break
            runs += 1
    return heard, runs


@pytest.mark.parametrize("with_cookie", [False, True], ids=["nothing", "the cookie without the page's own token"])
def test_a_client_that_is_no_browser_is_told_no_more(
    stand: Stand, open_window: Callable[..., Window], with_cookie: bool
) -> None:
    brought = ""
    if with_cookie:
        context = open_window().page.context
        signed_in(context, stand.url, ANA)
        brought = f"{USER}={cookie(context, USER)}"
    heard, runs = run(_by_hand(stand.url, brought))
    assert runs == 5
    assert heard.count(b"Sign in to see what customers say.") == runs
    assert not [word for word in DATA if word.encode() in heard]


def test_the_log_of_sign_ins_good_and_bad_holds_nothing_to_sign_in_with(
    stand: Stand, open_window: Callable[..., Window]
) -> None:
    context = open_window().page.context
    signed_in(context, stand.url, ANA)
    callback = allowed(context, asked(context, stand.url), ANA)
    with stand.provider.forging(_by_another_key):
        context.request.get(callback)
    log = stand.app.log.read_text()
    assert "OAuth token exchange failed" in log
    code = parse_qs(urlsplit(callback).query)["code"][0]
    for secret in (signing_in.COOKIE_SECRET, signing_in.CLIENT_SECRET, code, "eyJ"):  # as every signed token begins
        assert secret not in log
