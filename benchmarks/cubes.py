"""The cube on DuckDB: built, built by hand, brought back from disk, refreshed, and what it holds in memory."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import by_hand
from benchmarks.company import Company, builder
from benchmarks.figures import RATIO, Figure, clock, milliseconds
from benchmarks.large import BIG, MIDDLE
from data_sources import query
from data_sources.connections import Sources
from data_sources.cube.build import LADDER, Builder
from data_sources.cube.files import CubeFiles
from data_sources.cube.store import Cube
from data_sources.query import Statement
from data_sources.settings import Settings
from metrics.slices import EVERYTHING

BY_HAND, DELIVERED, RESTART, RESTART_SECONDS, REFRESH, ESTIMATE = 1.25, 1.1, 1 / 10, 1.0, 1 / 30, 0.2
"""Issue 4, the data path."""
SOURCE = "issue 4"
FOR_LARGE = "the goal is for ten million responses"
SUBJECT = "Cube"


class Timed:
    """Sends statements to a source and adds up how long the answers of those that ask for sums take; what is sampled
    before, to estimate, is in the whole build."""

    def __init__(self, sources: Sources, source: str) -> None:
        self._sources, self._source = sources, source
        self.seconds = 0.0

    def __call__(self, statement: Statement) -> pa.Table:
        began = time.perf_counter()
        table = self._sources.run(self._source, statement)
        if any(name.endswith("__n") for name in table.column_names):
            self.seconds += time.perf_counter() - began
        return table


@dataclass(frozen=True)
class Bench:
    """A company's cube builder with its statements timed, and the columns to write by hand."""

    settings: Settings
    sources: Sources
    timed: Timed
    made: Builder

    @classmethod
    def of(cls, settings: Settings, files: Path) -> Bench:
        """Opens the source, which a server does once."""
        sources = Sources(settings)
        timed = Timed(sources, settings.responses.source)
        made = builder(settings, timed, sources, files)
        made.run(query.span(made.dataset))
        return cls(settings, sources, timed, made)

    @property
    def columns(self) -> dict[str, str]:
        """The column of every metric."""
        return {name: str(metric.column) for name, metric in self.settings.metrics.items()}

    @property
    def axes(self) -> tuple[str, ...]:
        """Every axis by id."""
        return tuple(axis.id for axis in self.made.axes)

    def build(self, files: Path) -> tuple[Cube, float, float]:
        """A whole build into files of its own, left there: the cube, its seconds, and those of its statements."""
        fresh = replace(self.made, files=CubeFiles(files))
        self.timed.seconds = 0.0
        began = time.perf_counter()
        cube = fresh.build(self.settings.now(), silent)
        return cube, time.perf_counter() - began, self.timed.seconds

    def refreshed(self, cube: Cube, weeks: int, runs: int) -> tuple[float, ...]:
        """Seconds of refreshes one after the other, each of the cube before: the open week and the last `weeks`. The
        first, which finds files of another cube, is not counted."""
        seconds = []
        for _ in range(runs + 1):
            began = time.perf_counter()
            cube = self.made.build(self.settings.now(), silent, cube, weeks)
            seconds.append(time.perf_counter() - began)
        return tuple(seconds[1:])


def measure(company: Company, runs: int) -> list[Figure]:
    """The whole, with the peak memory of a build in a process of its own."""
    return [*quick(company, runs), _peak(company)]


def quick(company: Company, runs: int) -> list[Figure]:
    """Builds in turn with the hand-written statement, so that a busy moment hits both."""
    bench = Bench.of(company.settings("cube-measured"), company.scratch / "kept")
    text = by_hand.statement(bench.made.metrics, bench.axes, bench.columns, company.tables / "responses.parquet")
    builds, asked, hands = [], [], []
    with by_hand.duckdb_open() as run:
        for turn in range(runs):
            files = company.scratch / f"built-{turn}"
            cube, whole, statements = bench.build(files)
            builds.append(whole)
            asked.append(statements)
            hands += clock(lambda: run(text), 1)
            shutil.rmtree(files)
        same(cube, run(text))
    figures = [
        *_building(company, cube, builds, asked, hands),
        _delivery(company, bench, cube, runs),
        *_again(company, bench, runs, builds),
    ]
    bench.sources.dispose()
    return figures


def goal(company: Company, value: float, least: int = BIG) -> tuple[float | None, str]:
    """A goal and its source, where the company is as large as it is meant for."""
    return (value, SOURCE) if company.responses >= least else (None, "")


