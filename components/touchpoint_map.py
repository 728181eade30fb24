"""The map of touchpoints across stages or any other axis; a cell opens its metric page."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from components import links
from components.charts import heat_map
from components.draw import draw
from components.messages import panel
from components.reading import evidence_words, value_words, verdict_words
from components.text import key_of, plain
from data_sources.criticality import criticality
from data_sources.errors import Unavailable
from data_sources.journey_report import MapRow, TouchpointMap, across_axes, touchpoint_map
from data_sources.view import View
from metrics.estimate import Estimate, Verdict
from metrics.listening import Listening
from metrics.metric import Metric
from metrics.slices import TOUCHPOINT

ACROSS_KEY = "across"
MOST_SIGNALS = 8
"""Signals that stand as links of their own; the map shows them all."""


def touchpoints(view: View, metric: Metric) -> None:
    """The axis to lay across, the map, its key and the same cells as links. Raises Unavailable,
    NotFilterable, NotConfigured."""
    found = touchpoint_map(view, metric, _across(view))
    weights = _weights(view, metric)
    rows = [_row(row, weights) for row in found.rows]
    picked = draw(heat_map.chart(metric, found.columns, rows), "touchpoint_map", True)
    if picked:
        touchpoint, column = json.loads(str(picked[0]["where"]))
        _open(view, metric, touchpoint, {found.axis: column} if column else {})
    st.caption(plain(key_line(view, found, bool(weights))))
    _links(view, found)


def _across(view: View) -> str | None:
    """The axis laid across; None where nothing divides the touchpoints."""
    axes = {axis: plain(view.catalog.axis(axis).label) for axis in across_axes(view)}
    if not axes:
        return None
    chosen: str | None = st.segmented_control(
        "Across",
        list(axes),
        format_func=lambda axis: axes[axis],
        default=next(iter(axes)),
        key=ACROSS_KEY,
        wrap=True,
        bind="query-params",
        label_visibility="collapsed",
        required=True,
    )
    return chosen if chosen in axes else next(iter(axes))


def _weights(view: View, metric: Metric) -> Mapping[str, Estimate]:
    """Criticality by touchpoint; the map does without while it cannot be had, and a message says so."""
    try:
        return criticality(view, metric, TOUCHPOINT)
    except Unavailable as error:
        with panel():
            raise error from None
        return {}


def _row(row: MapRow, weights: Mapping[str, Estimate]) -> heat_map.HeatRow:
    return heat_map.HeatRow(row.touchpoint, row.cells, row.whole, weights.get(row.touchpoint), row_words(row))


def row_words(row: MapRow) -> str:
    """What stands in a row without any answer: since when it is silent, or that there never was any data."""
    if row.whole.estimate.n:
        return ""
    match row.heard.state:
        case Listening.SILENT if row.heard.silent_since is not None:
            day = row.heard.silent_since.start
            return f"silent since {day.day} {day:%b}"
        case Listening.NEVER:
            return "no data"
    return "no answers this week"


def key_line(view: View, found: TouchpointMap, weighed: bool) -> str:
    """What the marks mean, how many were looked at, and what is left out."""
    said = [
        f"▼ concern, ▲ improvement ({view.scan().looked_at:,} slices scanned this week).",
        "A stronger shade is a higher value.",
    ]
    if any(cell.estimate.n and cell.estimate.value is None for row in found.rows for cell in (*row.cells, row.whole)):
        said.append(f"“{heat_map.FEW}” is too few to show; empty: no answers.")
    if not found.scanned:
        said.append("Cells this thin are not scanned: they carry no verdict.")
    if found.left_out:
        said.append(f"{plural_values(found.left_out)} with fewer answers left out: narrow the filters to see them.")
    if weighed:
        said.append(
            "Weight: how far customers who are happy there are happy elsewhere too, over the last year; a correlation, "
            "not a proof."
        )
    return " ".join(said)


def plural_values(count: int) -> str:
    """ "1 value", "3 values"."""
    return f"{count:,} value{'' if count == 1 else 's'}"


def _links(view: View, found: TouchpointMap) -> None:
    """Every touchpoint by keyboard, and the cells that are signals; a touchpoint's page breaks it down further."""
    label = view.metric.label
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="map_links"):
        st.caption(f"Open {plain(label)} at", width="content")
        for row in found.rows:
            words = f"{value_words(row.whole)} ({verdict_words(row.whole)}) · {evidence_words(row.whole)}"
            if st.button(
                plain(row.touchpoint), type="tertiary", key=f"map_at_{key_of(row.touchpoint)}", help=plain(words)
            ):
                _open(view, found.metric, row.touchpoint, {})
        for row, place in _signals(found):
            cell, column = row.cells[place], found.columns[place]
            said = plain(f"{row.touchpoint} · {column}: {value_words(cell)}, {cell.direction}")
            key = f"map_signal_{key_of(json.dumps((row.touchpoint, column)))}"
            if st.button(said, type="tertiary", key=key, help=plain(f"{evidence_words(cell)} · {cell.why}")):
                _open(view, found.metric, row.touchpoint, {found.axis: column})


def _signals(found: TouchpointMap) -> list[tuple[MapRow, int]]:
    cells = [(row, place) for row in found.rows for place in range(len(row.cells))]
    return [(row, place) for row, place in cells if row.cells[place].verdict is Verdict.SIGNAL][:MOST_SIGNALS]


def _open(view: View, metric: Metric, touchpoint: str, across: Mapping[str, str]) -> None:
    where = {**view.slice_where, TOUCHPOINT: touchpoint, **across}
    links.go(links.METRIC, links.metric_link(metric.id, where))
