"""What is said when something is missing, failing, slow or unknown: what, why and what to do; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from data_sources.errors import EmptyDataset, NotConfigured, NotFilterable, Unavailable
from data_sources.view import View


@contextmanager
def panel(title: str | None = None) -> Iterator[None]:
    """One part of a page. If its data fails, the part says so and the page goes on."""
    if title:
        st.subheader(title, anchor=False)
    try:
        yield
    except Unavailable as error:
        st.warning(f"{error} The other parts of this page are live; this one comes back by itself.")
    except (NotFilterable, NotConfigured, EmptyDataset) as error:
        st.info(str(error))


def freshness_line(view: View) -> None:
    """How old the numbers are, on every page; a failed refresh and left-out dimensions are said here."""
    fresh = view.freshness()
    if fresh.trouble:
        st.warning(f"The last refresh failed: {fresh.trouble} These numbers are from before; it is tried again.")
    for axis in fresh.left_out:
        st.caption(f"{view.catalog.axis(axis).label} has too many values for the cube: asked from the database.")
    st.caption(fresh.sentence)


def unknown_line(view: View) -> None:
    """What the address asked for and nobody knows is said, never dropped in silence."""
    if view.unknown:
        st.warning(f"The address asks for {', '.join(view.unknown)}, which this company does not record: ignored.")


def too_few(n: int, needed: int, what: str) -> None:
    """In the place of what may not be shown."""
    st.info(f"Too few to show: {n} {what}, and at least {needed} are needed. Widen the week or the filters.")
