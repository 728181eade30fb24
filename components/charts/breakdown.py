"""A metric by slice: a dot with its interval per row, and beside it the value, n and the verdict in words."""

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

ROW = 38
"""Pixels per slice."""
SURROUND = 84
"""Pixels for the heads of the columns, the axis and the padding."""
VALUE_AT, N_AT, VERDICT_AT = 42, 86, 96
"""Where the columns right of the plot end (numbers) or begin (the verdict), in pixels."""
KEY_AT = -12 - g.LINE_HEIGHT
"""Height of the line that explains the tick: above the heads of the columns, which reach it on a phone."""
UNSAID = (Verdict.TOO_FEW, Verdict.STALE)
"""Verdicts that stand in the number's place."""
SCHEMA = schema(text="part label name where role ink text range was n verdict words", numbers="value lower upper usual")


@dataclass(frozen=True, slots=True)
class Slice:
    """One row: its estimate, the level that is usual for it, and the verdict. `where` comes back from a click."""

    label: str
    estimate: Estimate
    verdict: Verdict
    direction: Direction = Direction.NONE
    usual: float | None = None
    where: str = ""


def chart(metric: Metric, slices: Sequence[Slice]) -> Chart:
    """The slices from top to bottom as given; a click picks {"where": …}."""
    data = table(metric, slices)
    height = ROW * max(1, len(slices)) + SURROUND
    return Chart(spec(metric.unit), data, alt_sentence(metric, slices), height, "breakdown", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base = g.base()
    y = alt.Y("label:N", sort=None, axis=g.names_axis(), scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15))
    axis, scale = g.value_axis(unit, horizontal=True, grid=False), alt.Scale(zero=False, nice=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows = base.transform_filter(g.part("row"))
    shown = base.transform_filter(g.part("row") + " && isValid(datum.value)")
    tips = [
        alt.Tooltip("name:N", title="Slice"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("was:N", title="Usual level"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]

    def column(layer: alt.Chart, field: str, at: int, side: g.Side, role: alt.Color | alt.ColorDatum) -> alt.Chart:
        mark: alt.Chart = layer.mark_text(align=side, baseline="middle", dx=at, fontSize=g.TEXT_SIZE)
        return mark.encode(x=alt.value("width"), y=y, text=f"{field}:N", color=role)

    def head(text: str, at: int) -> alt.Chart:
        mark: alt.Chart = base.transform_filter(g.part("head")).mark_text(
            align="right", baseline="middle", dx=at, fontSize=g.TEXT_SIZE
        )
        return mark.encode(x=alt.value("width"), y=alt.value(-12), text=alt.value(text), color=g.in_role(g.MUTED))

    layers = alt.layer(
        shown.mark_rule(strokeWidth=1).encode(x=alt.value(0), x2=alt.value("width"), y=y, color=g.in_role(g.RULE)),
        rows.mark_bar(opacity=0, cursor="pointer", height={"band": 1.4})
        .encode(x=alt.value(0), x2=alt.value("width"), y=y, tooltip=tips)
        .add_params(g.picker(["where"])),
        shown.mark_rule(strokeWidth=4, strokeCap="round").encode(
            x=across("lower"), x2="upper:Q", y=y, color=g.in_role(g.INTERVAL)
        ),
        shown.mark_tick(thickness=2, size=16, orient="vertical").encode(
            x=across("usual"), y=y, color=g.in_role(g.ROUTINE)
        ),
        shown.mark_point(filled=True, size=95, opacity=1).encode(
            x=across("value"), y=y, color=g.by_role("role"), shape=g.shape()
        ),
        base.transform_filter(g.part("row") + " && !isValid(datum.value)")
        .mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE, fontStyle="italic")
        .encode(x=alt.value(4), y=y, text="words:N", color=g.in_role(g.MUTED)),
        column(rows, "text", VALUE_AT, "right", g.by_role("ink")),
        column(rows, "n", N_AT, "right", g.in_role(g.MUTED)),
        column(shown, "words", VERDICT_AT, "left", g.by_role("ink")),
        head("score", VALUE_AT),
        head("n", N_AT),
        base.transform_filter(g.part("head"))
        .mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE)
        .encode(x=alt.value(0), y=alt.value(KEY_AT), text=alt.value("│ usual level"), color=g.in_role(g.MUTED)),
    )  # fmt: skip
    return g.finished(layers)


def table(metric: Metric, slices: Sequence[Slice]) -> pa.Table:
    """One row per slice; the number is absent where the verdict stands in its place."""
    rows = [_row(metric, it) for it in slices]
    return arrow([{"part": "head"}, *rows] if rows else [], SCHEMA)


def alt_sentence(metric: Metric, slices: Sequence[Slice]) -> str:
    """What the picture shows, in one sentence."""
    if not slices:
        return f"{metric.label} by slice: nothing to show."
    said = [f"{it.label} {_words(it) if _hidden(it) else metric.text(it.estimate.value) + _aside(it)}" for it in slices]
    return f"{metric.label} by slice: {'; '.join(said)}."


def _row(metric: Metric, it: Slice) -> Row:
    hidden, estimate = _hidden(it), it.estimate
    role = g.role_of(it.verdict, it.direction)
    loud = role not in (g.ROUTINE, g.US)
    row: Row = {
        "part": "row", "label": g.wrapped(it.label), "name": it.label,
        "where": it.where or it.label, "words": _words(it),
        "verdict": str(it.verdict), "n": _count(it), "role": role if loud else g.US,
        "ink": role if loud else g.EXPECTATION,
        "text": "", "range": "–", "was": metric.text(it.usual),
    }  # fmt: skip
    if hidden:
        return row
    interval = f"{metric.text(estimate.lower)} to {metric.text(estimate.upper)}" if estimate.lower is not None else "–"
    spans = {"value": estimate.value, "lower": estimate.lower, "upper": estimate.upper, "usual": it.usual}
    return {**row, **spans, "text": metric.text(estimate.value), "range": interval}


def _hidden(it: Slice) -> bool:
    return it.verdict in UNSAID or it.estimate.value is None


def _count(it: Slice) -> str:
    """n as printed. Where a number is held back for being too few, its n is held back too."""
    if it.verdict is Verdict.TOO_FEW or it.estimate.n is None:
        return ""
    return f"{it.estimate.n:,}"


def _words(it: Slice) -> str:
    if it.verdict is Verdict.SIGNAL:
        role = g.role_of(it.verdict, it.direction)
        return f"{g.MARKS.get(role, '')} {it.direction if it.direction is not Direction.NONE else it.verdict}".strip()
    return {Verdict.TOO_FEW: "too few to show", Verdict.STALE: "stale"}.get(it.verdict, str(it.verdict))


def _aside(it: Slice) -> str:
    return f" ({it.direction})" if it.verdict is Verdict.SIGNAL else ""


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "row"))
    return rows.select(["name", "text", "range", "n", "was", "verdict"]).rename_columns(
        ["Slice", "Value", "95 % interval", "Responses", "Usual level", "Verdict"]
    )
