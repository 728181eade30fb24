"""The journey strip: stages beside each other and metrics below each other; on a narrow screen turned round, so that
stages stand below each other and the few metrics side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from components.charts.placed import Box, Place, Words
from metrics.estimate import Verdict
from metrics.journey_strip import Strip, StripRow
from metrics.review import Reading

ALL_STAGES = "All stages"
LEFT, NARROW_LEFT = 104, 92
"""Pixels kept for the names at the left: "Review score" and "not recorded" in 12-pixel type."""
TOP, FOOT = 26, 4
"""Pixels for the heads of the columns, and below the last row."""
LEAST_COLUMN = 66
"""Pixels that a column of stages needs ("awareness" is 58); with less the strip is turned round."""
ROW, NARROW_ROW = 60, 34
"""Pixels per metric with two lines in a cell, and per stage with one."""
PALEST, DARKEST = 0.05, 0.2
"""How much ink the lowest and the highest value of a row get: the text on it keeps 4.5 : 1 in both themes."""
SMALL = 11
NARROW = f"((width - {LEFT}) / datum.cols < {LEAST_COLUMN})"
WIDE_ONLY, NARROW_ONLY = f"!{NARROW}", NARROW
SCHEMA = schema(
    text="part text second short stage metric range was change n verdict said ink where",
    numbers="row col rows cols tint whole",
)


@dataclass(frozen=True, slots=True)
class Along:
    """Positions along one direction: how far an edge is from the beginning, in cells and then in pixels."""

    step: float
    inset: float = 0

    @property
    def x(self) -> alt.ExprRef:
        """Pixels from the left."""
        wide = f"{LEFT} + (datum.col + {self.step}) * (width - {LEFT}) / datum.cols + {self.inset}"
        narrow = f"{NARROW_LEFT} + (datum.row + {self.step}) * (width - {NARROW_LEFT}) / datum.rows + {self.inset}"
        return alt.ExprRef(f"{NARROW} ? {narrow} : {wide}")

    @property
    def y(self) -> alt.ExprRef:
        """Pixels from the top."""
        room = f"(height - {TOP + FOOT})"
        wide = f"{TOP} + (datum.row + {self.step}) * {room} / datum.rows + {self.inset}"
        narrow = f"{TOP} + (datum.col + {self.step}) * {room} / datum.cols + {self.inset}"
        return alt.ExprRef(f"{NARROW} ? {narrow} : {wide}")


START, MIDDLE, END = Along(0, 1), Along(0.5), Along(1, -1)
CELL = Box(START.x, END.x, START.y, END.y)


def chart(strip: Strip) -> Chart:
    """The strip; a click picks {"where": "<metric>\\n<stage>"}, the stage "" for all stages."""
    data = arrow(_rows(strip), SCHEMA)
    names = [row.metric.label for row in strip.rows]
    return Chart(
        spec(), data, alt_sentence(strip), _height(names, strip.stages), "journey_strip", partial(_behind, data)
    )


@lru_cache
def spec() -> Spec:
    """The picture, the same for every company: places are worked out from the width it is drawn in."""
    base = g.base()
    cells = base.transform_filter(g.part("cell"))
    tips = [
        alt.Tooltip("metric:N", title="Score"), alt.Tooltip("stage:N", title="Stage"),
        alt.Tooltip("text:N", title="Value"), alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("was:N", title="Held against"), alt.Tooltip("change:N", title="Change"),
        alt.Tooltip("n:N", title="Responses"), alt.Tooltip("verdict:N", title="Verdict"),
    ]  # fmt: skip

    def line(field: str, only: str, size: int, weight: Literal[400, 600] = 400, dy: Place = 0) -> alt.Chart:
        words = Words(MIDDLE.x, MIDDLE.y, only, size=size, weight=weight, dy=dy)
        return words.drawn(cells, field).encode(color=g.by_role("ink"))

    def head(part: str, words: Words) -> alt.Chart:
        return words.drawn(base.transform_filter(g.part(part)), "text").encode(color=g.in_role(g.MUTED))

    def above(only: str, count: str) -> Words:
        room = alt.ExprRef(f"(width - {LEFT}) / datum.{count} - 4")
        return Words(MIDDLE.x, TOP - 12, only, limit=room)

    def beside(only: str) -> Words:
        return Words(0, MIDDLE.y, only, "left", limit=LEFT - 8)

    return g.finished(
        alt.layer(
            CELL.drawn(cells, alt.ExprRef("datum.tint")).encode(color=g.in_role(g.US)),
            line("text", WIDE_ONLY, 15, 600, alt.ExprRef("datum.second === '' ? 0 : -9")),
            line("second", WIDE_ONLY, SMALL, dy=11),
            line("short", NARROW_ONLY, SMALL, dy=alt.ExprRef("indexof(datum.short, '\\n') > 0 ? -6 : 0")),
            head("stage", above(WIDE_ONLY, "cols")),
            head("stage", beside(NARROW_ONLY)),
            head("metric", beside(WIDE_ONLY)),
            head("metric", above(NARROW_ONLY, "rows")),
            CELL.drawn(cells, 0)
            .encode(tooltip=tips, description="said:N", color=g.in_role(g.US))
            .add_params(g.picker(["where"])),
        )
    )


def alt_sentence(strip: Strip) -> str:
    """What the picture shows, in one sentence: each row end to end, its signals and its peak and end."""
    against = strip.against.text() if strip.against else "the usual level"
    return f"The journey by stage against {against}: {'; '.join(_said(strip, row) for row in strip.rows)}."


def _said(strip: Strip, row: StripRow) -> str:
    signals = [
        f"{stage} {row.metric.text(cell.estimate.value)}, {cell.direction}"
        for stage, cell in zip(strip.stages, row.cells, strict=True)
        if cell.verdict is Verdict.SIGNAL
    ]
    said = f"{row.metric.label} {_value(row.whole)} over all stages, {', '.join(signals) or 'no stage with a signal'}"
    if row.peak is None or row.end is None:
        return said
    return f"{said}, peak at {strip.stages[row.peak]} and end at {strip.stages[row.end]}"


def _rows(strip: Strip) -> list[Row]:
    size: Row = {"rows": len(strip.rows), "cols": len(strip.stages) + 1}
    heads: list[Row] = [
        {**size, "part": "stage", "text": name, "row": 0, "col": col, "whole": int(not col)}
        for col, name in enumerate((ALL_STAGES, *strip.stages))
    ]
    heads += [
        {**size, "part": "metric", "text": it.metric.label, "row": i, "col": 0} for i, it in enumerate(strip.rows)
    ]
    cells = [{**size, "row": i, **cell} for i, row in enumerate(strip.rows) for cell in _cells(strip, row)]
    return [*heads, *cells]


def _cells(strip: Strip, row: StripRow) -> list[Row]:
    readings = (row.whole, *row.cells)
    known = [reading.estimate.value for reading in row.cells if reading.estimate.value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [
        {
            "part": "cell", "col": col, "stage": stage or ALL_STAGES, "metric": row.metric.label,
            "where": f"{row.metric.id}\n{stage}", "tint": _tint(reading, low, high) if stage else 0.0,
            **_words(reading, stage or ALL_STAGES, _place(row, col - 1), strip.against is not None),
        }
        for col, (stage, reading) in enumerate(zip(("", *strip.stages), readings, strict=True))
    ]  # fmt: skip


def _words(reading: Reading, stage: str, place: str, compared: bool) -> Row:
    metric, estimate, role = reading.metric, reading.estimate, g.role_of(reading.verdict, reading.direction)
    loud = role in (g.CONCERN, g.IMPROVEMENT)
    mark = f"\u202f{g.MARKS[role]}" if loud else ""
    value, n = _value(reading), f"{estimate.n or 0:,}"
    change = metric.text_change(reading.change.value)
    known, interval = estimate.value is not None, estimate.lower is not None
    judged = str(reading.direction) if loud else ""
    aside = change if compared else "" if judged or place else f"n {n}"
    second = [aside, judged, place] if known else []
    below = [change if compared else "", place] if known else []
    short = [value + mark, " ".join(filter(None, below))]
    return {
        "text": value + mark, "second": " · ".join(filter(None, second)), "short": "\n".join(filter(None, short)),
        "range": f"{metric.text(estimate.lower)} to {metric.text(estimate.upper)}" if interval else "–",
        "was": metric.text(reading.usual.value), "change": _changed(reading), "n": n,
        "verdict": f"{reading.verdict}{f': {judged}' if judged else ''} · {reading.why}",
        "ink": role if loud else g.EXPECTATION if known else g.MUTED,
        "said": f"{metric.label}, {stage}: {value}, n {n}, {reading.verdict} {judged}".rstrip(),
    }  # fmt: skip


def _changed(reading: Reading) -> str:
    metric, change = reading.metric, reading.change
    if change.lower is None:
        return metric.text_change(change.value)
    interval = f"{metric.text_change(change.lower)} to {metric.text_change(change.upper)}"
    return f"{metric.text_change(change.value)} ({interval})"


def _value(reading: Reading) -> str:
    if reading.estimate.value is not None:
        return reading.metric.text(reading.estimate.value)
    if reading.verdict is Verdict.STALE:
        return "stale"
    return "too few" if reading.estimate.n else "–"


def _place(row: StripRow, stage: int) -> str:
    """Whether a stage is the row's peak, its end or both."""
    marked = [word for word, place in (("peak", row.peak), ("end", row.end)) if place == stage]
    return ", ".join(marked) if stage >= 0 else ""


def _tint(reading: Reading, low: float, high: float) -> float:
    value = reading.estimate.value
    if value is None:
        return 0.0
    share = (value - low) / (high - low) if high > low else 0.0
    return PALEST + share * (DARKEST - PALEST)


def _height(rows: Sequence[str], stages: Sequence[str]) -> int:
    return TOP + FOOT + max(ROW * len(rows), NARROW_ROW * (len(stages) + 1))


def _behind(data: pa.Table) -> pa.Table:
    cells = data.filter(pa.compute.equal(data["part"], "cell"))
    shown = ["metric", "stage", "text", "range", "was", "change", "n", "verdict"]
    heads = ["Score", "Stage", "Value", "95 % interval", "Held against", "Change", "Responses", "Verdict"]
    return cells.select(shown).rename_columns(heads)
