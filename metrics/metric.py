"""A metric: the mean of one value per response (METHODS §1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

NPS_PROMOTER, NPS_DETRACTOR = 9, 6
"""Cut points on 0–10 (Reichheld 2003, Harvard Business Review 81(12): promoters 9–10, detractors 0–6)."""
NET_HIGH, NET_LOW = 6, 3
"""Cut points on 1–7 (Temkin Experience Ratings: 6–7 minus 1–3)."""
FULL_MARKS = 100.0
"""A share of one is shown as 100: points for nets, per cent for shares."""


class MetricKind(StrEnum):
    """How one response's score becomes one value v; the metric is the mean of v."""

    NPS = "nps"
    TOP_BOX = "top_box"
    NET = "net"
    MEAN = "mean"
    RATE = "rate"


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class ValueRule:
    """v = 100 where score ≥ high, −100 where score ≤ low, else 0; v = score − centre where high is None."""

    high: float | None
    low: float | None
    centre: float


@dataclass(frozen=True, slots=True)
class Metric:
    """One KPI as configured. `threshold` is the first score that counts (top_box, rate); `minimum` is the
    level customers must have, `aspiration` the one to aim for, `target` the one promised inside."""

    id: str
    label: str
    kind: MetricKind
    scale: tuple[float, float]
    better: Better = Better.HIGHER
    threshold: float | None = None
    target: float | None = None
    minimum: float | None = None
    aspiration: float | None = None
    owner: str = ""
    definition: str = ""

    @property
    def rule(self) -> ValueRule:
        """The value rule of this kind (METHODS §1); `mean` is centred at the scale's middle so that sums of
        squares keep their digits."""
        match self.kind:
            case MetricKind.NPS:
                return ValueRule(NPS_PROMOTER, NPS_DETRACTOR, 0.0)
            case MetricKind.NET:
                return ValueRule(NET_HIGH, NET_LOW, 0.0)
            case MetricKind.TOP_BOX | MetricKind.RATE:
                return ValueRule(self.scale[1] if self.threshold is None else self.threshold, None, 0.0)
            case MetricKind.MEAN:
                return ValueRule(None, None, sum(self.scale) / 2)

    @property
    def centre(self) -> float:
        """What was subtracted from every value before it was summed."""
        return self.rule.centre

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value the metric can take."""
        match self.kind:
            case MetricKind.NPS | MetricKind.NET:
                return (-FULL_MARKS, FULL_MARKS)
            case MetricKind.TOP_BOX | MetricKind.RATE:
                return (0.0, FULL_MARKS)
            case MetricKind.MEAN:
                return self.scale

    @property
    def unit(self) -> str:
        """What a difference is counted in: "points", "%", or "" for a mean on its own scale."""
        match self.kind:
            case MetricKind.NPS | MetricKind.NET:
                return "points"
            case MetricKind.TOP_BOX | MetricKind.RATE:
                return "%"
            case MetricKind.MEAN:
                return ""

    def values(self, scores: FloatArray) -> FloatArray:
        """Values v (uncentred) of scores, any shape; NaN stays NaN. The authority that SQL is tested against."""
        rule = self.rule
        if rule.high is None:
            return scores.copy()
        values = np.where(scores >= rule.high, FULL_MARKS, 0.0)
        if rule.low is not None:
            values = np.where(scores <= rule.low, -FULL_MARKS, values)
        return np.where(np.isnan(scores), np.nan, values)

    @property
    def decimals(self) -> int:
        """Digits after the point on screen: none for points and shares, one or two for means by the scale's width."""
        if self.kind is not MetricKind.MEAN:
            return 0
        return 2 if self.scale[1] - self.scale[0] <= 5 else 1  # noqa: PLR2004  five-star scales move in hundredths

    def text(self, value: float | None) -> str:
        """A value as it is printed: "31", "82 %", "4.28"; "–" where there is none."""
        if value is None:
            return "–"
        suffix = "\u202f%" if self.unit == "%" else ""
        number = f"{value:.{self.decimals}f}"
        return _minus(number) + suffix

    def text_change(self, change: float | None, decimals: int | None = None) -> str:
        """A difference with its sign: "+4", "−9", "±0"; shares differ in points, so without the % sign."""
        if change is None:
            return "–"
        places = self.decimals if decimals is None else decimals
        number = f"{change:+.{places}f}"
        return "±0" if float(number) == 0 else _minus(number)

    def improves(self, change: float) -> bool:
        """Whether a change of this sign is for the better."""
        return change > 0 if self.better is Better.HIGHER else change < 0


def _minus(number: str) -> str:
    """The typographic minus sign, and no minus zero."""
    return number.removeprefix("-") if float(number) == 0 else number.replace("-", "−")
