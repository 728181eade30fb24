"""The cube from PostgreSQL with the advised indexes: built, built by hand, its open week refreshed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks import by_hand, large
from benchmarks.company import Company
from benchmarks.cubes import BY_HAND, Bench, goal
from benchmarks.figures import RATIO, Figure, milliseconds
from data_sources import query
from data_sources.cube.store import Cube
from data_sources.settings import Settings
from metrics.slices import EVERYTHING
from tests.postgres import why_not

REFRESH = 1 / 100
"""Issue 4: refreshing the open week, of a full build on PostgreSQL."""
PATIENCE = 600.0
"""Seconds a query may take here: the hand-written one reads everything at once."""
SUBJECT = "Cube from PostgreSQL"


def missing() -> str:
    """What the machine lacks for these figures."""
    return why_not() or ""


def settings_of(company: Company, url: str) -> Settings:
    """The company's configuration with its responses on PostgreSQL."""
    settings = company.settings("cube-postgres")
    source = settings.sources["demo"].model_copy(update={"folder": None, "url": url, "timeout_seconds": PATIENCE})
    return settings.model_copy(update={"sources": {"demo": source}})


@dataclass(frozen=True)
class Engine:
    """Seconds of our statements and of the hand-written ones on the driver's own connection: an atom's of each in turn,
    and everything in one."""

    ours: float
    by_atom: float
    in_one: float


def measure(company: Company, runs: int) -> list[Figure]:
    """One build and one of each hand-written form: at ten million responses each takes most of a minute."""
    with large.postgres(company) as url:
        bench = Bench.of(settings_of(company, url), company.scratch / "postgres")
        cube, whole, asked = bench.build(company.scratch / "postgres")
        engine = _engine(bench, cube, url)
        figures = [*_building(company, cube, whole, asked, engine), *_again(company, bench, cube, runs, whole)]
        bench.sources.dispose()
    return figures


def _engine(bench: Bench, cube: Cube, url: str) -> Engine:
    """Ours as text with parameters, so that only the statements differ; all give the same number of cells."""
    metrics, axes, columns, dataset = bench.made.metrics, bench.axes, bench.columns, bench.made.dataset
    dialect = bench.sources.engine(bench.settings.responses.source).dialect
    spent: dict[str, float] = defaultdict(float)
    cells: dict[str, int] = defaultdict(int)
    with by_hand.postgres(url) as run:

        def ask(form: str, text: str, values: Mapping[str, object]) -> None:
            began = time.perf_counter()
            rows = run(text, values)
            spent[form] += time.perf_counter() - began
            cells[form] += len(rows)

        for atom, by_atom in zip(cube.atoms, by_hand.by_atom(metrics, axes, columns, cube.atoms), strict=True):
            compiled = query.cells(dataset, metrics, axes, [atom], EVERYTHING).compile(dialect=dialect)
            ask("ours", str(compiled), compiled.params)
            ask("by atom", by_atom, {})
        ask("in one", by_hand.in_one(metrics, axes, columns), {})
    assert set(cells.values()) == {len(cube.cells)}, cells
    return Engine(spent["ours"], spent["by atom"], spent["in one"])


def _building(company: Company, cube: Cube, whole: float, asked: float, engine: Engine) -> list[Figure]:
    best = min(engine.by_atom, engine.in_one)
    forms = f"a statement a week {engine.by_atom:.1f} s, one statement {engine.in_one:.1f} s"
    return [
        Figure(
            SUBJECT, "built and saved", "s", (whole,), f"a query an atom, {len(cube.cells):,} cells",
            at=company.responses,
        ),
        Figure(SUBJECT, "the same sums in hand-written SQL", "s", (best,), f"the driver's rows; {forms}"),
        Figure(
            SUBJECT, "our statements ÷ hand-written", RATIO, (engine.ours / best,), "on one connection, in turn",
            *goal(company, BY_HAND, large.MIDDLE),
        ),
        Figure(SUBJECT, "delivered to us ÷ hand-written", RATIO, (asked / best,), "our way to Arrow with it"),
    ]  # fmt: skip


def _again(company: Company, bench: Bench, cube: Cube, runs: int, whole: float) -> list[Figure]:
    weeks, runs = bench.settings.cube.reread_weeks, max(3, runs)
    open_, last = bench.refreshed(cube, 0, runs), bench.refreshed(cube, weeks, runs)
    return [
        Figure(SUBJECT, "open week refreshed", "ms", milliseconds(open_), "read again, saved and swapped in"),
        Figure(SUBJECT, "open week ÷ build", RATIO, tuple(o / whole for o in open_), "", *goal(company, REFRESH)),
        Figure(SUBJECT, "newest weeks ÷ build", RATIO, (median(last) / whole,), f"the last {weeks} weeks, too"),
    ]
