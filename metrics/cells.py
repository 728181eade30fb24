"""One KPI's cells laid side by side: the whole and every slice, week by week, for arithmetic on all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, product

import numpy as np

from metrics.catalog import DeclaredEvent
from metrics.history import History
from metrics.metric import Metric
from metrics.periods import Period
from metrics.sums import NOTHING, FloatArray, IntArray, Sums

Where = tuple[tuple[str, str], ...]
"""A slice axis by axis: (("region", "North"), ("touchpoint", "Delivery")); empty for the whole."""
WHOLE: Where = ()


@dataclass(frozen=True)
class Cells:
    """A metric's sums as week × cell tables; the first cell is the whole. `start` is the first week since the last
    declared rebase: the usual level never reaches behind it. `cuts` is none where every row of the tables is a week;
    else row i holds the weeks from cuts[i] up to, not including, cuts[i + 1] (see `between`)."""

    metric: Metric
    weeks: tuple[Period, ...]
    where: tuple[Where, ...]
    n: IntArray
    total: FloatArray
    squares: FloatArray
    start: int = 0
    cuts: tuple[int, ...] = ()

    @cached_property
    def places(self) -> dict[Where, int]:
        """The place of each slice."""
        return {where: place for place, where in enumerate(self.where)}

    def sums(self, place: int, weeks: slice) -> Sums:
        """One cell over a run of weeks. Where weeks have been put together, KeyError for a run that cuts through."""
        if self.cuts:
            row = {week: row for row, week in enumerate(self.cuts)}
            weeks = slice(row[weeks.start], row[weeks.stop])
        if not self.n[weeks, place].size:
            return NOTHING
        columns = (table[weeks, place].sum() for table in (self.n, self.total, self.squares))
        n, total, squares = columns
        return Sums(int(n), float(total), float(squares))

    def between(self, cuts: Iterable[int]) -> Cells:
        """The same cells with the weeks between consecutive cuts (places of weeks) put together: what is kept of a scan
        for as long as somebody may ask, a quarter of its memory. Weeks before the first and after the last are gone."""
        kept = tuple(sorted(set(cuts)))
        parts = [slice(*pair) for pair in pairwise(kept)]

        def summed(table: FloatArray) -> FloatArray:
            return np.stack([table[part].sum(axis=0) for part in parts]) if parts else table[:0]

        n = summed(self.n.astype(np.float64)).astype(np.int64)
        return replace(self, n=n, total=summed(self.total), squares=summed(self.squares), cuts=kept)

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest value of a response, centred as the sums are."""
        low, high = self.metric.bounds
        return np.array(low - self.metric.centre), np.array(high - self.metric.centre)


def cells(history: History, events: Sequence[DeclaredEvent] = ()) -> Cells:
    """The history's total and slices side by side."""
    whole, tables = history.total, tuple(history.slices.items())
    rows = len(history.weeks)
    where = (WHOLE, *(place for axes, table in tables for place in slices_of(axes, table.labels[1:])))

    def beside(name: str) -> list[FloatArray | IntArray]:
        return [getattr(table, name).reshape(rows, -1) for table in (whole, *(table for _, table in tables))]

    n = np.concatenate(beside("n"), axis=1).astype(np.int64)
    total, squares = (np.concatenate(beside(name), axis=1).astype(np.float64) for name in ("total", "squares"))
    start = max(rebases(events, history.metric, history.weeks), default=0)
    return Cells(history.metric, history.weeks, where, n, total, squares, start)


@lru_cache(maxsize=256)
def slices_of(axes: tuple[str, ...], labels: tuple[tuple[str, ...], ...]) -> tuple[Where, ...]:
    """Every slice of a table in the order of its cells, the last axis fastest."""
    return tuple(tuple(zip(axes, values, strict=True)) for values in product(*labels))


def rebases(events: Iterable[DeclaredEvent], metric: Metric, weeks: Sequence[Period]) -> tuple[int, ...]:
    """The weeks that begin new limits for a metric: for each declared rebase the first week that lies wholly after it
    (or begins on its day). An event before the first week or after the last counts for nothing."""
    declared = (event for event in events if event.rebase and (not event.metrics or metric.id in event.metrics))
    firsts = {
        next((place for place, week in enumerate(weeks) if week.start >= event.day), 0)
        for event in declared
        if not weeks or event.day > weeks[0].start
    }
    return tuple(sorted(firsts - {0}))
