"""Files to take away: offered only to who may, made when they are asked for, noted before they are handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pyarrow as pa
import streamlit as st

from components.admission import still_admitted
from components.text import plain
from data_sources.errors import Unavailable
from data_sources.export import TooFewToExport, comments_file, table_file
from data_sources.view import View
from data_sources.voices import Request, Voices
from metrics.access import NotPermitted, Right

FAILED = "export_failed"
_looking: ContextVar[View | None] = ContextVar("looking", default=None)
"""Whose page is being drawn: a chart far down in it offers its table to nobody where this is not said."""


@contextmanager
def exporting(view: View) -> Iterator[None]:
    """While a page is drawn: who looks, and so what may be taken away."""
    token = _looking.set(view)
    try:
        yield
    finally:
        _looking.reset(token)


def table_button(table: pa.Table, name: str) -> None:
    """The table behind a chart as a file; nothing where the viewer may not export."""
    view = _looking.get()
    if view is not None:
        _button("Download CSV", view, lambda: table_file(view, table, name), name)


def comments_button(view: View, found: Voices, request: Request) -> None:
    """The comments that the page is about as a file; nothing where the viewer may not export them, or they are too few
    to be shown."""
    export_failures()
    if found.comments and not found.page.hidden:
        _button("Download these comments", view, lambda: comments_file(view, request), "comments")


def _button(label: str, view: View, make: Callable[[], bytes], name: str) -> None:
    if not view.viewer.may(Right.EXPORT):
        return
    failures: list[str] = st.session_state.setdefault(FAILED, [])
    still = still_admitted(view.room, view.viewer)
    st.download_button(
        label,
        lambda: _made(make, failures, still),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"{name}_csv",
        on_click="ignore",
        icon=":material/download:",
    )


def _made(make: Callable[[], bytes], failures: list[str], still: Callable[[], bool]) -> bytes:
    """The file, for whoever may have it now: it is asked for without the page being drawn again. Streamlit says only
    that there is none; why is said where the page is drawn next."""
    try:
        if not still():
            raise NotPermitted(Right.EXPORT)
        return make()
    except (Unavailable, NotPermitted, TooFewToExport) as error:
        failures.append(str(error))
        raise


def export_failures() -> None:
    """Why the last file was not made, once."""
    failures: list[str] = st.session_state.get(FAILED, [])
    while failures:
        st.warning(f"The file was not made: {plain(failures.pop())}")
