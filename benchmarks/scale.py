"""What ten billion responses a year would cost, on paper: `python -m benchmarks.scale` writes docs/scale.md from the
constants that the benchmark measured (benchmarks/results.json, results-spark.json) and prices that vendors publish.

Nothing of this was run at that size. Every line says which of its factors is measured, published or assumed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.large import BIG
from data_sources.demo import last_complete_week
from data_sources.demo.company import MOMENTS, PRODUCTS, REGIONS, SEGMENTS
from data_sources.engines import ARROW_CELLS
from metrics.periods import atoms, weeks_between

ROOT = Path(__file__).parents[1]
RESULTS, SPARK = ROOT / "benchmarks" / "results.json", ROOT / "benchmarks" / "results-spark.json"
PAGE = ROOT / "docs" / "scale.md"
YEARS = 3
"""Years held in the cube, as in the demo company."""
RESPONSES = 10_000_000_000
"""A year."""
WEEKS = 365.25 / 7
HOURS, DAYS = 12, 250
"""When somebody looks: the refresh can rest at night and at weekends."""
BIGQUERY_TIB = 6.25
"""US dollars per TiB that a query reads, on demand, the first TiB of a month free (cloud.google.com/bigquery/pricing,
read in 2026)."""
SNOWFLAKE_CREDIT = 3.00
"""US dollars: a credit of the Enterprise edition in the USA (snowflake.com/pricing, read in 2026); an X-Small warehouse
takes one credit an hour, each size twice the one before, at least a minute a start
(docs.snowflake.com/user-guide/warehouses-overview)."""
CORE_HOUR = 0.05
"""US dollars: a core of a general cloud machine for an hour, about what large providers list on demand (0.19 for four
cores)."""
CORES = 64
"""Cores of the Spark cluster that is worked out."""
SNOWFLAKE_CORES = 8
"""Assumed: an X-Small counts as eight cores. Snowflake does not publish it."""
NUMBER_BYTES, TEXT_BYTES = 8, 2
"""Bytes that BigQuery counts for a timestamp or a number, and for a text beside its letters
(cloud.google.com/bigquery/docs/reference/standard-sql/data-types)."""
KEY_LETTERS = 12
"""Letters of an axis value, about."""
COMMENTS, COMMENT_LETTERS = 0.16, 110
"""Share of responses with a comment, and its letters, as in the demo company."""
CELLS, MEMORY = "cells", "memory"
SUMS, NOTHING, GAIN = "cube, engine, 2 workers", "a query of nothing, 2 workers", "engine, 1 worker ÷ 2 workers"
"""What the figures are called in the files of results."""


TEMPLATE = """# Ten billion responses a year, on paper

Written by `python -m benchmarks.scale` from what `make bench` and `make bench-spark` measured at ten million responses
on two cores, and from published prices. Nothing here was run at that size.

## Cells and bytes: they stop growing

- The demo company’s five axes have {places:,} combinations, and {years} years have {pieces} pieces (weeks, cut at month
  ends). So there can be at most {ceiling:,} cells, however many responses there are; {cells:,.0f} are there at ten
  million responses ({filled:.0%}).
- Measured: {cell_bytes:.0f} bytes a cell. The ceiling is {ceiling_gb:.2f} GB.{over_limit}
- So a click costs what it costs at ten million responses: it reads cells, not responses. What grows with the responses
  is the build, the refresh and the reading of comments.

## Seconds

Measured on Spark with two workers of one core each, on one machine that its other processes share: {core_rows:.2f}
million responses a second and core ({gain:.2f} × from one worker to two; one file of ten million rows is little work to
share); a query of nothing takes {idle:.2f} s. On {cores} cores, if each did as much:

| what | responses | seconds |
|---|---|---|
| the whole cube, once | {all_rows:,} | {all_seconds:,.0f} |
| the open week | {week_rows:,.0f} | {week_seconds:,.0f} |
| the open week and the last 4 | {five_rows:,.0f} | {five_seconds:,.0f} |

It will not hold unchanged: shuffles grow with the workers, and what one machine says of many is little. Twice the time
is a careful plan; measure on your own cluster before you promise anything.

## Money

The plan: one refresh an hour, {hours} hours on {days} days, so {refreshes:,} a year; each reads the open week
(`cube.refresh_minutes = 60`, `cube.reread_weeks = 0`), and the last year is read again once a week for late
corrections.

| engine | a refresh | a year of refreshes | a year read again, 52 times |
|---|---|---|---|
| BigQuery, on demand | ${bigquery_refresh:.2f} | ${bigquery_year:,.0f} | ${bigquery_again:,.0f} |
| Spark, paid by core second | ${spark_refresh:.2f} | ${spark_year:,.0f} | ${spark_again:,.0f} |
| Snowflake, X-Small | ${snowflake_refresh:.2f} | ${snowflake_year:,.0f} | ${snowflake_again:,.0f} |

- BigQuery counts {row_bytes:.0f} bytes a response (time, five texts of about {letters} letters, five scores, and
  comments of {comment_letters} letters with {commented:.0%}) and takes ${tib} a TiB; the open week is
  {week_tib:.3f} TiB, a year {year_tib:.2f} TiB. The table must be partitioned by day: without that every refresh reads
  all of it.
- Spark takes {core_seconds:,.0f} core seconds a refresh, ${core_hour:.2f} a core hour. {cores} cores that run all
  those hours whether asked or not cost ${idle_cluster:,.0f}.
