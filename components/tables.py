"""A table on the page: its cells are text that somebody typed, and Streamlit would read them as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from components.text import plain

Row = Mapping[str, object]


def table(rows: Iterable[Row], alt: str | None = None) -> None:
    """Draw rows that share their columns; every cell and every head is shown letter by letter, None as nothing."""
    shown = [{plain(name): _cell(value) for name, value in row.items()} for row in rows]
    st.table(pd.DataFrame(shown), border="horizontal", hide_index=True, alt=alt)


def _cell(value: object) -> str:
    return "" if value is None else plain(str(value))
