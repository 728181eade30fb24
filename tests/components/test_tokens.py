"""Whom a sign-in names. The claims and what they mean: OpenID Connect Core 1.0 §2 and §5.1; who a token is for:
§3.1.3.7, points 3 to 5. Headers: what oauth2-proxy 7 sends (X-Forwarded-Email, X-Forwarded-Groups)."""

from __future__ import annotations

import pytest

from components.tokens import HOUR, Expected, SignedOut, mark, of_headers, of_token
from data_sources.settings.access import AccessSettings
from metrics.access import Claims

NOW = 1_800_000_000.0
ACCESS = AccessSettings(session_hours=12)
OURS = Expected(audience="customer-room", provider="default")
TOKEN: dict[str, object] = {
    "is_logged_in": True, "provider": "default", "iss": "https://login.example", "aud": "customer-room", "sub": "42",
    "iat": NOW - 60, "nonce": "n-1", "email": "Ana@Larkmere.example", "email_verified": True, "groups": ["cx", "leads"],
    "regions": ["North", "South"], "floor": 4, "staff": True, "address": {"street": "a"}, "tokens": {},
}  # fmt: skip


def told(**changed: object) -> Claims:
    return of_token(TOKEN | changed, ACCESS, OURS, NOW)


def refusal(**changed: object) -> str:
    with pytest.raises(SignedOut) as refused:
        told(**changed)
    return refused.value.why


def test_a_token_names_a_person_with_groups_and_attributes() -> None:
    claims = told()
    assert (claims.person, claims.groups, claims.roles) == ("ana@larkmere.example", ("cx", "leads"), ())
    assert claims.attributes["regions"] == ("North", "South")
    assert claims.attributes["floor"] == ("4",)
    assert not {"staff", "address", "tokens", "nonce", "is_logged_in"} & set(claims.attributes)


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_only_a_sign_in_is_a_sign_in(said: object) -> None:
    assert refusal(is_logged_in=said) == ""


def test_nothing_is_nobody() -> None:
    with pytest.raises(SignedOut):
        of_token({}, ACCESS, OURS, NOW)


@pytest.mark.parametrize(
    "changed",
    [{"aud": "another-app"}, {"aud": ["another-app"], "azp": "customer-room"}, {"aud": None}, {"provider": "other"}],
)
def test_a_token_for_another_app_is_not_for_this_one(changed: dict[str, object]) -> None:
    assert "another app" in refusal(**changed)


def test_a_token_for_several_apps_is_for_ours_too() -> None:
    assert told(aud=["another-app", "customer-room"]).person


@pytest.mark.parametrize(
    ("ago", "lasts"), [(0, True), (12 * HOUR - 1, True), (12 * HOUR, False), (-119, True), (-121, False)]
)
def test_a_session_lasts_its_hours_from_the_sign_in(ago: float, lasts: bool) -> None:
    if lasts:
        assert told(iat=NOW - ago).person
    else:
        assert refusal(iat=NOW - ago)


@pytest.mark.parametrize("iat", [None, "yesterday", True, float("nan"), float("inf"), 10**400])
def test_a_sign_in_without_a_time_is_none(iat: object) -> None:
    assert "cannot be told" in refusal(iat=iat)


@pytest.mark.parametrize(
    ("verified", "counts"), [(True, True), ("true", True), (False, False), ("false", False), (None, False)]
)
def test_an_address_that_nobody_verified_names_nobody(verified: object, counts: bool) -> None:
    if counts:
        assert told(email_verified=verified).person
    else:
        assert "not verified" in refusal(email_verified=verified)


def test_a_provider_that_does_not_say_whether_it_verified_is_believed() -> None:
    token = {name: value for name, value in TOKEN.items() if name != "email_verified"}
    assert of_token(token, ACCESS, OURS, NOW).person
    by_subject = AccessSettings(person="sub")
    assert of_token(TOKEN | {"email_verified": False}, by_subject, OURS, NOW).person == "42"


@pytest.mark.parametrize("email", [None, "", "  ", ["ana@larkmere.example"], {"a": 1}, True])
def test_an_account_without_a_name_is_nobody(email: object) -> None:
    assert "no “email”" in refusal(email=email)


def test_a_name_that_only_looks_like_ours_is_nobody() -> None:
    assert "characters" in refusal(email="ａna@larkmere.example")


def test_a_claim_is_found_by_its_name_and_by_the_way_to_it() -> None:
    keycloak = AccessSettings(groups="realm_access.roles")
    assert of_token(TOKEN | {"realm_access": {"roles": ["cx"]}}, keycloak, OURS, NOW).groups == ("cx",)
    auth0 = AccessSettings(groups="https://larkmere.example/roles")
    assert of_token(TOKEN | {"https://larkmere.example/roles": ["cx"]}, auth0, OURS, NOW).groups == ("cx",)
    assert of_token(TOKEN, keycloak, OURS, NOW).groups == ()


def test_each_sign_in_has_a_mark_of_its_own() -> None:
    assert mark(TOKEN) == mark(dict(TOKEN))
    assert mark(TOKEN) != mark(TOKEN | {"nonce": "n-2"})
    assert mark(TOKEN) != mark(TOKEN | {"sub": "43"})


PROXY = AccessSettings(sign_in="proxy")


def by_headers(headers: dict[str, tuple[str, ...]], began: float = NOW) -> Claims:
    return of_headers(headers, PROXY, began, NOW)


def test_headers_name_a_person_with_groups_and_attributes() -> None:
    claims = by_headers({"email": ("Ana@Larkmere.example",), "groups": ("cx, leads",), "regions": ("North,South",)})
    assert (claims.person, claims.groups) == ("ana@larkmere.example", ("cx", "leads"))
    assert claims.attributes["regions"] == ("North", "South")


@pytest.mark.parametrize("headers", [{}, {"email": ()}, {"email": ("",)}, {"email": (" ",)}, {"groups": ("cx",)}])
def test_no_header_is_nobody(headers: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(SignedOut) as refused:
        by_headers(headers)
    assert refused.value.why == ""


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"email": ("cco@larkmere.example", "ana@larkmere.example")}, id="the visitor's and the proxy's"),
        pytest.param({"email": ("ana@larkmere.example",), "groups": ("cx", "guests")}, id="groups twice"),
        pytest.param({"email": ("cco@larkmere.example, ana@larkmere.example",)}, id="two people in one"),
        pytest.param({"email": ("ａna@larkmere.example",)}, id="a full-width letter"),
    ],
)
def test_a_header_that_the_visitor_may_have_written_names_nobody(headers: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(SignedOut) as refused:
        by_headers(headers)
    assert refused.value.why


def test_a_connection_through_the_proxy_ends_after_the_hours_too() -> None:
    headers = {"email": ("ana@larkmere.example",)}
    assert by_headers(headers, NOW - 12 * HOUR + 1).person
    with pytest.raises(SignedOut, match="12 hours ago"):
        by_headers(headers, NOW - 12 * HOUR)
