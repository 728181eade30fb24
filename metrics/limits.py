"""Signal or noise: the process behaviour (XmR) chart (METHODS §3).

Wheeler, *Understanding Variation* (2nd ed. 2000); the words of assurance are those of NHS "Making Data Count".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from metrics.estimate import Assurance
from metrics.metric import Better
from metrics.sums import FloatArray

D2 = 1.128
"""E|x − y| of two standard normals, 2/√π = 1.1284 (Montgomery, *Statistical Quality Control*, app. VI)."""
NATURAL = 2.66
"""Three sigma in mean moving ranges: 3/1.128 (Wheeler)."""
RANGE = 3.268
"""Upper range limit in mean moving ranges, 1 + 3·d₃/d₂ = 1 + 3·0.853/1.128 (Wheeler; 3.267 with more digits)."""
LEAST, FIRM = 6, 12
"""Points that limits need at all, and to be more than trial limits (METHODS §3)."""
OF, NEAR = 4, 3
"""Rule 2: three of four consecutive points nearer a limit than the centre."""
RUN = 8
"""Rule 3: points in a row on one side of the centre."""
ROUNDING = 1e-9
"""A distance below this share of the largest value is rounding: the point is on the line."""

IntArray = npt.NDArray[np.intp]


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
    of the newest segment, which begins at `start`."""

    values: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    mean_range: float | None
    range_limit: float | None
    trial: bool
    signals: tuple[RuleSignal, ...]
    start: int = 0


def process_behaviour(
    values: FloatArray, bounds: tuple[float, float], rebase_at: Sequence[int] = (), screened: bool = False
) -> ProcessBehaviour:
    """The chart of one value a period, oldest first.

    X̄ ± 2.66·mR̄, clipped to `bounds`, for each segment between rebase points (`rebase_at`: the first index of each
    new segment; only a declared event justifies one). A segment of fewer than 6 points has no limits and no signals.
    A period without a value (NaN) is passed over: the moving range spans it and it neither makes nor breaks a run.
    `screened` leaves moving ranges above 3.268·mR̄ out of mR̄, once (NHSRplotthedots), so that one jump does not
    widen the limits that should show it. Raises ValueError where `values` is not one-dimensional.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"a chart takes one value a period, got an array of shape {values.shape}: pass one series")
    edges = [0, *sorted({place for place in rebase_at if 0 < place < values.size}), values.size]
    centre, lower, upper = (np.full(values.shape, np.nan) for _ in range(3))
    signals: list[RuleSignal] = []
    mean_range, count = None, 0
    for first, end in pairwise(edges):
        places = first + np.flatnonzero(~np.isnan(values[first:end]))
        count, mean_range = places.size, None
        if count >= LEAST:
            points = values[places]
            middle, mean_range = float(points.mean()), _mean_range(points, screened)
            reach = NATURAL * mean_range
            centre[first:end] = middle
            lower[first:end] = max(bounds[0], middle - reach)
            upper[first:end] = min(bounds[1], middle + reach)
            signals += _signals(points - middle, reach, places, ROUNDING * float(np.abs(points).max()))
    limit = None if mean_range is None else RANGE * mean_range
    return ProcessBehaviour(
        values, centre, lower, upper, mean_range, limit, count < FIRM, tuple(signals), edges[-2] if values.size else 0
    )


def moving_range_signals(chart: ProcessBehaviour) -> tuple[int, ...]:
    """Indexes in the newest segment where the step from the point before is above the range limit; none without
    limits."""
    if chart.range_limit is None:
        return ()
    places = chart.start + np.flatnonzero(~np.isnan(chart.values[chart.start :]))
    ranges = np.abs(np.diff(chart.values[places]))
    slack = ROUNDING * float(np.abs(chart.values[places]).max())
    return tuple(places[1:][ranges > chart.range_limit + slack].tolist())


def assurance(chart: ProcessBehaviour, target: float | None, better: Better) -> Assurance:
    """Whether the present process will meet the target: consistently, where all its natural limits hold is on the
    good side; not known without a target or limits. A target on a limit is hit and miss."""
    if target is None or not chart.centre.size or np.isnan(chart.centre[-1]):
        return Assurance.UNKNOWN
    above, below = target > chart.upper[-1], target < chart.lower[-1]
    if not above and not below:
        return Assurance.HIT_AND_MISS
    return Assurance.WILL_MISS if above == (better is Better.HIGHER) else Assurance.WILL_MEET


def rule_in_words(signal: RuleSignal) -> str:
    """What a signal means, to follow the name of a period: "above the upper limit"."""
    match signal.rule, signal.high:
        case 1, True:
            return "above the upper limit"
        case 1, False:
            return "below the lower limit"
        case 2, high:
            return f"three of four nearer the {'upper' if high else 'lower'} limit than the centre"
        case 3, high:
            return f"eight or more in a row {'above' if high else 'below'} the centre"
    raise ValueError(f"no rule {signal.rule}: the chart has rules 1, 2 and 3")


def _mean_range(points: FloatArray, screened: bool) -> float:
    ranges = np.abs(np.diff(points))
    mean = float(ranges.mean())
    if not screened:
        return mean
    return float(ranges[ranges <= RANGE * mean].mean())


def _signals(offsets: FloatArray, reach: float, places: IntArray, slack: float) -> list[RuleSignal]:
    """Every rule that fires in one segment, oldest first. `offsets` are distances from the centre, `reach` the
    natural limits' distance from it. Halfway is measured to the natural limit even where the scale ends before it:
    clipping must not turn common cause into signals."""
    fired = []
    sides = np.where(np.abs(offsets) <= slack, 0, np.sign(offsets)).astype(np.intp)
    distances = np.abs(offsets)
    outside = np.flatnonzero(distances > reach + slack)
    fired += [(int(i), 1) for i in outside]
    far = distances > reach / 2 + slack
    fired += [(int(i), 2) for side in (1, -1) for i in _three_of_four(far & (sides == side))]
    fired += [(int(i), 3) for i in _long_runs(sides)]
    return [RuleSignal(int(places[i]), rule, bool(sides[i] > 0)) for i, rule in sorted(fired)]


def _three_of_four(near: npt.NDArray[np.bool_]) -> IntArray:
    """Where a point that is itself near the limit is the third of four (or the fourth) that are."""
    sums: IntArray = np.concatenate((np.zeros(OF, dtype=np.intp), np.cumsum(near, dtype=np.intp)))
    return np.flatnonzero(near & (sums[OF:] - sums[:-OF] >= NEAR))


def _long_runs(sides: IntArray) -> IntArray:
    """The eighth and every later point in a row on one side; points on the line are as if they were not there."""
    off = np.flatnonzero(sides)
    if off.size < RUN:
        return off[:0]
    order = np.arange(off.size)
    turns = np.concatenate(([True], sides[off[1:]] != sides[off[:-1]]))
    begun: IntArray = np.maximum.accumulate(order * turns)
    return off[order - begun + 1 >= RUN]
