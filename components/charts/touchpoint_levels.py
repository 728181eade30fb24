"""What is, must be and should be: one line a touchpoint, with the score, n and how it stands to the minimum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import dot_rows as d
from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.metric import Better, Metric
from metrics.minimum_gap import Level
from metrics.touchpoint_levels import Standard, TouchpointLevel

ROW = 38
"""Pixels per touchpoint."""
SURROUND = 100
"""Pixels for the two lines of the key, the heads of the columns, the axis and the padding."""
VALUE_AT, N_AT, STANDARD_AT = 42, 86, 96
"""Where the columns right of the plot end (numbers) or begin (the word), in pixels."""
HEAD_AT = -12
TICK = (0.05, 0.95)
"""Where in its row a level's mark begins and ends."""
KEY = ("● is, with its 95 % interval", "┃ must be, what they need   ┊ should be")
"""Two lines: one would be cut on a phone."""
BELOW, ABOVE, NO_MINIMUM = "▼ below", "▼ above", "not known"
"""Shorter words than the verdict's own where the column is narrow; its head says of what."""
SCHEMA = schema(
    text="part label name where role ink text range n weeks must_text must_from should_text should_from gap "
    "standard said",
    numbers="value lower upper must should",
)


def chart(metric: Metric, rows: Sequence[TouchpointLevel], kind: str = "Touchpoint") -> Chart:
    """The touchpoints from top to bottom as given; a click picks {"where": …}."""
    data = table(metric, rows)
    height = ROW * max(1, len(rows)) + SURROUND
    alt_text = alt_sentence(metric, rows, kind)
    return Chart(spec(metric.unit), data, alt_text, height, "touchpoint_levels", partial(_behind, data, kind))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base, scale = g.base(), alt.Scale(zero=False, nice=True)
    y, low, high = d.names(), d.names(TICK[0]), alt.Y2("label:N", bandPosition=TICK[1])
    axis = g.value_axis(unit, horizontal=True, grid=False)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows, shown = d.rows(base), d.told(base)

    def level(field: str, dash: Sequence[float], width: float, role: str) -> alt.Chart:
        mark: alt.Chart = d.told(base, field).mark_rule(strokeWidth=width, strokeDash=list(dash))
        return mark.encode(x=across(field), y=low, y2=high, color=g.in_role(role))

    layers = alt.layer(
        d.line(rows, y),
        d.target(rows, y, _tips()),
        d.interval(shown, across("lower"), y),
        level("should", (2, 3), 2, g.EXPECTATION),
        level("must", (1, 0), 3, g.EXPECTATION),
        d.dot(shown, across("value"), y),
        *_columns(rows, y),
        *_heads(base),
    )  # fmt: skip
    return g.finished(layers)


