"""The parts of the journey page on feelings: the emotional curve, feelings over time, the words at each stage."""

from __future__ import annotations

import streamlit as st

from components import links
from components.charts import emotion_by_stage as by_stage_chart
from components.charts import emotion_over_time as over_time_chart
from components.draw import draw
from components.reading import evidence_words, value_words, verdict_words
from components.tables import table
from components.text import key_of, plain
from data_sources.errors import NotConfigured
from data_sources.feelings import remembered_of
from data_sources.stage_feelings import feelings_over_time, stage_feelings, stages_of
from data_sources.stage_words import Side, StageWords, telling_stage
from data_sources.stage_words import stage_words as words_of
from data_sources.view import View
from metrics.estimate import Direction, Estimate, Verdict
from metrics.metric import Metric
from metrics.remembered import APART, FEELING, Remembered
from metrics.slices import STAGE
from metrics.stage_feelings import FeelingsOverTime, StageFeelings

WORDS_KEY = "stage_words"
LEVEL = {Direction.CONCERN: "worse than", Direction.IMPROVEMENT: "better than", Direction.NONE: "much like"}


def emotion_by_stage(view: View) -> None:
    """The curve over the stages, its peak and its end, what is hoped for; below it what is remembered."""
    feelings = stage_feelings(view)
    picked = draw(by_stage_chart.chart(feelings), on_select=True)
    if picked:
        _open(view, feelings.metric, str(picked[0]["where"]))
    st.caption(plain(_curve_words(feelings)))
    st.caption("Open a stage")
    with st.container(horizontal=True, gap="small", key="emotion_links"):
        for it in feelings.stages:
            words = f"{value_words(it.reading)} ({verdict_words(it.reading)}) · {evidence_words(it.reading)}"
            if st.button(plain(it.stage), type="tertiary", key=f"emotion_stage_{key_of(it.stage)}", help=plain(words)):
                _open(view, feelings.metric, it.stage)
    _remembered(view, feelings.metric)


def emotion_over_time(view: View) -> None:
    """Half a year of weeks, one lane a stage; only the newest week carries a verdict."""
    feelings = feelings_over_time(view)
    picked = draw(over_time_chart.chart(feelings), on_select=True)
    if picked:
        _open(view, feelings.metric, str(picked[0]["where"]))
    st.caption(plain(_time_words(feelings)))


def stage_words(view: View, metric: Metric) -> None:
    """What the happiest and the unhappiest customers say at a stage; each word opens its comments."""
    stage = _stage_choice(view, metric)
    found = words_of(view, metric, stage)
    if not found.by_score:
        st.caption(plain(f"The comments do not carry {metric.label}: nobody knows whose are the happy ones."))
        return
    if found.hidden:
        needed = view.catalog.thresholds.show_comments
        st.info(f"Too few answers to read their comments: at least {needed} are needed. Widen the filters.")
        return
    for column, side in zip(st.columns(2, gap="large"), (found.happy, found.unhappy), strict=True):
        with column:
            _side(view, metric, stage, side, found)
    st.caption(plain(_method_words(found)))


# -- the curve ----------------------------------------------------------------------------------------------------


def _open(view: View, metric: Metric, stage: str) -> None:
    links.go(links.METRIC, links.metric_link(metric.id, {**view.slice_where, STAGE: stage}))


def _curve_words(feelings: StageFeelings) -> str:
    """Which metric this is, what peak and end are, and what limits the hopes."""
    said = [f"{feelings.metric.label} this week, with 95 % intervals."]
    if feelings.stands_in:
        said = [f"No metric asks for the feeling itself, so this is {feelings.metric.label} this week."]
    if feelings.peak is not None:
        said.append("Peak: the stage furthest from the middle of the scale. End: the last stage with enough answers.")
    if any(it.hoped.value is not None for it in feelings.stages):
        notes = f" ({'; '.join(feelings.notes)})" if feelings.notes else ""
        said.append(f"Dotted: what customers hope for{notes}.")
    return " ".join(said)


def _time_words(feelings: FeelingsOverTime) -> str:
    """How to read the lanes, and why only their last point may be a signal."""
    metric = feelings.metric
    low, high, middle = (
        metric.text(value) for value in (*over_time_chart.extent(feelings), over_time_chart.middle(metric))
    )
    return (
        f"{metric.label} by week, every stage on the same scale from {low} to {high}; the thin line is {middle}. "
        "Weeks with too few answers are gaps. Only this week is judged, among all slices scanned: older weeks carry no "
        "verdict."
    )


