"""The most travelled paths: one row each, its steps as chips in order, and what the journeys led to beside them.

On a wide page the numbers stand right of the chips, on a narrow one below them: one spec, laid out by the width that
Vega measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from components.path_words import BACK, in_words, per_cent, score_words, turned_back
from metrics.journeys import Path
from metrics.metric import Metric

ROW, HEAD = 60, 30
"""Pixels of a row (chips of 24, a line of numbers, air) and of the heads of the columns."""
SURROUND = 8
WIDE = "width >= 1000"
"""From this width in pixels the numbers have room right of the chips."""
NUMBERS_WIDE = 570
"""Pixels of the numbers' columns on a wide page."""
LONGEST_CHIP = 148
"""A chip grows no wider: a path of two steps is not a road."""
SHORTEST_CHIP = 46
"""Where a chip would be narrower, its word cannot be read: the path is written in one line instead."""
CHIP_GAP = 12
"""Pixels between two chips, where the arrow stands."""
LONGEST_BAR = f"({WIDE} ? 110 : 44)"
"""Pixels of the bar of the most travelled path: left of its number on a wide page, below it on a narrow one."""
LONGEST_NUMBER = 48
"""Pixels of a count of journeys ("12,345") and air."""
LONGEST_HEAD = 96
"""Pixels of a column's head before it is cut."""
SCHEMA = schema(
    text="part where key ink role word path journeys share score success hand_offs repeats",
    numbers="row step slots last bar chosen",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: its field, its head, and where its right edge is: pixels left of the picture's right edge
    on a wide page, share of the width on a narrow one."""

    field: str
    head: str
    wide: int
    narrow: float

    @property
    def at(self) -> str:
        """The right edge, as Vega works it out."""
        return f"({WIDE} ? width - {self.wide} : width * {self.narrow})"


SCORE_FIELD = "score"
COLUMNS = (
    Column("journeys", "Journeys", 392, 0.14),
    Column(SCORE_FIELD, "", 268, 0.41),
    Column("success", "Success", 136, 0.68),
    Column("hand_offs", "Hand-offs", 62, 0.86),
    Column("repeats", "Repeats", 6, 0.985),
)


def chart(metric: Metric, paths: Sequence[Path], order: Sequence[str] = (), chosen: str = "") -> Chart:
    """The paths from top to bottom as given, none of them hidden; a click picks {"where": the path's key}.
    `order` is that of the steps where they have one; the path whose key is `chosen` is marked."""
    data = table(metric, paths, order, chosen)
    height = HEAD + ROW * max(1, len(paths)) + SURROUND
    behind = partial(_behind, metric, tuple(paths), tuple(order))
    return Chart(spec(metric.label), data, alt_sentence(metric, paths, order), height, "paths", behind)


@lru_cache
def spec(score: str) -> Spec:
    """The picture of metrics of one name."""
    base = g.base()
    rows, chips, heads = (base.transform_filter(g.part(name)) for name in ("row", "chip", "head"))
    top = f"({HEAD} + datum.row * {ROW})"
    chips_y, numbers_y = f"{top} + ({WIDE} ? {ROW / 2} : 19)", f"{top} + ({WIDE} ? {ROW / 2} : 43)"
    slot = f"min({LONGEST_CHIP}, (width - 14 - ({WIDE} ? {NUMBERS_WIDE} : 0)) / datum.slots)"
    left, right = f"(10 + datum.step * {slot})", f"(10 + (datum.step + 1) * {slot} - {CHIP_GAP})"
    legible = f"{slot} >= {SHORTEST_CHIP + CHIP_GAP}"
    bar = f"({COLUMNS[0].at} - {LONGEST_BAR} - ({WIDE} ? {LONGEST_NUMBER} : 0))"
    layers = alt.layer(
        rows.mark_rect(fillOpacity=alt.ExprRef("datum.chosen"), cornerRadius=3)
        .encode(x=alt.value(0), x2=alt.value("width"), y=_at(f"{top} + 1"), y2=_at(f"{top} + {ROW - 1}"),
                color=g.in_role(g.LIMITS)),
        rows.mark_rect(fillOpacity=alt.ExprRef("datum.chosen"))
        .encode(x=alt.value(0), x2=alt.value(4), y=_at(f"{top} + 1"), y2=_at(f"{top} + {ROW - 1}"),
                color=g.in_role(g.US)),
        rows.mark_rule(strokeWidth=1)
        .encode(x=alt.value(0), x2=alt.value("width"), y=_at(top), color=g.in_role(g.RULE)),
        rows.mark_rect(opacity=0, cursor="pointer")
        .encode(x=alt.value(0), x2=alt.value("width"), y=_at(top), y2=_at(f"{top} + {ROW}"), tooltip=_tips(score))
        .add_params(g.picker(["where"])),
        chips.mark_rect(cornerRadius=3, filled=False, strokeWidth=1.5, strokeOpacity=alt.ExprRef(f"{legible} ? 1 : 0"))
        .encode(x=_at(left), x2=_at(right), y=_at(f"{chips_y} - 12"), y2=_at(f"{chips_y} + 12"),
                color=g.by_role("role")),
        chips.mark_text(
            fontSize=g.TEXT_SIZE, baseline="middle", align="center", limit=alt.ExprRef(f"{slot} - {CHIP_GAP} - 4")
        )
        .encode(x=_at(f"({left} + {right}) / 2"), y=_at(chips_y), text=_only("datum.word", legible),
                color=g.by_role("ink")),
        chips.mark_text(fontSize=g.TEXT_SIZE, baseline="middle", align="center")
        .encode(x=_at(f"{right} + {CHIP_GAP / 2}"), y=_at(chips_y),
                text=_only("'›'", f"{legible} && datum.last < 1"), color=g.in_role(g.MUTED)),
        rows.mark_text(fontSize=g.TEXT_SIZE + 1, baseline="middle", align="left",
                       limit=alt.ExprRef(f"width - 16 - ({WIDE} ? {NUMBERS_WIDE} : 0)"))
        .encode(x=alt.value(10), y=_at(chips_y), text=_only("datum.path", f"!({legible})"),
                color=g.in_role(g.EXPECTATION)),
        rows.mark_rect(cornerRadius=1)
        .encode(x=_at(bar), x2=_at(f"{bar} + datum.bar * {LONGEST_BAR}"),
                y=_at(f"{numbers_y} + ({WIDE} ? -5 : 9)"), y2=_at(f"{numbers_y} + ({WIDE} ? 5 : 12)"),
                color=g.in_role(g.US)),
        *(_column(rows, column, numbers_y) for column in COLUMNS),
        *(_head(heads, column, score) for column in COLUMNS),
    )  # fmt: skip
    return g.finished(layers)


def table(metric: Metric, paths: Sequence[Path], order: Sequence[str] = (), chosen: str = "") -> pa.Table:
    """A row per path and one per step of it; one for the heads."""
    most = max((path.journeys for path in paths), default=1)
    slots = float(max((_slots(path) for path in paths), default=1.0))
    rows: list[Row] = [{"part": "head", "row": 0.0}]
    for place, path in enumerate(paths):
        row: Row = {"where": path.key, "row": float(place), "slots": slots, "step": 0.0}
        rows.append({
            **row, **_numbers(metric, path), "part": "row", "path": in_words(path, order), "bar": path.journeys / most,
            "chosen": float(path.key == chosen),
        })  # fmt: skip
        rows += [{**row, **chip} for chip in _chips(path, order)]
    return arrow(rows, SCHEMA)


def alt_sentence(metric: Metric, paths: Sequence[Path], order: Sequence[str] = ()) -> str:
    """What the picture shows, in one sentence."""
    if not paths:
        return "The most travelled paths: none to show."
    said = [
        f"{in_words(path, order)}: {path.journeys:,}, {score_words(metric, path.score)}, {per_cent(path.success)}"
        for path in paths
    ]
    return f"The most travelled paths with their journeys, {metric.label} and success: {'; '.join(said)}."


def _numbers(metric: Metric, path: Path) -> dict[str, str]:
    return {
        "journeys": f"{path.journeys:,}", "share": per_cent(path.share), "score": score_words(metric, path.score),
        "success": per_cent(path.success), "hand_offs": f"{path.hand_offs}", "repeats": f"{path.repeats}",
    }  # fmt: skip


def _slots(path: Path) -> float:
    """Chips of a path; what is not shown of a longer one needs a little room."""
    return len(path.steps) + (0.3 if path.longer else 0.0)


def _chips(path: Path, order: Sequence[str]) -> list[Row]:
    backs = turned_back(path.steps, order)
    end = len(path.steps) - 1
    return [
        {
            "part": "chip", "step": float(i), "word": f"{BACK if back else ''}{step}", "last": float(i == end),
            "role": g.US if back else g.INTERVAL, "ink": g.US if back else g.EXPECTATION,
        }
        for i, (step, back) in enumerate(zip(path.steps, backs, strict=True))
    ]  # fmt: skip


def _at(pixels: str) -> alt.Value:
    """A place in pixels that Vega works out."""
    return alt.value(alt.ExprRef(pixels))


def _only(text: str, when: str) -> alt.Value:
    """A text where it fits, else nothing."""
    return alt.value(alt.ExprRef(f"{when} ? {text} : ''"))


def _column(rows: alt.Chart, column: Column, y: str) -> alt.Chart:
    mark: alt.Chart = rows.mark_text(align="right", baseline="middle", fontSize=g.TEXT_SIZE)
    return mark.encode(x=_at(column.at), y=_at(y), text=f"{column.field}:N", color=g.in_role(g.EXPECTATION))


def _head(heads: alt.Chart, column: Column, score: str) -> alt.Chart:
    mark: alt.Chart = heads.mark_text(align="right", baseline="middle", fontSize=g.TEXT_SIZE, limit=LONGEST_HEAD)
    text = alt.value(column.head or score)
    return mark.encode(x=_at(column.at), y=alt.value(HEAD / 2), text=text, color=g.in_role(g.MUTED))


def _tips(score: str) -> list[alt.Tooltip]:
    heads = {"path": "Path", "share": "Share of journeys", **{it.field: it.head or score for it in COLUMNS}}
    return [alt.Tooltip(f"{field}:N", title=head) for field, head in heads.items()]


def _behind(metric: Metric, paths: tuple[Path, ...], order: tuple[str, ...]) -> pa.Table:
    heads = {"share": "Share of journeys", **{it.field: it.head or metric.label for it in COLUMNS}}
    columns = [[_numbers(metric, path).get(field, "") for path in paths] for field in heads]
    words = [in_words(path, order) for path in paths]
    return pa.table([pa.array(cells, pa.string()) for cells in (words, *columns)], names=["Path", *heads.values()])
