"""Whom a sign-in names: read from a provider's token or from a proxy's headers, and refused where in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_sources.settings.access import AccessSettings
from metrics.access import Claims
from metrics.identity import identity, written_plainly

HOUR = 3_600.0
CLOCKS_SECONDS = 120.0
"""How far the provider's clock may be ahead of ours; what Authlib itself allows."""
UNTOLD = frozenset({"is_logged_in", "provider", "tokens", "nonce", "at_hash", "c_hash", "s_hash", "picture"})
"""What is no attribute of a person."""


class SignedOut(Exception):  # noqa: N818  named for what is the case
    """Nobody is signed in, or whoever is may not be taken for it: `why` in one sentence, "" where there is none."""

    def __init__(self, why: str = "") -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be for this app: `audience` is our client id, `provider` the name in [auth]."""

    audience: str
    provider: str


def of_token(token: Mapping[str, object], access: AccessSettings, expected: Expected, now: float) -> Claims:
    """The person of an ID token that Streamlit has verified (signature, issuer, nonce and expiry: Authlib) and keeps in
    its signed cookie. `now` in seconds since 1970. Raises SignedOut.

    The session is counted from `iat`, when the provider signed the person in to this app; `auth_time` may be days older
    where its own session lasts longer, and who came with such a one would be signed out at once, again and again.
    """
    if token.get("is_logged_in") is not True:
        raise SignedOut
    if expected.audience not in _texts(token.get("aud")) or token.get("provider") != expected.provider:
        raise SignedOut("This sign-in was for another app. Sign in again.")
    _check_age(token.get("iat"), access.session_hours, now)
    if access.person == "email" and token.get("email_verified", True) not in (True, "true"):
        raise SignedOut("Your e-mail address is not verified yet: ask whoever looks after your account.")
    person = _person(_claim(token, access.person), access.person)
    attributes = {name: _texts(value) for name, value in token.items() if name not in UNTOLD}
    return Claims(person, _texts(_claim(token, access.groups)), {n: texts for n, texts in attributes.items() if texts})


def of_headers(headers: Mapping[str, tuple[str, ...]], access: AccessSettings, began: float, now: float) -> Claims:
    """The person whom the proxy names: `headers` holds every value that arrived under each claim's header.

    A header that arrives twice is refused: a proxy that adds its own beside the visitor's would let the visitor choose.
    Of groups and attributes, one header lists several, between commas. `began` is when this browser's connection did:
    it outlives the proxy's own session, so it ends after `session_hours` too. Raises SignedOut.
    """
    if any(len(values) > 1 for values in headers.values()):
        raise SignedOut("The sign-in proxy passes on a header that only it may set: tell whoever looks after it.")
    one = {claim: values[0] for claim, values in headers.items() if values}
    if not one.get(access.person, "").strip():
        raise SignedOut
    _check_age(began, access.session_hours, now)
    person = _person(one[access.person].strip(), access.person)
    attributes = {claim: _listed(text) for claim, text in one.items()}
    return Claims(person, attributes.get(access.groups, ()), {n: texts for n, texts in attributes.items() if texts})


def mark(token: Mapping[str, object]) -> tuple[str, ...]:
    """What tells one sign-in from every other: the provider's own words for it."""
    return tuple(str(token.get(name, "")) for name in ("iss", "sub", "nonce", "sid", "jti", "iat"))


def _check_age(began: object, hours: float, now: float) -> None:
    """Only compares: what is no time at all (not a number, ten to the four hundredth) is neither before nor after."""
    if not isinstance(began, int | float) or isinstance(began, bool) or not began <= now + CLOCKS_SECONDS:
        raise SignedOut("It cannot be told when you signed in. Sign in again.")
    if not began > now - hours * HOUR:
        raise SignedOut(f"You signed in more than {hours:g} hours ago. Sign in again.")


def _person(value: object, claim: str) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise SignedOut(f"Your account has no “{claim}”: ask whoever looks after it.")
    if not written_plainly(str(value).strip()):
        raise SignedOut(f"The “{claim}” of your account holds characters that no identity has here.")
    return identity(str(value))


def _claim(token: Mapping[str, object], name: str) -> object:
    """A claim by its name, or by the way to it: "realm_access.roles". A name with a dot may be a claim itself."""
    if name in token:
        return token[name]
    found: object = token
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> tuple[str, ...]:
    """A claim as texts: one, a list of them, or a number; nothing of anything else."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple(
            dict.fromkeys(str(one) for one in value if isinstance(one, str | int) and not isinstance(one, bool))
        )
    return ()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
