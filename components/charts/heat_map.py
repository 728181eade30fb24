"""A map of touchpoints across another axis: a value per cell, paler and darker in one ink; colour only for signals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from textwrap import wrap

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from components.charts.placed import ALWAYS, Box, Place, Words
from metrics.estimate import Estimate, Verdict
from metrics.metric import Metric
from metrics.review import Reading

TOUCHPOINT_HEAD, WHOLE_HEAD, WEIGHT_HEAD = "touchpoint", "overall", "weight"
LEFT, NARROW_LEFT = 160, 86
"""Pixels kept for the names at the left, in one line, or in two smaller ones on a narrow screen."""
NARROW_BELOW = 640
"""Pixels of width below which names are broken and heads stand upright."""
TOP, NARROW_TOP = 26, 92
"""Pixels for the heads: one line on a wide screen, upright ones of about 14 letters on a narrow one."""
FOOT = 4
ROW = 34
"""Pixels per touchpoint: a number and, below it, the mark of a signal."""
SMALL = 11
NARROW_LETTERS = 13
"""Letters of a name in one of its lines on a narrow screen."""
PALEST, DARKEST = 0.05, 0.22
"""As on the strip: how much ink the lowest and the highest cell get."""
FEW = "·"
"""Stands for "too few to show" where words have no room."""
NARROW, WIDE = f"(width < {NARROW_BELOW})", f"(width >= {NARROW_BELOW})"
BEGIN = f"({NARROW} ? {NARROW_LEFT} : {LEFT})"
ABOVE = f"({NARROW} ? {NARROW_TOP} : {TOP})"
SCHEMA = schema(
    text="part text brief mark name across range was n verdict words said ink where",
    numbers="row col rows cols tint whole",
)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A touchpoint: its cells from left to right, its score as a whole, and its weight on the KPI (None where it is
    not known). `words` stand in the place of the cells where there is nothing in them ("silent since 26 Oct")."""

    name: str
    cells: tuple[Reading, ...]
    whole: Reading
    weight: Estimate | None = None
    words: str = ""


def chart(metric: Metric, columns: Sequence[str], rows: Sequence[HeatRow]) -> Chart:
    """The map; a click picks {"where": place(touchpoint, column)}."""
    data = arrow(_rows(metric, columns, rows), SCHEMA)
    height = NARROW_TOP + FOOT + ROW * max(1, len(rows))
    return Chart(spec(), data, alt_sentence(metric, columns, rows), height, "touchpoint_map", partial(_behind, data))


@dataclass(frozen=True, slots=True)
class Along:
    """Positions along one direction: how far an edge is from the beginning, in cells and then in pixels."""

    step: float
    inset: float = 0

    @property
    def x(self) -> alt.ExprRef:
        """Pixels from the left."""
        return alt.ExprRef(f"{BEGIN} + (datum.col + {self.step}) * (width - {BEGIN}) / datum.cols + {self.inset}")

    @property
    def y(self) -> alt.ExprRef:
        """Pixels from the top."""
        return alt.ExprRef(
            f"{ABOVE} + (datum.row + {self.step}) * (height - {ABOVE} - {FOOT}) / datum.rows + {self.inset}"
        )


START, MIDDLE, END = Along(0, 1), Along(0.5), Along(1, -1)
CELL = Box(START.x, END.x, START.y, END.y)


@lru_cache
def spec() -> Spec:
    """The picture, the same for every company: places are worked out from the width it is drawn in."""
    base = g.base()
    cells = base.transform_filter(g.part("cell"))
    tips = [
        alt.Tooltip("name:N", title="Touchpoint"), alt.Tooltip("across:N", title="Where"),
        alt.Tooltip("text:N", title="Value"), alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("was:N", title="Usual level"), alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]  # fmt: skip

    def inside(field: str, only: str, size: int, dy: Place) -> alt.Chart:
        words = Words(MIDDLE.x, MIDDLE.y, only, size=size, dy=dy)
        return words.drawn(cells, field).encode(color=g.by_role("ink"))

    def beside(part: str, field: str, words: Words, role: str = g.MUTED) -> alt.Chart:
        return words.drawn(base.transform_filter(g.part(part)), field).encode(color=g.in_role(role))

    above = alt.ExprRef("datum.mark === '' ? 0 : -6")
    broken = alt.ExprRef(f"indexof(datum.brief, '\\n') > 0 ? -{SMALL / 2 + 1} : 0")
    room = alt.ExprRef(f"(width - {LEFT}) / datum.cols - 4")
    return g.finished(
        alt.layer(
            CELL.drawn(cells, alt.ExprRef("datum.tint")).encode(color=g.in_role(g.US)),
            inside("text", WIDE, 13, above),
            inside("brief", NARROW, SMALL, above),
            inside("mark", ALWAYS, SMALL, 9),
            beside("words", "text", Words(alt.ExprRef(f"{BEGIN} + 8"), MIDDLE.y, align="left", italic=True)),
            beside("name", "text", Words(0, MIDDLE.y, WIDE, "left", limit=LEFT - 8), g.EXPECTATION),
            beside("name", "brief", Words(0, MIDDLE.y, NARROW, "left", SMALL, dy=broken), g.EXPECTATION),
            beside("head", "text", Words(MIDDLE.x, TOP - 12, WIDE, limit=room)),
            beside(
                "head",
                "text",
                Words(MIDDLE.x, NARROW_TOP - 8, NARROW, "left", SMALL, limit=NARROW_TOP - 12, upright=True),
            ),
            CELL.drawn(cells, 0)
            .encode(tooltip=tips, description="said:N", color=g.in_role(g.US))
            .add_params(g.picker(["where"])),
        )
    )


