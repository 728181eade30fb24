"""Expectations over time: each level as a dotted line with its interval, our own line in ink beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.estimate import Estimate
from metrics.expectation_trend import LevelTrend
from metrics.metric import Metric

HEIGHT = 300
PLOT_PIXELS = HEIGHT - g.AXIS_ROOM - 20
SCHEMA = schema(text="part line role text range n when", numbers="value lower upper", times="at")
Points = Sequence[tuple[date, Estimate]]


def chart(metric: Metric, trends: Sequence[LevelTrend], ours: Points) -> Chart:
    """The levels by period and ours by month."""
    data = table(metric, trends, ours)
    sentence = alt_sentence(metric, trends)
    return Chart(spec(metric.unit), data, sentence, HEIGHT, "expectation_trend", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base = g.base()
    scale = alt.Scale(zero=False, nice=True)
    x = alt.X("at:T", axis=g.week_axis())
    y = alt.Y("value:Q", axis=g.value_axis(unit), scale=scale)
    low = alt.Y("lower:Q", axis=g.value_axis(unit), scale=scale)

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name) + " && isValid(datum.value)")

    tips = [
        alt.Tooltip("when:N", title="From"),
        alt.Tooltip("line:N", title="Line"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Answers"),
    ]
    layers = alt.layer(
        only("level").mark_rule(strokeWidth=3, opacity=0.3).encode(
            x=x, y=low, y2="upper:Q", color=g.in_role(g.EXPECTATION)
        ),
        only("level").mark_line(strokeWidth=1.75, strokeDash=[1, 3]).encode(
            x=x, y=y, detail="line:N", color=g.in_role(g.EXPECTATION)
        ),
        only("us").mark_line(strokeWidth=2).encode(x=x, y=y, color=g.in_role(g.US)),
        base.transform_filter("datum.part !== 'label' && isValid(datum.value)")
        .mark_point(filled=True, size=36, opacity=1)
        .encode(x=x, y=y, color=g.by_role("role"), tooltip=tips),
        base.transform_filter(g.part("label"))
        .mark_text(align="left", baseline="middle", dx=8, fontSize=g.TEXT_SIZE, limit=g.END_LABEL_LIMIT)
        .encode(x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")),
    )  # fmt: skip
    return g.finished(layers)


def table(metric: Metric, trends: Sequence[LevelTrend], ours: Points) -> pa.Table:
    """One row a line and period, then the labels at the lines' ends."""
    rows = [_row(metric, "us", "Us", g.US, day, given) for day, given in ours if given.value is not None]
    for trend in trends:
        rows += [_row(metric, "level", trend.label, g.EXPECTATION, *point) for point in trend.points]
    return arrow([*rows, *_labels(metric, rows)], SCHEMA)


def alt_sentence(metric: Metric, trends: Sequence[LevelTrend]) -> str:
    """What the picture shows, in one sentence."""
    said = [
        f"{trend.label} from {metric.text(trend.points[0][1].value)} to {metric.text(trend.points[-1][1].value)}"
        for trend in trends
        if trend.points
    ]
    return f"Expectations of {metric.label} over time: {'; '.join(said) or 'nothing to show'}."


def _row(metric: Metric, part: str, line: str, role: str, day: date, given: Estimate) -> Row:  # noqa: PLR0917
    return {
        "part": part, "line": line, "role": role, "at": g.moment(day), "when": f"{day.day} {day:%b %Y}",
        "value": given.value, "lower": given.lower, "upper": given.upper, "text": metric.text(given.value),
        "range": "–" if given.lower is None else f"{metric.text(given.lower)} to {metric.text(given.upper)}",
        "n": "not stated" if given.n is None else f"{given.n:,}",
    }  # fmt: skip


def _labels(metric: Metric, rows: Sequence[Row]) -> list[Row]:
    newest: dict[str, float] = {}
    numbers: list[float] = []
    roles: dict[str, str] = {}
    for row in rows:
        value = row["value"]
        if isinstance(value, float | int):
            newest[str(row["line"])], roles[str(row["line"])] = value, str(row["role"])
            numbers += [bound for key in ("value", "lower", "upper") if isinstance(bound := row[key], float | int)]
    places = g.spread(newest, min(numbers, default=0.0), max(numbers, default=1.0), PLOT_PIXELS)
    return [
        {"part": "label", "value": at, "text": f"{name} {metric.text(newest[name])}", "role": roles[name]}
        for name, at in places.items()
    ]


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.not_equal(data["part"], "label"))
    return rows.select(["line", "when", "text", "range", "n"]).rename_columns(
        ["Line", "From", "Value", "95 % interval", "Answers"]
    )
