"""What is seen without a right to see anything: the company's name, one sentence, and the way in. No data, no menu."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from components.text import plain

SIGN_IN = "sign_in"
"""Key of the button, and the parameter by which serving/way_back.py says that signing in has failed."""
FAILED = "failed"
ADDRESS = re.compile(r"[a-z_-]{1,40}")
"""An address in this app, as pages/__init__.py has them."""


def sign_in_page(company: str, why: str, sign_in: Callable[[], None] | None) -> None:
    """The whole app to somebody who is not signed in. `why` says what ended a sign-in, "" where there was none."""

    def draw() -> None:
        st.title(plain(company), anchor=False)
        if why:
            st.info(plain(why))
        elif st.query_params.get(SIGN_IN) == FAILED:
            st.warning("You were not signed in: the answer of the sign-in could not be used. Try again.")
        if sign_in is None:
            st.write("Open this page through your company’s sign-in.")
            return
        st.write("Sign in to see what customers say.")
        st.button("Sign in", key=SIGN_IN, type="primary", on_click=sign_in)

    _only(draw)


def unusable_page(company: str, trouble: str) -> None:
    """Nobody comes in: signing in is not configured in a way that is safe, or who may see what cannot be read."""

    def draw() -> None:
        st.title(plain(company), anchor=False)
        st.error(plain(trouble))

    _only(draw)


def no_access_page(company: str, person: str, contact: str) -> None:
    """Somebody has signed in, and no role names them."""

    def draw() -> None:
        st.title("Nobody has given you access yet.", anchor=False)
        whom = plain(contact) if contact else f"whoever looks after the Customer Room of {plain(company)}"
        st.write(f"You are signed in as {plain(person)}. To see what customers say, ask {whom}.")

    _only(draw)


def _only(draw: Callable[[], None]) -> None:
    """One page, whatever the address asks for: Streamlit would otherwise list the files in pages/, and say “page not
    found” below an address that is right for whoever may see it."""
    home = st.Page(draw, title="Customer Room", url_path="home", default=True)
    asked = urlsplit(str(st.context.url or "")).path.rstrip("/").rpartition("/")[2]
    pages = [home]
    if ADDRESS.fullmatch(asked):
        pages.append(st.Page(partial(draw), title="Customer Room", url_path=asked, visibility="hidden"))
    st.navigation(pages, position="hidden").run()
