"""Feelings over time, stage by stage: one small picture a stage, one below the other on one scale."""

from __future__ import annotations

from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from components.reading import interval_words, verdict_words
from metrics.estimate import Estimate, Verdict
from metrics.metric import Metric
from metrics.periods import Period
from metrics.stage_feelings import FeelingsOverTime, StageFeeling

LANE = 64
"""Pixels a stage: its name above its line."""
PLOT = 0.62
"""Of a lane, what the line may fill; the rest is for the name."""
NAME_LIMIT = 180
"""Pixels of a stage's name, which shares its line with the newest value: half a phone."""
SCHEMA = schema(text="part role where text when range n verdict stage", numbers="value", times="time")


def chart(feelings: FeelingsOverTime) -> Chart:
    """One lane a stage, in order; a click picks {"where": stage}."""
    data = table(feelings)
    height = LANE * max(1, len(feelings.newest)) + g.AXIS_ROOM
    return Chart(spec(), data, alt_sentence(feelings), height, "emotion_over_time", partial(_behind, data))


@lru_cache
def spec() -> Spec:
    """The picture of any metric and any number of stages: a value is drawn at its place in its stage's lane."""
    base = g.base()
    x = alt.X("time:T", axis=g.week_axis())
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=False, nice=False))

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    tips = [
        alt.Tooltip("stage:N", title="Stage"),
        alt.Tooltip("when:N", title="Week"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    layers = alt.layer(
        only("edge").mark_point(opacity=0).encode(y=y),
        only("middle").mark_rule(strokeWidth=1).encode(
            x=alt.value(0), x2=alt.value("width"), y=y, color=g.in_role(g.RULE)
        ),
        only("week")
        .mark_line(strokeWidth=2, invalid="break-paths-show-path-domains")
        .encode(x=x, y=y, detail="where:N", color=g.in_role(g.US)),
        only("week").mark_point(filled=True, size=12, opacity=1).encode(x=x, y=y, color=g.in_role(g.US)),
        only("newest").mark_point(filled=True, size=90, opacity=1).encode(
            x=x, y=y, color=g.by_role("role"), shape=g.shape()
        ),
        only("name").mark_text(
            align="left", baseline="middle", fontSize=g.TEXT_SIZE, fontWeight=600, limit=NAME_LIMIT
        ).encode(
            x=alt.value(0), y=y, text="text:N", color=g.in_role(g.EXPECTATION)
        ),
        only("label").mark_text(align="right", baseline="middle", fontSize=g.TEXT_SIZE).encode(
            x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")
        ),
        only("week")
        .mark_point(filled=True, size=160, opacity=0, cursor="pointer")
        .encode(x=x, y=y, tooltip=tips)
        .add_params(g.picker(["where"])),
    )  # fmt: skip
    return g.finished(layers)


def table(feelings: FeelingsOverTime) -> pa.Table:
    """One row a stage and week, each stage's name and newest value, and the edges of its lane. The first stage is on
    top; `value` counts lanes."""
    low, high = extent(feelings)
    metric, neutral = feelings.metric, middle(feelings.metric)
    rows: list[Row] = []
    for i, (it, estimates) in enumerate(zip(feelings.newest, feelings.estimates, strict=True)):
        floor = float(len(feelings.newest) - 1 - i)

        def place(value: float, floor: float = floor) -> float:
            return floor + PLOT * ((value - low) / (high - low) if high > low else 0.5)

        rows += [{"part": "edge", "value": floor}, {"part": "edge", "value": floor + 1}]
        rows.append({"part": "middle", "value": place(neutral)})
        for week, estimate in zip(feelings.weeks, estimates, strict=True):
            value = None if estimate.value is None else place(estimate.value)
            rows.append({**_week(feelings, it, week, estimate), "value": value})
        role = _role(it)
        last = estimates[-1].value if estimates else None
        if last is not None and role != g.ROUTINE:
            rows.append(
                {"part": "newest", "time": g.moment(feelings.weeks[-1].start), "value": place(last), "role": role}
            )
        said = "too few this week" if last is None else f"{g.MARKS.get(role, '')} {metric.text(last)} this week".strip()
        at = floor + (1 + PLOT) / 2
        rows.append({"part": "name", "value": at, "text": it.stage})
        rows.append({"part": "label", "value": at, "text": said, "role": g.MUTED if role == g.ROUTINE else role})
    return arrow(rows, SCHEMA)


def extent(feelings: FeelingsOverTime) -> tuple[float, float]:
    """The lowest and the highest value shown, with the middle of the scale, on which every lane is drawn; the metric's
    bounds where none is shown."""
    values = [it.value for estimates in feelings.estimates for it in estimates if it.value is not None]
    neutral = middle(feelings.metric)
    return (min(*values, neutral), max(*values, neutral)) if values else feelings.metric.bounds


def middle(metric: Metric) -> float:
    """What is neither good nor bad: the middle of what the metric can be."""
    return sum(metric.bounds) / 2


def alt_sentence(feelings: FeelingsOverTime) -> str:
    """What the picture shows, in one sentence."""
    said = []
    for it, estimates in zip(feelings.newest, feelings.estimates, strict=True):
        known = [estimate.value for estimate in estimates if estimate.value is not None]
        if not known:
            said.append(f"{it.stage} too few")
            continue
        words = verdict_words(it.reading)
        aside = f" ({words})" if words.startswith("signal") else ""
        said.append(f"{it.stage} from {feelings.metric.text(known[0])} to {feelings.metric.text(known[-1])}{aside}")
    return f"{feelings.metric.label} over {len(feelings.weeks)} weeks: {'; '.join(said) or 'nothing to show'}."


def _week(feelings: FeelingsOverTime, it: StageFeeling, week: Period, estimate: Estimate) -> Row:
    metric, newest = feelings.metric, week == feelings.weeks[-1]
    few = estimate.value is None
    return {
        "part": "week", "time": g.moment(week.start), "where": it.stage, "stage": it.stage, "when": week.text(),
        "text": "too few" if few else metric.text(estimate.value), "range": interval_words(metric, estimate) or "–",
        "n": "" if few or estimate.n is None else f"{estimate.n:,}",
        "verdict": verdict_words(it.reading) if newest else "",
    }  # fmt: skip


def _role(it: StageFeeling) -> str:
    """Only the newest week carries a verdict: the one of the scan, which counts how many slices it looked at."""
    reading = it.reading
    return g.role_of(reading.verdict, reading.direction) if reading.verdict is Verdict.SIGNAL else g.ROUTINE


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "week"))
    return rows.select(["stage", "when", "text", "range", "n", "verdict"]).rename_columns(
        ["Stage", "Week", "Value", "95 % interval", "Responses", "Verdict"]
    )
