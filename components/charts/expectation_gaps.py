"""Items or slices against what customers expect: a dot with its interval on the zone of tolerance, one row each."""

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
from metrics.expectation import Gap, Item, Zone
from metrics.metric import Better, Metric

ROW = 38
"""Pixels per row."""
SURROUND = 84
"""Pixels for the heads of the columns, the axis and the padding."""
VALUE_AT, N_AT, VERDICT_AT = 42, 88, 98
"""Where the columns right of the plot end (numbers) or begin (the verdict), in pixels."""
KEY_AT = -12 - g.LINE_HEIGHT
KEY = "│ from what must be to what should be │"
BAND = 0.16
"""Opacity of the zone of tolerance: as pale as the natural limits, in the grey of expectations."""
SHORT = {
    Zone.BELOW: "▼ too low", Zone.SHORT: "short of hopes", Zone.WITHIN: "in between", Zone.MET: "enough",
    Zone.ABOVE: "▲ above", Zone.UNCLEAR: "unclear", Zone.UNSURE: "no interval", Zone.TOO_FEW: "too few",
    Zone.STALE: "stale", Zone.NONE: "not asked",
}  # fmt: skip
"""The verdict in the width that a phone leaves it; the full words stand in the tooltip and in the table."""
LOWER_SHORT = {Zone.BELOW: "▼ too high", Zone.ABOVE: "▲ better"}
LOWER_ZONES = {
    Zone.BELOW: "above what must be", Zone.MET: "below what must be", Zone.ABOVE: "below what should be",
}  # fmt: skip
"""The same where lower is better: short of what must be is above it."""
SCHEMA = schema(
    text="part label name where role ink text range was must should apart n verdict words",
    numbers="value lower upper floor ceiling",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, what a click gives back, and the item."""

    label: str
    where: str
    item: Item


def chart(lines: Sequence[Line]) -> Chart:
    """The rows from top to bottom as given, all in one unit; a click picks {"where": …}."""
    data = table(lines)
    unit = lines[0].item.metric.unit if lines else ""
    height = ROW * max(1, len(lines)) + SURROUND
    return Chart(spec(unit), data, alt_sentence(lines), height, "expectation_gaps", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of rows of one unit."""
    base = g.base()
    y = d.names()
    axis, scale = g.value_axis(unit, horizontal=True, grid=False), alt.Scale(zero=False, nice=True)

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    rows, shown = d.rows(base), d.told(base)
    tips = [
        alt.Tooltip("name:N", title="Item"),
        alt.Tooltip("text:N", title="Perceived"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("must:N", title="Must be"),
        alt.Tooltip("should:N", title="Should be"),
        alt.Tooltip("apart:N", title="Gaps"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]

    def level(field: str) -> alt.Chart:
        tick: alt.Chart = rows.mark_tick(thickness=1.5, size=18, orient="vertical")
        return tick.encode(x=across(field), y=y, color=g.in_role(g.EXPECTATION))

    layers = alt.layer(
        d.line(rows, y),
        base.transform_filter(g.part("row") + " && isValid(datum.floor) && isValid(datum.ceiling)")
        .mark_bar(opacity=BAND, height=18)
        .encode(x=across("floor"), x2="ceiling:Q", y=y, color=g.in_role(g.EXPECTATION)),
        level("floor"),
        level("ceiling"),
        d.target(rows, y, tips),
        d.interval(shown, across("lower"), y),
        d.dot(shown, across("value"), y),
        d.column(rows, y, "text", VALUE_AT, g.by_role("ink")),
        d.column(rows, y, "n", N_AT, g.in_role(g.MUTED)),
        d.column(rows, y, "words", VERDICT_AT, g.by_role("ink"), side="left"),
        d.head(base, "score", VALUE_AT),
        d.head(base, "n", N_AT),
        base.transform_filter(g.part("head"))
        .mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE)
        .encode(x=alt.value(0), y=alt.value(KEY_AT), text="words:N", color=g.in_role(g.MUTED)),
    )
    return g.finished(layers)


def table(lines: Sequence[Line]) -> pa.Table:
    """One row a line; the number is absent where the verdict stands in its place."""
    return arrow([{"part": "head", "words": _key(lines)}, *map(_row, lines)] if lines else [], SCHEMA)


def _key(lines: Sequence[Line]) -> str:
    """What the band and the ticks are: the zone where a row has one, else the single levels by name."""
    if any(_level(it.item.floor) != _level(it.item.ceiling) for it in lines):
        return KEY
    return " ".join(["│", " or ".join(dict.fromkeys(it.item.floor.expected.label for it in lines if it.item.floor))])


def alt_sentence(lines: Sequence[Line]) -> str:
    """What the picture shows, in one sentence."""
    if not lines:
        return "Perception against expectation: nothing to show."
    said = [
        f"{line.label} {line.item.metric.text(line.item.perception.value)}, {zone_words(line.item)}" for line in lines
    ]
    return f"Perception against expectation: {'; '.join(said)}."


def _row(line: Line) -> Row:
    it = line.item
    metric, role = it.metric, g.role_of(it.verdict, it.direction)
    loud = it.verdict is Verdict.SIGNAL and it.direction is not Direction.NONE
    row: Row = {
        "part": "row", "label": g.wrapped(line.label), "name": line.label, "where": line.where,
        "words": _short(it), "verdict": zone_words(it), "role": role if loud else g.US,
        "ink": role if loud else g.EXPECTATION, "text": "", "range": "–", "n": "",
        "floor": _level(it.floor), "ceiling": _level(it.ceiling),
        "must": _said(metric, it.floor), "should": _said(metric, it.ceiling),
        "apart": "; ".join(gap_words(metric, gap) for gap in it.gaps),
    }  # fmt: skip
    if it.perception.value is None:
        return row
    return {**row, "text": metric.text(it.perception.value), "range": _range(metric, it.perception),
            "n": "–" if it.perception.n is None else f"{it.perception.n:,}", "value": it.perception.value,
            "lower": it.perception.lower, "upper": it.perception.upper}  # fmt: skip


def zone_words(item: Item) -> str:
    """Where the perception stands, in words that fit a metric of which less is better."""
    lower = LOWER_ZONES if item.metric.better is Better.LOWER else {}
    return lower.get(item.zone, str(item.zone))


def _short(item: Item) -> str:
    lower = LOWER_SHORT if item.metric.better is Better.LOWER else {}
    return lower.get(item.zone, SHORT[item.zone])


def gap_words(metric: Metric, gap: Gap) -> str:
    """ "acceptable +12 (6 to 18), signal"; says so where there is no number or no interval."""
    found = gap.gap
    if found.value is None:
        return f"{gap.expected.label}: too few"
    interval = "no interval"
    if found.lower is not None and found.upper is not None:
        interval = f"{metric.text_change(found.lower)} to {metric.text_change(found.upper)}"
    return f"{gap.expected.label} {metric.text_change(found.value)} ({interval}), {gap.verdict}"


def _level(gap: Gap | None) -> float | None:
    return None if gap is None else gap.expected.estimate.value


def _said(metric: Metric, gap: Gap | None) -> str:
    return "–" if gap is None else f"{metric.text(gap.expected.estimate.value)} ({gap.expected.label})"


def _range(metric: Metric, given: Estimate) -> str:
    return "–" if given.lower is None else f"{metric.text(given.lower)} to {metric.text(given.upper)}"


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.equal(data["part"], "row"))
    return rows.select(["name", "text", "range", "n", "must", "should", "apart", "verdict"]).rename_columns(
        ["Item", "Perceived", "95 % interval", "Responses", "Must be", "Should be", "Gaps", "Verdict"]
    )
