"""What a filter costs: a page's aggregates from the cube in memory, and the same pushed down to the database."""

from __future__ import annotations

from benchmarks.company import Company, room, view
from benchmarks.figures import Figure, clock, milliseconds
from data_sources import query
from data_sources.room import Room
from data_sources.view import SCANNED_WEEKS, View
from metrics.metric import Metric
from metrics.sums import SumsTable

GOAL = 1 / 20
"""ENGINE §7: a filter click ≤ 1/20 of the same aggregates pushed down."""
SUBJECT = "Filter"


def measure(company: Company, runs: int) -> list[Figure]:
    """One region's page: the chosen KPI in total and by every axis, over the weeks that the review looks at."""
    with room(company) as opened:
        filtered = view(opened, region=opened.catalog.axis("region").values[0])
        metric, axes = filtered.metric, [(), *((axis.id,) for axis in opened.catalog.axes)]
        cube = clock(lambda: _from_cube(filtered, metric, axes), runs)
        pushed = clock(lambda: _pushed(opened, filtered, metric, axes), runs)
        _same(_from_cube(filtered, metric, axes), _pushed(opened, filtered, metric, axes))
        every = clock(filtered.histories, runs)
    ratio = tuple(mine / theirs for mine, theirs in zip(cube, pushed, strict=True))
    page = f"{len(axes)} aggregates of one KPI over {SCANNED_WEEKS} weeks, one region"
    return [
        Figure(SUBJECT, "a page's aggregates from the cube", "ms", milliseconds(cube), page),
        Figure(SUBJECT, "the same pushed down to DuckDB", "ms", milliseconds(pushed), "one query an aggregate"),
        Figure(SUBJECT, "cube ÷ push-down", "×", ratio, "same run, same n", GOAL, "ENGINE §7"),
        Figure(SUBJECT, "all that a review looks at", "ms", milliseconds(every), "every KPI by every axis and pair"),
    ]


def _from_cube(filtered: View, metric: Metric, axes: list[tuple[str, ...]]) -> list[int]:
    weeks = filtered.weeks[-SCANNED_WEEKS:]
    return [_answers(filtered.sums(metric, weeks, by)) for by in axes]


def _pushed(opened: Room, filtered: View, metric: Metric, axes: list[tuple[str, ...]]) -> list[int]:
    weeks, responses = filtered.weeks[-SCANNED_WEEKS:], opened.datasets["responses"]
    counts = []
    for by in axes:
        statement = query.cells(responses, (metric,), by, weeks, filtered.scope)
        counts.append(sum(opened.sources.run(responses.source, statement)[f"{metric.id}__n"].to_pylist()))
    return counts


def _answers(table: SumsTable) -> int:
    return int(table.n.sum())


def _same(ours: list[int], theirs: list[int]) -> None:
    assert ours == theirs, (ours, theirs)
