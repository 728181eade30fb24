"""Rows per week of one dataset against its own limits, small enough to stand one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from math import isfinite

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.limits import ProcessBehaviour
from metrics.periods import Period

HEIGHT = 130
SCHEMA = schema(text="part role text when verdict", numbers="value lower upper", times="time")


def chart(dataset: str, behaviour: ProcessBehaviour, periods: Sequence[Period]) -> Chart:
    """The weeks of one dataset. A week outside its limits is marked either way: a feed that doubles is as odd as one
    that stops."""
    data = table(behaviour, periods)
    return Chart(
        spec(), data, alt_sentence(dataset, behaviour, periods), HEIGHT, f"volume_{dataset}", partial(_behind, data)
    )


@lru_cache
def spec() -> Spec:
    """The picture, the same for every dataset."""
    base, x = g.base(), alt.X("time:T", axis=g.week_axis())
    axis = alt.Axis(
        title=None, labelExpr="format(datum.value, '~s')", labelColor=g.MUTED_TEXT, labelFontSize=g.TEXT_SIZE,
        labelPadding=8, minExtent=44, labelFlush=False,
        tickCount=2, domain=False, ticks=False, grid=True, gridColor=g.GRID,
    )  # fmt: skip
    scale = alt.Scale(zero=True, nice=True)
    y = alt.Y("value:Q", axis=axis, scale=scale)
    weeks = base.transform_filter(g.part("week"))
    tips = [
        alt.Tooltip("when:N", title="Week"),
        alt.Tooltip("text:N", title="Rows"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    layers = alt.layer(
        weeks.mark_area(interpolate="step").encode(
            x=x, y=alt.Y("lower:Q", axis=axis, scale=scale), y2="upper:Q", color=g.in_role(g.LIMITS)
        ),
        weeks.mark_line(strokeWidth=1.75).encode(x=x, y=y, color=g.in_role(g.US)),
        base.transform_filter(f"{g.part('week')} && datum.role !== 'routine'")
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=y, color=g.by_role("role"), shape=g.shape()),
        weeks.mark_point(filled=True, size=160, opacity=0).encode(x=x, y=y, tooltip=tips),
        base.transform_filter(g.part("label"))
        .mark_text(align="left", baseline="middle", dx=10, fontSize=g.TEXT_SIZE)
        .encode(x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")),
    )
    return g.finished(layers)


def table(behaviour: ProcessBehaviour, periods: Sequence[Period]) -> pa.Table:
    """One row per week, and the label at the line's end."""
    roles = {signal.index: g.US if signal.high else g.CONCERN for signal in behaviour.signals if signal.rule == 1}
    rows = [_week(behaviour, period, i, roles.get(i, g.ROUTINE)) for i, period in enumerate(periods)]
    if rows and rows[-1]["value"] is not None:
        role = str(rows[-1]["role"])
        rows.append(
            {
                "part": "label",
                "value": rows[-1]["value"],
                "text": rows[-1]["text"],
                "role": g.US if role == g.ROUTINE else role,
            }
        )
    return arrow(rows, SCHEMA)


def alt_sentence(dataset: str, behaviour: ProcessBehaviour, periods: Sequence[Period]) -> str:
    """What the picture shows, in one sentence."""
    if not periods:
        return f"{dataset}: no weeks to show."
    last = behaviour.values[-1]
    count = f"{last:,.0f} rows" if isfinite(last) else "no rows known"
    limits = ""
    if isfinite(behaviour.lower[-1]):
        limits = f", natural limits {behaviour.lower[-1]:,.0f} to {behaviour.upper[-1]:,.0f}"
    outside = sum(signal.rule == 1 for signal in behaviour.signals)
    weeks = f"{outside} week{'' if outside == 1 else 's'} outside"
    return f"{dataset}, rows per week over {len(periods)} weeks: {count} in the last{limits}; {weeks}."


def _week(behaviour: ProcessBehaviour, period: Period, i: int, role: str) -> Row:
    value, low, high = behaviour.values[i], behaviour.lower[i], behaviour.upper[i]
    return {
        "part": "week", "time": g.moment(period.start), "value": float(value) if isfinite(value) else None,
        "lower": float(low) if isfinite(low) else None, "upper": float(high) if isfinite(high) else None, "role": role,
        "text": f"{value:,.0f}" if isfinite(value) else "–", "when": period.text(),
        "verdict": "routine" if role == g.ROUTINE else "outside its limits",
    }  # fmt: skip


def _behind(data: pa.Table) -> pa.Table:
    weeks = data.filter(pa.compute.equal(data["part"], "week"))
    return weeks.select(["when", "text", "verdict"]).rename_columns(["Week", "Rows", "Verdict"])
