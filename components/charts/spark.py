"""A card's sparkline: the weeks inside their limits as a small inline picture, thirty times cheaper than a chart."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from components.charts import grammar as g
from metrics.estimate import Direction, Verdict
from metrics.limits import ProcessBehaviour
from metrics.metric import Metric
from metrics.sums import FloatArray

WIDTH, HEIGHT, MARGIN = 240, 60, 7
"""Pixels of the picture's own frame, and kept free inside it for the last point."""
COLOURS = {g.ROUTINE: "#5f7d9e", g.US: "#5f7d9e", g.CONCERN: "#d1483d", g.IMPROVEMENT: "#2f9461"}
"""The same in both themes, because a picture cannot ask for the theme: each has at least 3 : 1 against the light
and the dark ground (WCAG 2.2, 1.4.11), as drawn shapes need. The band is a veil of grey that suits either."""
BAND = '<path d="{path}" fill="#8a8f98" fill-opacity=".2"/>'
POINTS = {
    g.CONCERN: "M{l:.1f} {t:.1f}H{r:.1f}L{x:.1f} {b:.1f}Z",
    g.IMPROVEMENT: "M{l:.1f} {b:.1f}H{r:.1f}L{x:.1f} {t:.1f}Z",
}
SIGNAL_RADIUS, ROUTINE_RADIUS = 5.0, 3.5


@dataclass(frozen=True, slots=True)
class Spark:
    """A picture and its sentence."""

    svg: str
    alt: str


def spark(metric: Metric, behaviour: ProcessBehaviour, verdict: Verdict, direction: Direction) -> Spark:
    """The sparkline of a card. An empty frame without any value."""
    role = g.role_of(verdict, direction)
    return Spark(svg(behaviour, role), alt_sentence(metric, behaviour, verdict, direction))


def svg(behaviour: ProcessBehaviour, role: str = g.ROUTINE) -> str:
    """The picture: limits as a band, values as a line broken where a week has none, the newest one marked."""
    values = behaviour.values
    body = ""
    if np.isfinite(values).any():
        x = np.linspace(1.0, WIDTH - MARGIN, max(2, len(values)))[: len(values)]
        y = _heights(np.vstack((values, behaviour.lower, behaviour.upper)))
        body = _band(x, y[1], y[2]) + _line(x, y[0]) + _last(x, y[0], role)
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{body}</svg>'


def alt_sentence(metric: Metric, behaviour: ProcessBehaviour, verdict: Verdict, direction: Direction) -> str:
    """What the picture shows, in one sentence."""
    values = behaviour.values
    known = values[np.isfinite(values)]
    if not len(known):
        return f"{metric.label}: no values to show."
    where = ""
    if isfinite(behaviour.lower[-1]):
        low, high = metric.text(float(behaviour.lower[-1])), metric.text(float(behaviour.upper[-1]))
        where = f", natural limits {low} to {high}"
    word = f"signal of {direction}" if verdict is Verdict.SIGNAL and direction is not Direction.NONE else str(verdict)
    return f"{metric.label} over {len(values)} weeks, last {metric.text(float(known[-1]))}{where}: {word}."


def _heights(rows: FloatArray) -> FloatArray:
    """Values as pixels from the top; a picture without any spread is a line through the middle."""
    low, high = float(np.nanmin(rows)), float(np.nanmax(rows))
    share = (rows - low) / (high - low) if high > low else np.where(np.isnan(rows), np.nan, 0.5)
    return np.asarray(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN))


def _runs(x: FloatArray, y: FloatArray) -> list[list[str]]:
    """Points as "x y", cut into runs where a week has none."""
    runs: list[list[str]] = [[]]
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if isfinite(down):
            runs[-1].append(f"{across:.1f} {down:.1f}")
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(x: FloatArray, y: FloatArray) -> str:
    path = "".join("M" + "L".join(run) for run in _runs(x, y) if len(run) > 1)
    return f'<path d="{path}" fill="none" stroke="{COLOURS[g.ROUTINE]}" stroke-width="1.6" stroke-linejoin="round"/>'


def _band(x: FloatArray, lower: FloatArray, upper: FloatArray) -> str:
    """One closed shape per run of weeks with limits; at a rebase it steps."""
    known = np.isfinite(lower)
    if not known.any():
        return ""
    across, below, above = x[known], lower[known], upper[known]
    top = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(across, above, strict=True))
    back = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(across[::-1], below[::-1], strict=True))
    return BAND.format(path=f"M{top}L{back}Z")


def _last(x: FloatArray, y: FloatArray, role: str) -> str:
    if not isfinite(y[-1]):
        return ""
    at, down, colour = float(x[-1]), float(y[-1]), COLOURS[role]
    if role not in POINTS:
        return f'<circle cx="{at:.1f}" cy="{down:.1f}" r="{ROUTINE_RADIUS}" fill="{colour}"/>'
    r = SIGNAL_RADIUS
    return f'<path d="{POINTS[role].format(x=at, l=at - r, r=at + r, t=down - r, b=down + r)}" fill="{colour}"/>'
