"""What lateness costs: the score by day of delay, the step from in time to late, and the slope of the late days.

Everything comes from one row of sums (n, Σ(v − c), Σ(v − c)²) a day of delay: within a day every answer has the same
delay, so these sums hold all that a straight line through the single answers needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate, Verdict, shown
from metrics.intervals import ROUNDING, difference, estimate
from metrics.metric import FULL_MARKS, Better, Metric, MetricKind
from metrics.sums import NOTHING, FloatArray, Sums
from metrics.suppression import suppress

FIRST_WEEK = 7
"""Late days that the slope is fitted to. What lateness costs levels off (on Olist after about a week, near the bottom
of the scale): a line through a month of late days would miss both ends and leave the scale."""
CAP = 30
"""Days early or late after which delays are taken together: a month off the promise is a different failure, and
single parcels beyond it would draw the line."""
LATENESS = Metric("late", "Late", MetricKind.RATE, (0, 1), Better.LOWER)
"""The share that came late, as a metric of its own so that it has the same interval as every share."""
TWO, THREE = 2, 3
"""Days that a slope needs, and answers that its error needs."""
SLOPE_METHOD = "least squares, robust (HC3)"


@dataclass(frozen=True, slots=True)
class Delays:
    """A metric by calendar days of delay. `days` holds (day, estimate) ascending, negative = early, −CAP and CAP
    "or more"; days with too few answers hold no number. `step` is late minus in time; `slope` the change of the metric
    with each further day late in the first week, `line` its values at both ends and `verdict` about it; `later` is the
    metric of what came later than that; `overall` the slope over days 1 to CAP − 1."""

    metric: Metric
    days: tuple[tuple[int, Estimate], ...]
    in_time: Estimate
    late: Estimate
    share_late: Estimate
    step: Estimate
    slope: Estimate
    verdict: Verdict
    later: Estimate
    overall: Estimate
    line: tuple[tuple[int, float], ...] = ()

    @property
    def n(self) -> int:
        """Answers with a promised and an actual day."""
        return (self.in_time.n or 0) + (self.late.n or 0)


def delays(metric: Metric, by_day: Mapping[int, Sums], fewest: int) -> Delays:
    """The report from sums by calendar day of delay (0 = on the promised day, which is in time). Days of fewer than
    `fewest` answers are hidden, and as many others as keep them from following by subtraction from the totals. Without
    any answer every number is empty."""
    in_time = sum((sums for day, sums in by_day.items() if day <= 0), NOTHING)
    late_days = {day: sums for day, sums in by_day.items() if day > 0}
    late = sum(late_days.values(), NOTHING)
    straight, line = slope({day: sums for day, sums in late_days.items() if day <= FIRST_WEEK}, metric)
    overall, _ = slope({day: sums for day, sums in late_days.items() if day < CAP}, metric)
    later = sum((sums for day, sums in late_days.items() if day > FIRST_WEEK), NOTHING)
    straight, told_later = shown(straight, fewest), _later(metric, late, later, fewest)
    step = shown(difference(metric, late, in_time), fewest)
    return Delays(
        metric,
        _by_day(metric, by_day, fewest, apart=told_later.value is not None),
        shown(estimate(metric, in_time), fewest),
        shown(estimate(metric, late), fewest),
        shown(share_late(late.n, in_time.n + late.n), fewest),
        step,
        straight,
        _verdict(straight),
        told_later,
        shown(overall, fewest),
        line if straight.value is not None else (),
    )


def share_late(late: int, n: int) -> Estimate:
    """The share of n that came late, with Wilson's interval, in per cent. No value at n = 0."""
    return estimate(LATENESS, Sums(n, FULL_MARKS * late, FULL_MARKS**2 * late))