def _building(
    company: Company, cube: Cube, builds: list[float], asked: list[float], hands: list[float]
) -> list[Figure]:
    cells, size = f"{len(cube.cells):,} cells", company.responses
    ratio = tuple(mine / theirs for mine, theirs in zip(asked, hands, strict=True))
    whole = tuple(mine / theirs for mine, theirs in zip(builds, hands, strict=True))
    off = abs(cube.estimated_cells / len(cube.cells) - 1)
    how = "the sums, both delivered as Arrow, run in turn; what is sampled before is in the whole build"
    by_hand_how = "one GROUP BY, the sums checked to be the same"
    kind = "a grid of sums" if hasattr(cube.cells, "sums") else "coded columns"
    return [
        Figure(
            SUBJECT, "built from the database and saved", "s", tuple(builds), f"DuckDB on Parquet, {cells}", at=size
        ),
        Figure(SUBJECT, "the same sums in hand-written SQL", "s", tuple(hands), by_hand_how),
        Figure(
            SUBJECT, "our statements ÷ hand-written", RATIO, ratio, how, *goal(company, BY_HAND, MIDDLE)
        ),
        Figure(SUBJECT, "whole build ÷ hand-written", RATIO, whole, "with sampling to estimate, coding and saving"),
        Figure(SUBJECT, "cells", "cells", (len(cube.cells),), "that have a response", at=size),
        Figure(SUBJECT, "memory", "MB", (cube.cells.nbytes / 1e6,), f"{kind} of {cells}, for all viewers", at=size),
        Figure(
            SUBJECT, "cells estimated before ÷ built − 1", RATIO, (off,), "without its sign",
            *goal(company, ESTIMATE, 0),
        ),
    ]  # fmt: skip


def _delivery(company: Company, bench: Bench, cube: Cube, runs: int) -> Figure:
    """One statement of the build as the room sends it, and its text and parameters given to DuckDB itself."""
    statement = query.cells(bench.made.dataset, bench.made.metrics, bench.axes, cube.atoms[:LADDER], EVERYTHING)
    compiled = statement.compile(bench.sources.engine(bench.settings.responses.source))
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    file = company.tables / "responses.parquet"

    ours, theirs = [], []
    with by_hand.duckdb_open(file) as raw:
        assert raw(str(compiled), values).num_rows == bench.made.run(statement).num_rows
        for _ in range(max(3, runs)):
            ours += clock(lambda: bench.made.run(statement), 1)
            theirs += clock(lambda: raw(str(compiled), values), 1)
    ratio = tuple(mine / other for mine, other in zip(ours, theirs, strict=True))
    how = "one statement of the build, from its text to Arrow, run in turn"
    return Figure(SUBJECT, "our fetch ÷ the driver's own Arrow", RATIO, ratio, how, *goal(company, DELIVERED, MIDDLE))


def _again(company: Company, bench: Bench, runs: int, builds: list[float]) -> list[Figure]:
    now, made, build = bench.settings.now, bench.made, median(builds)
    cube = made.build(now(), silent)
    back = clock(lambda: made.restore(now()), runs)
    open_, last = bench.refreshed(cube, 0, runs), bench.refreshed(cube, bench.settings.cube.reread_weeks, runs)
    more = f"the last {bench.settings.cube.reread_weeks} weeks, too"
    size, how = company.responses, "read again, saved and swapped in"
    return [
        Figure(
            SUBJECT, "brought back from disk", "s", back, "what a restart does; asks no database",
            *goal(company, RESTART_SECONDS), at=size,
        ),
        Figure(
            SUBJECT, "restart ÷ build", RATIO, tuple(one / build for one in back), "", *goal(company, RESTART, MIDDLE)
        ),
        Figure(SUBJECT, "open week refreshed", "ms", milliseconds(open_), how, at=size),
        Figure(
            SUBJECT, "open week ÷ build", RATIO, tuple(one / build for one in open_), FOR_LARGE, *goal(company, REFRESH)
        ),
        Figure(SUBJECT, "newest weeks refreshed", "ms", milliseconds(last), more),
        Figure(SUBJECT, "newest weeks ÷ build", RATIO, tuple(one / build for one in last), more),
    ]  # fmt: skip


def _peak(company: Company) -> Figure:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        megabytes = pool.submit(_built_alone, company).result()
    how = "resident, DuckDB and all libraries with it, in a process of its own"
    return Figure(SUBJECT, "peak memory of a build", "MB", (megabytes,), how, at=company.responses)


def _built_alone(company: Company) -> float:
    bench = Bench.of(company.settings("cube-alone"), company.scratch / "alone")
    bench.build(company.scratch / "alone")
    bench.sources.dispose()
    return peak_megabytes()


def peak_megabytes() -> float:
    """The most that this process had in memory so far."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the process that started us held
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e3
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def same(cube: Cube, table: pa.Table) -> None:
    """The comparison is of equals only if every sum is the same."""
    assert len(cube.cells) == table.num_rows, (len(cube.cells), table.num_rows)
    for name, column in cube.cells.measures.items():
        ours, theirs = float(column.sum(dtype=np.float64)), float(pc.sum(table[name]).as_py() or 0)
        assert abs(ours - theirs) < 1e-6 * max(1.0, abs(theirs)), (name, ours, theirs)


def silent(_share: float, _what: str) -> None:
    """Nobody watches."""