def place(touchpoint: str, column: str = "") -> str:
    """A cell as one text, whatever letters are in its names: '["sales", "use"]'; "" is the touchpoint as a whole."""
    return json.dumps([touchpoint, column], ensure_ascii=False)


def alt_sentence(metric: Metric, columns: Sequence[str], rows: Sequence[HeatRow]) -> str:
    """What the picture shows, in one sentence: every touchpoint as a whole, and each cell that is a signal."""
    wholes = [f"{row.name} {row.words or _text(row.whole)}" for row in rows]
    signals = [
        f"{row.name} at {column} {_text(cell)}, {cell.direction}"
        for row in rows
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.verdict is Verdict.SIGNAL
    ]
    found = f"; cells with a signal: {'; '.join(signals)}" if signals else "; no cell with a signal" if columns else ""
    return f"{metric.label} by touchpoint: {', '.join(wholes) or 'nothing to show'}{found}."


def _rows(metric: Metric, columns: Sequence[str], rows: Sequence[HeatRow]) -> list[Row]:
    weighed = any(row.weight is not None for row in rows)
    heads = (*columns, WHOLE_HEAD, *((WEIGHT_HEAD,) if weighed else ()))
    size: Row = {"rows": len(rows), "cols": len(heads)}
    known = [cell.estimate.value for row in rows for cell in row.cells if cell.estimate.value is not None]
    span = (min(known, default=0.0), max(known, default=0.0))
    drawn: list[Row] = [{**size, "part": "head", "text": it, "row": 0, "col": col} for col, it in enumerate(heads)]
    for i, row in enumerate(rows):
        drawn.append({**size, "part": "name", "text": row.name, "brief": _brief(row.name), "row": i, "col": 0})
        if row.words:
            drawn.append({**size, "part": "words", "text": row.words, "row": i, "col": 0})
        for col, cell in enumerate(_cells(row, columns, span)):
            drawn.append({**size, **cell, "part": "cell", "row": i, "col": col})
        if row.weight is not None:
            drawn.append(
                {**size, **_weight(metric, row.name, row.weight), "part": "cell", "row": i, "col": len(columns) + 1}
            )
    return drawn


def _cells(row: HeatRow, columns: Sequence[str], span: tuple[float, float]) -> list[Row]:
    beside = zip((*columns, ""), (*row.cells, row.whole), strict=True)
    return [_cell(row, column, reading, span) for column, reading in beside]


def _cell(row: HeatRow, column: str, reading: Reading, span: tuple[float, float]) -> Row:
    metric, estimate, role = reading.metric, reading.estimate, g.role_of(reading.verdict, reading.direction)
    loud = role in (g.CONCERN, g.IMPROVEMENT)
    known, n, interval = estimate.value is not None, estimate.n or 0, estimate.lower is not None
    said = _text(reading)
    judged = f"{reading.verdict}{f': {reading.direction}' if loud else ''} · {reading.why}"
    inside = "" if row.words else FEW if n else ""
    return {
        "name": row.name, "across": column or WHOLE_HEAD, "where": place(row.name, column),
        "text": metric.text(estimate.value) if known else inside,
        "brief": metric.text(estimate.value).removesuffix("\u202f%") if known else inside,
        "mark": g.MARKS[role] if loud else "",
        "range": f"{metric.text(estimate.lower)} to {metric.text(estimate.upper)}" if interval else "–",
        "was": metric.text(reading.usual.value), "n": f"{n:,}", "verdict": judged, "words": said,
        "said": f"{row.name}, {column or WHOLE_HEAD}: {said}, n {n:,}, {judged}",
        "ink": role if loud else g.EXPECTATION if known else g.MUTED,
        "tint": _tint(reading, span) if column else 0.0, "whole": float(not column),
    }  # fmt: skip


def _weight(metric: Metric, name: str, weight: Estimate) -> Row:
    value, interval = "–" if weight.value is None else _correlation(weight.value), "–"
    if weight.lower is not None and weight.upper is not None:
        interval = f"{_correlation(weight.lower)} to {_correlation(weight.upper)}"
    return {
        "name": name, "across": f"weight on {metric.label}", "where": place(name), "text": value, "brief": value,
        "mark": "", "range": interval, "was": "–", "n": f"{weight.n or 0:,}", "verdict": "an association, not a proof",
        "words": value, "said": f"{name}, weight on {metric.label}: {value}", "ink": g.MUTED, "tint": 0.0, "whole": 1.0,
    }  # fmt: skip


def _correlation(value: float) -> str:
    """Two digits with a true minus; what rounds to nothing has no sign."""
    return f"{value:z.2f}".replace("-", "−")


def _text(reading: Reading) -> str:
    if reading.estimate.value is not None:
        return reading.metric.text(reading.estimate.value)
    if reading.verdict is Verdict.STALE:
        return "stale"
    return "too few" if reading.estimate.n else "no answers"


def _brief(name: str) -> str:
    """A name in at most two short lines; what does not fit ends in an ellipsis."""
    return "\n".join(wrap(name, NARROW_LETTERS, max_lines=2, placeholder=" …"))


def _tint(reading: Reading, span: tuple[float, float]) -> float:
    value, (low, high) = reading.estimate.value, span
    if value is None:
        return 0.0
    return PALEST + ((value - low) / (high - low) if high > low else 0.0) * (DARKEST - PALEST)


def _behind(data: pa.Table) -> pa.Table:
    cells = data.filter(pa.compute.equal(data["part"], "cell"))
    shown = ["name", "across", "words", "range", "was", "n", "verdict"]
    return cells.select(shown).rename_columns(
        ["Touchpoint", "Where", "Value", "95 % interval", "Usual level", "Responses", "Verdict"]
    )
