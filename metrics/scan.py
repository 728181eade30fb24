"""The weekly scan: which KPIs and slices depart from their usual level, at a known rate of false alarms.

Three families share an error of five per cent: KPI totals, slices, and shifts of mix (metrics/mix.py). Within a family
the false discovery rate is held by Benjamini & Hochberg; when nothing goes on that is the chance of any signal at all,
so at most five weeks in a hundred name one. docs/methods.md, "The weekly scan"; measured in
tests/metrics/test_honesty.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from metrics.catalog import DeclaredEvent, Thresholds
from metrics.cells import Cells, cells
from metrics.departure import WINDOWS, Departures, baseline, departures
from metrics.discovery import BoolArray, adjusted_p
from metrics.history import History
from metrics.limits import ROUNDING
from metrics.periods import WEEK
from metrics.scanned import Scanned, State
from metrics.sums import FloatArray, IntArray

TOTAL_RATE, SLICE_RATE, MIX_RATE = 0.035, 0.0125, 0.0025
"""False discovery rates of the three families; together 0.05. Totals get most: there a smaller p still finds small
shifts, while slices that matter are far out anyway."""
SUPPORTED_RATE = 0.05
"""p up to which a total counts once one of its slices is a signal and accounts for a good part of its change. The
slices' family has already rejected "nothing goes on", so this names no signal in a week that would have had none."""
GOOD_PART = 1 / 3
"""Share of the total's change that such a slice accounts for at least."""
HEADLINE_WEIGHT = 2.0
"""How much heavier the headline KPI weighs among the totals (weights average 1, which keeps the rate: Genovese, Roeder
& Wasserman 2006, doi:10.1093/biomet/93.3.509)."""
ANSWERED = 0.9
"""A slice "used to answer every week" when at least this share of the weeks before its silence has answers."""
MISSED = 15
"""Answers that silent weeks should have brought before silence is called stale: Poisson chance e⁻¹⁵ = 3·10⁻⁷ a cell,
so that thousands of scanned cells give no false alarm in years."""


@dataclass(frozen=True)
class Scan:
    """All KPIs scanned together. `looked_at` counts the slices tested (of all KPIs), `signals` those found, `cut` is
    the p up to which a slice is a signal."""

    kpis: tuple[Scanned, ...]
    looked_at: int
    signals: int
    cut: float = 0.0

    def kept(self) -> Scan:
        """The same readings from a quarter of the memory, for whoever keeps scans."""
        return replace(self, kpis=tuple(scanned.kept() for scanned in self.kpis))

    def of(self, metric_id: str) -> Scanned:
        """The KPI of that id; KeyError names the known ones."""
        for scanned in self.kpis:
            if scanned.cells.metric.id == metric_id:
                return scanned
        known = ", ".join(scanned.cells.metric.id for scanned in self.kpis)
        raise KeyError(f"no metric {metric_id!r} was scanned; scanned: {known}")


def scan(
    histories: Sequence[History],
    thresholds: Thresholds | None = None,
    events: Sequence[DeclaredEvent] = (),
    headline: str = "",
) -> Scan:
    """Scans every KPI and slice for a departure of the newest week from its usual level.

    A cell with fewer than `thresholds.show_number` answers this week is too few; one that used to answer every week
    and has been silent for `stale_days` is stale; both are left out of the tests and counts. The KPI `headline` (by
    default the first) weighs twice among the totals.
    """
    thresholds = thresholds or Thresholds()
    sides = [cells(history, events) for history in histories]
    gone = [departures(cell.n, cell.total, cell.squares, cell.bounds(), cell.start) for cell in sides]
    quiet = [silence(cell.n) for cell in sides]
    states = [_states(cell, silent, thresholds) for cell, silent in zip(sides, quiet, strict=True)]
    tested = [np.where(state == State.ROUTINE, gap.joint, np.nan) for state, gap in zip(states, gone, strict=True)]
    weights = _weights([history.metric.id for history in histories], headline)
    totals, lines = _signals([p[:1] for p in tested], TOTAL_RATE, weights)
    slices, (line_slices, *_) = _signals([p[1:] for p in tested], SLICE_RATE, np.ones(len(sides)))
    kpis = []
    every = zip(sides, gone, states, quiet, totals, slices, lines, strict=True)
    for cell, gap, state, silent, total, found, line_total in every:
        carried = state[0] == State.ROUTINE and not total.any() and supported(cell, gap, found)
        signal = np.concatenate((total | carried, found))
        line = np.full(signal.shape, line_slices)
        line[:1] = SUPPORTED_RATE if carried else line_total
        verdicts, windows = np.where(signal, State.SIGNAL, state), told_by(gap.p, signal, line)
        kpis.append(Scanned(cell, gap, verdicts, windows, silent, thresholds.show_number))
    looked_at = sum(int(np.count_nonzero(~np.isnan(p[1:]))) for p in tested)
    strictest = [p[1:][found].max() for p, found in zip(tested, slices, strict=True) if found.any()]
    cut = float(max(strictest, default=0.0))
    return Scan(tuple(kpis), looked_at, sum(int(found.sum()) for found in slices), cut)


