"""Put a chart on the page, with the table behind it one click away."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import streamlit as st

from components import links
from components.charts.chart import Chart
from components.charts.grammar import PICK
from components.charts.spark import Spark
from components.exports import table_button
from components.tables import table as table_of
from components.text import beginning, typed

RETURNED = ("where", "response")
"""Columns of charts that come back from a click."""
LONGEST_RETURNED, OUT_OF_REACH = 2 * links.LONGEST, "\0"
"""Characters of what comes back, two values at most. No address takes more of one: such a place cannot be clicked."""
TABLE_HEIGHT = 360
"""Pixels of the table behind a chart before it scrolls."""
Picked = dict[str, object]


class Ready(Chart):
    """A chart whose texts hold no character that nobody types and have an end: it is drawn as it stands."""

    __slots__ = ()


def ready(chart: Chart) -> Ready:
    """The chart as it is drawn, for whoever keeps it: made once for all who look at the same answer."""
    if isinstance(chart, Ready):
        return chart
    return Ready(chart.spec, _readable(chart.data), typed(beginning(chart.alt)), chart.height, chart.key, chart.behind)


def draw(chart: Chart, key: str | None = None, on_select: bool = False) -> list[Picked] | None:
    """Draw a chart under a stable key (its own kind where none is given) and, below it, the way to its table.

    With `on_select`, what the viewer has clicked, as the chart's module says; None where nothing is clicked or
    clicks are not asked for. A selection stays set until the next click: leave the page on it, or the caller sees
    it again."""
    name = key or chart.key
    picked = _picture(chart, name, on_select)
    _table_behind(chart, name)
    return picked


def draw_spark(spark: Spark) -> None:
    """Draw a card's sparkline across the card."""
    st.image(spark.svg, width="stretch", alt=spark.alt)


def _picture(chart: Chart, key: str, on_select: bool) -> list[Picked] | None:
    drawn = ready(chart)
    spec, data, said = dict(drawn.spec), drawn.data, drawn.alt
    if not on_select:
        st.vega_lite_chart(data, spec, height=chart.height, key=key, alt=said)
        return None
    state = st.vega_lite_chart(data, spec, height=chart.height, key=key, alt=said, on_select="rerun")
    picked = cast("list[Picked]", state["selection"].get(PICK) or [])
    return [one for one in picked if OUT_OF_REACH not in one.values()] or None


def _table_behind(chart: Chart, key: str) -> None:
    """Closed, it costs one button: the table is made when it is opened, the file when it is asked for by who may."""
    popover = st.popover("Table", type="tertiary", icon=":material/table:", key=f"{key}_table", on_change="rerun")
    if not popover.open:
        return
    with popover:
        table = chart.behind()
        with st.container(height=TABLE_HEIGHT, border=False):
            table_of(table.to_pylist(), chart.alt)
        table_button(table, key)


def _readable(data: pa.Table) -> pa.Table:
    """What a chart prints, without characters that change how other text reads, and of an endless text the beginning;
    what a click returns stays as it is."""
    for i, (name, kind) in enumerate(zip(data.column_names, data.schema.types, strict=True)):
        if _is_text(kind):
            said = _returned if name in RETURNED else _shown
            shown = [None if text is None else said(text) for text in data[name].to_pylist()]
            data = data.set_column(i, data.schema.field(i), pa.array(shown, kind))
    return data


def _shown(text: str) -> str:
    return typed(beginning(text))


def _returned(text: str) -> str:
    return text if len(text) <= LONGEST_RETURNED else OUT_OF_REACH


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
