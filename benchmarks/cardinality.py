"""What happens as an axis takes more values: cells, seconds, bytes and the milliseconds of a page, until nothing is
saved. The large company's own responses, with products put together or regions divided into stores."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from benchmarks.company import Company
from benchmarks.cubes import ESTIMATE, SOURCE, Bench
from benchmarks.figures import RATIO, Figure, milliseconds
from benchmarks.large import BIG
from benchmarks.slicing import MILLISECONDS, limit, pages
from data_sources.cube.grid import Grid
from data_sources.cube.store import Cube

SUBJECT = "Cardinality"
NO_LIMIT = 1 << 40
RUNS = 5
"""Pages a size, at least."""


@dataclass(frozen=True, slots=True)
class Size:
    """What the axes hold: `product` and `region` as SQL on the responses."""

    name: str
    product: str = "product"
    region: str = "region"


def stores(each: int) -> str:
    """Every region divided into so many stores; a customer keeps to one."""
    return f"region || ' ' || (hash(customer_id) % {each})"


SIZES = (
    Size("one product", product="'All'"),
    Size("two products", product="CASE WHEN product LIKE 'Mobile%' THEN 'Mobile' ELSE 'Fixed' END"),
    Size("the demo's axes"),
    Size("24 stores", region=stores(4)),
    Size("120 stores", region=stores(20)),
)
"""From 165 thousand cells to millions at ten million responses; issue 4 has goals at 300 thousand and 2.3 million."""


def measure(company: Company, runs: int) -> list[Figure]:
    """Every size in turn, one build each."""
    figures: list[Figure] = []
    for size in SIZES:
        scratch = company.scratch / "sizes"
        figures += _measured(_made(company, size, scratch), size, max(RUNS, runs))
        shutil.rmtree(scratch)
    return figures


def _made(company: Company, size: Size, scratch: Path) -> Company:
    """The same responses with other values on two axes, as a file of their own."""
    tables = scratch / "tables"
    tables.mkdir(parents=True)
    with duckdb.connect() as own:
        own.execute(
            f"COPY (SELECT * REPLACE ({size.product} AS product, {size.region} AS region)"
            f" FROM read_parquet('{company.tables / 'responses.parquet'}'))"
            f" TO '{tables / 'responses.parquet'}' (FORMAT parquet)"
        )
    return Company(tables, scratch, company.responses)


def _measured(company: Company, size: Size, runs: int) -> list[Figure]:
    bench = Bench.of(company.settings("kept"), company.scratch / "built")
    bench = replace(bench, made=replace(bench.made, cell_limit=NO_LIMIT))
    cube, seconds, _ = bench.build(company.scratch / "built")
    bench.sources.dispose()
    cells = len(cube.cells)
    off = abs(cube.estimated_cells / cells - 1)
    how = f"{size.name}: {cells:,} cells of {company.responses:,} responses"
    kept = "a grid" if isinstance(cube.cells, Grid) else "coded columns"
    most = _goal(cube) if company.responses >= BIG else None
    return [
        Figure(SUBJECT, "built and saved", "s", (seconds,), how, at=cells),
        Figure(SUBJECT, "memory", "MB", (cube.cells.nbytes / 1e6,), f"{how}, {kept}", at=cells),
        Figure(
            SUBJECT, "a page's seven aggregates", "ms", milliseconds(pages(cube, runs)), f"{how}, {kept}",
            most, SOURCE if most else "", at=cells,
        ),
        Figure(
            SUBJECT, "cells estimated before ÷ built − 1", RATIO, (off,), f"{how}, without its sign", ESTIMATE, SOURCE,
            at=cells,
        ),
    ]  # fmt: skip


def _goal(cube: Cube) -> float | None:
    """The milliseconds that a page may take; none where the issue has no goal for so many cells."""
    return limit(len(cube.cells)) if len(cube.cells) <= max(MILLISECONDS) * 1.2 else None