def slope(by_day: Mapping[int, Sums], metric: Metric) -> tuple[Estimate, tuple[tuple[int, float], ...]]:
    """The slope of the metric on the day by ordinary least squares over single answers, and the line's first and last
    point on the scale (day, value in the metric's unit). Nothing below three answers on two days.

    With x̄ the mean day, Sxx = Σn(x − x̄)² and b = Σ(x − x̄)Σv / Sxx. Answers spread differently from day to day, so the
    error is heteroscedasticity-robust: HC3 (MacKinnon & White 1985, doi:10.1016/0304-4076(85)90158-7; advised by Long &
    Ervin 2000, doi:10.1080/00031305.2000.10474549), Σ(x − x̄)²·Σe²/(1 − h)² / Sxx², where all answers of a day share the
    leverage h = 1/N + (x − x̄)²/Sxx and Σe² = Σv² − 2fΣv + nf² with f the line at that day. t with N − 2 degrees of
    freedom. No interval where one answer alone holds the line (h = 1), nor where every answer lies on it: an error of 0
    would claim certainty.
    """
    days = sorted(day for day, sums in by_day.items() if sums.n)
    n = np.array([by_day[day].n for day in days], dtype=np.float64)
    size = float(n.sum())
    if len(days) < TWO or size < THREE:
        return NO_ESTIMATE, ()
    x = np.array(days, dtype=np.float64)
    total = np.array([by_day[day].total for day in days])
    squares = np.array([by_day[day].squares for day in days])
    off = x - (n * x).sum() / size
    spread = float((n * off**2).sum())
    b = float((off * total).sum()) / spread
    fitted = total.sum() / size + b * off
    left = np.maximum(0.0, squares - 2 * fitted * total + n * fitted**2)
    leverage = 1 / size + off**2 / spread
    line = _line(metric, days, fitted)
    if leverage.max() >= 1 - 1e-9:
        return Estimate(b, None, None, int(size), "no interval: one answer holds the line"), line
    if float(left.sum()) <= ROUNDING * float(squares.sum()):
        return Estimate(b, None, None, int(size), "no interval: every answer lies on the line"), line
    error = sqrt(float((off**2 * left / (1 - leverage) ** 2).sum())) / spread
    reach = float(stdtrit(size - TWO, (1 + CONFIDENCE) / 2)) * error
    return Estimate(b, b - reach, b + reach, int(size), SLOPE_METHOD), line


def _line(metric: Metric, days: Sequence[int], fitted: FloatArray) -> tuple[tuple[int, float], ...]:
    """The first and last day on which the line lies on the metric's scale; nothing where that is not two days."""
    low, high = metric.bounds
    kept = [(day, value + metric.centre) for day, value in zip(days, fitted.tolist(), strict=True)]
    kept = [(day, value) for day, value in kept if low <= value <= high]
    return (kept[0], kept[-1]) if len(kept) >= TWO else ()


def _later(metric: Metric, late: Sums, later: Sums, fewest: int) -> Estimate:
    """What came later than the first week, unless the first week, too few to show, would follow from it."""
    early = late.n - later.n
    return shown(estimate(metric, later), late.n + 1 if 0 < early < fewest else fewest)


def _by_day(
    metric: Metric, by_day: Mapping[int, Sums], fewest: int, *, apart: bool
) -> tuple[tuple[int, Estimate], ...]:
    """In time and late each have a shown total, so each side is a list of its own; `apart`: so have the first week and
    what came later, and a day must not follow from either."""
    days = sorted(day for day, sums in by_day.items() if sums.n)
    side = {day: (day > 0) + (apart and day > FIRST_WEEK) for day in days}
    hidden: dict[int, bool] = {}
    for which in sorted(set(side.values())):
        own = [day for day in days if side[day] == which]
        few = suppress(np.array([by_day[day].n for day in own], dtype=np.int64), fewest).cells.tolist()
        hidden.update(zip(own, few, strict=True))
    return tuple(
        (day, shown(estimate(metric, by_day[day]), by_day[day].n + 1 if hidden[day] else fewest)) for day in days
    )


def _verdict(straight: Estimate) -> Verdict:
    """A signal where the slope's interval leaves 0 out; too few where there is no slope."""
    if straight.value is None:
        return Verdict.TOO_FEW
    if straight.lower is None or straight.upper is None or straight.lower <= 0 <= straight.upper:
        return Verdict.ROUTINE
    return Verdict.SIGNAL
