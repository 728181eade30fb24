"""Companies or places in rows: a dot with its interval, ours in ink and competitors in ochre; beside it the value, n
and what it means in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.estimate import Direction, Estimate, Verdict
from metrics.metric import Metric

ROW = 34
"""Pixels per row."""
SURROUND = 76
"""Pixels for the heads of the columns, the axis and the padding."""
VALUE_AT, N_AT, WORDS_AT = 42, 92, 102
"""Where the columns right of the plot end (numbers) or begin (the words), in pixels."""
SHAPES = {g.US: "circle", g.COMPETITOR: "diamond", g.CONCERN: "triangle-down", g.IMPROVEMENT: "triangle-up",
          g.ROUTINE: "circle"}  # fmt: skip
SCHEMA = schema(text="part label name where role ink text range n words noted", numbers="value lower upper")


@dataclass(frozen=True, slots=True)
class Dot:
    """One row: a company's value or a place's gap. `role` is the dot's colour and shape, `ink` that of the words beside
    it; `where` comes back from a click; `notes` are said in the tooltip and the table."""

    label: str
    estimate: Estimate
    words: str
    role: str = g.COMPETITOR
    ink: str = g.EXPECTATION
    notes: str = ""


def chart(metric: Metric, dots: Sequence[Dot], what: str, *, gaps: bool = False) -> Chart:
    """The rows from top to bottom as given; `gaps` are differences, drawn around zero. A click picks {"where": …}."""
    data = table(metric, dots, gaps=gaps)
    height = ROW * max(1, len(dots)) + SURROUND
    said = alt_sentence(metric, dots, what, gaps=gaps)
    return Chart(
        spec(metric.unit, gaps), data, said, height, "gaps" if gaps else "rivals", partial(_behind, data, gaps)
    )


@lru_cache
def spec(unit: str, gaps: bool) -> Spec:
    """The picture of metrics of one unit; of differences with a rule at zero."""
    base = g.base()
    y = alt.Y("label:N", sort=None, axis=g.names_axis(), scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15))
    # a difference of shares is counted in points
    axis = g.value_axis("" if gaps else unit, horizontal=True, grid=False)
    scale = alt.Scale(zero=gaps, nice=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows = base.transform_filter(g.part("row"))
    shown = base.transform_filter(g.part("row") + " && isValid(datum.value)")
    tips = [
        alt.Tooltip("name:N", title="Place" if gaps else "Company"),
        alt.Tooltip("text:N", title="Gap" if gaps else "Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("words:N", title="Verdict"),
        alt.Tooltip("noted:N", title="Note"),
    ]

    def column(layer: alt.Chart, field: str, at: int, side: g.Side, role: alt.Color | alt.ColorDatum) -> alt.Chart:
        mark: alt.Chart = layer.mark_text(align=side, baseline="middle", dx=at, fontSize=g.TEXT_SIZE)
        return mark.encode(x=alt.value("width"), y=y, text=f"{field}:N", color=role)

    def head(text: str, at: int) -> alt.Chart:
        mark: alt.Chart = base.transform_filter(g.part("head")).mark_text(
            align="right", baseline="middle", dx=at, fontSize=g.TEXT_SIZE
        )
        return mark.encode(x=alt.value("width"), y=alt.value(-12), text=alt.value(text), color=g.in_role(g.MUTED))

    zero = base.transform_filter(g.part("head")).mark_rule(strokeWidth=1)
    layers = alt.layer(
        shown.mark_rule(strokeWidth=1).encode(x=alt.value(0), x2=alt.value("width"), y=y, color=g.in_role(g.RULE)),
        *([zero.encode(x=alt.XDatum(0, axis=axis, scale=scale), color=g.in_role(g.ROUTINE))] if gaps else []),
        rows.mark_bar(opacity=0, cursor="pointer", height={"band": 1.4})
        .encode(x=alt.value(0), x2=alt.value("width"), y=y, tooltip=tips)
        .add_params(g.picker(["where"])),
        shown.mark_rule(strokeWidth=4, strokeCap="round").encode(
            x=across("lower"), x2="upper:Q", y=y, color=g.in_role(g.INTERVAL)
        ),
        shown.mark_point(filled=True, size=95, opacity=1).encode(
            x=across("value"), y=y, color=g.by_role("role"),
            shape=alt.Shape("role:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None),
        ),
        base.transform_filter(g.part("row") + " && !isValid(datum.value)")
        .mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE, fontStyle="italic")
        .encode(x=alt.value(4), y=y, text="words:N", color=g.in_role(g.MUTED)),
        column(rows, "text", VALUE_AT, "right", g.by_role("ink")),
        column(rows, "n", N_AT, "right", g.in_role(g.MUTED)),
        column(shown, "words", WORDS_AT, "left", g.by_role("ink")),
        head("gap" if gaps else "score", VALUE_AT),
        head("n", N_AT),
    )  # fmt: skip
    return g.finished(layers)


def table(metric: Metric, dots: Sequence[Dot], *, gaps: bool = False) -> pa.Table:
    """One row each; the number is absent where words stand in its place."""
    rows = [_row(metric, dot, gaps) for dot in dots]
    return arrow([{"part": "head"}, *rows] if rows else [], SCHEMA)


def alt_sentence(metric: Metric, dots: Sequence[Dot], what: str, *, gaps: bool = False) -> str:
    """What the picture shows, in one sentence."""
    if not dots:
        return f"{metric.label}, {what}: nothing to show."
    said = [f"{dot.label} {_text(metric, dot, gaps) or dot.words}" for dot in dots]
    return f"{metric.label}, {what}: {'; '.join(said)}."


def ink_of(verdict: Verdict, direction: Direction) -> str:
    """The words' colour: a signal's, otherwise ink."""
    role = g.role_of(verdict, direction)
    return role if role in (g.CONCERN, g.IMPROVEMENT) else g.EXPECTATION


def _text(metric: Metric, dot: Dot, gaps: bool) -> str:
    value = dot.estimate.value
    return "" if value is None else metric.text_change(value) if gaps else metric.text(value)


def _row(metric: Metric, dot: Dot, gaps: bool) -> Row:
    given = dot.estimate
    row: Row = {
        "part": "row", "label": g.wrapped(dot.label), "name": dot.label, "where": dot.label, "words": dot.words,
        "role": dot.role, "ink": dot.ink, "text": _text(metric, dot, gaps), "range": "–", "noted": dot.notes or "–",
        "n": "" if given.value is None or given.n is None else f"{given.n:,}",
    }  # fmt: skip
    if given.lower is None or given.upper is None:
        return {**row, "value": given.value}
    said = metric.text_change if gaps else metric.text
    span = f"{said(given.lower)} to {said(given.upper)}"
    return {**row, "value": given.value, "lower": given.lower, "upper": given.upper, "range": span}


def _behind(data: pa.Table, gaps: bool) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "row"))
    return rows.select(["name", "text", "range", "n", "words", "noted"]).rename_columns(
        ["Place" if gaps else "Company", "Gap" if gaps else "Value", "95 % interval", "Responses", "Verdict", "Note"]
    )
