"""The score by calendar day of delay: a dot with its interval a day, the promised day marked, the line of the late."""

from __future__ import annotations

from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.delays import CAP, Delays
from metrics.estimate import Estimate
from metrics.metric import Metric

HEIGHT = 300
SCHEMA = schema(text="part name role text range n", numbers="day value lower upper")
PROMISED_DAY = "promised day"
DAYS_EXPR = f"datum.value <= -{CAP} ? '≤ −{CAP}' : datum.value >= {CAP} ? '≥ {CAP}' : replace(datum.label, '-', '−')"


def chart(delays: Delays) -> Chart:
    """Early days left of the promised one, late days right of it."""
    data = table(delays)
    return Chart(spec(delays.metric.unit), data, alt_sentence(delays), HEIGHT, "delay_cost", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base = g.base()
    days = alt.Axis(
        title="days after the promised day", titleColor=g.MUTED_TEXT, titleFontSize=g.TEXT_SIZE, titleFontWeight=400,
        labelExpr=DAYS_EXPR, labelColor=g.MUTED_TEXT, labelFontSize=g.TEXT_SIZE, labelPadding=8, labelFlush=False,
        grid=False, domain=False, ticks=False, tickCount=7,
    )  # fmt: skip
    scale = alt.Scale(zero=False, nice=True)
    x = alt.X("day:Q", axis=days, scale=alt.Scale(domain=[-CAP, CAP], nice=False, padding=8))
    y = alt.Y("value:Q", axis=g.value_axis(unit), scale=scale)

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    tips = [
        alt.Tooltip("name:N", title="Came"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Answers"),
    ]
    layers = alt.layer(
        only("promise").mark_rule(strokeWidth=1).encode(x=x, color=g.in_role(g.ROUTINE)),
        only("promise")
        .mark_text(align="left", baseline="middle", dx=4, fontSize=g.TEXT_SIZE)
        .encode(x=x, y=alt.value(4), text="text:N", color=g.in_role(g.MUTED)),
        only("day").mark_rule(strokeWidth=3, opacity=0.9).encode(
            x=x, y=alt.Y("lower:Q", axis=g.value_axis(unit), scale=scale), y2="upper:Q", color=g.in_role(g.INTERVAL)
        ),
        only("line").mark_line(strokeWidth=1.5, strokeDash=[5, 3]).encode(x=x, y=y, color=g.in_role(g.ROUTINE)),
        only("day").mark_point(filled=True, size=42, opacity=1).encode(x=x, y=y, color=g.by_role("role"), tooltip=tips),
    )  # fmt: skip
    return g.finished(layers)


def table(delays: Delays) -> pa.Table:
    """One row a day whose number may be shown, the line's two ends, and the promised day."""
    days = [_row(delays.metric, day, given) for day, given in delays.days if given.value is not None]
    line: list[Row] = [{"part": "line", "day": day, "value": value} for day, value in delays.line]
    promise: list[Row] = [{"part": "promise", "day": 0, "text": PROMISED_DAY}]
    return arrow([*promise, *line, *days] if days else [], SCHEMA)


def alt_sentence(delays: Delays) -> str:
    """What the picture shows, in one sentence."""
    metric = delays.metric
    if delays.in_time.value is None and delays.late.value is None:
        return f"{metric.label} by day of delay: nothing to show."
    said = f"in time {metric.text(delays.in_time.value)}, late {metric.text(delays.late.value)}"
    return f"{metric.label} by day of delay, {-CAP} to {CAP}: {said}."


def day_words(day: int) -> str:
    """ "3 days late", "1 day early", "on the promised day", "30 or more days late"."""
    if not day:
        return "on the promised day"
    count, side = abs(day), "late" if day > 0 else "early"
    if count >= CAP:
        return f"{CAP} or more days {side}"
    return f"{count} day{'s' if count > 1 else ''} {side}"


def _row(metric: Metric, day: int, given: Estimate) -> Row:
    return {
        "part": "day", "name": day_words(day), "day": day, "value": given.value, "lower": given.lower,
        "upper": given.upper, "text": metric.text(given.value), "n": f"{given.n or 0:,}", "role": g.US,
        "range": "–" if given.lower is None else f"{metric.text(given.lower)} to {metric.text(given.upper)}",
    }  # fmt: skip


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "day"))
    return rows.select(["name", "text", "range", "n"]).rename_columns(["Came", "Value", "95 % interval", "Answers"])