def _columns(rows: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """Score and n to the right of the plot, and the word for how it stands."""
    return [
        d.column(rows, y, "text", VALUE_AT, g.by_role("ink")),
        d.column(rows, y, "n", N_AT, g.in_role(g.MUTED)),
        d.column(rows, y, "said", STANDARD_AT, g.by_role("ink"), side="left"),
    ]


def _heads(base: alt.Chart) -> list[alt.Chart]:
    """The heads of the columns, and the key in words above them."""
    heads = base.transform_filter(g.part("head"))

    def words(text: str, x: object, y: int, dx: int, side: g.Side) -> alt.Chart:
        mark: alt.Chart = heads.mark_text(align=side, baseline="middle", dx=dx, fontSize=g.TEXT_SIZE)
        return mark.encode(x=alt.value(x), y=alt.value(y), text=alt.value(text), color=g.in_role(g.MUTED))

    lines = [
        words(text, 0, HEAD_AT - (len(KEY) - i) * g.LINE_HEIGHT, 0, "left") for i, text in enumerate(KEY)
    ]  # fmt: skip
    columns: list[tuple[str, int, g.Side]] = [
        ("score", VALUE_AT, "right"),
        ("n", N_AT, "right"),
        ("must be", STANDARD_AT, "left"),
    ]
    return [*lines, *(words(text, "width", HEAD_AT, at, side) for text, at, side in columns)]


def _tips() -> list[alt.Tooltip]:
    titles = {
        "name": "Touchpoint", "text": "Is", "range": "95 % interval", "n": "Responses", "weeks": "Over",
        "must_text": "Must be", "must_from": "Must be: from", "should_text": "Should be",
        "should_from": "Should be: from", "gap": "Gap to the minimum", "standard": "Verdict",
    }  # fmt: skip
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def table(metric: Metric, rows: Sequence[TouchpointLevel]) -> pa.Table:
    """One row per touchpoint; a number that may not be shown is absent and its word stands in its place."""
    drawn = [_row(metric, it) for it in rows]
    return arrow([{"part": "head"}, *drawn] if drawn else [], SCHEMA)


def alt_sentence(metric: Metric, rows: Sequence[TouchpointLevel], kind: str = "Touchpoint") -> str:
    """What the picture shows, in one sentence."""
    if not rows:
        return f"{metric.label} by {kind.lower()} against its minimum: nothing to show."
    said = [f"{it.place} {_score(metric, it)} ({standard_words(metric, it)})" for it in rows]
    return f"{metric.label} by {kind.lower()} against the minimum customers need: {'; '.join(said)}."


def _row(metric: Metric, it: TouchpointLevel) -> Row:
    loud = it.standard is Standard.BELOW
    role = g.CONCERN if loud else g.US
    row: Row = {
        "part": "row", "label": g.wrapped(it.place), "name": it.place, "where": it.place,
        "role": role, "ink": role if loud else g.EXPECTATION, "standard": standard_words(metric, it),
        "said": _said(metric, it), "text": "", "range": "–", "n": "", "weeks": "–", "gap": "–",
        **_level(metric, "must", it.must_be), **_level(metric, "should", it.should_be),
    }  # fmt: skip
    if it.estimate.value is None:
        return row
    e = it.estimate
    return {
        **row, "value": e.value, "lower": e.lower, "upper": e.upper, "text": metric.text(e.value),
        "range": f"{metric.text(e.lower)} to {metric.text(e.upper)}" if e.lower is not None else "–",
        "n": f"{e.n:,}", "weeks": f"{it.weeks} weeks" if it.weeks > 1 else "1 week", "gap": gap_words(metric, it),
    }  # fmt: skip


def standard_words(metric: Metric, it: TouchpointLevel) -> str:
    """The verdict: worse than the minimum is above it where lower is better; of a silent touchpoint since when."""
    if it.standard is Standard.BELOW and metric.better is Better.LOWER:
        return "above the limit"
    if it.standard is not Standard.SILENT:
        return str(it.standard)
    day = it.last_heard
    return f"silent since {day.day} {day:%b %Y}" if day else "silent for a year or longer"


def _said(metric: Metric, it: TouchpointLevel) -> str:
    below = BELOW if metric.better is Better.HIGHER else ABOVE
    return {Standard.BELOW: below, Standard.NO_MINIMUM: NO_MINIMUM}.get(it.standard, str(it.standard))


def gap_words(metric: Metric, it: TouchpointLevel) -> str:
    """ "−18 (−31 to −7)"; "–" where there is none."""
    gap = it.gap
    if gap.value is None:
        return "–"
    value = metric.text_change(gap.value)
    if gap.lower is None:
        return f"{value} ({gap.method})"
    return f"{value} ({metric.text_change(gap.lower)} to {metric.text_change(gap.upper)})"


def _level(metric: Metric, name: str, level: Level | None) -> Row:
    if level is None:
        return {f"{name}_text": "–", f"{name}_from": "not known"}
    return {name: level.value, f"{name}_text": metric.text(level.value), f"{name}_from": level.origin}


def _score(metric: Metric, it: TouchpointLevel) -> str:
    return metric.text(it.estimate.value) if it.estimate.value is not None else "without a score"


def _behind(data: pa.Table, kind: str) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "row"))
    columns = {
        "name": kind, "text": "Is", "range": "95 % interval", "n": "Responses", "weeks": "Over",
        "must_text": "Must be", "must_from": "From", "should_text": "Should be", "should_from": "From ",
        "gap": "Gap to the minimum", "standard": "Verdict",
    }  # fmt: skip
    return rows.select(list(columns)).rename_columns(list(columns.values()))
