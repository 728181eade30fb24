"""The parts of the metric page that are words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts.process_behaviour import Against
from components.charts.process_behaviour import chart as process_behaviour_chart
from components.draw import Ready, ready
from components.reading import evidence_words, value_words
from components.tables import show, shown
from components.text import plain
from data_sources.metric_report import MetricReport
from data_sources.view import View
from metrics.comparators import COMPETITOR, EXPECTATION
from metrics.estimate import Assurance, Comparator, Direction, Verdict
from metrics.limits import ProcessBehaviour
from metrics.metric import Metric
from metrics.review import Reading

ASSURANCE = {
    Assurance.WILL_MEET: "the present process will consistently meet it",
    Assurance.WILL_MISS: "the present process will consistently miss it",
    Assurance.HIT_AND_MISS: "the present process meets it in some weeks and misses it in others, by chance",
    Assurance.UNKNOWN: "too few weeks to say whether the present process meets it",
}

COMPARED_ON = (
    (COMPETITOR, "Competitors", links.COMPETITORS),
    (EXPECTATION, "Expectations", links.EXPECTATIONS),
)
"""Where each kind of comparator is told in full."""


def metric_choice(view: View, metrics: Sequence[Metric] | None = None, *, stay: bool = False) -> None:
    """The other KPIs (or these `metrics`), one click away; the address holds which one it is. With `stay` the page
    stays and its other parameters with it, otherwise the metric page opens."""
    offered = view.catalog.metrics if metrics is None else metrics
    labels = {metric.id: plain(metric.label) for metric in offered}
    chosen = st.segmented_control(
        "KPI",
        list(labels),
        format_func=lambda metric: labels[metric],
        default=view.metric.id,
        key=f"metric_choice_{view.metric.id}",
        label_visibility="collapsed",
        required=True,
        wrap=True,
    )
    if chosen and chosen != view.metric.id:
        links.stay(chosen) if stay else links.go(links.METRIC, links.metric_link(chosen, view.slice_where))


def sentence(report: MetricReport) -> str:
    """ "NPS is 31, 9 below its usual 40: a concern." """
    reading, metric = report.reading, report.metric
    if reading.estimate.value is None or reading.verdict in (Verdict.TOO_FEW, Verdict.STALE):
        return f"{metric.label}: {value_words(reading)}, {reading.why}."
    level = f"{metric.label} is {metric.text(reading.estimate.value)}"
    if reading.verdict is Verdict.SIGNAL:
        word = "an improvement" if reading.direction is Direction.IMPROVEMENT else "a concern"
        return f"{level}, {_against_usual(reading)}: {word}."
    return f"{level}, {reading.why}."


def _against_usual(reading: Reading) -> str:
    metric, change = reading.metric, reading.change.value or 0.0
    side = "above" if change > 0 else "below"
    amount = metric.text_change(abs(change)).lstrip("+")
    return f"{amount} {side} its usual {metric.text(reading.usual.value)}"


def weeks_chart(view: View, report: MetricReport) -> Ready:
    """The weeks inside their limits with all they are held against, made once for all who look at the report."""

    def drawn() -> Ready:
        against = Against(report.estimates, report.rival, report.rival_series, report.expected_series, report.events)
        return ready(process_behaviour_chart(report.metric, report.chart, report.periods, against))

    return view.made_of(f"weeks chart {report.metric.id}", report, drawn)


def evidence(report: MetricReport) -> str:
    """Interval and n, the reason of the verdict and the owner."""
    owner = f"owner: {report.metric.owner}" if report.metric.owner else ""
    return " · ".join(part for part in (evidence_words(report.reading), report.reading.why, owner) if part)


def patterns(report: MetricReport) -> None:
    """What the chart's rules found in the last quarter, the limits in numbers, and the assurance."""
    st.markdown(plain(_limits_words(report)))
    for pattern in report.patterns:
        st.markdown(f"- {plain(pattern)}")
    if not report.patterns:
        st.markdown("No pattern in the last quarter: what moved is the usual to and fro.")
    elif report.reading.verdict is not Verdict.SIGNAL:
        st.caption(
            f"These patterns are of this chart alone. Among {report.looked_at:,} slices scanned this week none is "
            "strong enough to be called a signal of the whole."
        )


def event_list(view: View, report: MetricReport) -> None:
    """What changed at each declared event: the quarter after it against the quarter before."""
    for line in view.made_of(f"event lines {report.metric.id}", report, lambda: _event_lines(report)):
        st.markdown(line)
    if report.effects:
        st.caption("Up to a quarter after an event against up to a quarter before: an association, not a proof.")


def _event_lines(report: MetricReport) -> list[str]:
    metric = report.metric
    lines = []
    for effect in report.effects:
        low, high = metric.text_change(effect.change.lower), metric.text_change(effect.change.upper)
        before, after = metric.text(effect.before.value), metric.text(effect.after.value)
        change = f"{metric.text_change(effect.change.value)} ({low} to {high})"
        said = f"{effect.event.label}, {effect.event.day.day} {effect.event.day:%b %Y}: {before} → {after}, {change}"
        lines.append(f"- {plain(said)} · {effect.verdict.value}")
    return lines


def _limits_words(report: MetricReport) -> str:
    chart: ProcessBehaviour = report.chart
    metric = report.metric
    if chart.mean_range is None:
        return "Too few weeks for natural limits yet: at least six are needed."
    low, centre, high = (float(line[-1]) for line in (chart.lower, chart.centre, chart.upper))
    trial = " (trial limits: fewer than twelve weeks)" if chart.trial else ""
    return f"Usual weeks lie between {metric.text(low)} and {metric.text(high)}, around {metric.text(centre)}{trial}."


def comparator_list(view: View, report: MetricReport) -> None:
    """Own past, competitors and expectation, each with gap, interval, source and date."""
    metric = report.metric
    if report.comparators:
        rows = (_comparator_row(metric, comparator) for comparator in report.comparators)
        show(view.made_of(f"comparator table {metric.id}", report, lambda: shown(rows)))
    else:
        st.caption("Nothing yet: no earlier week, no competitor and no expectation to hold it against.")
    kinds = {comparator.kind for comparator in report.comparators}
    with st.container(horizontal=True, gap="small", key="comparator_pages"):
        for kind, label, page in COMPARED_ON:
            if kind in kinds:
                link = links.metric_link(metric.id, view.slice_where)
                links.opener(label, page, link, key=f"open_{page}")
    if metric.target is not None:
        st.caption(plain(f"Target {metric.text(metric.target)}: {ASSURANCE[report.assurance]}."))


def _comparator_row(metric: Metric, comparator: Comparator) -> dict[str, str]:
    gap, theirs = comparator.gap, comparator.theirs
    interval = "–"
    if gap.lower is not None and gap.upper is not None:
        interval = f"{metric.text_change(gap.lower)} to {metric.text_change(gap.upper)}"
    dated = f"{comparator.as_of:%b %Y}" if comparator.as_of else ""
    return {
        "Against": comparator.label,
        "Theirs": metric.text(theirs.value),
        "Gap": metric.text_change(gap.value),
        "95 % interval": interval,
        "n": "–" if theirs.n is None else f"{theirs.n:,}",
        "Verdict": comparator.verdict.value,
        "From": ", ".join(part for part in (comparator.source, dated, comparator.note) if part),
    }


def definition(report: MetricReport) -> None:
    """What was asked and how it is counted."""
    if report.metric.definition:
        st.caption(plain(report.metric.definition))
