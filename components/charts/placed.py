"""Marks at places that are worked out from the width a chart is drawn in, so that one spec reads wide and narrow.

Vega-Lite's own scales cannot turn a table round or break its names on a phone; expressions over `width` can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import altair as alt

from components.charts import grammar as g

Place = alt.ExprRef | float
ALWAYS = "true"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle's edges in pixels."""

    left: Place
    right: Place
    top: Place
    bottom: Place

    def drawn(self, layer: alt.Chart, opacity: Place) -> alt.Chart:
        """The rectangle of every row of a layer, with this much ink."""
        mark: alt.Chart = layer.mark_rect(
            x=self.left, x2=self.right, y=self.top, y2=self.bottom, opacity=opacity, cornerRadius=2,
            cursor="pointer" if opacity == 0 else alt.Undefined,
        )  # fmt: skip
        return mark


@dataclass(frozen=True, slots=True)
class Words:
    """How the words of a layer stand: around (x, y), shown only where the expression `only` holds."""

    x: Place
    y: Place
    only: str = ALWAYS
    align: g.Side = "center"
    size: int = g.TEXT_SIZE
    weight: Literal[400, 600] = 400
    dy: Place = 0
    limit: Place = 0
    upright: bool = False
    italic: bool = False

    def drawn(self, layer: alt.Chart, field: str) -> alt.Chart:
        """The words in a column of every row of a layer; a line feed breaks them."""
        mark: alt.Chart = layer.mark_text(
            x=self.x, y=self.y, align=self.align, baseline="middle", dy=self.dy, fontSize=self.size,
            fontWeight=self.weight, fontStyle="italic" if self.italic else "normal", angle=270 if self.upright else 0,
            limit=self.limit, lineBreak="\n", lineHeight=self.size + 2,
            opacity=alt.ExprRef(f"{self.only} ? 1 : 0"),
        )  # fmt: skip
        return mark.encode(text=f"{field}:N")
