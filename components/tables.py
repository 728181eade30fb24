"""A table on the page: its cells are text that somebody typed, and Streamlit would read them as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import streamlit as st

from components.text import plain

Row = Mapping[str, object]


def table(rows: Iterable[Row], alt: str | None = None) -> None:
    """Draw rows that share their columns; every cell and every head is shown letter by letter, None as nothing."""
    show(shown(rows), alt)


def shown(rows: Iterable[Row]) -> pa.Table:
    """The rows as they are shown, for whoever keeps them. No columns where there are no rows."""
    cells = [{plain(name): _cell(value) for name, value in row.items()} for row in rows]
    names = list(dict.fromkeys(name for row in cells for name in row))
    return pa.table({name: pa.array([row.get(name) for row in cells], pa.string()) for name in names})


def show(ready: pa.Table, alt: str | None = None) -> None:
    """Draw what `shown` made."""
    st.table(ready, border="horizontal", hide_index=True, alt=alt)


def _cell(value: object) -> str:
    return "" if value is None else plain(str(value))
