"""The parts of the Competitors page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import links
from components.charts import grammar as g
from components.charts import rank as rank_chart
from components.charts import rival_lines, rivals
from components.draw import draw
from components.messages import ignored
from components.rival_words import (
    change_gap,
    change_words,
    gap_lines,
    gap_words,
    lead_words,
    not_by,
    notes,
    source_row,
)
from components.tables import table
from components.text import key_of, labels_of, plain
from data_sources.competition import LEVELS, Competition, competition
from data_sources.rival_places import Place
from data_sources.view import View
from metrics.catalog import Axis
from metrics.estimate import Verdict
from metrics.kinds import UNSTATED, WHY
from metrics.metric import Better, Metric
from metrics.rank import HOW
from metrics.words import plural

STEP_WORDS = {3: "quarter", 12: "year"}
METRIC_KEY, RIVAL_KEY, KIND_KEY, LEVEL_KEY = "kpi", "rival", "figure_kind", "level"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the viewer chose on this page: a metric, how far back, and the competition that follows."""

    metric: Metric
    level: str
    found: Competition


def configured(view: View) -> bool:
    """Whether competitors' figures are configured at all."""
    return "benchmarks" in view.room.datasets


def choices(view: View) -> Choice:
    """The page's own controls in one row; the address holds them, and what it asks for in vain is said. A kind is asked
    for only where there are several."""
    asked = {key: links.parameter(key) for key in (METRIC_KEY, LEVEL_KEY, KIND_KEY, RIVAL_KEY)}
    known: dict[str, Sequence[str]] = {METRIC_KEY: list(labels_of(_metric_labels(view)).values())}
    with st.container(horizontal=True, vertical_alignment="bottom", key="competition_choices"):
        metric = _metric(view)
        level = LEVELS[0]
        if configured(view):
            known[LEVEL_KEY] = LEVELS
            level = st.segmented_control(
                "Period", LEVELS, default=LEVELS[0], key=LEVEL_KEY, bind="query-params", required=True, wrap=True,
                label_visibility="collapsed",
            )  # fmt: skip
        found = competition(view, metric, level=level)
        if len(found.kinds) > 1:
            known[KIND_KEY] = list(labels_of(kind or UNSTATED for kind in found.kinds).values())
            found = competition(view, metric, _kind(found), level=level)
        names = sorted(rival.name for rival in found.rivals)
        if len(names) > 1:
            labels = labels_of(names)
            known[RIVAL_KEY] = list(labels.values())
            chosen = st.selectbox(
                "Rival", names, index=names.index(found.chosen), format_func=lambda name: labels.get(name, name),
                key=RIVAL_KEY, bind="query-params", width=220,
            )  # fmt: skip
            if chosen != found.chosen:
                found = competition(view, metric, found.kind if len(found.kinds) > 1 else None, chosen, level)
    ignored([f"{key} “{asked[key]}”" for key in known if asked[key] and asked[key] not in known[key]])
    if len(found.kinds) > 1:
        st.caption(WHY)
    return Choice(metric, level, found)


def _metric_labels(view: View) -> list[str]:
    """KPIs first, then the metrics that only benchmarks hold."""
    every = (*view.catalog.metrics, *view.catalog.benchmark_metrics)
    return list(dict.fromkeys(metric.label for metric in every))


def _metric(view: View) -> Metric:
    known = {metric.label: metric for metric in (*view.catalog.benchmark_metrics, *view.catalog.metrics)}
    names = _metric_labels(view)
    labels = labels_of(names)
    chosen = st.selectbox(
        "Metric", names, index=names.index(view.metric.label), format_func=lambda name: labels.get(name, name),
        key=METRIC_KEY, bind="query-params", width=220,
    )  # fmt: skip
    return known.get(chosen or "", view.metric)


def _kind(found: Competition) -> str:
    words = {kind or UNSTATED: kind for kind in found.kinds}
    shown, labels = list(words), labels_of(words)
    index = shown.index(found.kind or UNSTATED)
    chosen = st.selectbox(
        "Kind of figure", shown, index=index, format_func=lambda one: labels.get(one, one), key=KIND_KEY,
        bind="query-params", width=220,
    )  # fmt: skip
    return words.get(chosen or "", found.kind)


def standings(view: View, found: Competition) -> None:
    """Us among the competitors, best first, each with its interval; the gaps that matter in words."""
    if found.refusal:
        st.info(plain(found.refusal))
    if not found.rivals:
        return
    picked = draw(rivals.chart(found.metric, _dots(found), "us and competitors"), "rivals", on_select=True)
    if picked and found.metric in view.catalog.metrics:
        links.go(links.METRIC, links.metric_link(found.metric.id, view.slice_where))
    for line in gap_lines(found):
        st.markdown(f"- {plain(line)}")
    for note in notes(found):
        st.caption(plain(note[:1].upper() + note[1:]))
    if found.unstated:
        st.caption("Kind not stated on one side: nobody can tell whether the figures ask the same people.")
    if found.from_study:
        st.caption("Ours is the benchmark’s own figure of us, so that like is held against like.")
    if found.metric in view.catalog.metrics:
        links.opener(
            plain(f"Our {found.metric.label}, week by week"), links.METRIC,
            links.metric_link(found.metric.id, view.slice_where), key="open_our_metric",
        )  # fmt: skip


