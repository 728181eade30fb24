"""The journey strip on the page, the volume under it, and the way from a cell to its metric page."""

from __future__ import annotations

import streamlit as st

from components import links
from components.charts import journey_strip as strip_chart
from components.charts import journey_volume as volume_chart
from components.draw import draw
from components.messages import panel
from components.reading import evidence_words, value_words, verdict_words
from components.text import key_of, plain
from data_sources.errors import NotConfigured
from data_sources.journey_report import JourneyReport
from data_sources.journeys import stage_flows
from data_sources.view import View
from metrics.estimate import Verdict
from metrics.journey_strip import Strip, StripRow
from metrics.slices import STAGE
from metrics.words import plural

MOST_SIGNALS = 8
"""Signals that stand as links of their own; the strip shows them all."""


def journey_strip(view: View, report: JourneyReport) -> None:
    """The strip, its signals and stages as links, and the journeys in and out below it. Raises NotConfigured
    without stages."""
    if report.strip is None:
        raise NotConfigured("responses.stage", "The journey strip")
    strip = report.strip
    picked = draw(strip_chart.chart(strip), on_select=True)
    if picked:
        metric_id, _, stage = str(picked[0]["where"]).partition("\n")
        _open(view, metric_id, stage)
    st.caption(plain(_key_line(strip)))
    _stage_links(view, strip)
    _signal_links(view, strip)
    with panel():
        stage_volume(view)


def stage_volume(view: View) -> None:
    """Journeys in, onward and dropped off by stage. Raises Unavailable and NotFilterable."""
    try:
        found = stage_flows(view)
    except NotConfigured as error:
        st.caption(plain(str(error)))
        return
    if not found.flows:
        st.caption("No stages are recorded in the journey events, so nobody can be seen going on or leaving.")
        return
    draw(volume_chart.chart(found))
    done = any(flow.succeeded for flow in found.flows)
    without = "without what they came for" if done else "(which outcomes are a success is not configured)"
    st.caption(
        f"Drop off: of the journeys that have ended or gone on from a stage, those that ended there {without}. "
        f"{plural(found.journeys, 'journey')} of {plural(found.customers, 'customer')} that began in "
        f"{found.period.text()}. {found.open:,} had an event within the last {plural(found.gap_days, 'day')}: they may "
        "still go on and are in no drop-off."
    )


def _key_line(strip: Strip) -> str:
    """What the marks mean and how many cells were looked at."""
    against = f"against {strip.against.text()}" if strip.against else "against its usual level"
    looked = "cells compared" if strip.against else "slices scanned this week"
    said = [
        f"Each cell {against}: ▼ concern, ▲ improvement ({strip.compared:,} {looked}).",
        "A stronger shade is a higher value.",
    ]
    felt = next((row for row in strip.rows if row.peak is not None), None)
    if felt is not None:
        said.append(
            f"Peak: the stage where {felt.metric.label} is furthest from neutral; end: the last stage with a value. "
            "What is remembered follows both: a heuristic, not a measurement."
        )
    return " ".join(said)


def _stage_links(view: View, strip: Strip) -> None:
    """Every stage of the chosen KPI by keyboard; the other rows by choosing their KPI."""
    row = strip.rows[0]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="strip_links"):
        st.caption(f"Open {plain(row.metric.label)} at", width="content")
        for place, stage in enumerate(strip.stages):
            if _link(row, place, plain(stage), f"strip_at_{key_of(stage)}"):
                _open(view, row.metric.id, stage)


def _signal_links(view: View, strip: Strip) -> None:
    """The cells of the other rows that are signals."""
    found = [
        (row, place) for row in strip.rows[1:] for place, cell in enumerate(row.cells) if cell.verdict is Verdict.SIGNAL
    ][:MOST_SIGNALS]
    if not found:
        return
    with st.container(horizontal=True, gap="small", key="strip_signals"):
        for row, place in found:
            stage, cell = strip.stages[place], row.cells[place]
            label = plain(f"{row.metric.label} at {stage}: {value_words(cell)}, {cell.direction}")
            if _link(row, place, label, f"strip_signal_{row.metric.id}_{key_of(stage)}"):
                _open(view, row.metric.id, stage)


def _link(row: StripRow, place: int, label: str, key: str) -> bool:
    cell = row.cells[place]
    words = f"{value_words(cell)} ({verdict_words(cell)}) · {evidence_words(cell)} · {cell.why}"
    return st.button(label, type="tertiary", key=key, help=plain(words))


def _open(view: View, metric_id: str, stage: str) -> None:
    """The metric page of one cell; an empty stage is the whole journey."""
    narrowed = {STAGE: stage} if stage else {}
    links.go(links.METRIC, links.metric_link(metric_id, {**view.slice_where, **narrowed}))
