"""What charts of dots in rows share: the names at the left, the dot with its interval, the columns of words and numbers
at the right, and the click on a row."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from components.charts import grammar as g

DOT, INTERVAL_WIDTH = 95, 4
"""Area of a dot and thickness of its interval, in pixels."""
HEAD_AT = -12
"""Height of the columns' heads above the plot."""
ROW_PART, HEAD_PART = "row", "head"
"""The parts of the table: a row a dot, and one for what stands above them."""


def names(band: float | None = None) -> alt.Y:
    """The rows from top to bottom as given; `band` moves a mark within its row."""
    scale = alt.Scale(paddingInner=0.3, paddingOuter=0.15)
    if band is None:
        return alt.Y("label:N", sort=None, axis=g.names_axis(), scale=scale)
    return alt.Y("label:N", sort=None, axis=g.names_axis(), scale=scale, bandPosition=band)


def rows(base: alt.Chart) -> alt.Chart:
    """Every row."""
    return _part(base, g.part(ROW_PART))


def told(base: alt.Chart, field: str = "value") -> alt.Chart:
    """The rows that have this number."""
    return _part(base, f"{g.part(ROW_PART)} && isValid(datum.{field})")


def untold(base: alt.Chart, y: alt.Y) -> alt.Chart:
    """Words in the place of a number that may not be shown or is not there."""
    without = _part(base, g.part(ROW_PART) + " && !isValid(datum.value)")
    mark: alt.Chart = without.mark_text(align="left", baseline="middle", fontSize=g.TEXT_SIZE, fontStyle="italic")
    return mark.encode(x=alt.value(4), y=y, text="words:N", color=g.in_role(g.MUTED))


def line(layer: alt.Chart, y: alt.Y) -> alt.Chart:
    """A faint line across each row."""
    mark: alt.Chart = layer.mark_rule(strokeWidth=1)
    return mark.encode(x=alt.value(0), x2=alt.value("width"), y=y, color=g.in_role(g.RULE))


def target(layer: alt.Chart, y: alt.Y, tips: Sequence[alt.Tooltip]) -> alt.Chart:
    """The whole row tells more when pointed at, and a click on it picks {"where": …}."""
    mark: alt.Chart = layer.mark_bar(opacity=0, cursor="pointer", height={"band": 1.4})
    told_more: alt.Chart = mark.encode(x=alt.value(0), x2=alt.value("width"), y=y, tooltip=list(tips))
    return told_more.add_params(g.picker(["where"]))


def interval(layer: alt.Chart, lower: alt.X, y: alt.Y) -> alt.Chart:
    """The dot's interval, up to the column `upper`."""
    mark: alt.Chart = layer.mark_rule(strokeWidth=INTERVAL_WIDTH, strokeCap="round")
    return mark.encode(x=lower, x2="upper:Q", y=y, color=g.in_role(g.INTERVAL))


def dot(layer: alt.Chart, value: alt.X, y: alt.Y, shape: alt.Shape | None = None) -> alt.Chart:
    """The dot, in colour and shape of its role."""
    mark: alt.Chart = layer.mark_point(filled=True, size=DOT, opacity=1)
    return mark.encode(x=value, y=y, color=g.by_role("role"), shape=shape or g.shape())


def column(
    layer: alt.Chart, y: alt.Y, field: str, at: int, role: alt.Color | alt.ColorDatum, *, side: g.Side = "right"
) -> alt.Chart:
    """One column right of the plot."""
    mark: alt.Chart = layer.mark_text(align=side, baseline="middle", dx=at, fontSize=g.TEXT_SIZE)
    return mark.encode(x=alt.value("width"), y=y, text=f"{field}:N", color=role)


def head(base: alt.Chart, words: str, at: int) -> alt.Chart:
    """The head of a column."""
    mark: alt.Chart = _part(base, g.part(HEAD_PART)).mark_text(
        align="right", baseline="middle", dx=at, fontSize=g.TEXT_SIZE
    )
    return mark.encode(x=alt.value("width"), y=alt.value(HEAD_AT), text=alt.value(words), color=g.in_role(g.MUTED))


def _part(base: alt.Chart, condition: str) -> alt.Chart:
    chart: alt.Chart = base.transform_filter(condition)
    return chart
