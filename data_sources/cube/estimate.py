"""How many cells a cube would have, known before it is built: a few weeks are read at the finest grain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources import query
from data_sources.tables import Dataset
from metrics.periods import WEEK, Period
from metrics.slices import EVERYTHING
from metrics.sums import FloatArray

SAMPLED = 8
"""Weeks that are read, evenly from the first to the newest closed one: a company's volume changes over the years. One
week alone was 99 % off on Olist, whose newest is nearly empty; eight are 5 % off
(tests/data_sources/cube/test_estimate.py)."""
DAYS = WEEK.days


@dataclass(frozen=True)
class Sample:
    """Weeks and, for each, the key tuples that occur in it with how many responses each has."""

    weeks: tuple[Period, ...]
    tables: tuple[pa.Table, ...]

    def cells(self, axes: Sequence[str], atoms: Sequence[Period], last: date) -> int:
        """Cells on these axes of all the atoms, none of them later than `last`. Between two sampled weeks the number
        changes evenly; a piece of a week holds the cells that a random part of its responses has."""
        days = np.array([max(1, (min(atom.last_day, last) - atom.start).days + 1) for atom in atoms])
        when = np.array([atom.start.toordinal() for atom in atoms], dtype=np.float64)
        known = np.array([week.start.toordinal() for week in self.weeks], dtype=np.float64)
        counts = [_counts(table, axes) for table in self.tables]
        expected = np.zeros(len(atoms))
        for length in np.unique(days):
            share = min(1.0, float(length) / DAYS)
            occurring = [float((1 - (1 - share) ** count).sum()) for count in counts]
            here = days == length
            expected[here] = np.interp(when[here], known, occurring)
        return max(1, round(float(expected.sum())))


def sample(
    run: Callable[[query.Statement], pa.Table], dataset: Dataset, axes: Sequence[str], weeks: Sequence[Period]
) -> Sample:
    """Reads the weeks: closed ones where there are any."""
    closed = weeks[:-1] or weeks
    places = sorted({round(place) for place in np.linspace(0, len(closed) - 1, SAMPLED).tolist()})
    chosen = tuple(closed[place] for place in places)
    return Sample(chosen, tuple(run(query.cells(dataset, (), axes, [week], EVERYTHING)) for week in chosen))


def fitting(axes: Sequence[str], cells: Callable[[Sequence[str]], int], limit: int) -> tuple[tuple[str, ...], int]:
    """The axes that stay under the limit, and their cells: while there are too many, the axis goes whose absence leaves
    the fewest."""
    kept = tuple(axes)
    expected = cells(kept)
    while kept and expected > limit:
        fewer = {fewer: cells(fewer) for fewer in combinations(kept, len(kept) - 1)}
        kept = min(fewer, key=lambda one: fewer[one])
        expected = fewer[kept]
    return kept, expected


def _counts(table: pa.Table, axes: Sequence[str]) -> FloatArray:
    """How many responses each key tuple has on these axes."""
    if not table.num_rows:
        return np.zeros(0)
    rows = table.set_column(
        table.column_names.index(query.ROWS), query.ROWS, pc.cast(table[query.ROWS], pa.float64(), safe=False)
    )
    summed = rows.group_by(list(axes)).aggregate([(query.ROWS, "sum")])
    return np.asarray(summed[f"{query.ROWS}_sum"], dtype=np.float64)
