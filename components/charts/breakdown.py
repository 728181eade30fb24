"""A metric by slice: a dot with its interval per row, and beside it the value, n and the verdict in words."""

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
    y = d.names()
    axis, scale = g.value_axis(unit, horizontal=True, grid=False), alt.Scale(zero=False, nice=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows, shown = d.rows(base), d.told(base)
    tips = [
        alt.Tooltip("name:N", title="Slice"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("was:N", title="Usual level"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]

    layers = alt.layer(
        d.line(shown, y),
        d.target(rows, y, tips),
        d.interval(shown, across("lower"), y),
        shown.mark_tick(thickness=2, size=16, orient="vertical").encode(
            x=across("usual"), y=y, color=g.in_role(g.ROUTINE)
        ),
        d.dot(shown, across("value"), y),
        d.untold(base, y),
        d.column(rows, y, "text", VALUE_AT, g.by_role("ink")),
        d.column(rows, y, "n", N_AT, g.in_role(g.MUTED)),
        d.column(shown, y, "words", VERDICT_AT, g.by_role("ink"), side="left"),
        d.head(base, "score", VALUE_AT),
        d.head(base, "n", N_AT),
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
