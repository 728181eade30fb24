"""A distributed engine of two workers on this machine: Apache Spark builds the cube of ten million responses, reads the
open week again and opens a page of comments. `make bench-spark`; not part of `make bench`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from benchmarks import large, report
from benchmarks.company import Company, builder
from benchmarks.figures import RATIO, Figure, clock
from data_sources.connections import Sources
from data_sources.cube.build import Builder
from data_sources.cube.store import Cube
from data_sources.pseudonyms import pseudonyms
from data_sources.settings import Settings
from data_sources.tables import datasets
from data_sources.verbatims import PAGE, Verbatims
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING
from tests.spark.cluster import Spark, why_not

RESULTS = Path(__file__).with_name("results-spark.json")
SUBJECT = "Spark"
RUNS = 3
PATIENCE = 600.0
"""Seconds that a query may take here."""
MEGABYTES = 2048
"""Memory of a worker, as in ENGINE §6."""
WORD = "waiting"
"""A common word of the demo's comments."""


@dataclass
class Timed:
    """Sends statements to a source; `engine` adds up how long they run, `whole` how long until they are here."""

    sources: Sources
    source: str
    engine: float = 0.0
    whole: float = 0.0
    _began: float = field(default=0.0, repr=False)

    def __post_init__(self) -> None:
        made = self.sources.engine(self.source)
        sa.event.listen(made, "before_cursor_execute", self._before)
        sa.event.listen(made, "after_cursor_execute", self._after)

    def __call__(self, statement: sa.Executable) -> pa.Table:
        began = time.perf_counter()
        table = self.sources.run(self.source, statement)
        self.whole += time.perf_counter() - began
        return table

    def reset(self) -> None:
        """Begin to count anew."""
        self.engine = self.whole = 0.0

    def _before(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _after(self, *_: object) -> None:
        self.engine += time.perf_counter() - self._began


@dataclass(frozen=True)
class Times:
    """What was measured with one number of workers: seconds of every run."""

    cube: Cube
    engine: tuple[float, ...]
    whole: tuple[float, ...]
    refresh: tuple[float, ...]
    page: tuple[float, ...]
    deeper: tuple[float, ...]
    search: tuple[float, ...]
    nothing: tuple[float, ...]
    start: float = 0.0


def settings_of(company: Company, url: str | None) -> Settings:
    """The company on Spark, or on DuckDB where there is no URL."""
    settings = company.settings("spark")
    if url is None:
        return settings
    source = settings.sources["demo"].model_copy(update={"folder": None, "url": url, "timeout_seconds": PATIENCE})
    return settings.model_copy(update={"sources": {"demo": source}})


@contextmanager
def cluster(company: Company, workers: int) -> Iterator[tuple[str, float]]:
    """A cluster with the company's files as tables, and the seconds it took to start."""
    spark = Spark(workers, worker_megabytes=MEGABYTES)
    began = time.perf_counter()
    spark.start()
    seconds = time.perf_counter() - began
    try:
        spark.create_tables(company.tables)
        yield spark.url, seconds
    finally:
        spark.remove()


def measured(company: Company, url: str | None, runs: int, name: str) -> Times:
    """Build, refresh and drill on one engine; the first build, in which Java is still compiling, is not counted."""
    settings = settings_of(company, url)
    sources = Sources(settings)
    timed = Timed(sources, settings.responses.source)
    made = builder(settings, timed, sources, company.scratch / name)
    cube, engine, whole = _builds(made, settings, timed, runs)
    again = partial(made.build, settings.now(), _silent, cube, settings.cube.reread_weeks)
    refresh = clock(again, runs)
    page, deeper, search = _drills(sources, settings, cube, runs)
    nothing = clock(lambda: sources.run(settings.responses.source, sa.select(sa.literal(1).label("one"))), runs)
    sources.dispose()
    shutil.rmtree(made.files.folder)
    return Times(cube, engine, whole, refresh, page, deeper, search, nothing)


def _builds(
    made: Builder, settings: Settings, timed: Timed, runs: int
) -> tuple[Cube, tuple[float, ...], tuple[float, ...]]:
    engine, whole = [], []
    for _ in range(runs + 1):
        shutil.rmtree(made.files.folder, ignore_errors=True)
        timed.reset()
        cube = made.build(settings.now(), _silent)
        engine.append(timed.engine)
        whole.append(timed.whole)
    return cube, tuple(engine[1:]), tuple(whole[1:])


def _drills(sources: Sources, settings: Settings, cube: Cube, runs: int) -> tuple[tuple[float, ...], ...]:
    catalog = settings.catalog()
    said = Verbatims(sources, datasets(settings), catalog, pseudonyms(settings))
    slice_ = Slice(catalog.headline_metric, cube.weeks[-1], EVERYTHING)
    found = said.page(slice_)
    assert len(found.items) == PAGE
    works: tuple[Callable[[], object], ...] = (
        lambda: said.page(slice_),
        lambda: said.page(slice_, after=found.after),
        lambda: said.page(slice_, parse(WORD)),
    )
    return tuple(clock(work, runs) for work in works)


def same(ours: Cube, theirs: Cube) -> None:
    """Both cubes are equal cell by cell, to the last digit."""
    assert ours.cells.labels == theirs.cells.labels
    for mine, other in zip(_in_order(ours), _in_order(theirs), strict=True):
        assert np.array_equal(mine, other)


def _in_order(cube: Cube) -> list[np.ndarray[tuple[int], np.dtype[np.generic]]]:
    keys = [cube.cells.atom, *cube.cells.codes.values()]
    order = np.lexsort(keys)
    return [column[order] for column in (*keys, *cube.cells.measures.values())]


def measure(company: Company, runs: int) -> list[Figure]:
    """One worker, then two; every cube is compared with DuckDB's cell by cell."""
    truth = measured(company, None, runs, "duckdb")
    by_workers: dict[int, Times] = {}
    for workers in (1, 2):
        with cluster(company, workers) as (url, seconds):
            by_workers[workers] = replace(measured(company, url, runs, f"spark-{workers}"), start=seconds)
        same(by_workers[workers].cube, truth.cube)
    return figures_of(by_workers, truth)


def figures_of(by_workers: dict[int, Times], truth: Times) -> list[Figure]:
    """The times of each number of workers, and what they are against each other and against DuckDB's."""
    return [*_figures(by_workers), *_against(by_workers, truth)]


def _figures(by_workers: dict[int, Times]) -> list[Figure]:
    figures = []
    for workers, times in by_workers.items():
        cells = len(times.cube.cells)
        on = "1 worker" if workers == 1 else f"{workers} workers"
        delivered = tuple(w - e for w, e in zip(times.whole, times.engine, strict=True))
        how = f"{cells:,} cells, every one equal to DuckDB's"
        figures += [
            Figure(SUBJECT, f"cube, engine, {on}", "s", times.engine, how),
            Figure(SUBJECT, f"cube, delivered, {on}", "s", times.whole, "with the way to Arrow in this process"),
            Figure(
                SUBJECT, f"a cell's way here, {on}", "µs", tuple(1e6 * d / cells for d in delivered), "through Thrift"
            ),
            Figure(SUBJECT, f"open weeks refreshed, {on}", "s", times.refresh, "the open week and the last 4"),
            Figure(SUBJECT, f"first page of comments, {on}", "s", times.page, "the newest of a week, two queries"),
            Figure(SUBJECT, f"next page, {on}", "s", times.deeper, "by key"),
            Figure(SUBJECT, f"first page of a search, {on}", "s", times.search, f"“{WORD}”, the plain path"),
            Figure(SUBJECT, f"a query of nothing, {on}", "s", times.nothing, "what any question costs"),
            Figure(SUBJECT, f"started, {on}", "s", (times.start,), "master, workers and Thrift server"),
        ]
    return figures


def _against(by_workers: dict[int, Times], truth: Times) -> list[Figure]:
    one, two = by_workers[1], by_workers[2]
    ratios = {
        "engine, 1 worker ÷ 2 workers": median(one.engine) / median(two.engine),
        "refresh ÷ build, 2 workers": median(two.refresh) / median(two.whole),
        "engine, Spark of 2 workers ÷ DuckDB": median(two.engine) / median(truth.engine),
    }
    return [Figure(SUBJECT, what, RATIO, (value,), "medians, the same rows") for what, value in ratios.items()]


def _silent(_share: float, _what: str) -> None:
    """Nobody watches."""


def main() -> int:
    """Measure, print the table and write results-spark.json; 1 where Spark cannot be started here."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__)
    parser.add_argument("--responses", type=int, default=large.BIG)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    missing = why_not()
    if missing:
        print(missing, file=sys.stderr)
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(large.company(given.responses, Path(scratch)), given.runs)
    print(report.table(figures, (), report.busy(report.machine())))
    report.save(given.results, figures, (), given.responses, time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main())
