"""Building the cube: atom by atom from the database, estimated before, persisted after, refreshed at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

import pyarrow as pa

from data_sources import query
from data_sources.cube.coding import coded, measure_names, shaped
from data_sources.cube.files import CubeFiles
from data_sources.cube.store import Cube
from data_sources.dialects import as_datetime
from data_sources.errors import EmptyDataset
from data_sources.tables import Dataset
from metrics.catalog import Axis
from metrics.metric import Metric
from metrics.periods import Period, atoms, week_start, weeks_between
from metrics.slices import EVERYTHING

Run = Callable[[query.Statement], pa.Table]
Progress = Callable[[float, str], None]

MAX_WEEKS = 1040
"""Twenty years: a stray 1970 date must not ask for three thousand empty weeks."""
LADDER = 64
"""Atoms a query on engines that like big scans (about a year; ENGINE §5: 52-week ladder level with date_trunc)."""
ROW_STORES = frozenset({"postgresql", "sqlite", "mysql", "mariadb"})
"""Engines that build fastest one atom a query (ENGINE §5: PostgreSQL 10.1 s against 17.4, SQLite 36 against 51)."""
ESTIMATE_HEADROOM = 1.0
"""Cells a week × weeks; the newest closed week stands for all (ENGINE §3: ≤ 0.2 % off on stationary data)."""


@dataclass(frozen=True)
class Plan:
    """What to build: which axes fit, which are left out, and how many cells that will be."""

    axes: tuple[str, ...]
    left_out: tuple[str, ...]
    estimated_cells: int


@dataclass(frozen=True)
class Builder:
    """Builds and refreshes the cube of one responses dataset. `run` executes a statement; `dialect` is the
    engine's name; `now` the present in company time, so that tests can stand anywhere."""

    dataset: Dataset
    metrics: tuple[Metric, ...]
    axes: tuple[Axis, ...]
    first_weekday: int
    cell_limit: int
    run: Run
    dialect: str
    files: CubeFiles

    def build(self, now: datetime, progress: Progress, keep: Cube | None = None, reread_weeks: int = 4) -> Cube:
        """The whole cube; with `keep`, only the open atom and the last weeks are read and the rest is kept.

        Raises EmptyDataset where there is no response, Unavailable where the database fails: never a part.
        """
        began = time.monotonic()
        weeks, last = self._weeks(now)
        pieces = atoms(weeks)
        if keep is not None and keep.weeks and keep.weeks[0] == weeks[0]:
            plan = Plan(tuple(a.id for a in self.axes if keep.holds((a.id,))), keep.left_out, keep.estimated_cells)
            cut = week_start(last.date(), self.first_weekday) - timedelta(weeks=reread_weeks)
        else:
            plan, cut = self._plan(weeks), weeks[0].start
        stale = [piece for piece in pieces if piece.end > cut or not self.files.has(piece, plan.axes)]
        read = dict(self._read(stale, plan.axes, progress))
        self.files.save(read, plan.axes)
        tables = [read[piece] if piece in read else self.files.load(piece, plan.axes) for piece in pieces]
        return self._cube(weeks, pieces, tables, plan, last=last, now=now, seconds=time.monotonic() - began)

    def restore(self, now: datetime) -> Cube | None:
        """The cube as it was persisted, without asking the database; None where there is none."""
        saved = self.files.saved()
        if saved is None:
            return None
        weeks = weeks_between(saved.first_week, saved.last_week, self.first_weekday)
        pieces = atoms(weeks)
        if not all(self.files.has(piece, saved.axes) for piece in pieces):
            return None
        tables = [self.files.load(piece, saved.axes) for piece in pieces]
        plan = Plan(saved.axes, saved.left_out, saved.estimated_cells)
        read_at = saved.read_at or now
        return self._cube(weeks, pieces, tables, plan, last=saved.last, now=read_at, seconds=saved.seconds, save=False)

    def _weeks(self, now: datetime) -> tuple[tuple[Period, ...], datetime]:
        row = self.run(query.span(self.dataset)).to_pylist()[0]
        first, newest = as_datetime(row["first"]), as_datetime(row["last"])
        if first is None or newest is None:
            raise EmptyDataset(self.dataset.role)
        last = min(newest, now)
        weeks = weeks_between(first.date(), last.date(), self.first_weekday)[-MAX_WEEKS:]
        if not weeks:
            raise EmptyDataset(self.dataset.role)
        return weeks, last

    def _plan(self, weeks: Sequence[Period]) -> Plan:
        """Which axes fit under the cell limit, from the key tuples of the newest closed week."""
        names = tuple(axis.id for axis in self.axes)
        sample = self._week_keys(weeks, names)
        kept = names
        while kept and _distinct(sample, kept) * len(atoms(weeks)) * ESTIMATE_HEADROOM > self.cell_limit:
            kept = min(combinations(kept, len(kept) - 1), key=lambda axes: _distinct(sample, axes))
        left_out = tuple(name for name in names if name not in kept)
        return Plan(kept, left_out, int(_distinct(sample, kept) * len(atoms(weeks)) * ESTIMATE_HEADROOM))

    def _week_keys(self, weeks: Sequence[Period], names: Sequence[str]) -> pa.Table:
        """The cells of the newest week that is not the open one (the open one where there is no other)."""
        week = weeks[-2] if len(weeks) > 1 else weeks[-1]
        return self.run(query.cells(self.dataset, (), names, [week], EVERYTHING))

    def _read(
        self, pieces: Sequence[Period], axes: Sequence[str], progress: Progress
    ) -> Iterator[tuple[Period, pa.Table]]:
        size = 1 if self.dialect in ROW_STORES else LADDER
        for start in range(0, len(pieces), size):
            chunk = _consecutive(pieces[start : start + size])
            for run in chunk:
                progress(start / len(pieces), f"reading {run[0].start:%b %Y}")
                table = self.run(query.cells(self.dataset, self.metrics, axes, run, EVERYTHING))
                for i, piece in enumerate(run):
                    mine = table.filter(query.at_atom(table, i)) if len(run) > 1 else table
                    yield piece, shaped(mine, axes, measure_names(self.metrics))
        progress(1.0, "ready")

    def _cube(
        self,
        weeks: tuple[Period, ...],
        pieces: tuple[Period, ...],
        tables: Sequence[pa.Table],
        plan: Plan,
        *,
        last: datetime | None,
        now: datetime,
        seconds: float,
        save: bool = True,
    ) -> Cube:
        chosen = tuple(axis for axis in self.axes if axis.id in plan.axes)
        cube = Cube(
            self.metrics, weeks, pieces, coded(tables, chosen, self.metrics), plan.left_out, last, now, seconds,
            plan.estimated_cells,
        )  # fmt: skip
        if save:
            self.files.remember(cube, plan.axes)
        return cube


def _distinct(sample: pa.Table, axes: Sequence[str]) -> int:
    """How many key tuples the sample week has on these axes."""
    if not axes:
        return 1
    return int(sample.select(list(axes)).group_by(list(axes)).aggregate([]).num_rows) or 1


def _consecutive(pieces: Sequence[Period]) -> list[list[Period]]:
    """Runs of atoms without a gap, so that one range condition covers each."""
    runs: list[list[Period]] = []
    for piece in pieces:
        if runs and runs[-1][-1].end == piece.start:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs
