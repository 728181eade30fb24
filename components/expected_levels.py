"""Expectations over time, and what the company promises and believes against what customers perceive."""

from __future__ import annotations

import streamlit as st

from components.charts import expectation_trend as trend_chart
from components.draw import draw
from components.expected_words import change_interval, verdict_words
from components.text import plain
from data_sources.expectation_report import ExpectationReport
from data_sources.view import View
from metrics.estimate import Verdict
from metrics.expectation import Gap, Item
from metrics.expectation_trend import LevelTrend
from metrics.figures import PROMISED, SELF
from metrics.words import plural

NO_TREND = "Targets stand still: a trend needs [expectations] in cx.toml, asked more than once."
NO_PROMISE = (
    "Nothing is promised or self-scored yet: give rows of [expectations] the level “promised” (what the company says "
    "it gives) or “self” (what its people believe it gives), and they are held against what customers perceive."
)


def trend(view: View, report: ExpectationReport) -> None:
    """The chosen item's levels over time, ours beside them, and whether they moved within a year."""
    trends = [each for each in report.trends.get(view.metric.id, ()) if each.points]
    if not trends:
        st.caption(NO_TREND)
        return
    draw(trend_chart.chart(view.metric, trends, report.ours.get(view.metric.id, ())))
    for each in trends:
        st.markdown(f"- {plain(trend_words(each))}")
    if report.trends_tested:
        st.caption(f"{plural(report.trends_tested, 'yearly change')} of levels tested together.")


def trend_words(each: LevelTrend) -> str:
    """ "Hoped for: 46, −2 on a year before (−8 to +4): routine." """
    metric, name = each.metric, each.label.capitalize()
    newest = metric.text(each.points[-1][1].value)
    if each.change.value is None or each.before is None:
        why = "no figure of a year before" if each.before is None else "too few answers to compare"
        return f"{name}: {newest}; {why}."
    interval = change_interval(metric, each.change)
    said = f"({interval})" if interval else "(no interval: n not stated)"
    verdict = "signal: expectations moved" if each.verdict is Verdict.SIGNAL else "routine, the usual to and fro"
    return f"{name}: {newest}, {metric.text_change(each.change.value)} on a year before {said}; {verdict}."


def promises(report: ExpectationReport) -> None:
    """What is promised and what is believed against what is perceived."""
    held = [(item, gap) for item in report.items for gap in (item.gap_to(PROMISED), item.gap_to(SELF)) if gap]
    if not held:
        st.caption(NO_PROMISE)
        return
    for item, gap in held:
        st.markdown(f"- {plain(promise_words(item, gap))}")


def promise_words(item: Item, gap: Gap) -> str:
    """ "We promise 60 on Ease; customers perceive 28: 32 short (…)." """
    metric, found = item.metric, gap.gap
    ours = "We promise" if gap.expected.level == PROMISED else "We believe we give"
    level = metric.text(gap.expected.estimate.value)
    if found.value is None:
        return f"{ours} {level} on {metric.label}; too few answers to hold it against."
    interval = change_interval(metric, found) or "no interval: n not stated"
    change = metric.text_change(found.value)
    return (
        f"{ours} {level} on {metric.label}; customers perceive {metric.text(item.perception.value)}: "
        f"{change} ({interval}), {verdict_words(gap)}."
    )
