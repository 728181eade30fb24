"""How sure: intervals, differences and tests from n, Σv and Σv² (METHODS §2).

A value is always the plain one that a reader can recount; what is adjusted is only its interval. Every interval
holds the value that it belongs to and stays inside what the metric can be.
"""

from __future__ import annotations

from math import hypot, sqrt
from statistics import NormalDist

from scipy.special import stdtr, stdtrit

from metrics.estimate import CONFIDENCE, NO_ESTIMATE, Estimate
from metrics.metric import FULL_MARKS, Metric, MetricKind
from metrics.sums import Sums

ADDED_RESPONSES, ADDED_EXTREMES = 3.0, 1.5
"""Added to a net score: three responses, three quarters each promoter and detractor and one and a half passive
(Rocks 2016, arXiv:1601.07235; MeasuringU, "three confidence intervals for NPS")."""
LEAST = 2
"""Responses that an interval needs: one says nothing about spread."""
ROUNDING = 1e-10
"""Spread below this share of Σ(v − c)² is rounding in the sums: the answers are all alike."""
FEW_METHOD = "no interval below 2 responses"


def estimate(metric: Metric, sums: Sums, confidence: float = CONFIDENCE) -> Estimate:
    """The metric's value with its interval, in the metric's unit.

    Net scores: adjusted Wald. Shares: Wilson (1927, doi:10.1080/01621459.1927.10502953). Means: Student's t; where
    all answers are alike t would claim certainty, so then the unseen others, at most the share that Wilson's limit
    leaves them, are taken to sit at either end of the scale. n = 0: no value; n = 1: a value without interval.
    """
    value = _value(metric, sums)
    if value is None:
        return NO_ESTIMATE
    if sums.n < LEAST:
        return Estimate(value, None, None, sums.n, FEW_METHOD)
    z = _z(confidence)
    if _is_net(metric):
        centre, error = _adjusted(sums)
        lower, upper, method = centre - z * error, centre + z * error, "adjusted Wald"
    elif _is_share(metric):
        lower, upper = _wilson(sums, z)
        method = "Wilson"
    elif _alike(sums):
        lower, upper = _unseen(metric, value, sums.n, z)
        method = "all alike: Wilson on those unseen"
    else:
        reach = _t(confidence, sums.n - 1) * sqrt((sums.variance or 0.0) / sums.n)
        lower, upper, method = value - reach, value + reach, "t"
    low, high = metric.bounds
    return Estimate(value, max(low, min(lower, value)), min(high, max(upper, value)), sums.n, method)


def standard_error(metric: Metric, sums: Sums) -> float | None:
    """Standard error of the plain value, in the metric's unit: √((p + d − (p − d)²)/n) for net scores,
    √(p(1 − p)/n) for shares, s/√n for means. None below two responses and where all answers are alike: 0 would
    claim certainty."""
    if sums.n < LEAST or _alike(sums):
        return None
    variance = sums.variance or 0.0
    population = metric.kind is not MetricKind.MEAN
    return sqrt(variance * (sums.n - 1) / sums.n / sums.n if population else variance / sums.n)


def difference(metric: Metric, a: Sums, b: Sums, confidence: float = CONFIDENCE) -> Estimate:
    """a − b with its interval; n is the smaller of both, the one that limits it.

    Net scores: adjusted Wald on both sides. Shares: Newcombe's hybrid of two Wilson intervals (1998, method 10,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). Means: Welch; where one side's answers
    are all alike, the hybrid of both intervals. No value where a side is empty, no interval where it has one response.
    """
    first, second = estimate(metric, a, confidence), estimate(metric, b, confidence)
    if first.value is None or second.value is None:
        return NO_ESTIMATE
    n = min(a.n, b.n)
    value = first.value - second.value
    if n < LEAST:
        return Estimate(value, None, None, n, FEW_METHOD)
    if _is_net(metric):
        centre, error = _adjusted_difference(a, b)
        reach, method = _z(confidence) * error, "adjusted Wald, both sides"
        lower, upper = centre - reach, centre + reach
    elif _is_share(metric) or _alike(a) or _alike(b):
        lower, upper = _hybrid(first, second, value)
        method = "hybrid of two intervals (Newcombe)"
    else:
        error, degrees = _welch(a, b)
        reach, method = _t(confidence, degrees) * error, "Welch"
        lower, upper = value - reach, value + reach
    widest = metric.bounds[1] - metric.bounds[0]
    return Estimate(value, max(-widest, min(lower, value)), min(widest, max(upper, value)), n, method)


def z_test(metric: Metric, a: Sums, b: Sums, adjusted: bool = True) -> tuple[float, float] | None:
    """z and two-sided p of a − b, if nothing differed.

    Net scores: z = (A − B)/√(SE_A² + SE_B²) on the adjusted counts, so that p and the interval of `difference` agree;
    `adjusted=False` uses the plain ones. Shares: the pooled score test (its z² is Pearson's χ²). Means: Welch's t.
    None below two responses on either side or where the spread is not known (all answers alike).
    """
    if min(a.n, b.n) < LEAST:
        return None
    if _is_net(metric):
        centre, error = _adjusted_difference(a, b) if adjusted else _plain_difference(metric, a, b)
        return _normal(centre / error) if error > 0 else None
    if _is_share(metric):
        share = (a.total + b.total) / (a.n + b.n)
        spread = share * (FULL_MARKS - share) * (1 / a.n + 1 / b.n)
        return _normal((a.total / a.n - b.total / b.n) / sqrt(spread)) if spread > 0 else None
    if _alike(a) or _alike(b):
        return None
    error, degrees = _welch(a, b)
    t = (a.total / a.n - b.total / b.n) / error
    return t, 2 * float(stdtr(degrees, -abs(t)))


