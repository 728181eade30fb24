"""The process behaviour chart: our weeks in ink inside their natural limits, with everything they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from math import isfinite

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.catalog import DeclaredEvent
from metrics.estimate import Estimate
from metrics.limits import ProcessBehaviour
from metrics.metric import Metric
from metrics.periods import Period

HEIGHT = 320
PLOT_PIXELS = HEIGHT - g.AXIS_ROOM - 40
"""What remains for the plot below the labels of events and above the axis."""
LATE = 0.7
"""Events after this part of the window are labelled to their left, where there is room."""
NARROW = 480
"""Pixels of a plot in which labels of several events touch: there the newest one is labelled, and all are listed."""
SCHEMA = schema(
    text="part week role text when range n verdict side", numbers="value lower upper lift newest", times="time"
)
Series = Sequence[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Against:
    """What the weeks are held against: a named competitor's and the customers' expected figures by day, and what
    was declared. `estimates` are the weeks' own, in the order of the periods, for the pale interval."""

    estimates: Sequence[Estimate] = ()
    competitor: str = ""
    competitor_figures: Series = ()
    expected: Series = ()
    events: Sequence[DeclaredEvent] = ()


NOTHING = Against()


def chart(metric: Metric, behaviour: ProcessBehaviour, periods: Sequence[Period], against: Against = NOTHING) -> Chart:
    """The chart of one metric's weeks; a click picks {"week": ISO date of its start}."""
    data = table(metric, behaviour, periods, against)
    sentence = alt_sentence(metric, behaviour, periods, against)
    return Chart(spec(metric.unit), data, sentence, HEIGHT, "process_behaviour", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base, x = g.base(), alt.X("time:T", axis=g.week_axis())

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    y = alt.Y("value:Q", axis=g.value_axis(unit), scale=alt.Scale(zero=False, nice=True))
    span = {"x": x, "y": alt.Y("lower:Q", axis=g.value_axis(unit), scale=alt.Scale(zero=False, nice=True))}
    tips = [
        alt.Tooltip("when:N", title="Week"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    layers = alt.layer(
        only("limits").mark_area(interpolate="step").encode(**span, y2="upper:Q", color=g.in_role(g.LIMITS)),
        only("us").mark_area(opacity=0.65).encode(**span, y2="upper:Q", color=g.in_role(g.INTERVAL)),
        only("centre").mark_line(strokeWidth=1, interpolate="step").encode(x=x, y=y, color=g.in_role(g.ROUTINE)),
        only("event")
        .mark_rule(strokeWidth=1)
        .encode(x=x, y=alt.value(alt.ExprRef("datum.lift - 5")), y2=alt.value("height"), color=g.in_role(g.ROUTINE)),
        only("event")
        .mark_text(
            align=alt.ExprRef("datum.side"),
            dx=alt.ExprRef("datum.side === 'left' ? 4 : -4"),
            dy=alt.ExprRef("datum.lift"),
            baseline="middle",
            fontSize=g.TEXT_SIZE,
            text=alt.ExprRef(f"width < {NARROW} && !datum.newest ? '' : datum.text"),
        )
        .encode(x=x, y=alt.value(0), color=g.in_role(g.MUTED)),
        only("expected").mark_line(strokeWidth=1.5, strokeDash=[1, 3]).encode(x=x, y=y, color=g.in_role(g.EXPECTATION)),
        only("competitor")
        .mark_line(strokeWidth=1.75, strokeDash=[5, 4])
        .encode(x=x, y=y, color=g.in_role(g.COMPETITOR)),
        only("target")
        .mark_tick(thickness=2, size=14, orient="horizontal")
        .encode(x=alt.value("width"), y=y, color=g.in_role(g.EXPECTATION)),
        only("us").mark_line(strokeWidth=2).encode(x=x, y=y, color=g.in_role(g.US)),
        base.transform_filter("datum.part === 'us' && datum.role !== 'routine'")
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x=x, y=y, color=g.by_role("role"), shape=g.shape()),
        only("us")
        .mark_point(filled=True, size=90, opacity=0, cursor="pointer")
        .encode(x=x, y=y, tooltip=tips)
        .add_params(g.picker(["week"], nearest=True)),
        only("label")
        .mark_text(align="left", baseline="middle", dx=10, fontSize=g.TEXT_SIZE, limit=g.END_LABEL_LIMIT)
        .encode(x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")),
    )
    return g.finished(layers)


def table(
    metric: Metric, behaviour: ProcessBehaviour, periods: Sequence[Period], against: Against = NOTHING
) -> pa.Table:
    """One row per week and part of the picture. Nothing but an empty table without periods."""
    if not periods:
        return arrow([], SCHEMA)
    weeks = _weeks(metric, behaviour, periods, against.estimates)
    rival = _line("competitor", within(against.competitor_figures, periods))
    expected = _line("expected", within(against.expected, periods, hold=True))
    target = [{"part": "target", "value": metric.target}] if metric.target is not None else []
    rows = [*weeks, *_limits(behaviour, periods), *rival, *expected, *target, *_events(against.events, periods)]
    return arrow([*rows, *_labels(metric, behaviour, rows, against.competitor)], SCHEMA)


def alt_sentence(
    metric: Metric, behaviour: ProcessBehaviour, periods: Sequence[Period], against: Against = NOTHING
) -> str:
    """What the picture shows, in one sentence."""
    if not periods:
        return f"{metric.label} by week: no weeks to show."
    parts = [f"{metric.text(_finite(behaviour.values[-1]))} in the week of {periods[-1].text()}"]
    if isfinite(behaviour.lower[-1]):
        centre, low, high = (metric.text(float(a[-1])) for a in (behaviour.centre, behaviour.lower, behaviour.upper))
        parts.append(f"natural limits {low} to {high} around {centre}")
    count = len({signal.index for signal in behaviour.signals})
    parts.append("no signals" if not count else f"{count} week{'s' if count > 1 else ''} with a signal")
    if figures := within(against.competitor_figures, periods):
        parts.append(f"{against.competitor} {metric.text(figures[-1][1])}")
    if figures := within(against.expected, periods, hold=True):
        parts.append(f"customers expect {metric.text(figures[-1][1])}")
    if metric.target is not None:
        parts.append(f"target {metric.text(metric.target)}")
    return f"{metric.label} over {len(periods)} weeks: {'; '.join(parts)}."


def within(series: Series, periods: Sequence[Period], *, hold: bool = False) -> list[tuple[date, float]]:
    """The figures inside the window, in order. The last one before it holds at its start; with `hold` the newest
    also holds to its end, as it does where it is the only one."""
    first, last = periods[0].start, periods[-1].start
    ordered = sorted(series)
    inside = [(day, value) for day, value in ordered if first <= day <= periods[-1].last_day]
    before = [value for day, value in ordered if day < first]
    if before:
        inside.insert(0, (first, before[-1]))
    if inside and inside[-1][0] < last and (hold or len(inside) == 1):
        inside.append((last, inside[-1][1]))
    return [(min(day, last), value) for day, value in inside]


def _weeks(
    metric: Metric, behaviour: ProcessBehaviour, periods: Sequence[Period], estimates: Sequence[Estimate]
) -> list[Row]:
    roles = {
        s.index: g.IMPROVEMENT if metric.improves(1.0 if s.high else -1.0) else g.CONCERN for s in behaviour.signals
    }
    rows: list[Row] = []
    for i, period in enumerate(periods):
        value, role = _finite(behaviour.values[i]), roles.get(i, g.ROUTINE)
        estimate = estimates[i] if estimates else None
        low, high = (estimate.lower, estimate.upper) if estimate and value is not None else (None, None)
        rows.append(
            {
                "part": "us", "time": g.moment(period.start), "week": period.start.isoformat(), "value": value,
                "lower": low, "upper": high, "role": role, "text": metric.text(value), "when": period.text(),
                "range": f"{metric.text(low)} to {metric.text(high)}" if low is not None else "–",
                "n": f"{estimate.n:,}" if estimate and estimate.n is not None else "–",
                "verdict": "routine" if role == g.ROUTINE else f"signal: {role}",
            }
        )  # fmt: skip
    return rows


def _limits(behaviour: ProcessBehaviour, periods: Sequence[Period]) -> list[Row]:
    rows: list[Row] = []
    for i, period in enumerate(periods):
        if isfinite(behaviour.lower[i]):
            time = g.moment(period.start)
            rows.append(
                {"part": "limits", "time": time, "lower": float(behaviour.lower[i]), "upper": float(behaviour.upper[i])}
            )
            rows.append({"part": "centre", "time": time, "value": float(behaviour.centre[i])})
    return rows


def _line(name: str, figures: Series) -> list[Row]:
    return [{"part": name, "time": g.moment(day), "value": value} for day, value in figures]


def _events(events: Sequence[DeclaredEvent], periods: Sequence[Period]) -> list[Row]:
    first, last = periods[0].start, periods[-1].last_day
    rows: list[Row] = []
    shown = sorted((e for e in events if first <= e.day <= last), key=lambda e: e.day)
    for i, event in enumerate(shown):
        late = (event.day - first).days > LATE * (last - first).days
        at = g.moment(min(event.day, periods[-1].start))
        # two levels in turn, so that neighbours do not touch on a phone
        lift = -9.0 - g.LINE_HEIGHT * (i % 2)
        side = "right" if late else "left"
        rows.append(
            {
                "part": "event",
                "time": at,
                "text": event.label,
                "side": side,
                "lift": lift,
                "newest": float(event is shown[-1]),
            }
        )
    return rows


def _labels(metric: Metric, behaviour: ProcessBehaviour, rows: Sequence[Row], competitor: str) -> list[Row]:
    """The labels at the line ends, moved apart where they would touch."""
    newest: dict[str, float] = {
        str(row["part"]): value for row in rows if isinstance(value := row.get("value"), float | int)
    }
    role = next((str(r["role"]) for r in reversed(rows) if r["part"] == "us"), g.ROUTINE)
    last = _finite(behaviour.values[-1])
    said = {
        "us": (f"{metric.text(last)} this week", g.US if role == g.ROUTINE else role),
        "centre": (f"Our average {metric.text(newest.get('centre'))}", g.MUTED),
        "competitor": (f"{competitor} {metric.text(newest.get('competitor'))}", g.COMPETITOR),
        "expected": (f"Expected {metric.text(newest.get('expected'))}", g.EXPECTATION),
        "target": (f"Target {metric.text(metric.target)}", g.EXPECTATION),
    }
    wanted = {name: newest[name] for name in said if name in newest and (name != "us" or last is not None)}
    numbers = [
        v for row in rows for v in (row.get("value"), row.get("lower"), row.get("upper")) if isinstance(v, float | int)
    ]
    places = g.spread(wanted, min(numbers, default=0.0), max(numbers, default=1.0), PLOT_PIXELS)
    return [{"part": "label", "value": at, "text": said[name][0], "role": said[name][1]} for name, at in places.items()]


def _behind(data: pa.Table) -> pa.Table:
    weeks = data.filter(pa.compute.equal(data["part"], "us"))
    return weeks.select(["when", "text", "range", "n", "verdict"]).rename_columns(
        ["Week", "Value", "95 % interval", "Responses", "Verdict"]
    )


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None
