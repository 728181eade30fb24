"""The Customer Room: settings → who is looking → filter bar → navigation → page. No numbers here."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.entrance import enter
from components.filter_bar import filter_bar
from data_sources.turnstile import RUNS
from pages import NAVIGATION, PageEntry


def main() -> None:
    """Draw one run of the app. Also called by a page file that was started by itself (DESIGN, fact 1)."""
    st.set_page_config(page_title="The Customer Room", layout="wide")
    chosen: list[PageEntry] = []
    pages = [
        st.Page(
            partial(chosen.append, entry),
            title=entry.title,
            url_path=entry.address,
            default=entry is NAVIGATION[0],
            visibility="visible" if entry.listed else "hidden",
        )
        for entry in NAVIGATION
    ]
    st.navigation(pages, position="top").run()
    room = enter()
    with RUNS.inside():
        chosen[0].render(filter_bar(room))


if __name__ == "__main__":
    main()
