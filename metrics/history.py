"""One metric's weeks: the sums that the review, the scan and the charts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.metric import Metric
from metrics.periods import Period
from metrics.sums import SumsTable

WEEK_AXIS = "week"


@dataclass(frozen=True, slots=True)
class History:
    """A metric's sums by week, whole and by slice, for consecutive weeks ending with the one reviewed.
    `total` has the axis ("week",); `slices` maps (axis,) or (axis, axis) to a table with axes
    ("week", axis[, axis]) over the same weeks. Weeks without a response have n = 0."""

    metric: Metric
    weeks: tuple[Period, ...]
    total: SumsTable
    slices: Mapping[tuple[str, ...], SumsTable] = field(default_factory=dict)
