"""Companies made of sums: weeks of responses with nothing going on, or with one planted shift.

A response has five coordinates (axes of 6, 5, 5, 8 and 11 places, skewed volumes) and six KPIs that share one mood.
Every coordinate moves the expected score a little, so slices differ; every week has a shock of its own for all
responses and one for each touchpoint (over-dispersion between weeks). Scores are cut from a latent normal, so they are
as discrete and skewed as real ones. Sums are counted from the simulated responses themselves.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np

from metrics.history import History
from metrics.metric import Metric, MetricKind
from metrics.periods import WEEK, Period
from metrics.sums import SumsTable

AXES = {"region": 6, "segment": 5, "product": 5, "stage": 8, "touchpoint": 11}
WEEKS = 61
PER_WEEK = 1500
FIRST = date(2025, 9, 22)
METRICS = (
    Metric("nps", "NPS", MetricKind.NPS, (0, 10)),
    Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4),
    Metric("success", "Success", MetricKind.NET, (1, 7)),
    Metric("effort", "Effort", MetricKind.NET, (1, 7)),
    Metric("emotion", "Emotion", MetricKind.NET, (1, 7)),
    Metric("solved", "Solved", MetricKind.RATE, (0, 1)),
)
# Cuts of the latent standard normal: below the first a value of `low`, above the second 100, between 0.
CUTS = {"nps": (-0.7, 0.1), "csat": (None, -0.8), "success": (-1.0, 0.2), "effort": (-0.9, 0.1),
        "emotion": (-0.8, 0.3), "solved": (None, -1.5)}  # fmt: skip
SHARED_MOOD = 0.6
"""Correlation of two KPIs of one response (NPS and satisfaction correlate at .5 to .7 in published surveys)."""
WEEKLY_SHOCK = 0.012
"""Standard deviation of a week's shock to everybody, in latent units: about half the sampling error of a week's mean
(1/√1500 = .026), so φ ≈ 1.1 for totals."""
TOUCHPOINT_SHOCK = 0.03
TICKETS = 4096


def weeks(count: int = WEEKS) -> tuple[Period, ...]:
    """Consecutive Monday weeks."""
    return tuple(Period(FIRST + k * WEEK, FIRST + (k + 1) * WEEK) for k in range(count))


def company(
    seed: int,
    shift: float = 0.0,
    lasting: int = 3,
    *,
    shifted: str = "nps",
    slices: bool = True,
    per_week: int = PER_WEEK,
) -> tuple[History, ...]:
    """One company. `shift` moves the KPI `shifted` of everybody in the last `lasting` weeks, in standard errors of the
    weekly value (each affected response's value moves on average by shift × standard error). Without `slices` only
    totals are counted."""
    rng = np.random.default_rng(seed)
    volumes = rng.poisson(per_week * np.exp(rng.normal(0, 0.08, WEEKS)))
    week = np.repeat(np.arange(WEEKS, dtype=np.int64), volumes)
    size = week.size
    places = {axis: _draw(rng, count, size) for axis, count in AXES.items()}
    level = rng.normal(0, WEEKLY_SHOCK, WEEKS)[week].astype(np.float32)
    for axis, count in AXES.items():
        level += rng.normal(0, 0.12, count)[places[axis]].astype(np.float32)
    touch = rng.normal(0, TOUCHPOINT_SHOCK, (WEEKS, AXES["touchpoint"])).astype(np.float32)
    level += touch[week, places["touchpoint"]]
    mood = rng.standard_normal(size, dtype=np.float32) * np.float32(np.sqrt(SHARED_MOOD)) + level
    keys = _keys(week, places) if slices else {}
    histories = []
    for metric in METRICS:
        latent = mood + rng.standard_normal(size, dtype=np.float32) * np.float32(np.sqrt(1 - SHARED_MOOD))
        values = _values(metric, latent)
        if shift and metric.id == shifted:
            values = _shifted(rng, values, week >= WEEKS - lasting, shift * values.std() / np.sqrt(per_week))
        histories.append(_history(metric, values, keys) if slices else _totals(metric, values, week))
    return tuple(histories)


def _draw(rng, count, size):
    """Places with skewed shares, through a table of 4096 tickets (ten times faster than searching the edges)."""
    share = rng.dirichlet(np.full(count, 3.0)) * 0.7 + 0.3 / count
    tickets = np.searchsorted(np.cumsum(share)[:-1], (np.arange(TICKETS) + 0.5) / TICKETS)
    return tickets[rng.integers(0, TICKETS, size, dtype=np.uint16)]


def _values(metric, latent):
    low, high = CUTS[metric.id]
    values = np.where(latent > high, np.int8(100), np.int8(0))
    return values if low is None else np.where(latent < low, np.int8(-100), values)


def _shifted(rng, values, affected, points):
    """Moves the mean of the affected by `points` by turning top answers into bottom ones or back, at random."""
    source, target = (100, -100) if points < 0 else (-100, 100)
    able = affected & (values == source)
    chance = abs(points) / 200 * affected.sum() / max(1, able.sum())
    return np.where(able & (rng.random(values.size) < chance), np.int8(target), values)


def _keys(week, places):
    """Cell numbers of every pair of axes, times three to leave room for the three values."""
    return {(a, b): 3 * ((week * AXES[a] + places[a]) * AXES[b] + places[b]) for a, b in combinations(AXES, 2)}


def _history(metric, values, keys):
    periods = weeks()
    stamps = tuple(period.start.isoformat() for period in periods)
    kind = np.sign(values).astype(np.int64) + 1
    tables = {}
    for axes, key in keys.items():
        shape = (WEEKS, *(AXES[axis] for axis in axes))
        low, middle, high = np.moveaxis(
            np.bincount(key + kind, minlength=3 * int(np.prod(shape))).reshape(*shape, 3), -1, 0
        )
        labels = (stamps, *(names(axis) for axis in axes))
        n, net, spread = low + middle + high, 100.0 * (high - low), 1e4 * (high + low)
        tables[axes] = SumsTable(("week", *axes), labels, n, net, spread)
    first, *others = AXES
    for axis in others:
        tables[(axis,)] = tables[(first, axis)].over(first)
    tables[(first,)] = tables[(first, others[0])].over(others[0])
    return History(metric, periods, tables[(first,)].over(first), tables)


def _totals(metric, values, week):
    low, middle, high = np.bincount(3 * week + np.sign(values) + 1, minlength=3 * WEEKS).reshape(WEEKS, 3).T
    stamps = tuple(period.start.isoformat() for period in weeks())
    table = SumsTable(("week",), (stamps,), low + middle + high, 100.0 * (high - low), 1e4 * (high + low))
    return History(metric, weeks(), table)


def until(history: History, count: int) -> History:
    """The history as it stood `count` weeks before its end."""
    keep = slice(0, len(history.weeks) - count)
    cut = {axes: table.only("week", keep) for axes, table in history.slices.items()}
    return History(history.metric, history.weeks[keep], history.total.only("week", keep), cut)


def names(axis: str) -> tuple[str, ...]:
    """Place names of an axis: "region 1" …"""
    return tuple(f"{axis} {k + 1}" for k in range(AXES[axis]))
