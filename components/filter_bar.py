"""The filter bar: week, dimensions and persona. Its widgets are the state, kept in the address by Streamlit."""

from __future__ import annotations

import streamlit as st

from components import links
from components.identity import signed_in
from components.share import share
from components.text import labels_of, plain, typed
from data_sources.room import Room
from data_sources.view import View
from metrics.access import Viewer
from metrics.catalog import Axis, Catalog
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Filters

PERSONA_KEY = "persona"
EVERYONE = "Everyone"


def filter_bar(room: Room, viewer: Viewer) -> View:
    """Draw the filters and say which view of the room they ask for. Nothing is offered that the viewer may not see."""
    weeks = room.closed_weeks()
    catalog = room.catalog_of(viewer.rules)
    lost = _lost(catalog, weeks)
    bar = st.container(horizontal=True, vertical_alignment="bottom", key="filters")
    with bar:
        week = _week(weeks, room.newest_telling_week(viewer.rules))
        chosen = {axis.id: _values(axis) for axis in catalog.dimensions if axis.values}
        persona = _persona(catalog)
    filters = Filters.of({axis: values for axis, values in chosen.items() if values}).and_also(persona)
    filters, where, unknown_slices = _narrowed(filters, catalog)
    metric, unknown_metric = _metric(catalog)
    unknown = (*lost, *unknown_slices, *unknown_metric)
    view = View(room, week, viewer.scope(filters), metric, viewer, unknown, tuple(where.items()))
    with bar:
        share(view)
        signed_in(room, viewer.person)
    return view


def _lost(catalog: Catalog, weeks: tuple[Period, ...]) -> list[str]:
    """What the address asks of the filters and nobody knows: their widgets drop it, so it is read before them."""
    known = {axis.id: (axis.label, set(labels_of(axis.values).values())) for axis in catalog.dimensions}
    known[links.WEEK_PARAMETER] = ("Week", {week.text() for week in weeks})
    known[PERSONA_KEY] = ("Persona", {EVERYONE, *labels_of(one.label for one in catalog.personas).values()})
    asked = ((name, value) for name in known for value in st.query_params.get_all(name))
    return [f"{known[name][0]} “{value}”" for name, value in asked if value and value not in known[name][1]]


def _week(weeks: tuple[Period, ...], default: Period) -> Period:
    newest_first = weeks[::-1]
    chosen: Period = st.selectbox(
        "Week",
        newest_first,
        index=newest_first.index(default),
        format_func=Period.text,
        key=links.WEEK_PARAMETER,
        bind="query-params",
        label_visibility="collapsed",
        width=180,
    )
    return chosen


def _values(axis: Axis) -> list[str]:
    labels = labels_of(axis.values)
    return st.multiselect(
        plain(axis.label),
        axis.values,
        format_func=lambda value: labels.get(value, value),
        placeholder=typed(f"{axis.label}: {'all' if len(axis.values) > 1 else axis.values[0]}"),
        key=axis.id,
        bind="query-params",
        label_visibility="collapsed",
        width=160,
    )


def _persona(catalog: Catalog) -> Filters:
    if not catalog.personas:
        return Filters()
    rules = {persona.label: persona.rule for persona in catalog.personas}
    labels = labels_of([EVERYONE, *rules])
    chosen = st.selectbox(
        "Persona",
        list(labels),
        format_func=lambda label: labels.get(label, label),
        key=PERSONA_KEY,
        bind="query-params",
        label_visibility="collapsed",
        width=160,
    )
    return rules.get(chosen, Filters())


def _narrowed(filters: Filters, catalog: Catalog) -> tuple[Filters, dict[str, str], list[str]]:
    """The filters narrowed to the slice in the address; what it names and nobody knows is reported."""
    known = {axis.id: axis for axis in catalog.axes}
    where: dict[str, str] = {}
    unknown: list[str] = []
    for axis, value in links.slice_in_address():
        if axis in known and value in known[axis].values and axis not in where:
            filters = filters.narrowed(axis, value)
            where[axis] = value
        else:
            unknown.append(f"{axis} “{value}”" if value else f"“{axis}”")
    return filters, where, unknown


def _metric(catalog: Catalog) -> tuple[Metric, list[str]]:
    asked = links.parameter(links.METRIC_PARAMETER)
    known = {metric.id: metric for metric in catalog.metrics}
    if asked is None or asked in known:
        return known[asked] if asked else catalog.headline_metric, []
    return catalog.headline_metric, [f"metric “{asked}”"]
