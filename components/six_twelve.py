"""The 6–12 chart on the page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.charts import six_twelve as chart
from components.draw import Ready, draw, ready
from components.text import labels_of
from data_sources.view import View
from metrics.figure_series import Series, held
from metrics.metric import Metric
from metrics.six_twelve import Pair

KPI_KEY = "kpi"


def six_twelve(view: View, metric: Metric) -> None:
    """The last six weeks beside the last twelve months of the KPI chosen here, `metric` at first."""
    known = {one.label: one for one in view.catalog.metrics}
    labels = labels_of(known)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Six weeks, twelve months", anchor=False, width="content")
        chosen = st.selectbox(
            "KPI", list(known), index=list(known).index(metric.label), format_func=lambda one: labels.get(one, one),
            key=KPI_KEY, bind="query-params", label_visibility="collapsed", width=160,
        )  # fmt: skip
    metric = known.get(chosen or "", metric)
    draw(_ready(view, metric))


def _ready(view: View, metric: Metric) -> Ready:
    """The chart, made once for all who look at the same answers."""
    found, known = view.six_twelve(metric), view.rival_series(metric)
    expected = view.expected_series(metric)

    def drawn() -> Ready:
        competitor, rival = known
        weeks, months = (_places(places, rival, expected) for places in (found.weeks, found.months))
        return ready(chart.chart(metric, weeks, months, competitor))

    return view.made_of(f"six twelve chart {metric.id}", (found, known, expected), drawn)


def _places(pairs: Sequence[Pair], rival: Series, expected: Series) -> list[chart.Place]:
    return [
        chart.Place(
            pair.period,
            pair.now,
            pair.year_before,
            held(rival, pair.period.last_day),
            held(expected, pair.period.last_day),
        )
        for pair in pairs
    ]