- Snowflake: an X-Small warehouse is taken to sum as fast as {snowflake_cores} Spark cores. That is assumed, not
  measured. ${credit:.2f} a credit.

The defaults (a quarter of an hour round the clock, the last four weeks read again each time) are right for ten million
responses. Here they would read {careless:.0f} × as much as the plan’s refreshes.

## What this does not say

- Drills read rows: comments by time and key. At this size the table must be sorted or partitioned by time; the page of
  one week’s comments then reads one week. Text search over years needs the engine’s own index.
- Axes with thousands of values (stores) multiply the cells; they stay outside the cube and are pushed down.
- Distinct customers and journeys are no sums: they are pushed down, and cost what the engine takes.
- Prices change, and contracts differ. The bytes, cells and core seconds are what to multiply.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the benchmark found: cells of the cube and its bytes a cell; on Spark with two workers the responses that a
    core sums a second, the seconds that a query of nothing takes, and how much the second worker brought."""

    cells: float
    cell_bytes: float
    core_rows: float
    idle: float
    gain: float


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(_measured()))


def page(measured: Measured) -> str:
    """The page, from what was measured."""
    return TEMPLATE.format(**_cells(measured), **_seconds(measured), **_money(measured))


def _measured() -> Measured:
    """KeyError names the figure that is missing."""
    cube = {f["what"]: float(f["value"]) for f in json.loads(RESULTS.read_text())["figures"] if f["subject"] == "Cube"}
    spark = {f["what"]: float(f["value"]) for f in json.loads(SPARK.read_text())["figures"]}
    return Measured(
        cube[CELLS],
        cube[MEMORY] * 1e6 / cube[CELLS],
        BIG / spark[SUMS] / 2,
        spark[NOTHING],
        spark[GAIN],
    )


def _cells(measured: Measured) -> dict[str, object]:
    places, pieces = _places(), _pieces()
    ceiling = places * pieces
    over = (
        f"\n  That is over the default limit of {ARROW_CELLS:,} cells: the widest axis is left out and asked of the"
        "\n  engine, or the limit is raised where memory allows."
    )
    return {
        "places": places,
        "years": YEARS,
        "pieces": pieces,
        "ceiling": ceiling,
        "cells": measured.cells,
        "filled": measured.cells / ceiling,
        "cell_bytes": measured.cell_bytes,
        "ceiling_gb": ceiling * measured.cell_bytes / 1e9,
        "over_limit": over if ceiling > ARROW_CELLS else "",
    }


def _places() -> int:
    """Combinations of values that the demo company's axes can have: a touchpoint lies in some stages only."""
    return len(REGIONS) * len(SEGMENTS) * len(PRODUCTS) * len(MOMENTS)


def _pieces() -> int:
    """Period atoms of the years held."""
    last = last_complete_week(date.today())
    return len(atoms(weeks_between(last - timedelta(days=round(365.25 * YEARS)), last, 0)))


def _seconds(measured: Measured) -> dict[str, object]:
    week = RESPONSES / WEEKS

    def takes(rows: float) -> float:
        return rows / measured.core_rows / CORES + measured.idle

    return {
        "core_rows": measured.core_rows / 1e6,
        "gain": measured.gain,
        "idle": measured.idle,
        "cores": CORES,
        "all_rows": RESPONSES * YEARS,
        "all_seconds": takes(RESPONSES * YEARS),
        "week_rows": week,
        "week_seconds": takes(week),
        "five_rows": 5 * week,
        "five_seconds": takes(5 * week),
    }


def _money(measured: Measured) -> dict[str, object]:
    row, week, refreshes = _row_bytes(), RESPONSES / WEEKS, HOURS * DAYS
    tib = BIGQUERY_TIB / 2**40 * row
    core = CORE_HOUR / 3600 / measured.core_rows
    credit = SNOWFLAKE_CREDIT / 3600
    minute = max(week / measured.core_rows / SNOWFLAKE_CORES, 60)
    year = RESPONSES / measured.core_rows / SNOWFLAKE_CORES
    return {
        "hours": HOURS,
        "days": DAYS,
        "refreshes": refreshes,
        "bigquery_refresh": week * tib,
        "bigquery_year": refreshes * week * tib,
        "bigquery_again": 52 * RESPONSES * tib,
        "spark_refresh": week * core,
        "spark_year": refreshes * week * core,
        "spark_again": 52 * RESPONSES * core,
        "snowflake_refresh": minute * credit,
        "snowflake_year": refreshes * minute * credit,
        "snowflake_again": 52 * year * credit,
        "row_bytes": row,
        "letters": KEY_LETTERS,
        "comment_letters": COMMENT_LETTERS,
        "commented": COMMENTS,
        "tib": BIGQUERY_TIB,
        "week_tib": week * row / 2**40,
        "year_tib": RESPONSES * row / 2**40,
        "core_seconds": week / measured.core_rows,
        "core_hour": CORE_HOUR,
        "idle_cluster": CORES * CORE_HOUR * refreshes,
        "snowflake_cores": SNOWFLAKE_CORES,
        "credit": SNOWFLAKE_CREDIT,
        "careless": 4 * 24 * 365.25 * 5 / refreshes,
    }


def _row_bytes() -> float:
    """What BigQuery counts for one response of the columns that the sums read."""
    axes = 5 * (TEXT_BYTES + KEY_LETTERS)
    comment = COMMENTS * (TEXT_BYTES + COMMENT_LETTERS)
    return NUMBER_BYTES + axes + 5 * NUMBER_BYTES + comment


if __name__ == "__main__":
    main()
