"""Every slice of a metric by every axis; a click opens the comments of exactly that slice."""

from __future__ import annotations

import streamlit as st

from components import links
from components.charts import breakdown as breakdown_chart
from components.draw import draw
from components.reading import evidence_words, value_words, verdict_words
from components.text import plain
from data_sources.metric_report import MetricReport
from data_sources.view import View
from metrics.review import Reading

AXIS_KEY = "by"
NOTHING_LEFT = "Nothing left to break down: every axis has, or is narrowed to, one value."
NOTHING_RECORDED = (
    "Nothing to break down by: name columns in cx.toml, [responses.dimensions], responses.stage or touchpoint."
)


def breakdowns(view: View, report: MetricReport) -> None:
    """One axis at a time; its slices as dots with intervals, and as links for the keyboard."""
    axes = {axis_id: view.catalog.axis(axis_id).label for axis_id in report.breakdowns}
    if not axes:
        st.caption(NOTHING_LEFT if any(axis.values for axis in view.catalog.axes) else NOTHING_RECORDED)
        return
    chosen = st.segmented_control(
        "By",
        list(axes),
        format_func=lambda axis: plain(axes[axis]),
        default=next(iter(axes)),
        key=AXIS_KEY,
        wrap=True,
        required=True,
    )
    slices = report.breakdowns[chosen]
    picked = draw(breakdown_chart.chart(report.metric, [_slice(*one) for one in slices]), f"breakdown_{chosen}", True)
    if picked:
        _open(view, report, chosen, str(picked[0]["where"]))
    st.caption("Open the comments of")
    with st.container(horizontal=True, gap="small", key="slice_links"):
        for value, reading in slices:
            _slice_link(view, report, chosen, value, reading)


def _slice(value: str, reading: Reading) -> breakdown_chart.Slice:
    return breakdown_chart.Slice(value, reading.estimate, reading.verdict, reading.direction, reading.usual.value)


def _slice_link(view: View, report: MetricReport, axis: str, value: str, reading: Reading) -> None:
    words = f"{value_words(reading)} ({verdict_words(reading)}) · {evidence_words(reading)} · {reading.why}"
    if st.button(plain(value), type="tertiary", key=f"slice_{axis}_{value}", help=plain(words)):
        _open(view, report, axis, value)


def _open(view: View, report: MetricReport, axis: str, value: str) -> None:
    links.go(links.VOICES, links.voices_link(report.metric.id, {**view.slice_where, axis: value}))