def _dots(found: Competition) -> list[rivals.Dot]:
    """Ours in its place among theirs. Figures of another kind leave ours out: they are no line of one picture."""
    refused = bool(found.refusal)
    dots = [
        rivals.Dot(
            one.name, one.side.estimate, lead_words(one, refused),
            ink=rivals.ink_of(one.verdict, one.direction), notes="; ".join(one.side.marks),
        )
        for one in found.rivals
    ]  # fmt: skip
    if refused:
        return dots
    ours = found.ours.estimate
    mine = rivals.Dot(found.ours.name, ours, "us" if ours.value is not None else "ours too few", g.US, g.US)
    return sorted([mine, *dots], key=lambda dot: _order(found.metric, dot))


def _order(metric: Metric, dot: rivals.Dot) -> tuple[bool, float]:
    value = dot.estimate.value
    sign = -1.0 if metric.improves(1.0) else 1.0
    return value is None, sign * (value or 0.0)


def rank(found: Competition) -> None:
    """How likely each place is, and how that was worked out."""
    if found.ranks is None:
        st.caption("No rank: it needs our own number and at least one competitor’s that is neither stale nor too few.")
        return
    draw(rank_chart.chart(found.ranks, found.ours.name))
    st.caption(HOW)
    if found.ranks.fixed:
        st.caption(plain(f"Entered as fixed values, their n is not stated: {', '.join(found.ranks.fixed)}."))
    left_out = [one.name for one in found.rivals if one.name not in found.ranks.names]
    if left_out:
        st.caption(plain(f"Not ranked, stale or too few: {', '.join(left_out)}."))


def over_time(view: View, found: Competition) -> None:
    """Every company by month, and the months in which the order changed beyond chance."""
    if found.lines and any(found.lines.values()):
        draw(rival_lines.chart(found.metric, found.lines, found.ours.name, found.chosen))
        if found.step > 1:
            st.caption(f"By {STEP_WORDS[found.step]}: a month has too few answers to show more than chance.")
    else:
        st.caption("No figures over time.")
    for change in found.changes:
        said = f"{change_words(found.metric, change, view.week.last_day)} {change_gap(found.metric, change)}"
        st.markdown(f"- {plain(said)} · signal")
    if not_by(found) and not found.changes:
        st.caption(plain(f"Changes of order are not looked for here: these figures are {not_by(found)}."))
    elif not found.changes and not found.refusal and found.rivals:
        st.caption("No lead has changed hands beyond chance in the last twelve months of figures.")


def where(view: View, found: Competition) -> None:
    """The chosen competitor by every axis that the benchmark records; a click narrows our metric to that place."""
    if not found.where:
        st.caption("These figures are recorded for the whole only: no product, no touchpoint to compare.")
        return
    if found.places:
        better = "Left" if found.metric.better is Better.LOWER else "Right"
        tested = plural(found.places, "place")
        st.caption(plain(f"Ours minus {found.chosen}’s; {tested} tested at once. {better} of zero, we are better."))
    if not_by(found):
        st.caption(plain(f"Theirs are figures for all: {not_by(found)}."))
    for axis, places in found.where:
        st.markdown(f"**{plain(axis.label)}**")
        if all(place.rival.gap.value is None for place in places):
            st.caption(plain(f"Too few answers, ours or {found.chosen}’s, to compare any one of these."))
            continue
        dots = [_place_dot(place) for place in places]
        picked = draw(rivals.chart(found.metric, dots, f"our gap to {found.chosen} by {axis.label}", gaps=True),
                      f"gaps_{axis.id}", on_select=True)  # fmt: skip
        if picked:
            _open(view, found.metric, axis, str(picked[0]["where"]))
        with st.container(horizontal=True, gap="small", key=f"place_links_{axis.id}"):
            for place in places:
                _place_link(view, found.metric, axis, place)


def _place_dot(place: Place) -> rivals.Dot:
    rival = place.rival
    role = g.role_of(rival.verdict, rival.direction)
    words = "too few to show" if rival.gap.value is None else lead_words(rival)
    role = g.US if rival.verdict is not Verdict.SIGNAL else role
    notes_said = "; ".join(rival.side.marks)
    return rivals.Dot(place.value, rival.gap, words, role, rivals.ink_of(rival.verdict, rival.direction), notes_said)


def _place_link(view: View, metric: Metric, axis: Axis, place: Place) -> None:
    if metric not in view.catalog.metrics:
        return
    ours, theirs = place.ours, place.rival.side.estimate
    said = f"ours {metric.text(ours.value)}, theirs {metric.text(theirs.value)}: {gap_words(metric, place.rival.gap)}"
    if st.button(plain(place.value), type="tertiary", key=f"place_{axis.id}_{key_of(place.value)}", help=plain(said)):
        _open(view, metric, axis, place.value)


def _open(view: View, metric: Metric, axis: Axis, value: str) -> None:
    if metric in view.catalog.metrics:
        links.go(links.METRIC, links.metric_link(metric.id, {**view.slice_where, axis.id: value}))


def sources(found: Competition) -> None:
    """Who published each figure, of what kind, when, on how many answers, and what limits it."""
    if not found.rivals:
        return
    mine = [] if found.refusal else [source_row(found.metric, found.ours, None, found.level)]
    rows = [source_row(found.metric, one.side, one.gap, found.level) for one in found.rivals]
    table([*mine, *rows], "Where each figure comes from.")
