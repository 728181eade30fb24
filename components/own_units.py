"""Units of our own against each other, on the page."""

from __future__ import annotations

import streamlit as st

from components import links
from components.charts import funnel as funnel_chart
from components.draw import draw
from components.text import key_of, labels_of, plain
from data_sources.errors import NotConfigured
from data_sources.units import units
from data_sources.view import View
from metrics.catalog import Axis
from metrics.funnel import ENOUGH_UNITS, Funnel, Unit
from metrics.metric import Metric
from metrics.words import plural

UNIT_KEY = "units_by"
NO_UNITS = "Nothing to compare: every axis has, or is narrowed to, one value."


def own_units(view: View, metric: Metric, level: str) -> None:
    """Units of our own against each other, inside the limits that chance explains."""
    axes = {axis.label: axis for axis in view.open_axes()}
    if metric not in view.catalog.metrics:
        st.caption(plain(f"{metric.label} is known from benchmarks only: it cannot be divided into our own units."))
        return
    if not axes:
        st.caption(NO_UNITS)
        return
    labels = labels_of(axes)
    chosen = st.selectbox(
        "Compare by", list(axes), format_func=lambda label: labels.get(label, label), key=UNIT_KEY,
        bind="query-params", width=220,
    )  # fmt: skip
    axis = axes.get(chosen or "", next(iter(axes.values())))
    found = units(view, metric, axis.id, level)
    if found.funnel is None:
        raise NotConfigured(f"responses.dimensions.{axis.id}", "A comparison of at least two units with answers")
    st.markdown(plain(_outside_words(metric, found.funnel)))
    picked = draw(funnel_chart.chart(metric, found.funnel), "funnel", on_select=True)
    if picked:
        _open(view, metric, axis, str(picked[0]["where"]))
    with st.container(horizontal=True, gap="small", key="unit_links"):
        for unit in found.funnel.units:
            _unit_link(view, metric, axis, unit)
    st.caption(plain(f"{found.weeks.text()}. {_method(found.funnel)}"))
    if found.held_back:
        st.caption(plain(f"Too few to show: {', '.join(found.held_back)}."))


def _unit_link(view: View, metric: Metric, axis: Axis, unit: Unit) -> None:
    said = f"{metric.text(unit.value)} · n {unit.n:,} · {funnel_chart.words(unit)}"
    if st.button(plain(unit.name), type="tertiary", key=f"unit_{axis.id}_{key_of(unit.name)}", help=plain(said)):
        _open(view, metric, axis, unit.name)


def _open(view: View, metric: Metric, axis: Axis, value: str) -> None:
    links.go(links.METRIC, links.metric_link(metric.id, {**view.slice_where, axis.id: value}))


def _outside_words(metric: Metric, funnel: Funnel) -> str:
    compared = plural(len(funnel.units), "unit")
    if not funnel.outside:
        return f"No unit differs from {metric.text(funnel.overall)} by more than chance explains; {compared} compared."
    named = (f"{unit.name} {metric.text(unit.value)} ({funnel_chart.words(unit)})" for unit in funnel.outside)
    others = "the others differ by chance as likely" if len(funnel.outside) < len(funnel.units) else "no other is left"
    return (
        f"Outside the limits around {metric.text(funnel.overall)}: {', '.join(named)}; {others}. {compared} compared."
    )


def _method(funnel: Funnel) -> str:
    if not funnel.estimated:
        return (
            f"Limits at 95 % and 99.8 % for sampling alone: with fewer than {ENOUGH_UNITS} units, what usually differs "
            "between them cannot be allowed for."
        )
    if funnel.phi > 1:
        return f"Limits at 95 % and 99.8 %, widened for what usually differs between units (φ = {funnel.phi:.1f})."
    return "Limits at 95 % and 99.8 %; the units differ no more than by sampling (φ = 1)."
