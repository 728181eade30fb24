"""What a filter costs: a page's seven aggregates from the cube in memory, and the same pushed down to the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.company import Company, room, view
from benchmarks.cubes import goal
from benchmarks.figures import RATIO, Figure, clock, milliseconds
from benchmarks.large import BIG, MIDDLE
from data_sources import query
from data_sources.cube.store import Cube
from data_sources.query import Statement
from data_sources.tables import Dataset
from data_sources.view import SCANNED_WEEKS
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import EVERYTHING, Filters, Scope

PUSHED = 1 / 20
"""Issue 4: a page's aggregates ≤ 1/20 of the same pushed down to DuckDB."""
MILLISECONDS = {300_000: 10.0, 2_300_000: 30.0}
"""Issue 4: goals by cells."""
WEEKS = 52
SUBJECT = "Filter"


@dataclass(frozen=True)
class Page:
    """Seven aggregates of one KPI, as ENGINE §2 has them: a third of the regions (two of six) and three segments over a
    year by week, by touchpoint, by region and touchpoint, by product and by segment, and the last four weeks and the
    four before."""

    metric: Metric
    weeks: tuple[Period, ...]
    scope: Scope

    @classmethod
    def of(cls, cube: Cube) -> Page:
        """The newest year of a cube that holds regions and segments."""
        regions = cube.labels("region")
        kept = {"region": regions[: max(2, len(regions) // 3)], "segment": cube.labels("segment")[:3]}
        return cls(cube.metrics[0], cube.weeks[-WEEKS:], EVERYTHING.filtered(Filters.of(kept)))

    @property
    def asked(self) -> list[tuple[tuple[Period, ...], tuple[str, ...]]]:
        """Periods and axes of every aggregate."""
        year = (Period(self.weeks[0].start, self.weeks[-1].end),)
        months = tuple(Period(weeks[0].start, weeks[-1].end) for weeks in (self.weeks[-8:-4], self.weeks[-4:]))
        breakdowns = [("touchpoint",), ("region", "touchpoint"), ("product",), ("segment",)]
        return [(self.weeks, ()), *((year, by) for by in breakdowns), *(((month,), ()) for month in months)]

    def from_cube(self, cube: Cube) -> list[int]:
        """How many answers each aggregate counts. One slice serves what has the same periods."""
        slices = {periods: cube.over(periods, self.scope) for periods in {periods for periods, _ in self.asked}}
        return [int(slices[periods].sums(self.metric, by).n.sum()) for periods, by in self.asked]

    def pushed(self, dataset: Dataset, run: Callable[[Statement], pa.Table]) -> list[int]:
        """The same from the database, a query an aggregate."""
        tables = [run(query.cells(dataset, (self.metric,), by, periods, self.scope)) for periods, by in self.asked]
        return [int(pc.sum(table[f"{self.metric.id}__n"]).as_py() or 0) for table in tables]


def measure(company: Company, runs: int) -> list[Figure]:
    """A filtered page, both ways in turn; and all that the review of a scope seen first looks at."""
    with room(company) as opened:
        cube, responses = opened.cube(), opened.datasets["responses"]
        page = Page.of(cube)

        def run(statement: Statement) -> pa.Table:
            return opened.sources.run(responses.source, statement)

        assert page.from_cube(cube) == page.pushed(responses, run)
        ours, theirs = [], []
        for _ in range(runs):
            ours += clock(lambda: page.from_cube(cube), 1)
            theirs += clock(lambda: page.pushed(responses, run), 1)
        everybody = clock(view(opened).histories, runs)
        region = clock(view(opened, region=cube.labels("region")[0]).histories, runs)
    ratio = tuple(mine / other for mine, other in zip(ours, theirs, strict=True))
    cells, what = len(cube.cells), f"{len(page.asked)} aggregates of one KPI, filtered, over up to {WEEKS} weeks"
    every = f"every KPI by every axis and pair over {SCANNED_WEEKS} weeks"
    return [
        Figure(
            SUBJECT, "a page's aggregates from the cube", "ms", milliseconds(ours), f"{what}, {cells:,} cells",
            *goal(company, limit(cells), BIG),
        ),
        Figure(SUBJECT, "the same pushed down to DuckDB", "ms", milliseconds(theirs), "one query an aggregate"),
        Figure(SUBJECT, "cube ÷ push-down", RATIO, ratio, "in turn, the same counts", *goal(company, PUSHED, MIDDLE)),
        Figure(SUBJECT, "all that a review looks at", "ms", milliseconds(everybody), f"{every}, everybody"),
        Figure(SUBJECT, "all that a filtered review looks at", "ms", milliseconds(region), f"{every}, one region"),
    ]  # fmt: skip


def limit(cells: int) -> float:
    """The goal in milliseconds of the next larger number of cells that has one."""
    return next((goal for most, goal in MILLISECONDS.items() if cells <= 1.2 * most), max(MILLISECONDS.values()))


def pages(cube: Cube, runs: int) -> Sequence[float]:
    """Seconds of a page's aggregates."""
    page = Page.of(cube)
    return clock(lambda: page.from_cube(cube), runs)
