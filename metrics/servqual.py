"""Gaps between expectation and perception, and which of them is a signal (METHODS §4).

Gap = perception − expectation (SERVQUAL; Parasuraman, Zeithaml & Berry 1988, Journal of Retailing 64(1)). Against the
adequate level the gap is the measure of service adequacy, against the desired one that of service superiority; between
the two levels lies the zone of tolerance (Zeithaml, Berry & Parasuraman 1993, doi:10.1177/0092070393211001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import nan, sqrt
from statistics import NormalDist, fmean

import numpy as np
from scipy.special import stdtr, stdtrit

from metrics.catalog import Thresholds
from metrics.comparators import FIXED, NO_INTERVAL, WEEKS_A_YEAR, WIDEST
from metrics.discovery import benjamini_hochberg
from metrics.estimate import CONFIDENCE, HELD_BACK, NO_ESTIMATE, Direction, Estimate, Verdict, shown
from metrics.expectation import ASPIRATION, LEVELS, MINIMUM, PAIRED, TARGET, TWO_SAMPLES, Expected, Gap, Item, Pairs
from metrics.figures import Figure
from metrics.intervals import FEW_METHOD, LEAST, ROUNDING, difference, estimate, z_test
from metrics.metric import Metric
from metrics.published import Standing, Where, standing
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

FALSE_DISCOVERIES = 0.05
"""Of the gaps called a signal, at most one in twenty is by chance (metrics/discovery.py)."""


# -- one item -----------------------------------------------------------------------------------------------------


def pooled(weeks: Sequence[Sums], enough: int) -> tuple[Sums, int]:
    """The newest of consecutive weeks' sums, as many as make `enough` answers, a year at most, and how many weeks that
    is: an expectation stands for a level, so a thin week of ours is pooled backwards as in metrics/comparators.py."""
    sums, used = NOTHING, 0
    for week in reversed(weeks[-WEEKS_A_YEAR:]):
        sums, used = sums + week, used + 1
        if sums.n >= enough:
            break
    return sums, used


def expected_of(
    metric: Metric, figures: Sequence[Figure], filters: Filters, today: date, thresholds: Thresholds
) -> tuple[Expected, ...]:
    """The newest standing of each level in the figures for a slice; the company's own minimum, target and aspiration
    where there is none."""
    levels: dict[str, list[Figure]] = {}
    for figure in figures:
        levels.setdefault(figure.level, []).append(figure)
    order = [level for level in LEVELS if level in levels] + sorted(levels.keys() - LEVELS.keys())
    places = [(level, standing(metric, levels[level], filters, today, thresholds.competitor_n)[0]) for level in order]
    found = [_expected(metric, level, place, today, thresholds) for level, place in places if place is not None]
    return tuple(found) or targets(metric)


def targets(metric: Metric) -> tuple[Expected, ...]:
    """The levels set in the configuration: decided, so without sampling error."""
    levels = {ASPIRATION: metric.aspiration, TARGET: metric.target, MINIMUM: metric.minimum}
    return tuple(
        Expected(level, Estimate(value, None, None, None, FIXED), publisher="set in the configuration")
        for level, value in levels.items()
        if value is not None
    )


def _expected(metric: Metric, level: str, place: Standing, today: date, thresholds: Thresholds) -> Expected:
    few = place.sums is not None and place.sums.n < thresholds.competitor_n
    notes = (*place.notes, *((f"n below {thresholds.competitor_n}",) if few else ()))
    theirs = Estimate(place.value, None, None, None, NO_INTERVAL)
    if place.sums is not None:
        theirs = shown(estimate(metric, place.sums), thresholds.show_number)
    stale = today - place.end > timedelta(days=thresholds.benchmark_stale_days)
    return Expected(level, theirs, place.sums, place.as_of, place.publisher, stale, notes, place.assumed_spread)


def item(
    metric: Metric, ours: tuple[Sums, int], expected: Sequence[Expected], pairs: Mapping[str, Pairs],
    thresholds: Thresholds, *, where: Where = (),
) -> Item:  # fmt: skip
    """One item with its gaps, not judged yet. `ours` is what `pooled` gives; `pairs` are the paired differences by
    level: used from `thresholds.low_n` customers on, because a handful of pairs says less than two samples."""
    sums, weeks = ours
    gaps = []
    for each in expected:
        same = pairs.get(each.level)
        if same is not None and same.differences.n >= thresholds.low_n and not each.stale:
            found, p, how = *_paired(same.differences), PAIRED
        else:
            found, p, how = *_apart(metric, sums, each), FIXED if each.fixed else TWO_SAMPLES
        if min(sums.n, sums.n if each.sums is None else each.sums.n) < thresholds.show_number:
            found, p = Estimate(None, None, None, found.n, HELD_BACK), None
        gaps.append(Gap(each, found, how, None if each.stale else p))
    return Item(metric, where, shown(estimate(metric, sums), thresholds.show_number), weeks, tuple(gaps))


def held_back(given: Item) -> Item:
    """The item without its numbers: too few answers, or a hidden slice beside it would follow by subtraction."""
    nothing = Estimate(None, None, None, given.perception.n, HELD_BACK)
    gaps = tuple(replace(gap, gap=nothing, p=None, verdict=Verdict.TOO_FEW) for gap in given.gaps)
    return replace(given, perception=nothing, gaps=gaps)


def _paired(d: Sums) -> tuple[Estimate, float | None]:
    """Mean difference with Student's t (Student 1908, doi:10.1093/biomet/6.1.1): d̄ ± t·s/√n. No interval where every
    difference is the same: 0 would claim certainty."""
    value = d.mean
    if value is None:
        return NO_ESTIMATE, None
    if d.n < LEAST or (d.variance or 0.0) * (d.n - 1) <= ROUNDING * d.squares:
        return Estimate(value, None, None, d.n, FEW_METHOD if d.n < LEAST else "no interval: all alike"), None
    error = sqrt((d.variance or 0.0) / d.n)
    reach = float(stdtrit(d.n - 1, (1 + CONFIDENCE) / 2)) * error
    p = 2 * float(stdtr(d.n - 1, -abs(value / error)))
    return Estimate(value, value - reach, value + reach, d.n, f"{PAIRED} t"), p


def _apart(metric: Metric, ours: Sums, expected: Expected) -> tuple[Estimate, float | None]:
    """Ours − theirs as two samples; against a fixed level ours alone varies; without their n there is no interval."""
    now = estimate(metric, ours)
    if expected.sums is None or now.value is None:
        level = expected.estimate.value
        if now.value is None or level is None:
            return NO_ESTIMATE, None
        if not expected.fixed:
            return Estimate(now.value - level, None, None, None, NO_INTERVAL), None
        lower, upper = (None if limit is None else limit - level for limit in (now.lower, now.upper))
        found = Estimate(now.value - level, lower, upper, now.n, FIXED)
        return found, p_from(found)
    found = difference(metric, ours, expected.sums)
    tested = z_test(metric, ours, expected.sums)
    if expected.widest:
        found = replace(found, method=f"{found.method}; {WIDEST}")
    return found, tested[1] if tested else p_from(found)


def p_from(given: Estimate) -> float | None:
    """The two-sided p that agrees with an interval where no test of its own exists: with r the reach of the interval
    towards 0, p = 2Φ(−z·|value|/r), below 5 % exactly where the interval leaves 0 out. None without an interval."""
    if given.value is None or given.lower is None or given.upper is None:
        return None
    reach = given.value - given.lower if given.value > 0 else given.upper - given.value
    if reach <= 0:
        return None
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return 2 * NormalDist().cdf(-z * abs(given.value) / reach)


# -- all items together -------------------------------------------------------------------------------------------


def judged(items: Sequence[Item]) -> tuple[tuple[Item, ...], int]:
    """The items with their verdicts, all gaps tested together (Benjamini–Hochberg at FALSE_DISCOVERIES), and how many
    were tested. A gap without an interval is never a signal."""
    gaps = [(place, gap) for place, each in enumerate(items) for gap in each.gaps]
    p = np.array([nan if gap.p is None else gap.p for _, gap in gaps], dtype=np.float64)
    signals = benjamini_hochberg(p, FALSE_DISCOVERIES).tolist()
    verdicts: list[list[Gap]] = [[] for _ in items]
    for (place, gap), signal in zip(gaps, signals, strict=True):
        verdicts[place].append(_judged(items[place].metric, gap, bool(signal)))
    told = tuple(replace(each, gaps=tuple(own)) for each, own in zip(items, verdicts, strict=True))
    return told, int((~np.isnan(p)).sum())


def _judged(metric: Metric, gap: Gap, signal: bool) -> Gap:
    if gap.gap.value is None:
        return replace(gap, verdict=Verdict.TOO_FEW)
    if gap.expected.stale:
        return replace(gap, verdict=Verdict.STALE)
    if not signal:
        return gap
    direction = Direction.IMPROVEMENT if metric.improves(gap.gap.value) else Direction.CONCERN
    return replace(gap, verdict=Verdict.SIGNAL, direction=direction)


def mean_gap(gaps: Sequence[Estimate]) -> Estimate:
    """The overall gap: the unweighted SERVQUAL mean of the items' gaps, all on one scale.

    The same customers answer several items, so the gaps go together, how much is not known. The error of a mean is at
    most the mean of the errors (all moving as one), so the interval is the mean of the items' limits: never too narrow.
    n is the smallest. No value where an item has none, no interval where an item has none."""
    values = [gap.value for gap in gaps if gap.value is not None]
    if not values or len(values) < len(gaps):
        return NO_ESTIMATE
    lows = [gap.lower for gap in gaps if gap.lower is not None]
    highs = [gap.upper for gap in gaps if gap.upper is not None]
    known = [gap.n for gap in gaps if gap.n is not None]
    n = min(known) if len(known) == len(gaps) else None
    if len(lows) < len(gaps) or len(highs) < len(gaps):
        return Estimate(fmean(values), None, None, n, "mean of items; no interval: an item has none")
    return Estimate(fmean(values), fmean(lows), fmean(highs), n, "mean of items, widest interval")
