"""Does the newest week depart from its usual level? One test for many cells at once.

A cell is one KPI whole or in one slice: n, Σv, Σv² by week. The last 1, 3 and 8 weeks, pooled, are held against the
weeks before them (at most 52). docs/methods.md, "The weekly scan", has the derivation and what it was tested on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, stdtr

from metrics.discovery import BoolArray
from metrics.limits import D2, LEAST
from metrics.sums import FloatArray, IntArray

WINDOWS = (1, 3, 8)
"""Weeks pooled into "now": a jump shows in one week, a smaller lasting shift only over several (√m times clearer).
Eight is the longest run rule of the chart (METHODS §3, rule 3)."""
BASELINE = 52
"""Weeks that make the usual level: a year, so that every season counts once."""
RANGE_DF = 0.62
"""A mean moving range of k points knows its sigma about as well as 0.62·(k − 1) degrees of freedom do (Wheeler,
Advanced Topics in Statistical Process Control, 1995; simulated in tests/metrics/test_departure.py)."""
KNOWN_DF = 1e6
"""As good as infinitely many degrees of freedom."""
PIECES = 4
"""Pieces of eight weeks from which the baseline shows how much it wanders."""
RECOVERED = 2.0
"""Standard errors by which the newest week may lie nearer to the usual level than the weeks of the window before it:
beyond, the departure is over and is no news of this week."""
ALIKE = 1e-12
"""A variance below this share of the mean square is rounding."""
LIKELY = 0.05
"""Tails are only refined below this p: above it nothing is ever called a signal."""


@dataclass(frozen=True, slots=True)
class Departures:
    """For C cells: `change` (now − usual, per window: 3 × C, the metric's unit), its standard error `se`, degrees of
    freedom `df` and two-sided `p` per window (3 × C; NaN where there is nothing to test), and `joint` (C), p over
    the windows together. `dispersion` is Laney's φ, `weeks` how many weeks with answers make the usual level."""

    change: FloatArray
    se: FloatArray
    df: FloatArray
    p: FloatArray
    joint: FloatArray
    dispersion: FloatArray
    weeks: IntArray


def departures(
    n: IntArray, total: FloatArray, squares: FloatArray, bounds: tuple[FloatArray, FloatArray], start: int = 0
) -> Departures:
    """Tests every column of week × cell tables, the newest week last.

    change = pooled mean of the last m weeks − pooled mean of the baseline before them; se² = φ²·s²·(1/n_now + 1/n_base)
    with s² the variance of both together (a score test: it stays right where one side's answers are all alike), φ as
    `dispersion` (for eight weeks at least as `wander`). p is the larger of Student's t with `degrees` of freedom and
    `two_point_tail`. `bounds` are the lowest and highest value a response can have, in the tables' centring.
    `start` is the first week of the baseline (after a declared rebase). A window with fewer than 6 baseline weeks with
    answers, without answers now or without any variance is not tested. p over the windows is 3·min p (Bonferroni: the
    windows overlap, so it errs on the careful side).
    """
    sums = [_running(table) for table in (n, total, squares)]
    weeks = _answered(n, start)
    phi, ranges = dispersion(n, total, squares, start)
    df = degrees(phi, ranges)
    rows = [_window(sums, window, start, bounds, (phi, df)) for window in WINDOWS]
    change, se, p = (np.stack(part) for part in zip(*rows, strict=True))
    enough = np.stack([_answered(n, start, window) >= LEAST for window in WINDOWS])
    p = np.where(enough & ~np.isnan(p), np.where(current(change, se), p, 1.0), np.nan)
    joint = np.where(np.isnan(p[0]), np.nan, np.minimum(1.0, len(WINDOWS) * np.fmin.reduce(p, axis=0)))
    return Departures(change, se, df, p, joint, phi, weeks)


def baseline(weeks: int, window: int, start: int) -> slice:
    """The places of the weeks that make the usual level for a window, of `weeks` in all."""
    end = max(0, weeks - window)
    return slice(min(end, max(start, end - BASELINE)), end)


def dispersion(n: IntArray, total: FloatArray, squares: FloatArray, start: int) -> tuple[FloatArray, IntArray]:
    """Laney's φ per cell, and the number of moving ranges behind it.

    φ = mean |z_t − z_t₋₁| / 1.128 over the weeks before the newest, z_t the week's departure from the pooled mean in
    standard errors of its own n; never below 1: less than sampling noise is luck (Laney 2002,
    doi:10.1081/QEN-120006555). Weeks without answers are passed over. 1 with fewer than two weeks."""
    span = baseline(n.shape[0], WINDOWS[0], start)
    count, summed = n[span], total[span]
    whole, variance = _moments(count.sum(axis=0), summed.sum(axis=0), squares[span].sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(np.isnan(variance), 0.0, (summed / count - whole) * np.sqrt(count / variance))
    z = np.where(count > 0, z, np.nan)
    if np.isnan(z).any():
        z = np.take_along_axis(z, np.argsort(np.isnan(z), axis=0, kind="stable"), axis=0)
    steps = np.abs(np.diff(z, axis=0))
    known = ~np.isnan(steps)
    ranges: IntArray = known.sum(axis=0, dtype=np.int64)
    mean_range = np.where(known, steps, 0.0).sum(axis=0) / np.maximum(ranges, 1)
    return np.maximum(1.0, mean_range / D2), ranges


def degrees(phi: FloatArray, ranges: IntArray) -> FloatArray:
    """Degrees of freedom of the noise per cell.

    A cell with more noise than sampling makes (φ beyond 1 by more than its own standard error, 1/√2ν) knows its σ from
    its moving ranges alone: ν = 0.62 a range. In all others the noise is that of sampling, which the variance of
    thousands of answers tells well, and φ was not let below 1: there the normal distribution holds, and far in its
    tail, where thousands of slices are judged, that is worth a fifth of the shift that can be seen."""
    nu = np.maximum(1.0, RANGE_DF * ranges)
    return np.where(phi <= 1 + 1 / np.sqrt(2 * nu), KNOWN_DF, nu)


def current(change: FloatArray, se: FloatArray) -> BoolArray:
    """Per window and cell, whether the newest week shares the window's departure: on the same side, and not two
    standard errors nearer to the usual level than the other weeks of this or of a shorter window. A week that is back
    to normal is no signal, however bad the two before it were."""
    newest = change[0]
    # For about equal n the newest week and the mean of the other m − 1 differ by (newest − window)·m/(m − 1), with
    # variance σ²·(1 + 1/(m − 1)); σ is the newest week's standard error.
    window = np.array(WINDOWS, dtype=np.float64)[:, None]
    others = np.maximum(window - 1, 1)
    with np.errstate(invalid="ignore"):
        nearer = (change - newest) * np.sign(change) * window / others
        recovered = (window > 1) & (nearer > RECOVERED * se[0] * np.sqrt(1 + 1 / others))
        shared: BoolArray = (newest * change > 0) & ~np.logical_or.accumulate(recovered, axis=0)
    return shared


def two_point_tail(change: FloatArray, variance: FloatArray, responses: FloatArray, room: FloatArray) -> FloatArray:
    """Two-sided p of a mean of `responses` answers that lies `change` off, if every answer were one of two values.

    Of all answers with this variance that stay within `room` on the side of the change, the two-point ones have the
    heaviest tail (Bennett 1962, doi:10.1080/01621459.1962.10482149): with probability σ²/(σ² + b²) an answer lies b
    off, else −σ²/b. Their tail is binomial, in real numbers the incomplete beta function I_q(k, N − k + 1). It is
    exact for shares and on the safe side for nets and means; it matters where n is small or nearly all answers are
    alike (two complaints among five are no five-sigma event), and costs nothing where n is large.
    """
    rare = variance / (variance + room**2)
    share = np.minimum(1.0, (np.abs(change) * room + variance) / (room**2 + variance))
    hits = responses * share
    return np.asarray(np.minimum(1.0, 2 * betainc(hits, responses - hits + 1, rare)))


def _window(
    sums: list[FloatArray],
    window: int,
    start: int,
    bounds: tuple[FloatArray, FloatArray],
    noise: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Change, standard error and p of one window."""
    (phi, df), weeks = noise, sums[0].shape[0] - 1
    span, first_now = baseline(weeks, window, start), max(0, weeks - window)
    n0, total0, squares0 = (table[span.stop] - table[span.start] for table in sums)
    n1, total1, squares1 = (table[weeks] - table[first_now] for table in sums)
    middle, variance = _moments(n0 + n1, total0 + total1, squares0 + squares1)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = total1 / n1 - total0 / n0
        if window == WINDOWS[-1]:
            phi = np.maximum(phi, wander(sums, span, window))
        spread = phi**2 * (1 / n1 + 1 / n0)
        se = np.sqrt(variance * spread)
        p = 2 * stdtr(df, -np.abs(change) / se)
        room = np.where(change > 0, bounds[1] - middle, middle - bounds[0])
    rare = np.flatnonzero(p < LIKELY)
    tail = two_point_tail(change[rare], variance[rare], 1 / spread[rare], room[rare])
    p[rare] = np.maximum(p[rare], tail)
    return change, se, p


def wander(sums: list[FloatArray], span: slice, window: int) -> FloatArray:
    """φ of the baseline cut into pieces of `window` weeks: the standard deviation of their z-scores.

    Moving ranges see from week to week only. A level that wanders with the seasons makes eight weeks together differ
    from a year more than that; what it did over the past year it may do again without being news. 1 where the baseline
    has fewer than four pieces."""
    cuts = np.arange(span.stop, span.start - 1, -window)[::-1]
    if cuts.size <= PIECES:
        return np.ones(sums[0].shape[1])
    n, total, squares = (np.diff(table[cuts], axis=0) for table in sums)
    middle, variance = _moments(n.sum(axis=0), total.sum(axis=0), squares.sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.nan_to_num((total / n - middle) * np.sqrt(n / variance))
    return np.asarray(np.sqrt((z * z).sum(axis=0) / (cuts.size - 2)))


def _running(table: FloatArray | IntArray) -> FloatArray:
    """Sums of the first 0, 1, 2 … weeks."""
    return np.concatenate((np.zeros((1, table.shape[1])), np.cumsum(table, axis=0, dtype=np.float64)))


def _answered(n: IntArray, start: int, window: int = WINDOWS[0]) -> IntArray:
    """Baseline weeks with answers."""
    answered: IntArray = np.count_nonzero(n[baseline(n.shape[0], window, start)], axis=0)
    return answered


def _moments(n: FloatArray | IntArray, total: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and sample variance; NaN where there is none, or where all answers are alike."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = (squares - total * mean) / (n - 1)
    return mean, np.where((n > 1) & (variance > ALIKE * (1 + squares / np.maximum(n, 1))), variance, np.nan)
