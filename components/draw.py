"""Put a chart on the page, with the table behind it one click away."""

from __future__ import annotations

from io import BytesIO
from typing import cast

import pyarrow as pa
import pyarrow.csv
import streamlit as st
from pyarrow import compute

from components.charts.chart import Chart
from components.charts.grammar import PICK
from components.charts.spark import Spark
from components.tables import table as table_of
from components.text import beginning, typed

RETURNED = ("where", "response")
"""Columns of charts that come back from a click."""
TABLE_HEIGHT = 360
"""Pixels of the table behind a chart before it scrolls."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Tells Excel that the file is UTF-8; every other reader skips it."""
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER = r"^[+\-]?[\d.,]+$"
"""What a spreadsheet would run as a formula, and what among it is only a number with its sign."""

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


def csv(table: pa.Table) -> bytes:
    """A table as a CSV file that spreadsheets open with every letter intact. A cell that a spreadsheet would run as
    a formula is quoted with an apostrophe (OWASP, CSV injection)."""
    names = _harmless(pa.chunked_array([pa.array(table.column_names, pa.string())])).to_pylist()
    columns = [_harmless(column) if _is_text(column.type) else column for column in table.columns]
    file = BytesIO()
    file.write(BYTE_ORDER_MARK)
    pyarrow.csv.write_csv(pa.table(columns, names=names), file)
    return file.getvalue()


def _picture(chart: Chart, key: str, on_select: bool) -> list[Picked] | None:
    drawn = ready(chart)
    spec, data, said = dict(drawn.spec), drawn.data, drawn.alt
    if not on_select:
        st.vega_lite_chart(data, spec, height=chart.height, key=key, alt=said)
        return None
    state = st.vega_lite_chart(data, spec, height=chart.height, key=key, alt=said, on_select="rerun")
    return cast("list[Picked]", state["selection"].get(PICK) or []) or None


def _table_behind(chart: Chart, key: str) -> None:
    """Closed, it costs one button: the table is made when it is opened, the file when it is asked for."""
    popover = st.popover("Table", type="tertiary", icon=":material/table:", key=f"{key}_table", on_change="rerun")
    if not popover.open:
        return
    with popover:
        table = chart.behind()
        with st.container(height=TABLE_HEIGHT, border=False):
            table_of(table.to_pylist(), chart.alt)
        st.download_button(
            "Download CSV",
            lambda: csv(table),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
        )


def _readable(data: pa.Table) -> pa.Table:
    """What a chart prints, without characters that change how other text reads, and of an endless text the beginning;
    what a click returns stays as it is."""
    for i, (name, kind) in enumerate(zip(data.column_names, data.schema.types, strict=True)):
        if _is_text(kind) and name not in RETURNED:
            shown = [None if text is None else typed(beginning(text)) for text in data[name].to_pylist()]
            data = data.set_column(i, data.schema.field(i), pa.array(shown, kind))
    return data


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = column.cast(pa.string())
    risky = compute.match_substring_regex(column, FORMULA)
    number = compute.match_substring_regex(column, NUMBER)
    quoted = compute.binary_join_element_wise("'", column, "")
    return compute.if_else(compute.and_not(risky, number), quoted, column)