# -- what is remembered -------------------------------------------------------------------------------------------


def _remembered(view: View, metric: Metric) -> None:
    """Peak–end beside the plain mean; where it cannot be told, one sentence says why."""
    st.subheader("What is remembered, beside what was lived", anchor=False)
    try:
        found = remembered_of(view, metric)
    except NotConfigured as missing:
        st.info(plain(str(missing)))
        return
    if found.apart.value is None:
        st.caption(f"Too few customers with two or more answers in twelve weeks: {view.fewest} are needed.")
        return
    low_n = view.catalog.thresholds.low_n
    st.markdown(plain(_remembered_words(found)))
    table([
        _remembered_row("Peak–end: the strongest moment and the last", FEELING, found.peak_end, low_n),
        _remembered_row("Plain mean of all moments", FEELING, found.mean, low_n),
        {**_remembered_row("Difference, customer by customer", APART, found.apart, low_n), "Verdict": _verdict(found)},
    ])  # fmt: skip
    st.caption(
        plain(
            f"{metric.label} on 1 to 7, customers with at least two answers in the last twelve weeks. Peak–end is a "
            "heuristic for what people remember, not a measurement of memory."
        )
    )


def _remembered_words(found: Remembered) -> str:
    end, mean = FEELING.text(found.peak_end.value), FEELING.text(found.mean.value)
    return f"Remembered as {end}, {LEVEL[found.direction]} the {mean} that was lived on average (of 7)."


def _remembered_row(name: str, metric: Metric, estimate: Estimate, low_n: int) -> dict[str, str]:
    say = _change if metric is APART else metric.text
    interval = "–" if estimate.lower is None else f"{say(estimate.lower)} to {say(estimate.upper)}"
    return {
        "Feeling, 1–7": name, "Value": say(estimate.value), "95 % interval": interval,
        "Customers": f"{estimate.n:,}{' · low n' if (estimate.n or 0) < low_n else ''}", "Verdict": "",
    }  # fmt: skip


def _change(value: float | None) -> str:
    """A difference of feelings in hundredths: they are small, and an interval that ends at 0 must not hide it."""
    return APART.text_change(value, 2)


def _verdict(found: Remembered) -> str:
    if found.verdict is not Verdict.SIGNAL:
        return found.verdict.value
    return f"{found.verdict.value}: {found.direction.value}"


# -- words --------------------------------------------------------------------------------------------------------


def _stage_choice(view: View, metric: Metric) -> str:
    """Which stage; "" where there is none to choose."""
    stages = stages_of(view)
    if not stages:
        return ""
    chosen = st.segmented_control(
        "Stage",
        stages,
        format_func=plain,
        default=telling_stage(view, metric),
        key=WORDS_KEY,
        bind="query-params",
        required=True,
        wrap=True,
        label_visibility="collapsed",
    )
    return chosen or stages[0]


def _side(view: View, metric: Metric, stage: str, side: Side, found: StageWords) -> None:
    st.markdown(f"**{plain(side.band.label)}**")
    if not side.words:
        st.caption("No word that they use more often than the others, beyond chance.")
    where = {**view.slice_where, STAGE: stage} if stage else view.slice_where
    with st.container(key=f"words_of_{side.band.id}", gap="xxsmall"):
        for place, word in enumerate(side.words):
            link = links.voices_link(metric.id, where, search=word.search, band=side.band.label, weeks=found.weeks)
            label = f"{plain(word.text)} · {word.count:,} of {side.of:,} comments"
            links.opener(label, links.VOICES, link, key=f"word_{side.band.id}_{place}")


def _method_words(found: StageWords) -> str:
    read = sum(side.read for side in (found.happy, found.unhappy))
    of = sum(side.of for side in (found.happy, found.unhappy))
    drawn = f" Found in a random {read:,} of {of:,} comments, then counted in all." if read < of else ""
    return (
        f"Words of the last {found.weeks} weeks that one side's comments hold more often than the other's: log-odds "
        f"with a prior, {found.compared:,} words compared together. A word finds all that begin with it.{drawn}"
    )
