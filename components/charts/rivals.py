"""Companies or places in rows: a dot with its interval, ours in ink and competitors in ochre; beside it the value, n
and what it means in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import dot_rows as d
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
    y = d.names()
    # a difference of shares is counted in points
    axis = g.value_axis("" if gaps else unit, horizontal=True, grid=False)
    scale = alt.Scale(zero=gaps, nice=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows, shown = d.rows(base), d.told(base)
    tips = [
        alt.Tooltip("name:N", title="Place" if gaps else "Company"),
        alt.Tooltip("text:N", title="Gap" if gaps else "Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("words:N", title="Verdict"),
        alt.Tooltip("noted:N", title="Note"),
    ]

    shapes = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    zero = base.transform_filter(g.part("head")).mark_rule(strokeWidth=1)
    layers = alt.layer(
        d.line(shown, y),
        *([zero.encode(x=alt.XDatum(0, axis=axis, scale=scale), color=g.in_role(g.ROUTINE))] if gaps else []),
        d.target(rows, y, tips),
        d.interval(shown, across("lower"), y),
        d.dot(shown, across("value"), y, alt.Shape("role:N", scale=shapes, legend=None)),
        d.untold(base, y),
        d.column(rows, y, "text", VALUE_AT, g.by_role("ink")),
        d.column(rows, y, "n", N_AT, g.in_role(g.MUTED)),
        d.column(shown, y, "words", WORDS_AT, g.by_role("ink"), side="left"),
        d.head(base, "gap" if gaps else "score", VALUE_AT),
        d.head(base, "n", N_AT),
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
