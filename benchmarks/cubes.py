"""The cube on DuckDB: built, built by hand, brought back from disk, refreshed, and what it holds in memory."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from functools import partial
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import by_hand
from benchmarks.company import Company, builder
from benchmarks.figures import Figure, clock, milliseconds
from data_sources import query
from data_sources.connections import Sources
from data_sources.cube.build import Builder
from data_sources.cube.files import CubeFiles
from data_sources.cube.store import Cube

BY_HAND, REFRESH, RESTART = 1.25, 1 / 30, 1 / 10
"""ENGINE §7: statements ≤ 1.25 × hand-written SQL; refresh ≤ 1/30 and restart ≤ 1/10 of a full build (meant for ten
million rows: on fewer, what a query costs before its first row weighs more)."""
FOR_LARGE = "the goal is for ten million rows"
SUBJECT = "Cube"


class Timed:
    """Sends statements to a source and adds up how long the answers take."""

    def __init__(self, sources: Sources, source: str) -> None:
        self._sources, self._source = sources, source
        self.seconds = 0.0

    def __call__(self, statement: query.Statement) -> pa.Table:
        began = time.perf_counter()
        table = self._sources.run(self._source, statement)
        self.seconds += time.perf_counter() - began
        return table


def measure(company: Company, runs: int) -> list[Figure]:
    """Builds in turn with the hand-written statement, so that a busy moment hits both."""
    settings = company.settings("cube-measured")
    sources = Sources(settings)
    source = settings.responses.source
    timed = Timed(sources, source)
    made = builder(settings, timed, sources, company.scratch / "atoms")
    columns = {name: str(metric.column) for name, metric in settings.metrics.items()}
    axes = tuple(axis.id for axis in made.axes)
    text = by_hand.statement(made.metrics, axes, columns, company.tables / "responses.parquet")
    made.run(query.span(made.dataset))  # opens the source, which a server does once

    builds: list[float] = []
    asked: list[float] = []
    hands: list[float] = []
    for turn in range(runs):
        fresh = replace(made, files=CubeFiles(company.scratch / f"atoms-{turn}"))
        timed.seconds = 0.0
        builds += clock(partial(fresh.build, settings.now(), _silent), 1)
        asked.append(timed.seconds)
        hands += clock(lambda: by_hand.run(text), 1)
        shutil.rmtree(fresh.files.folder)
    cube = made.build(settings.now(), _silent)
    _same(cube, by_hand.run(text))
    figures = [*_building(cube, builds, asked, hands), *_again(made, cube, settings.cube.reread_weeks, runs, builds)]
    sources.dispose()
    return figures


def _building(cube: Cube, builds: list[float], asked: list[float], hands: list[float]) -> list[Figure]:
    cells = f"{len(cube.cells):,} cells"
    ratio = tuple(mine / theirs for mine, theirs in zip(asked, hands, strict=True))
    whole = tuple(mine / theirs for mine, theirs in zip(builds, hands, strict=True))
    how = "both delivered as Arrow, run in turn"
    return [
        Figure(SUBJECT, "built from the database and saved", "s", tuple(builds), f"DuckDB on Parquet, {cells}"),
        Figure(
            SUBJECT,
            "the same sums in hand-written SQL",
            "s",
            tuple(hands),
            "one GROUP BY, the sums checked to be the same",
        ),
        Figure(SUBJECT, "our statements ÷ hand-written", "×", ratio, how, BY_HAND, "ENGINE §7"),
        Figure(SUBJECT, "whole build ÷ hand-written", "×", whole, "with planning, coding and one file an atom"),
        Figure(SUBJECT, "memory", "MB", (cube.cells.nbytes / 1e6,), f"the arrays of {cells}, shared by all viewers"),
    ]


def _again(made: Builder, cube: Cube, weeks: int, runs: int, builds: list[float]) -> list[Figure]:
    now = cube.read_at
    assert now is not None
    back = clock(lambda: made.restore(now), runs)
    fresh = clock(lambda: made.build(now, _silent, cube, weeks), runs)
    build = median(builds)
    how = f"the open week and the last {weeks} read again, saved and swapped in"
    return [
        Figure(SUBJECT, "brought back from disk", "ms", milliseconds(back), "what a restart does; asks no database"),
        Figure(SUBJECT, "restart ÷ build", "×", tuple(b / build for b in back), FOR_LARGE, RESTART, "ENGINE §7"),
        Figure(SUBJECT, "open weeks refreshed", "ms", milliseconds(fresh), how),
        Figure(SUBJECT, "refresh ÷ build", "×", tuple(f / build for f in fresh), FOR_LARGE, REFRESH, "ENGINE §7"),
    ]


def _same(cube: Cube, table: pa.Table) -> None:
    """The comparison is of equals only if every sum is the same."""
    assert len(cube.cells) == table.num_rows, (len(cube.cells), table.num_rows)
    for name, column in cube.cells.measures.items():
        ours, theirs = float(column.sum()), float(pc.sum(table[name]).as_py() or 0)
        assert abs(ours - theirs) < 1e-6 * max(1.0, abs(theirs)), (name, ours, theirs)


def _silent(_share: float, _what: str) -> None:
    """Nobody watches."""
