"""One chart grammar everywhere (design note "Look" §3): the roles of colours, axes, line ends and their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from textwrap import wrap
from typing import Literal, cast

import altair as alt

from components.charts.chart import Spec
from metrics.estimate import Direction, Verdict

US, COMPETITOR, CONCERN, IMPROVEMENT, EXPECTATION = "us", "competitor", "concern", "improvement", "expectation"
MUTED, LIMITS, INTERVAL, ROUTINE, RULE = "muted", "limits", "interval", "routine", "rule"
ROLES = (US, COMPETITOR, CONCERN, IMPROVEMENT, EXPECTATION, MUTED, LIMITS, INTERVAL, ROUTINE, RULE)
"""What a colour may mean, in the order of `chartCategoricalColors` in .streamlit/config.toml."""

Side = Literal["left", "right", "center"]
PICK = "pick"
"""The name of every chart's selection."""
TEXT_SIZE = 12
LINE_HEIGHT = 15
"""Pixels that a line of labels needs so that two do not touch."""
END_LABEL_LIMIT = 118
"""Pixels after which a label at a line's end is cut with an ellipsis ("Best competitor 46" is 104)."""
PADDING = {"left": 2, "right": 2, "top": 4, "bottom": 4}
NAME_LETTERS = 20
"""Letters in one line of a slice's name."""
TWO_LINES = "indexof(datum.value, '\\n') > 0"
AXIS_ROOM = 30
"""Pixels below the plot for the labels of the x axis, with Streamlit's own padding."""

SHAPES = {CONCERN: "triangle-down", IMPROVEMENT: "triangle-up", ROUTINE: "circle", US: "circle"}
MARKS = {CONCERN: "▼", IMPROVEMENT: "▲", ROUTINE: ""}
"""A signal has a shape besides its colour. Shapes follow good and bad; which way the number went is in its place."""

_SCALE = alt.Scale(domain=list(ROLES), range="category")
MUTED_TEXT = alt.ExprRef(f"scale('color', '{MUTED}')")
GRID = alt.ExprRef(f"scale('color', '{RULE}')")


def in_role(role: str) -> alt.ColorDatum:
    """A mark in the colour of one role. Needs another layer of the same chart to be coloured `by_role`: a constant
    cannot bring its own scale in Vega-Lite."""
    return alt.ColorDatum(role)


def by_role(field: str) -> alt.Color:
    """Marks in the colour of the role that a column names."""
    return alt.Color(f"{field}:N", scale=_SCALE, legend=None)


def shape() -> alt.Shape:
    """The shape that goes with the role in the column `role`."""
    return alt.Shape("role:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None)


def part(name: str) -> str:
    """The rows of the one table that belong to this part of the picture."""
    return f"datum.part === '{name}'"


def value_axis(unit: str, *, horizontal: bool = False, grid: bool = True) -> alt.Axis:
    """An axis of the metric's values: faint lines across, the unit with every label only where it is short."""
    suffix = " + '\u202f%'" if unit == "%" else ""
    return alt.Axis(
        title=None,
        labelExpr=f"replace(datum.label, '-', '−'){suffix}",
        labelColor=MUTED_TEXT,
        labelFontSize=TEXT_SIZE,
        labelPadding=8,
        labelFlush=False,
        grid=grid,
        gridColor=GRID,
        domain=False,
        ticks=False,
        tickCount=4 if horizontal else 5,
    )


def week_axis(*, grid: bool = False) -> alt.Axis:
    """An axis of time: months, with the year where it begins if there is room."""
    return alt.Axis(
        title=None,
        labelExpr="timeFormat(datum.value, month(datum.value) === 0 && width > 480 ? '%b %Y' : '%b')",
        tickCount=alt.TimeIntervalStep(interval="month", step=1),
        labelColor=MUTED_TEXT,
        labelFontSize=TEXT_SIZE,
        labelOverlap="parity",
        labelSeparation=6,
        labelFlush=False,
        grid=grid,
        gridColor=GRID,
        domain=False,
        ticks=False,
    )


def names_axis() -> alt.Axis:
    """An axis of names that `wrapped` has broken into lines."""
    return alt.Axis(
        title=None,
        labelExpr="split(datum.label, '\\n')",
        labelColor=MUTED_TEXT,
        labelFontSize=TEXT_SIZE,
        labelOffset={"condition": {"test": TWO_LINES, "value": -LINE_HEIGHT / 2}, "value": 0},
        labelLimit=160,
        labelPadding=8,
        labelOverlap=False,
        grid=False,
        domain=False,
        ticks=False,
    )


def picker(fields: Sequence[str], *, nearest: bool = False) -> alt.Parameter:
    """The click that opens what was clicked; the columns named come back."""
    return alt.selection_point(name=PICK, fields=list(fields), nearest=nearest, on="click", clear="dblclick")


def finished(chart: alt.LayerChart | alt.FacetChart) -> Spec:
    """The spec as a dict without data. Altair validates it here. Vega fits the plot so that all that stands outside
    it (labels at line ends, columns of numbers) is inside the frame."""
    spec = cast("dict[str, object]", chart.to_dict())
    for unwanted in ("$schema", "config", "data", "datasets"):
        spec.pop(unwanted, None)
    spec["padding"] = PADDING
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    return spec


def base() -> alt.Chart:
    """A chart that draws the table it is sent."""
    return alt.Chart(alt.NamedData("main"))


def moment(day: date) -> datetime:
    """The day as a point of the time axis."""
    return datetime.combine(day, time())


def role_of(verdict: Verdict, direction: Direction) -> str:
    """Colour only where there is a signal."""
    if verdict is not Verdict.SIGNAL:
        return ROUTINE
    return CONCERN if direction is Direction.CONCERN else IMPROVEMENT if direction is Direction.IMPROVEMENT else US


def spread(wanted: Mapping[str, float], low: float, high: float, pixels: int) -> dict[str, float]:
    """Places for labels near the values they belong to, far enough apart to be read: each at least a line's height
    from the next, in the order of the values. `low` to `high` is the span of the axis, drawn over `pixels`. Labels
    are moved as little as a sweep up and a sweep down allow."""
    if not wanted:
        return {}
    gap = LINE_HEIGHT * (high - low) / pixels if high > low else 0.0
    names = sorted(wanted, key=lambda name: wanted[name])
    places = [wanted[name] for name in names]
    for _ in range(len(places) * 4):
        for i in range(1, len(places)):
            short = gap - (places[i] - places[i - 1])
            if short > 0:
                places[i - 1] -= short / 2
                places[i] += short / 2
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    return dict(zip(names, places, strict=True))


def wrapped(name: str) -> str:
    """A name in at most two lines of about 20 letters, so that names leave room for numbers on a phone; what does not
    fit ends in an ellipsis. " · " begins a line of its own where it can."""
    if len(name) <= NAME_LETTERS:
        return name
    head, dot, tail = name.partition(" · ")
    if dot and max(len(head), len(tail)) <= NAME_LETTERS + 4:
        return f"{head}\n{tail}"
    lines = wrap(name, NAME_LETTERS, max_lines=2, placeholder=" …")
    return "\n".join(lines)


def share(part: int, whole: int) -> str:
    """A share of responses as it is printed: "38 %"; "–" of nothing."""
    return f"{100 * part / whole:.0f}\u202f%" if whole else "–"
