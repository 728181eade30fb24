"""The cube from PostgreSQL with the advised indexes: built, built by hand, its open week refreshed."""

from __future__ import annotations

import time
from collections import Counter
from statistics import median

from benchmarks import by_hand, large
from benchmarks.company import Company
from benchmarks.cubes import BY_HAND, Bench, goal, silent
from benchmarks.figures import RATIO, Figure, clock, milliseconds
from data_sources.cube.store import Cube
from data_sources.query import ROWS
from data_sources.settings import Settings
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


def measure(company: Company, runs: int) -> list[Figure]:
    """One build and one of each hand-written form: at ten million responses each takes most of a minute."""
    with large.postgres(company) as url:
        bench = Bench.of(settings_of(company, url), company.scratch / "postgres")
        cube, whole, asked = bench.build(company.scratch / "postgres")
        hands = _by_hand(bench, cube, url)
        figures = [*_building(company, cube, whole, asked, hands), *_again(company, bench, cube, runs, whole)]
        bench.sources.dispose()
    return figures


def _by_hand(bench: Bench, cube: Cube, url: str) -> dict[str, float]:
    """Seconds of each hand-written form; all give the same number of cells and responses."""
    metrics, axes, columns = bench.made.metrics, bench.axes, bench.columns
    forms = {
        "a statement a week": by_hand.by_atom(metrics, axes, columns, cube.atoms),
        "one statement": [by_hand.in_one(metrics, axes, columns)],
    }
    seconds = {}
    for form, statements in forms.items():
        began = time.perf_counter()
        rows = by_hand.run_postgres(url, statements)
        seconds[form] = time.perf_counter() - began
        first = len(axes) + (2 if len(statements) == 1 else 0)
        counted = Counter({"cells": len(rows), "rows": sum(int(str(row[first])) for row in rows)})
        assert counted == {"cells": len(cube.cells), "rows": int(cube.cells.measures[ROWS].sum(dtype=int))}
    return seconds


def _building(company: Company, cube: Cube, whole: float, asked: float, hands: dict[str, float]) -> list[Figure]:
    best = min(hands, key=lambda form: hands[form])
    forms = ", ".join(f"{form} {seconds:.1f} s" for form, seconds in hands.items())
    ours = "statements and the way to Arrow, against the driver's rows"
    return [
        Figure(
            SUBJECT, "built and saved", "s", (whole,), f"a query an atom, {len(cube.cells):,} cells",
            at=company.responses,
        ),
        Figure(SUBJECT, "the same sums in hand-written SQL", "s", (hands[best],), f"psycopg's rows; {forms}"),
        Figure(
            SUBJECT, "our statements ÷ hand-written", RATIO, (asked / hands[best],), ours,
            *goal(company, BY_HAND, large.MIDDLE),
        ),
    ]  # fmt: skip


def _again(company: Company, bench: Bench, cube: Cube, runs: int, whole: float) -> list[Figure]:
    now = bench.settings.now
    made = bench.made
    weeks = bench.settings.cube.reread_weeks
    open_ = clock(lambda: made.build(now(), silent, cube, 0), max(3, runs))
    last = clock(lambda: made.build(now(), silent, cube, weeks), max(3, runs))
    return [
        Figure(SUBJECT, "open week refreshed", "ms", milliseconds(open_), "read again, saved and swapped in"),
        Figure(SUBJECT, "open week ÷ build", RATIO, tuple(o / whole for o in open_), "", *goal(company, REFRESH)),
        Figure(SUBJECT, "newest weeks ÷ build", RATIO, (median(last) / whole,), f"the last {weeks} weeks, too"),
    ]
