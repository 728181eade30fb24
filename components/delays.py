"""Promised day against actual day: the share that comes late and what each day of delay costs."""

from __future__ import annotations

import streamlit as st

from components.charts import delay_cost
from components.draw import draw
from components.text import plain
from data_sources.delays import delays
from data_sources.view import View
from metrics.delays import CAP, FIRST_WEEK, Delays
from metrics.estimate import Estimate, Verdict
from metrics.metric import Metric

CALENDAR = (
    "Late is counted by calendar day: what came on the promised day came in time, whatever the hour. Over the year up "
    f"to this week; the line is fitted to the single answers of days 1 to {FIRST_WEEK}. An association, not proof: "
    "what comes late may differ in other ways."
)


def delay_panel(view: View) -> None:
    """The chosen KPI by day of delay. Raises NotConfigured, NotFilterable, Unavailable."""
    found = delays(view, view.metric)
    if not found.n:
        st.info("No answer of the last year has both a promised and an actual day.")
        return
    st.markdown(plain(sentence(found)))
    st.markdown(plain(share_words(found)))
    draw(delay_cost.chart(found))
    st.caption(plain(" ".join(part for part in (CALENDAR, overall_words(found)) if part)))


def sentence(found: Delays) -> str:
    """ "What came late scores 2.27 against 4.28 in time, −2.01 (−2.11 to −1.91); every further day late goes with −0.12
    (−0.14 to −0.10)." """
    metric, step, slope = found.metric, found.step, found.slope
    if step.value is None:
        return f"Too few answers on what came late to say what it costs: n {found.late.n or 0:,}."
    late, in_time = metric.text(found.late.value), metric.text(found.in_time.value)
    apart = f"{metric.text_change(step.value)}{_interval(metric, step.lower, step.upper)}"
    said = f"{metric.label} of what came late is {late} against {in_time} in time: {apart}"
    if slope.value is None:
        return f"{said}. Too few late days to say what each of them costs."
    if found.verdict is not Verdict.SIGNAL:
        amount = _change(metric, slope.value)
        limits = _interval(metric, slope.lower, slope.upper, finer=True)
        return f"{said}; how many days late makes no difference that can be told apart, {amount} a day{limits}."
    cost = "costs" if not metric.improves(slope.value) else "goes with a gain of"
    return f"{said}; in the first week every further day late {cost} {_amount(metric, slope)}{_later(found)}."


def _later(found: Delays) -> str:
    later = found.later
    return "" if later.value is None else f", and what comes later than that scores {found.metric.text(later.value)}"


def overall_words(found: Delays) -> str:
    """The slope over the whole month, which a straight line seldom fits; "" without one."""
    metric, overall = found.metric, found.overall
    if overall.value is None or overall.lower is None or overall.upper is None:
        return ""
    change, limits = _change(metric, overall.value), _interval(metric, overall.lower, overall.upper, finer=True)
    return f"Over days 1 to {CAP - 1} as one straight line: {change} a day{limits}."


def _amount(metric: Metric, slope: Estimate) -> str:
    """A slope without its sign, its limits turned with it: "0.12 (0.10 to 0.14)"."""
    ends = sorted(abs(end) for end in (slope.lower, slope.upper) if end is not None)
    amounts = [_change(metric, amount).lstrip("+") for amount in (abs(slope.value or 0.0), *ends)]
    return f"{amounts[0]} ({amounts[1]} to {amounts[2]})"


def share_words(found: Delays) -> str:
    """ "6.4 % came late (6.1 to 6.9), 936 of 14,518 answers." """
    share, n = found.share_late, found.late.n or 0
    if share.value is None or share.lower is None or share.upper is None:
        return f"{n:,} of {found.n:,} came late."
    return (
        f"{share.value:.1f}\u202f% of {found.n:,} answers are about what came late "
        f"({share.lower:.1f} to {share.upper:.1f}\u202f%, n {n:,})."
    )


def _interval(metric: Metric, lower: float | None, upper: float | None, *, finer: bool = False) -> str:
    if lower is None or upper is None:
        return ""
    say = _change if finer else Metric.text_change
    return f" ({say(metric, lower)} to {say(metric, upper)})"


def _change(metric: Metric, change: float) -> str:
    """A change a day, with one digit more than the metric: a day is small beside the whole."""
    return metric.text_change(change, max(1, metric.decimals))
