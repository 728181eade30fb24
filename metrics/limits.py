"""Signal or noise: the process behaviour (XmR) chart (METHODS §3)."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.sums import FloatArray


@dataclass(frozen=True, slots=True)
class RuleSignal:
    """A rule that fired at point `index` (the last of its run): `rule` is 1, 2 or 3, `high` says on which side."""

    index: int
    rule: int
    high: bool


@dataclass(frozen=True, slots=True)
class ProcessBehaviour:
    """An XmR chart. `values`, `centre`, `lower`, `upper` are one-dimensional, one place per period; NaN in
    `values` is a period without a value; the limits are NaN where there are too few points for any.
    `trial` is true where the newest segment has fewer than 12 points. `mean_range` and `range_limit` are those
    of the newest segment."""

    values: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    mean_range: float | None
    range_limit: float | None
    trial: bool
    signals: tuple[RuleSignal, ...]
