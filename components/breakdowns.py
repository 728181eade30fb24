"""Every slice of a metric by every axis; a click opens the comments of exactly that slice."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts import breakdown as breakdown_chart
from components.draw import Ready, draw, ready
from components.reading import evidence_words, value_words, verdict_words
from components.text import key_of, plain
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
    name = f"breakdown_{chosen}"
    picked = draw(view.made_of(f"{name} {report.metric.id}", report, lambda: _chart(report, slices)), name, True)
    if picked:
        _open(view, report, chosen, str(picked[0]["where"]))
    st.caption("Open the comments of")
    with st.container(horizontal=True, gap="small", key="slice_links"):
        known = view.made_of(f"{name} words {report.metric.id}", report, lambda: [_words(*one) for one in slices])
        for (value, _), (label, words) in zip(slices, known, strict=True):
            if st.button(label, type="tertiary", key=f"slice_{chosen}_{key_of(value)}", help=words):
                _open(view, report, chosen, value)


def _chart(report: MetricReport, slices: Sequence[tuple[str, Reading]]) -> Ready:
    return ready(breakdown_chart.chart(report.metric, [_slice(*one) for one in slices]))


def _slice(value: str, reading: Reading) -> breakdown_chart.Slice:
    return breakdown_chart.Slice(value, reading.estimate, reading.verdict, reading.direction, reading.usual.value)


def _words(value: str, reading: Reading) -> tuple[str, str]:
    """A slice's name, and what is said of it."""
    words = f"{value_words(reading)} ({verdict_words(reading)}) · {evidence_words(reading)} · {reading.why}"
    return plain(value), plain(words)


def _open(view: View, report: MetricReport, axis: str, value: str) -> None:
    links.go(links.VOICES, links.voices_link(report.metric.id, {**view.slice_where, axis: value}))
