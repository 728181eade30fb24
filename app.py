"""The Customer Room: settings → who is looking → filter bar → navigation → page. No numbers here."""

from __future__ import annotations


def main() -> None:
    """Draw one run of the app. Also called by a page file that was started by itself (DESIGN, fact 1)."""
    import streamlit as st

    from components.entrance import enter
    from components.filter_bar import filter_bar
    from pages import NAVIGATION

    st.set_page_config(page_title="The Customer Room", layout="wide")
    views = []

    def body_of(entry):  # type: ignore[no-untyped-def]
        return lambda: entry.render(views[0])

    page = st.navigation(
        [
            st.Page(
                body_of(entry),
                title=entry.title,
                url_path=entry.address,
                default=entry is NAVIGATION[0],
                visibility="visible" if entry.listed else "hidden",
            )
            for entry in NAVIGATION
        ],
        position="top",
    )
    views.append(filter_bar(enter()))
    page.run()


if __name__ == "__main__":
    main()
