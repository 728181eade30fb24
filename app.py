"""The Customer Room: settings → who is looking → navigation → filter bar → page. No numbers here."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import links
from components.admission import admitted
from components.entrance import enter, house
from components.exports import exporting
from components.filter_bar import filter_bar
from data_sources.turnstile import RUNS
from pages import PageEntry, navigation


def main() -> None:
    """Draw one run of the app. Also called by a page file that was started by itself (DESIGN, fact 1)."""
    st.set_page_config(page_title="The Customer Room", layout="wide")
    room = house()
    viewer = admitted(room)
    entries = navigation(viewer)
    st.session_state[links.OPEN_PAGES] = frozenset(entry.page for entry in entries)
    chosen: list[PageEntry] = []
    pages = [
        st.Page(
            partial(chosen.append, entry),
            title=entry.title,
            url_path=entry.address,
            default=entry is entries[0],
            visibility="visible" if entry.listed else "hidden",
        )
        for entry in entries
    ]
    st.navigation(pages, position="top").run()
    enter(room, viewer)
    with RUNS.inside():
        view = filter_bar(room, viewer)
        with exporting(view):
            chosen[0].render(view)


if __name__ == "__main__":
    main()
