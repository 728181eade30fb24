"""The parts of the Expectations page: items on their zone of tolerance, slices, and where the levels come from."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st

from components import links
from components.charts import expectation_gaps as gaps_chart
from components.charts.expectation_gaps import Line
from components.draw import draw
from components.expected_words import HOW, NOTHING, TARGETS_ONLY, gap_row, overall_words, source_row
from components.metric_page import metric_choice
from components.tables import table
from components.text import key_of, plain
from data_sources.expectation_report import ExpectationReport
from data_sources.view import View
from metrics.expectation import Item

ACROSS_KEY = "across"
WHOLE_ONLY = "These expectations are recorded for the whole only: no axis of theirs divides what is filtered."


def gaps(view: View, report: ExpectationReport) -> None:
    """Every item against its levels, one picture a unit; a row opens its metric."""
    if not report.items:
        st.info(plain(HOW))
        return
    if not report.asked:
        st.caption(plain(TARGETS_ONLY))
    for number, items in enumerate(_by_unit(report.items)):
        lines = [Line(item.metric.label, item.metric.id, item) for item in items]
        picked = draw(gaps_chart.chart(lines), f"expectation_gaps_{number}", on_select=True)
        if picked:
            links.go(links.METRIC, links.metric_link(str(picked[0]["where"]), view.slice_where))
    _openers(view, report.items)
    with st.expander("Every gap with its interval", key="every_gap", on_change="rerun") as opened:
        if opened.open:
            table(gap_row(item, gap) for item in report.items for gap in item.gaps)
    together = overall_words(report.overall)
    for said in together:
        st.markdown(plain(said))
    if together:
        st.caption("Means of items on one scale, unweighted; their interval is the widest that goes with the items’.")
    if report.unpaired:
        st.caption(plain(report.unpaired))


def _by_unit(items: tuple[Item, ...]) -> list[list[Item]]:
    """Items that can share an axis: the same unit and the same span."""
    groups: dict[object, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.metric.unit, item.metric.bounds].append(item)
    return list(groups.values())


def _openers(view: View, items: tuple[Item, ...]) -> None:
    st.caption("Open the metric")
    with st.container(horizontal=True, gap="small", key="expected_metrics"):
        for item in items:
            name = item.metric.id
            if st.button(plain(item.metric.label), type="tertiary", key=f"expected_metric_{name}"):
                links.go(links.METRIC, links.metric_link(name, view.slice_where))


def item_choice(view: View, report: ExpectationReport) -> None:
    """Which item the parts below are about; the address holds it."""
    metrics = [item.metric for item in report.items]
    offered = metrics if view.metric in metrics else [view.metric, *metrics]
    if len(offered) > 1:
        metric_choice(view, offered, stay=True)


def breakdown(view: View, report: ExpectationReport) -> None:
    """The chosen item by every axis that its expectations record; a row opens the metric of that slice."""
    axes = report.slices.get(view.metric.id, {})
    labels = {axis: view.catalog.axis(axis).label for axis, items in axes.items() if items}
    if not labels:
        st.caption(WHOLE_ONLY if report.items else NOTHING)
        return
    axis = st.segmented_control(
        "Across",
        list(labels),
        format_func=lambda one: plain(labels[one]),
        default=next(iter(labels)),
        key=ACROSS_KEY,
        wrap=True,
        label_visibility="collapsed",
        bind="query-params",
        required=True,
    )
    items = axes[axis]
    lines = [Line(item.where[0][1], item.where[0][1], item) for item in items]
    picked = draw(gaps_chart.chart(lines), f"expectation_across_{axis}", on_select=True)
    if picked:
        _open(view, axis, str(picked[0]["where"]))
    st.caption("Open the metric of")
    with st.container(horizontal=True, gap="small", key="expected_slices"):
        for line in lines:
            if st.button(plain(line.label), type="tertiary", key=f"expected_slice_{axis}_{key_of(line.where)}"):
                _open(view, axis, line.where)
    asked = {line.label for line in lines}
    missing = [value for value in view.catalog.axis(axis).values if value not in asked and _kept(view, axis, value)]
    if missing:
        st.caption(plain(f"No expectation is recorded for {', '.join(missing)}."))


def _kept(view: View, axis: str, value: str) -> bool:
    kept = view.scope.filters.get(axis)
    return kept is None or value in kept


def _open(view: View, axis: str, value: str) -> None:
    links.go(links.METRIC, links.metric_link(view.metric.id, {**view.slice_where, axis: value}))


def sources(report: ExpectationReport) -> None:
    """Every level with its kind, value, n, date and publisher."""
    if not report.items:
        st.caption(plain(HOW))
        return
    table(source_row(item, gap) for item in report.items for gap in item.gaps)
