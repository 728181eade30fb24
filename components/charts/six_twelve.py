"""The 6–12 chart: the last six weeks beside the last twelve months, this year over last (METHODS §9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.metric import Metric
from metrics.periods import Grain, Period

HEIGHT = 232
PLOT_PIXELS = HEIGHT - g.AXIS_ROOM - 30
GAP = " "
"""The empty place between weeks and months."""
NARROW = 430
"""Below this width in pixels the places are named by the day or the month's first letter alone."""
PLACES = 6 + 1 + 12
"""Weeks, the gap and months: each has its share of the width for the pointer."""
FULL_NAME = f"width > {NARROW} && (datum.index === 0 || toNumber(split(datum.label, ' ')[0]) <= 7)"
"""Weeks are named by their first day; the month is named with the first week and the first in a month."""
SCHEMA = schema(text="part place role text side period when ago range n theirs expects", numbers="value")


@dataclass(frozen=True, slots=True)
class Place:
    """One week or month: this year's estimate, the same period's a year ago, and the competitor's and the expected
    figure that hold there; None where there is none."""

    period: Period
    now: Estimate
    year_ago: Estimate = NO_ESTIMATE
    competitor: float | None = None
    expected: float | None = None


def chart(metric: Metric, weeks: Sequence[Place], months: Sequence[Place], competitor: str = "") -> Chart:
    """Weeks left, months right, on one scale; a click picks {"period": ISO start, "side": "week" or "month"}."""
    data = table(metric, weeks, months, competitor)
    return Chart(
        spec(metric.unit), data, alt_sentence(metric, weeks, months, competitor), HEIGHT, "six_twelve",
        partial(_behind, data, competitor or "Competitor"),
    )  # fmt: skip


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    axis = alt.Axis(
        title=None, labelAngle=0, labelFontSize=g.TEXT_SIZE, labelColor=g.MUTED_TEXT, labelOverlap="parity",
        labelPadding=8, domain=False, ticks=False, grid=False,
        labelExpr=f"indexof(datum.label, ' ') > 0 ? ({FULL_NAME} ? datum.label : split(datum.label, ' ')[0])"
        f" : width > {NARROW} ? datum.label : slice(datum.label, 0, 1)",
    )  # fmt: skip
    base = g.base()
    x = alt.X("place:N", sort=None, axis=axis, scale=alt.Scale(type="point", padding=0.5))
    y = alt.Y("value:Q", axis=g.value_axis(unit), scale=alt.Scale(zero=False, nice=True))

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    def line(name: str, role: str, width: float, dash: Sequence[int] = (1, 0)) -> alt.Chart:
        mark: alt.Chart = only(name).mark_line(strokeWidth=width, strokeDash=list(dash))
        return mark.encode(x=x, y=y, color=g.in_role(role), detail="side:N")

    tips = [
        alt.Tooltip("when:N", title="Period"),
        alt.Tooltip("text:N", title="This year"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("ago:N", title="A year ago"),
        alt.Tooltip("theirs:N", title="Competitor"),
        alt.Tooltip("expects:N", title="Expected"),
    ]
    layers = alt.layer(
        only("us").mark_point(opacity=0).encode(x=x),
        only("heading")
        .mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE, fontWeight=600, dx=-10)
        .encode(x=x, y=alt.value(-16), text="text:N", color=g.in_role(g.MUTED)),
        line("expected", g.EXPECTATION, 1.5, (1, 3)),
        line("competitor", g.COMPETITOR, 1.75, (5, 4)),
        line("ago", g.ROUTINE, 2),
        only("ago").mark_point(filled=True, size=26, opacity=1).encode(x=x, y=y, color=g.in_role(g.ROUTINE)),
        only("target")
        .mark_tick(thickness=2, size=8, orient="horizontal")
        .encode(x=x, y=y, color=g.in_role(g.EXPECTATION)),
        line("us", g.US, 2),
        only("us").mark_point(filled=True, size=40, opacity=1).encode(x=x, y=y, color=g.in_role(g.US)),
        only("us")
        .mark_rule(strokeWidth=alt.ExprRef(f"width / {PLACES}"), opacity=0, cursor="pointer")
        .encode(x=x, y=alt.value(0), y2=alt.value("height"), tooltip=tips)
        .add_params(g.picker(["period", "side"])),
        only("label")
        .mark_text(align="left", baseline="middle", dx=2, fontSize=g.TEXT_SIZE, limit=g.END_LABEL_LIMIT)
        .encode(x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")),
    )
    return g.finished(layers)


def table(metric: Metric, weeks: Sequence[Place], months: Sequence[Place], competitor: str = "") -> pa.Table:
    """One row per place and line. The places come first, in the order of the axis."""
    places = [(_name(p.period), "week", p) for p in weeks] + [(_name(p.period), "month", p) for p in months]
    us = [_us(metric, name, side, place) for name, side, place in places]
    if weeks and months:
        us.insert(len(weeks), {"part": "us", "place": GAP, "side": "gap"})
    rows: list[Row] = [*us, *_headings(weeks, months)]
    for name, side, place in places:
        against = {"ago": place.year_ago.value, "competitor": place.competitor, "expected": place.expected}
        rows += [
            {"part": part, "place": name, "side": side, "value": value}
            for part, value in {**against, "target": metric.target}.items()
            if value is not None
        ]
    return arrow([*rows, *_labels(metric, rows, competitor)], SCHEMA)


def alt_sentence(metric: Metric, weeks: Sequence[Place], months: Sequence[Place], competitor: str = "") -> str:
    """What the picture shows, in one sentence."""
    parts = [
        _run(metric, places, f"last {len(places)} {grain}s")
        for places, grain in ((weeks, "week"), (months, "month"))
        if places
    ]
    newest = (list(months) or list(weeks))[-1:]
    for place in newest:
        if place.competitor is not None:
            parts.append(f"{competitor or 'best competitor'} {metric.text(place.competitor)}")
        if place.expected is not None:
            parts.append(f"customers expect {metric.text(place.expected)}")
    if metric.target is not None:
        parts.append(f"target {metric.text(metric.target)}")
    return f"{metric.label}: {'; '.join(parts) or 'nothing to show'}."


def _run(metric: Metric, places: Sequence[Place], name: str) -> str:
    first, last = places[0].now.value, places[-1].now
    ago = places[-1].year_ago.value
    before = f", a year ago {metric.text(ago)}" if ago is not None else ""
    return f"{name} from {metric.text(first)} to {metric.text(last.value)}{before}"


def _name(period: Period) -> str:
    start = period.start
    return f"{start:%b}" if period.grain is Grain.MONTH else f"{start.day} {start:%b}"


def _us(metric: Metric, name: str, side: str, place: Place) -> Row:
    now = place.now
    low, high = metric.text(now.lower), metric.text(now.upper)
    return {
        "part": "us", "place": name, "side": side, "value": now.value, "text": metric.text(now.value),
        "period": place.period.start.isoformat(), "when": place.period.text(), "ago": metric.text(place.year_ago.value),
        "range": f"{low} to {high}" if now.lower is not None else "–", "n": "–" if now.n is None else f"{now.n:,}",
        "theirs": metric.text(place.competitor), "expects": metric.text(place.expected),
    }  # fmt: skip


def _headings(weeks: Sequence[Place], months: Sequence[Place]) -> list[Row]:
    return [
        {"part": "heading", "place": _name(places[0].period), "text": text}
        for places, text in ((weeks, "Weeks"), (months, "Months"))
        if places
    ]


def _labels(metric: Metric, rows: Sequence[Row], competitor: str) -> list[Row]:
    newest = {str(row["part"]): value for row in rows if isinstance(value := row.get("value"), float | int)}
    said = {
        "us": (f"This year {metric.text(newest.get('us'))}", g.US),
        "ago": (f"Last year {metric.text(newest.get('ago'))}", g.MUTED),
        "competitor": (f"{competitor or 'Competitor'} {metric.text(newest.get('competitor'))}", g.COMPETITOR),
        "expected": (f"Expected {metric.text(newest.get('expected'))}", g.EXPECTATION),
        "target": (f"Target {metric.text(metric.target)}", g.EXPECTATION),
    }
    wanted = {name: newest[name] for name in said if name in newest}
    numbers = [value for row in rows if isinstance(value := row.get("value"), float | int)]
    places = g.spread(wanted, min(numbers, default=0.0), max(numbers, default=1.0), PLOT_PIXELS)
    return [{"part": "label", "value": at, "text": said[name][0], "role": said[name][1]} for name, at in places.items()]


def _behind(data: pa.Table, competitor: str) -> pa.Table:
    us = data.filter(pa.compute.and_(pa.compute.equal(data["part"], "us"), pa.compute.is_valid(data["when"])))
    return us.select(["when", "text", "range", "n", "ago", "theirs", "expects"]).rename_columns(
        ["Period", "This year", "95 % interval", "Responses", "A year ago", competitor, "Expected"]
    )
