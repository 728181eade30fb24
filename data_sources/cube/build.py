"""Building the cube: from the database, estimated before, persisted after, refreshed at its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pyarrow as pa

from data_sources import query
from data_sources.cube.cells import Cells
from data_sources.cube.coding import measure_names, part
from data_sources.cube.estimate import fitting, sample
from data_sources.cube.files import CubeFiles
from data_sources.cube.gather import gathered
from data_sources.cube.store import Cube
from data_sources.dialects import as_datetime
from data_sources.errors import EmptyDataset, RefusedQuery
from data_sources.tables import Dataset
from metrics.catalog import Axis
from metrics.metric import Metric
from metrics.periods import Period, atoms, week_start, weeks_between
from metrics.slices import EVERYTHING

log = logging.getLogger(__name__)

Run = Callable[[query.Statement], pa.Table]
Progress = Callable[[float, str], None]

MAX_WEEKS = 1040
"""Twenty years: a stray 1970 date must not ask for three thousand empty weeks."""
LADDER = 64
"""Atoms a query on engines that like big scans (about a year; ENGINE §5: 52-week ladder level with date_trunc)."""
ROW_STORES = frozenset({"postgresql", "sqlite", "mysql", "mariadb", "mssql"})
"""Engines that build fastest one atom a query (ENGINE §5: PostgreSQL 10.1 s against 17.4, SQLite 36 against 51)."""
OUR_CALENDAR = Period(date.min, date.max)
"""All the days that Python has a date for."""
NEWEST_WEEKS = 8
"""Weeks that are saved apart from the older ones at a full build, so that a refresh writes only them."""


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
        """The whole cube; with `keep`, only the open atom and the last weeks are read and the rest is kept. Where it
        cannot be written it is right all the same, and says so (`unsaved`); the files of the cube before stay whole.

        Raises EmptyDataset where there is no response, Unavailable where the database fails: never a part.
        """
        began = time.monotonic()
        weeks, last = self._weeks(now)
        pieces = atoms(weeks)
        if keep is not None and (not keep.weeks or keep.weeks[0] != weeks[0] or self._thrown_away(keep)):
            keep = None
        newest = week_start(last.date(), self.first_weekday)
        changed = 0 if keep is None else self._first_changed(pieces, newest, keep, reread_weeks)
        plan = self._plan(weeks, pieces, last) if keep is None else self._plan_of(keep)
        parts = list(self._read(pieces, changed, plan.axes, progress))
        kept = None if keep is None else (keep.cells, changed)
        cells = gathered(parts, self._chosen(plan), measure_names(self.metrics), len(pieces), kept)
        cube = Cube(self.metrics, weeks, pieces, cells, plan.left_out, last, now, 0.0, plan.estimated_cells)
        cube = replace(cube, seconds=time.monotonic() - began)
        settled = _first_after(pieces, newest - timedelta(weeks=max(NEWEST_WEEKS, reread_weeks)))
        try:
            self.files.save(cube, plan.axes, changed, settled, keep)
        except OSError as error:
            log.warning("the cube stays in memory: %s", error)
            return replace(cube, unsaved=error.strerror or type(error).__name__)
        return cube

    def restore(self, now: datetime) -> Cube | None:
        """The cube as it was persisted, without asking the database; None where there is none, or not whole."""
        saved = self.files.saved()
        if saved is None or not set(saved.axes) <= {axis.id for axis in self.axes}:
            return None
        parts = self.files.load(saved)
        weeks = weeks_between(saved.first_week, saved.last_week, self.first_weekday)
        pieces, names = atoms(weeks), measure_names(self.metrics)
        if parts is None or not all(set(names) <= one.measures.keys() for one in parts):
            return None
        plan = Plan(saved.axes, saved.left_out, saved.estimated_cells)
        cells = gathered(parts, self._chosen(plan), names, len(pieces))
        return Cube(
            self.metrics, weeks, pieces, cells, plan.left_out, saved.last, saved.read_at or now, saved.seconds,
            plan.estimated_cells,
        )  # fmt: skip

    def _thrown_away(self, keep: Cube) -> bool:
        """Whether somebody has deleted the files of a cube, so that everything is read again."""
        return not keep.unsaved and self.files.saved() is None

    def _first_changed(self, pieces: Sequence[Period], newest: date, keep: Cube, reread_weeks: int) -> int:
        """The first atom to be read again: so many weeks before the newest week, or before the one that was open when
        the kept cube was read, if that is longer ago: it was read half."""
        half = newest if keep.last is None else min(newest, week_start(keep.last.date(), self.first_weekday))
        return min(_first_after(pieces, half - timedelta(weeks=reread_weeks)), len(keep.atoms))

    def _weeks(self, now: datetime) -> tuple[tuple[Period, ...], datetime]:
        first, newest = self._span()
        if first is None or newest is None:
            raise EmptyDataset(self.dataset.role)
        last = min(newest, now)
        weeks = weeks_between(first.date(), last.date(), self.first_weekday)[-MAX_WEEKS:]
        if not weeks:
            raise EmptyDataset(self.dataset.role)
        return weeks, last

    def _span(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last time; of those in our calendar where there are others ("infinity"), which no driver
        can read and no week holds."""
        asked = query.span(self.dataset)
        try:
            row = self.run(asked).to_pylist()[0]
        except RefusedQuery:
            row = self.run(asked.where(query.in_period(self.dataset, OUR_CALENDAR))).to_pylist()[0]
        return as_datetime(row["first"]), as_datetime(row["last"])

    def _plan(self, weeks: Sequence[Period], pieces: Sequence[Period], last: datetime) -> Plan:
        """Which axes fit under the cell limit, from the key tuples of a few weeks."""
        names = tuple(axis.id for axis in self.axes)
        seen = sample(self.run, self.dataset, names, weeks)
        kept, cells = fitting(names, lambda axes: seen.cells(axes, pieces, last.date()), self.cell_limit)
        return Plan(kept, tuple(name for name in names if name not in kept), cells)

    def _plan_of(self, cube: Cube) -> Plan:
        kept = tuple(axis.id for axis in self.axes if cube.holds((axis.id,)))
        return Plan(kept, cube.left_out, cube.estimated_cells)

    def _chosen(self, plan: Plan) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.axes if axis.id in plan.axes)

    def _read(self, pieces: Sequence[Period], changed: int, axes: Sequence[str], progress: Progress) -> Iterator[Cells]:
        """The cells of the atoms from `changed` on, a part a query."""
        size = 1 if self.dialect in ROW_STORES else LADDER
        for start in range(changed, len(pieces), size):
            progress((start - changed) / (len(pieces) - changed), f"reading {pieces[start].start:%b %Y}")
            table = self.run(query.cells(self.dataset, self.metrics, axes, pieces[start : start + size], EVERYTHING))
            yield part(table, axes, self.metrics, start + query.atom_of(table))
        progress(1.0, "ready")


def _first_after(pieces: Sequence[Period], day: date) -> int:
    """The first atom that ends after a day's first instant; as many as there are where none does."""
    return next((i for i, piece in enumerate(pieces) if piece.end > day), len(pieces))