def gap(ours: Estimate, theirs: Estimate) -> Estimate:
    """Ours minus theirs from two published estimates, their half widths added in squares, each on the side that
    faces the other (Zou & Donner 2008, doi:10.1002/sim.3095: for symmetric intervals that is √(SE² + SE²)). Both
    must have the same confidence. Without an interval on either side there is none for the gap; `n` is the smaller
    one, None where either is not stated."""
    if ours.value is None or theirs.value is None:
        return NO_ESTIMATE
    value = ours.value - theirs.value
    n = None if ours.n is None or theirs.n is None else min(ours.n, theirs.n)
    for side, name in ((ours, "ours"), (theirs, "theirs")):
        if side.half_width is None:
            return Estimate(value, None, None, n, f"no interval: {name} has none")
    lower, upper = _hybrid(ours, theirs, value)
    return Estimate(value, lower, upper, n, "hybrid of two intervals")


def _value(metric: Metric, sums: Sums) -> float | None:
    """The mean of v with its centre added back, kept on the scale against rounding."""
    if sums.mean is None:
        return None
    low, high = metric.bounds
    return min(high, max(low, sums.mean + metric.centre))


def _is_net(metric: Metric) -> bool:
    return metric.kind in (MetricKind.NPS, MetricKind.NET)


def _is_share(metric: Metric) -> bool:
    return metric.kind in (MetricKind.TOP_BOX, MetricKind.RATE)


def _alike(sums: Sums) -> bool:
    return (sums.variance or 0.0) * (sums.n - 1) <= ROUNDING * sums.squares


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _t(confidence: float, degrees: float) -> float:
    return float(stdtrit(degrees, (1 + confidence) / 2))


def _normal(z: float) -> tuple[float, float]:
    return z, 2 * NormalDist().cdf(-abs(z))


def _adjusted(sums: Sums) -> tuple[float, float]:
    """Adjusted centre and standard error of a net score in points. With v = ±100 or 0, P − D = Σv/100 and
    P + D = Σv²/100²: the sums are enough."""
    n = sums.n + ADDED_RESPONSES
    net = sums.total / FULL_MARKS / n
    extremes = (sums.squares / FULL_MARKS**2 + ADDED_EXTREMES) / n
    return FULL_MARKS * net, FULL_MARKS * sqrt(max(0.0, extremes - net * net) / n)


def _adjusted_difference(a: Sums, b: Sums) -> tuple[float, float]:
    (first, first_error), (second, second_error) = _adjusted(a), _adjusted(b)
    return first - second, hypot(first_error, second_error)


def _plain_difference(metric: Metric, a: Sums, b: Sums) -> tuple[float, float]:
    """The plain difference and its standard error, where a side whose answers are alike adds none."""
    errors = standard_error(metric, a) or 0.0, standard_error(metric, b) or 0.0
    return a.total / a.n - b.total / b.n, hypot(*errors)


def _wilson(sums: Sums, z: float) -> tuple[float, float]:
    """Wilson's score interval in per cent: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n)."""
    n, share = sums.n, min(1.0, max(0.0, sums.total / FULL_MARKS / sums.n))
    centre = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = FULL_MARKS / (1 + z * z / n)
    return scale * (centre - reach), scale * (centre + reach)


def _unseen(metric: Metric, value: float, n: int, z: float) -> tuple[float, float]:
    """Limits of a mean when n answers are all `value`: Wilson's upper limit for 0 of n, z²/(n + z²), bounds the
    share of customers who would answer otherwise, and they cannot answer beyond the scale."""
    others = z * z / (n + z * z)
    low, high = metric.bounds
    return value - others * (value - low), value + others * (high - value)


def _hybrid(a: Estimate, b: Estimate, value: float) -> tuple[float, float]:
    """Limits of a − b from the limits of both: the distances that widen it, added in squares."""
    below_a, above_a = _distances(a)
    below_b, above_b = _distances(b)
    return value - hypot(below_a, above_b), value + hypot(above_a, below_b)


def _distances(given: Estimate) -> tuple[float, float]:
    """From the value down to the lower and up to the upper limit; callers make sure that all three exist."""
    if given.value is None or given.lower is None or given.upper is None:
        raise ValueError(f"a hybrid needs a value with an interval, got {given}: check for one before combining")
    return max(0.0, given.value - given.lower), max(0.0, given.upper - given.value)


def _welch(a: Sums, b: Sums) -> tuple[float, float]:
    """Standard error of a difference of means and Welch–Satterthwaite degrees of freedom
    (Welch 1947, doi:10.1093/biomet/34.1-2.28)."""
    first, second = (a.variance or 0.0) / a.n, (b.variance or 0.0) / b.n
    degrees = (first + second) ** 2 / (first**2 / (a.n - 1) + second**2 / (b.n - 1))
    return sqrt(first + second), degrees