def supported(cell: Cells, gap: Departures, found: BoolArray) -> bool:
    """Whether a total that is no signal by itself is one in the light of its slices: its own p is at most 0.05, and a
    slice that is a signal accounts for a third of its change or more, in the window that shows the total best."""
    if not found.any() or not gap.joint[0] <= SUPPORTED_RATE:
        return False
    row = int(np.nanargmin(gap.p[:, 0]))
    n = cell.n[-WINDOWS[row] :].sum(axis=0)
    carried = n[1:][found] * gap.change[row, 1:][found] / n[0]
    return bool((carried / gap.change[row, 0]).max() >= GOOD_PART)


def told_by(p: FloatArray, signal: BoolArray, line: FloatArray) -> IntArray:
    """The window a departure is told by: the shortest that is a signal by itself; 1 where there is no signal. (After
    two bad weeks three weeks together may be clearer still, but "this week" is what is true.)"""
    alone = len(WINDOWS) * np.nan_to_num(p, nan=1.0) <= line * (1 + ROUNDING)
    windows: IntArray = np.where(signal, np.array(WINDOWS, dtype=np.int64)[np.argmax(alone, axis=0)], WINDOWS[0])
    return windows


def silence(n: IntArray) -> IntArray:
    """Weeks without answers up to the newest, per cell; all of them where there never was one."""
    answered = n[::-1] > 0
    quiet: IntArray = np.where(answered.any(axis=0), answered.argmax(axis=0), n.shape[0])
    return quiet


def _states(cell: Cells, silent: IntArray, thresholds: Thresholds) -> npt.NDArray[np.int64]:
    """Too few, stale, or open to the test."""
    few = np.where(cell.n[-1] < thresholds.show_number, State.TOO_FEW, State.ROUTINE)
    weeks = max(1, -(-thresholds.stale_days // WEEK.days))
    for place in np.flatnonzero((silent >= weeks) & (silent < cell.n.shape[0])):
        before = cell.n[baseline(cell.n.shape[0], int(silent[place]), 0), place]
        regular = np.count_nonzero(before) >= ANSWERED * before.size
        if place == 0 or (regular and before.mean() * silent[place] >= MISSED):
            few[place] = State.STALE
    return few


def _weights(ids: Sequence[str], headline: str) -> FloatArray:
    """Weights of the KPIs, averaging 1."""
    first = ids.index(headline) if headline in ids else 0
    weights = np.full(len(ids), (len(ids) - HEADLINE_WEIGHT) / max(1, len(ids) - 1))
    weights[first] = HEADLINE_WEIGHT
    return weights if len(ids) > HEADLINE_WEIGHT else np.ones(len(ids))


def _signals(families: Sequence[FloatArray], rate: float, weights: FloatArray) -> tuple[list[BoolArray], list[float]]:
    """Signals of one family over all KPIs, and for each KPI the Benjamini–Hochberg line: the p up to which one more
    would have been called beside them (0 for none)."""
    p = np.concatenate([np.minimum(1.0, family / weight) for family, weight in zip(families, weights, strict=True)])
    found = np.nan_to_num(adjusted_p(p), nan=1.0) <= rate
    tested = np.count_nonzero(~np.isnan(p))
    line = rate * np.count_nonzero(found) / tested if tested else 0.0
    lines: list[float] = (line * weights).tolist()
    return np.split(found, np.cumsum([family.size for family in families])[:-1]), lines
