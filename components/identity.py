"""Who is looking: by an OpenID provider, by a proxy's header, or by nobody's word where nobody signs in.

Asked at every run of a page. Streamlit reads its cookie and the headers once, when the browser connects, and keeps what
it read as long as the connection lasts; so age, sign-outs and the table of people are looked at here each time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from components.provider import DEFAULT, auth_section, expected_of, trouble_with
from components.reach import require_reach, trusted_headers
from components.signed_out import no_access_page, sign_in_page, unusable_page
from components.text import cut, plain
from components.tokens import HOUR, SignedOut, mark, of_headers, of_token
from data_sources.errors import Unavailable
from data_sources.own_store import StoreTrouble
from data_sources.people import SHARE_OF_RECHECK
from data_sources.room import Room
from data_sources.settings.access import AccessSettings
from data_sources.sign_outs import SignOuts
from metrics.access import LOCAL, Claims

log = logging.getLogger(__name__)

BEGAN = "signed_in_since"
"""Session state: when this browser's connection came through the proxy. A header does not say it, and nothing else
lives as long as the connection."""
LONGEST_NAME = 40
"""Characters of an identity on the button that shows it; its popover has the whole."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser brought along when it connected: Streamlit's cookie or the proxy's headers, and since when."""

    token: Mapping[str, object]
    headers: Mapping[str, tuple[str, ...]]
    since: float


def seen() -> Seen:
    """What this page's browser brought along. Of the headers, only those that are configured: Streamlit mixes what they
    hold with its own cookie."""
    headers = {claim: tuple(st.context.headers.get_all(header)) for header, claim in trusted_headers().items()}
    since = st.session_state.setdefault(BEGAN, time.time())
    return Seen(st.user.to_dict(), headers, since)


def who(room: Room) -> Claims:
    """The person who is looking, with the roles that the table of people gives. Stops the page with a way to sign in,
    and nothing else, where there is nobody; with what is wrong where that cannot be told."""
    company, access = room.settings.company, room.settings.access
    require_reach(access)
    trouble = trouble_with(auth_section(), _provider(access)) if access.sign_in == "oidc" else ""
    if trouble:
        unusable_page(company, f"Nobody can sign in yet. {trouble}")
        st.stop()
    try:
        return present(room, seen())
    except SignedOut as nobody:
        sign_in_page(company, nobody.why, _sign_in(access))
        st.stop()
    except Unavailable as error:
        unusable_page(company, f"Who may see what cannot be read just now. {error}")
        st.stop()


def present(room: Room, brought: Seen) -> Claims:
    """The person whom a browser names, now; from any thread. Raises SignedOut, and Unavailable where the table of
    people cannot be read."""
    access, now = room.settings.access, time.time()
    match access.sign_in:
        case "oidc":
            claims = of_token(brought.token, access, expected_of(auth_section(), _provider(access)), now)
            if SignOuts(room.settings.store_folder()).holds(mark(brought.token)):
                raise SignedOut("You have signed out.")
        case "proxy":
            claims = of_headers(brought.headers, access, brought.since, now)
        case "none":
            return Claims(LOCAL)
    return room.people.known(claims)


def _provider(access: AccessSettings) -> str:
    return access.provider or DEFAULT


def _sign_in(access: AccessSettings) -> Callable[[], None] | None:
    """What the button does; None where signing in is the proxy's affair."""
    if access.sign_in != "oidc":
        return None
    return lambda: st.login(access.provider)


def signed_in(room: Room, person: str) -> None:
    """Whose eyes these are, and “Sign out”: a small button with both. Nothing where nobody signs in."""
    access = room.settings.access
    if access.sign_in == "none":
        return
    with st.popover(plain(cut(person, LONGEST_NAME)), icon=":material/person:", type="tertiary", key="signed_in"):
        st.caption(f"Signed in as {plain(person)}")
        if access.sign_in == "oidc":
            st.button("Sign out", key="sign_out", on_click=sign_out, args=(room,))
        else:
            st.caption("Sign out where you signed in.")


def sign_out(room: Room) -> None:
    """End this sign-in here, in every tab that shares it and every copy of its cookie, and at the provider where it has
    a way to."""
    until = time.time() + room.settings.access.session_hours * HOUR
    try:
        SignOuts(room.settings.store_folder()).add(mark(st.user.to_dict()), until)
    except StoreTrouble as error:  # the cookie of this browser goes all the same
        log.warning("somebody signed out, and copies of the cookie live on: %s", error)
    st.logout()


def no_access(room: Room, person: str) -> None:
    """What a person sees whom no role knows: who they are here, whom to ask, and “Sign out”."""
    no_access_page(room.settings.company, person, room.settings.access.contact)
    signed_in(room, person)


def keep_checking(access: AccessSettings, still: Callable[[], bool]) -> None:
    """Draw the page again once it is no longer its viewer's: the session has ended, or a right was taken or given.

    Looks every half of recheck_seconds, so that whoever sits before an open page and touches nothing loses it in time.
    """

    @st.fragment(run_every=access.recheck_seconds * SHARE_OF_RECHECK)
    def check() -> None:
        if not still():
            st.rerun()

    check()
