"""Mix shifts: slices and total disagree because who answered changed (METHODS §5, Simpson's paradox)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.cells import WHOLE, Where, slices_of
from metrics.contributions import Contribution, change, contributions, mix_shift
from metrics.departure import WINDOWS, Departures, baseline, departures
from metrics.discovery import adjusted_p
from metrics.history import History
from metrics.metric import Metric
from metrics.sums import FloatArray, IntArray, SumsTable

TABLES = 3
"""n, Σ, Σ²."""
LEAST_PARTS = 2
"""A mix needs two things to be mixed."""


@dataclass(frozen=True, slots=True)
class MixShift:
    """In the slice `where` (the whole when empty) the metric moved one way over the last `weeks` weeks although, along
    `axis`, the parts with most responses moved the other way. `parts` add up to `change`."""

    metric: Metric
    where: Where
    axis: str
    weeks: int
    change: float
    parts: tuple[Contribution, ...]

    @property
    def against(self) -> int:
        """How many parts moved against the total."""
        return sum(1 for part in self.parts if part.experience * self.change < 0)

    @property
    def present(self) -> int:
        """How many parts there are, on both sides."""
        return sum(1 for part in self.parts if part.before.n and part.after.n)

    @property
    def grown(self) -> Contribution:
        """The part whose change of share moved the total most its way by growing."""
        whole0, whole1 = (sum(n) for n in zip(*((p.before.n, p.after.n) for p in self.parts), strict=True))
        return max(self.parts, key=lambda part: part.after.n / whole1 - part.before.n / whole0)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Parents × parts by week, of one pair of axes (or of the whole and one axis)."""

    where: tuple[Where, ...]
    axis: str
    labels: tuple[str, ...]
    n: IntArray
    total: FloatArray
    squares: FloatArray


def mix_shifts(
    histories: Sequence[History], starts: Sequence[int], rate: float, fewest: int = 1
) -> tuple[MixShift, ...]:
    """Mix shifts in the whole and inside every slice of one axis, clearest first.

    Give every response the usual mean of its part instead of its own value: what then still moves is the mix alone.
    These means by week go through the same test as the scan (metrics/departure.py); the false discovery rate over all
    of them is held at `rate`. A mix that departs is told only if slices and total disagree (contributions.mix_shift).
    `starts` is each history's first week since a rebase. Nothing is told of fewer than `fewest` answers, or of a change
    that would be printed as none: a mix can depart clearly and still move the total by a tenth of a point.
    """
    shifts: list[tuple[float, MixShift]] = []
    tests = [_tested(history, start) for history, start in zip(histories, starts, strict=True)]
    joint = np.concatenate([result.joint for _, result in tests]) if tests else np.zeros(0)
    found = np.nan_to_num(adjusted_p(joint), nan=1.0) <= rate
    cut = float(joint[found].max()) if found.any() else 0.0
    for history, start, (owners, result) in zip(histories, starts, tests, strict=True):
        for index in np.flatnonzero(result.joint <= cut).tolist():
            loud = [window for window, p in zip(WINDOWS, result.p[:, index], strict=True) if len(WINDOWS) * p <= cut]
            told = [_disagreement(history.metric, *owners[index], window, start) for window in loud]
            plain = [shift for shift in told if shift is not None and _worth_telling(shift, fewest)]
            if plain:
                shifts.append((float(result.joint[index]), max(plain, key=_plainness)))
    return tuple(shift for _, shift in sorted(shifts, key=lambda told: told[0]))


def _worth_telling(shift: MixShift, fewest: int) -> bool:
    """Whether the change is one in the digits that are printed, and of enough answers."""
    now = sum(part.after.n for part in shift.parts)
    return now >= fewest and round(abs(shift.change), shift.metric.decimals) > 0


def _plainness(shift: MixShift) -> tuple[float, int]:
    """Of several windows the one in which most parts moved against the total, then the longest."""
    return shift.against / max(1, shift.present), shift.weeks


def _tested(history: History, start: int) -> tuple[list[tuple[_Grid, int]], Departures]:
    """Every parent of a history with the departure of its mix."""
    every = list(grids(history))
    mixes = [_mixes(grid, start) for grid in every]
    weeks = len(history.weeks)
    n, total, squares, low, high = (
        np.concatenate([np.zeros((weeks if k < TABLES else 1, 0)), *(mix[k] for mix in mixes)], axis=1)
        for k in range(5)
    )
    result = departures(n.astype(np.int64), total, squares, (low[0], high[0]), start)
    return [(grid, column) for grid in every for column in range(len(grid.where))], result


def grids(history: History) -> Iterator[_Grid]:
    """The whole by every axis, and both ways round every pair of axes."""
    for axes, table in history.slices.items():
        n, total, squares = table.n, table.total, table.squares
        if len(axes) == 1:
            whole = (n[:, None, :], total[:, None, :], squares[:, None, :])
            yield _Grid((WHOLE,), axes[0], table.labels[1], *whole)
            continue
        first, second = axes
        turned = (n.swapaxes(1, 2), total.swapaxes(1, 2), squares.swapaxes(1, 2))
        yield _Grid(slices_of((first,), (table.labels[1],)), second, table.labels[2], n, total, squares)
        yield _Grid(slices_of((second,), (table.labels[2],)), first, table.labels[1], *turned)


def _mixes(grid: _Grid, start: int) -> tuple[FloatArray, ...]:
    """n, Σ, Σ² by week × parent in which every response carries its part's usual mean, and the range of those means."""
    span = baseline(grid.n.shape[0], WINDOWS[-1], start)
    n, total = grid.n[span].sum(axis=0), grid.total[span].sum(axis=0)
    parent = total.sum(axis=1, keepdims=True) / np.maximum(n.sum(axis=1, keepdims=True), 1)
    means = np.where(n > 0, total / np.maximum(n, 1), parent)
    # weeks × parts times parts × 3, for every parent at once
    worth = np.stack((np.ones_like(means), means, means**2), axis=-1)
    sums = np.matmul(grid.n.swapaxes(0, 1).astype(np.float64), worth)
    weekly, total, squares = sums.transpose(2, 1, 0)
    return weekly, total, squares, means.min(axis=1)[None], means.max(axis=1)[None]


def _disagreement(metric: Metric, grid: _Grid, column: int, window: int, start: int) -> MixShift | None:
    """The mix shift of one parent, if its parts and its total disagree."""
    weeks = grid.n.shape[0]
    before = _cut(grid, column, baseline(weeks, window, start))
    after = _cut(grid, column, slice(max(0, weeks - window), weeks))
    parts = contributions(grid.labels, before, after)
    if len(parts) < LEAST_PARTS or not mix_shift(parts):
        return None
    return MixShift(metric, grid.where[column], grid.axis, window, change(parts), parts)


def _cut(grid: _Grid, column: int, weeks: slice) -> SumsTable:
    n, total, squares = (table[weeks, column].sum(axis=0) for table in (grid.n, grid.total, grid.squares))
    return SumsTable((grid.axis,), (grid.labels,), n, total, squares)
