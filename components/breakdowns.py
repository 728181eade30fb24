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


def breakdowns(view: View, report: MetricReport) -> None:
    """One axis at a time; its slices as dots with intervals, and as links for the keyboard."""
    axes = {axis_id: view.catalog.axis(axis_id).label for axis_id in report.breakdowns}
    if not axes:
        st.caption("Nothing left to break down: every axis is narrowed to one value.")
        return
    chosen = st.segmented_control(
        "By", list(axes), format_func=lambda axis: axes[axis], default=next(iter(axes)), key=AXIS_KEY, required=True
    )
    slices = report.breakdowns[chosen]
    left, right = st.columns([3, 2], gap="large")
    with left:
        picked = draw(
            breakdown_chart.chart(
                report.metric,
                [
                    breakdown_chart.Slice(value, r.estimate, r.verdict, r.direction, r.usual.value)
                    for value, r in slices
                ],
            ),
            f"breakdown_{chosen}",
            on_select=True,
        )
    if picked:
        links.go(
            links.VOICES, links.voices_link(report.metric.id, {**view.slice_where, chosen: str(picked[0]["where"])})
        )
    with right:
        st.caption("Open the comments of")
        for value, reading in slices:
            _slice_link(view, report, chosen, value, reading)


def _slice_link(view: View, report: MetricReport, axis: str, value: str, reading: Reading) -> None:
    where = {**view.slice_where, axis: value}
    links.opener(
        f"{plain(value)}: {plain(value_words(reading))} ({verdict_words(reading)})",
        links.VOICES,
        links.voices_link(report.metric.id, where),
        help_text=f"{evidence_words(reading)}. {plain(reading.why)}",
    )
