"""The emotional curve: how customers feel stage by stage, the peak and the end marked, what they hope for dotted."""

from __future__ import annotations

from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from components.reading import interval_words, value_words, verdict_words
from metrics.metric import Metric
from metrics.stage_feelings import StageFeeling, StageFeelings

HEIGHT = 320
NARROW = 560
"""Below this width in pixels the names of eight stages do not fit side by side and stand aslant."""
ROOM = 26
"""Pixels above and below the plot for the words of peak and end."""
SCHEMA = schema(
    text="part place where role ink text mark words range n hoped verdict side", numbers="value lower upper lift"
)


def chart(feelings: StageFeelings) -> Chart:
    """The curve over the stages; a click picks {"where": stage}."""
    data = table(feelings)
    return Chart(
        spec(feelings.metric.unit), data, alt_sentence(feelings), HEIGHT, "emotion_by_stage", partial(_behind, data)
    )


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit. Values are joined by straight lines: nothing is known between stages."""
    base = g.base()
    x = alt.X("place:N", sort=None, axis=_names(), scale=alt.Scale(type="point", padding=0.5))
    y = alt.Y("value:Q", axis=g.value_axis(unit), scale=alt.Scale(zero=False, nice=True, padding=ROOM))
    stages, labels = base.transform_filter(g.part("stage")), base.transform_filter(g.part("label"))
    shown = base.transform_filter(g.part("stage") + " && isValid(datum.value)")
    tips = [
        alt.Tooltip("where:N", title="Stage"),
        alt.Tooltip("words:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("hoped:N", title="Customers hope for"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    layers = alt.layer(
        stages.mark_point(opacity=0).encode(x=x),
        shown.mark_rule(strokeWidth=4, strokeCap="round").encode(
            x=x, y=alt.Y("lower:Q", axis=g.value_axis(unit)), y2="upper:Q", color=g.in_role(g.INTERVAL)
        ),
        base.transform_filter(g.part("hoped"))
        .mark_line(strokeWidth=1.5, strokeDash=[1, 3])
        .encode(x=x, y=y, color=g.in_role(g.EXPECTATION)),
        stages.mark_line(strokeWidth=2, invalid="break-paths-show-path-domains").encode(
            x=x, y=y, color=g.in_role(g.US)
        ),
        shown.mark_point(filled=True, size=80, opacity=1).encode(x=x, y=y, color=g.by_role("role"), shape=g.shape()),
        shown.mark_text(baseline="middle", dy=alt.ExprRef("datum.lift"), fontSize=g.TEXT_SIZE, fontWeight=600).encode(
            x=x, y=y, text="mark:N", color=g.by_role("ink")
        ),
        base.transform_filter(g.part("stage") + " && !isValid(datum.value)")
        .mark_text(baseline="bottom", dy=-22, fontSize=g.TEXT_SIZE, fontStyle="italic", lineBreak=" ")
        .encode(x=x, y=alt.value("height"), text="words:N", color=g.in_role(g.MUTED)),
        labels.mark_text(
            align=alt.ExprRef("datum.side"), baseline="middle", dy=alt.ExprRef("datum.lift"), fontSize=g.TEXT_SIZE
        ).encode(x=x, y=y, text="text:N", color=g.in_role(g.EXPECTATION)),
        stages.mark_rule(strokeWidth=34, opacity=0, cursor="pointer")
        .encode(x=x, y=alt.value(0), y2=alt.value("height"), tooltip=tips)
        .add_params(g.picker(["where"])),
    )
    return g.finished(layers)


def table(feelings: StageFeelings) -> pa.Table:
    """One row a stage, in order; one for what is hoped for at each, and its label."""
    metric, stages = feelings.metric, feelings.stages
    rows = [_row(feelings, place) for place in range(len(stages))]
    hoped: list[Row] = [
        {"part": "hoped", "place": _place(it.stage), "value": it.hoped.value}
        for it in stages
        if it.hoped.value is not None
    ]
    return arrow([*rows, *hoped, *_label(metric, stages)], SCHEMA)


def alt_sentence(feelings: StageFeelings) -> str:
    """What the picture shows, in one sentence."""
    metric = feelings.metric
    said = [f"{it.stage} {value_words(it.reading)}{_aside(it)}" for it in feelings.stages]
    parts = ["; ".join(said) or "nothing to show"]
    for name, place in (("peak", feelings.peak), ("end", feelings.end)):
        parts += [] if place is None else [f"{name} at {feelings.stages[place].stage}"]
    hopes = [it.hoped.value for it in feelings.stages if it.hoped.value is not None]
    if hopes:
        parts.append(f"customers hope for {_span(metric, hopes)}")
    return f"{metric.label} by stage: {'. '.join(parts)}."


def _names() -> alt.Axis:
    return alt.Axis(
        title=None, labelExpr="split(datum.label, '\\n')", labelColor=g.MUTED_TEXT, labelFontSize=g.TEXT_SIZE,
        labelAngle=alt.ExprRef(f"width > {NARROW} ? 0 : -45"),
        labelAlign=alt.ExprRef(f"width > {NARROW} ? 'center' : 'right'"),
        labelBaseline=alt.ExprRef(f"width > {NARROW} ? 'top' : 'middle'"),
        labelLimit=110, labelPadding=8, labelOverlap=False, grid=False, domain=False, ticks=False,
    )  # fmt: skip


def _row(feelings: StageFeelings, place: int) -> Row:
    it, metric = feelings.stages[place], feelings.metric
    reading, estimate = it.reading, it.reading.estimate
    role = g.role_of(reading.verdict, reading.direction)
    loud = role not in (g.ROUTINE, g.US)
    words = value_words(reading)
    row: Row = {
        "part": "stage", "place": _place(it.stage), "where": it.stage, "role": role if loud else g.US,
        "ink": role if loud else g.US, "words": words,
        "hoped": metric.text(it.hoped.value), "verdict": verdict_words(reading), "range": "–",
        "n": "" if estimate.value is None or estimate.n is None else f"{estimate.n:,}",
    }  # fmt: skip
    if estimate.value is None:
        return row
    names = [name for name, at in (("peak", feelings.peak), ("end", feelings.end)) if at == place]
    mark = f"{' and '.join(names)} {metric.text(estimate.value)}" if names else metric.text(estimate.value)
    return {
        **row, "value": estimate.value, "lower": estimate.lower, "upper": estimate.upper,
        "range": interval_words(metric, estimate) or "–", "text": metric.text(estimate.value), "mark": mark,
        "lift": -17.0 if _rises(feelings, place) else 17.0,
    }  # fmt: skip


def _rises(feelings: StageFeelings, place: int) -> bool:
    """Whether a point lies above the line between its neighbours: its label then has room above it."""
    values = [it.reading.estimate.value for it in feelings.stages]
    value = values[place]
    near = [
        other for other in (*values[max(0, place - 1) : place], *values[place + 1 : place + 2]) if other is not None
    ]
    return not near or value is None or value >= sum(near) / len(near)


def _label(metric: Metric, stages: tuple[StageFeeling, ...]) -> list[Row]:
    """What the dotted line is, said where our own interval is furthest from it, on the side where we are not."""
    apart = [(_apart(it), place) for place, it in enumerate(stages) if it.hoped.value is not None]
    if not apart:
        return []
    _, place = max(apart, key=lambda one: (one[0], -one[1]))
    hoped, ours = stages[place].hoped.value, stages[place].reading.estimate.value
    below = ours is not None and hoped is not None and ours > hoped
    side = "left" if place == 0 else "right" if place == len(stages) - 1 else "center"
    return [
        {
            "part": "label", "place": _place(stages[place].stage), "value": hoped, "lift": 11.0 if below else -11.0,
            "side": side, "text": f"Customers hope for {metric.text(hoped)}",
        }
    ]  # fmt: skip


def _apart(it: StageFeeling) -> float:
    """How far what is hoped for lies outside our interval; 0 inside it and where we have none."""
    estimate, hoped = it.reading.estimate, it.hoped.value
    if hoped is None or estimate.value is None:
        return 0.0
    low = estimate.value if estimate.lower is None else estimate.lower
    high = estimate.value if estimate.upper is None else estimate.upper
    return max(0.0, low - hoped, hoped - high)


def _span(metric: Metric, values: list[float]) -> str:
    low, high = metric.text(min(values)), metric.text(max(values))
    return low if low == high else f"{low} to {high}"


def _aside(it: StageFeeling) -> str:
    words = verdict_words(it.reading)
    return f" ({words})" if words.startswith("signal") else ""


def _place(stage: str) -> str:
    return g.wrapped(stage)


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "stage"))
    return rows.select(["where", "words", "range", "n", "hoped", "verdict"]).rename_columns(
        ["Stage", "Value", "95 % interval", "Responses", "Customers hope for", "Verdict"]
    )
