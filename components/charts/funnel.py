"""Units against each other: value by number of answers, inside the limits that chance explains."""

from __future__ import annotations

from functools import lru_cache, partial

import altair as alt
import numpy as np
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.estimate import Verdict
from metrics.funnel import WARNING, Funnel, Unit
from metrics.metric import Metric

HEIGHT = 340
STEPS = 48
"""Points of each limit's curve."""
MARGIN = 1.25
"""How far the curves reach beyond the smallest and the largest unit."""
FAR_RIGHT = "scale('x', datum.answers) > width * 0.7"
"""A name that would leave the plot stands left of its point."""
SCHEMA = schema(text="part name where text range n words role", numbers="value answers lower upper low95 high95")


def chart(metric: Metric, funnel: Funnel) -> Chart:
    """Every unit as a point; those beyond the limits are named. A click picks {"where": …}."""
    data = table(metric, funnel)
    return Chart(spec(metric.unit), data, alt_sentence(metric, funnel), HEIGHT, "funnel", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base = g.base()
    axis = alt.Axis(
        title="answers", titleColor=g.MUTED_TEXT, titleFontWeight="normal", titleFontSize=g.TEXT_SIZE, format=",d",
        labelFontSize=g.TEXT_SIZE, labelColor=g.MUTED_TEXT, labelOverlap="greedy", labelSeparation=12, tickCount=5,
        grid=False, domain=False, ticks=False,
    )  # fmt: skip
    x = alt.X("answers:Q", axis=axis, scale=alt.Scale(type="log", nice=False))
    scale = alt.Scale(zero=False, nice=True)

    def up(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=g.value_axis(unit), scale=scale)

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    def curve(field: str, width: float, dash: list[int]) -> alt.Chart:
        mark: alt.Chart = only("limit").mark_line(strokeWidth=width, strokeDash=dash)
        return mark.encode(x=x, y=up(field), color=g.in_role(g.ROUTINE))

    tips = [
        alt.Tooltip("name:N", title="Unit"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="99.8 % limits at its n"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("words:N", title="Verdict"),
    ]
    layers = alt.layer(
        only("limit").mark_area().encode(x=x, y=up("lower"), y2="upper:Q", color=g.in_role(g.LIMITS)),
        *(curve(field, 1, [1, 0]) for field in ("lower", "upper")),
        *(curve(field, 1, [2, 3]) for field in ("low95", "high95")),
        only("limit").mark_line(strokeWidth=1).encode(x=x, y=up("value"), color=g.in_role(g.ROUTINE)),
        only("unit")
        .mark_point(filled=True, size=95, opacity=1, cursor="pointer")
        .encode(x=x, y=up("value"), color=g.by_role("role"), shape=g.shape(), tooltip=tips)
        .add_params(g.picker(["where"])),
        base.transform_filter("datum.part === 'unit' && datum.role !== 'us'")
        .mark_text(
            baseline="middle",
            fontSize=g.TEXT_SIZE,
            align=alt.ExprRef(f"{FAR_RIGHT} ? 'right' : 'left'"),
            dx=alt.ExprRef(f"{FAR_RIGHT} ? -10 : 10"),
            limit=180,
        )
        .encode(x=x, y=up("value"), text="name:N", color=g.by_role("role")),
        only("label")
        .mark_text(align="left", baseline="middle", dx=6, fontSize=g.TEXT_SIZE)
        .encode(x=alt.value("width"), y=up("value"), text="text:N", color=g.by_role("role")),
    )
    return g.finished(layers)


def table(metric: Metric, funnel: Funnel) -> pa.Table:
    """The limits' curves, one row a unit, and the labels at the right end."""
    counts = [unit.n for unit in funnel.units]
    steps = np.geomspace(max(1.0, min(counts) / MARGIN), max(counts) * MARGIN, STEPS)
    limits = [_limit(funnel, float(n)) for n in steps]
    units = [_unit(metric, funnel, unit) for unit in funnel.units]
    return arrow([*limits, *units, *_labels(metric, funnel, float(steps[-1]))], SCHEMA)


def alt_sentence(metric: Metric, funnel: Funnel) -> str:
    """What the picture shows, in one sentence."""
    whole = f"{metric.label} of {len(funnel.units)} units around {metric.text(funnel.overall)}"
    if not funnel.outside:
        return f"{whole}: all inside the limits that chance explains."
    said = [f"{unit.name} {metric.text(unit.value)} ({unit.direction})" for unit in funnel.outside]
    return f"{whole}: outside the 99.8 % limits {'; '.join(said)}."


def _limit(funnel: Funnel, n: float) -> Row:
    (lower, upper), (inner_low, inner_high) = funnel.limits(n), funnel.limits(n, WARNING)
    return {
        "part": "limit", "answers": n, "value": funnel.overall, "lower": lower, "upper": upper, "low95": inner_low,
        "high95": inner_high,
    }  # fmt: skip


def _unit(metric: Metric, funnel: Funnel, unit: Unit) -> Row:
    low, high = funnel.limits(unit.n)
    role = g.role_of(unit.verdict, unit.direction)
    signal = unit.verdict is Verdict.SIGNAL
    return {
        "part": "unit", "name": unit.name, "where": unit.name, "answers": float(unit.n), "value": unit.value,
        "text": metric.text(unit.value), "range": f"{metric.text(low)} to {metric.text(high)}", "n": f"{unit.n:,}",
        "role": role if signal else g.US, "words": words(unit),
    }  # fmt: skip


def words(unit: Unit) -> str:
    """The verdict on a unit: beyond chance, or by chance as likely."""
    if unit.verdict is not Verdict.SIGNAL:
        return "by chance as likely"
    role = g.role_of(unit.verdict, unit.direction)
    return f"{g.MARKS.get(role, '')} signal: {'better' if role == g.IMPROVEMENT else 'worse'}"


def _labels(metric: Metric, funnel: Funnel, n: float) -> list[Row]:
    (low, high), (inner_low, inner_high) = funnel.limits(n), funnel.limits(n, WARNING)
    wanted = {"99.8\u202f%": high, "95\u202f%": inner_high, f"all {metric.text(funnel.overall)}": funnel.overall,
              "95\u202f% ": inner_low, "99.8\u202f% ": low}  # fmt: skip
    values = [unit.value for unit in funnel.units]
    far = funnel.limits(min(unit.n for unit in funnel.units) / MARGIN)
    places = g.spread(wanted, min(*values, far[0]), max(*values, far[1]), HEIGHT - 2 * g.AXIS_ROOM)
    return [{"part": "label", "value": at, "text": name.strip(), "role": g.MUTED} for name, at in places.items()]


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "unit"))
    return rows.select(["name", "text", "n", "range", "words"]).rename_columns(
        ["Unit", "Value", "Responses", "99.8 % limits", "Verdict"]
    )
