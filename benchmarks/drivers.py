"""How ratings go together, at two million responses × twelve items: a random sample drawn and correlated, on DuckDB and
PostgreSQL, and what r it misses of all rows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import sqlalchemy as sa

from benchmarks.company import Company
from benchmarks.figures import Figure, clock
from data_sources import adbc, sample
from data_sources.connections import Sources
from data_sources.settings import load_settings
from data_sources.settings.root import Settings
from data_sources.tables import datasets
from metrics.correlation import correlations
from metrics.periods import Period
from metrics.slices import EVERYTHING
from metrics.sums import FloatArray
from tests.postgres import Postgres, why_not

RESPONSES, ITEMS = 2_000_000, 12
"""Issue 4."""
SHARE = 5
"""A smaller company's table is its size divided by this, as two million are of the ten million."""
SUBJECT = "Driver statistics"
GOALS = {"DuckDB": 0.3, "PostgreSQL": 2.0}
"""Seconds (issue 4)."""
YEAR = Period(date(2025, 1, 6), date(2026, 1, 5))
STRENGTHS = tuple(0.3 + 0.1 * i for i in range(ITEMS))
"""How much each item shares of the one factor behind all: correlations from 0.1 to 0.7."""
MISSING = tuple(0.05 + 0.03 * i for i in range(ITEMS))
"""5-38 % of an item are not answered (ENGINE §8)."""
SEED = 4
CONFIG = """
company = "Drivers"
currency = "€"
[sources.db]
{source}
[responses]
source = "db"
table = "ratings"
id = "id"
customer = "id"
time = "at"
"""
METRIC = '[metrics.item_{i}]\nkind = "mean"\ncolumn = "item_{i}"\nscale = [1, 7]\n'


def measure(company: Company, runs: int) -> list[Figure]:
    """Both engines over the same rows; PostgreSQL only where a server can be started."""
    rows = min(RESPONSES, company.responses // SHARE)
    with tempfile.TemporaryDirectory(prefix="cx-drivers-") as name:
        folder = Path(name)
        table = folder / "tables" / "ratings.parquet"
        table.parent.mkdir()
        make(table, rows)
        truth = correlations(_everything(table)).r
        figures = _figures("DuckDB", configured(folder, f'folder = "{table.parent}"'), truth, rows, runs)
        if why_not() is None:
            server = Postgres()
            server.start()
            try:
                load(table, server.url)
                figures += _figures("PostgreSQL", configured(folder, f'url = "{server.url}"'), truth, rows, runs)
            finally:
                server.remove()
    return figures


def make(table: Path, rows: int) -> None:
    """Ratings 1-7 that share a factor, in order of time over a year, as Parquet; the same whenever they are made."""

    def normal(of: int) -> str:
        """Box and Muller's, of two hashes of the row."""
        first, second = (f"(hash(i, {2 * of + k}) % 1000003 + 0.5) / 1000003" for k in (0, 1))
        return f"sqrt(-2 * ln({first})) * cos(2 * pi() * {second})"

    items = ", ".join(
        f"CASE WHEN hash(i, {100 + j}) % 1000000 >= {round(missing * 1e6)} THEN"
        f" greatest(1, least(7, round(4.5 + {strength} * factor + {normal(j + 1)})))::TINYINT END AS item_{j}"
        for j, (strength, missing) in enumerate(zip(STRENGTHS, MISSING, strict=True))
    )
    seconds = (YEAR.end - YEAR.start).days * 86_400
    at = f"TIMESTAMP '{YEAR.start}' + to_seconds(i * {seconds} // {rows})"
    with duckdb.connect() as own:
        own.execute(
            f"COPY (SELECT 'R' || i AS id, {at} AS at, {items}"
            f" FROM (SELECT range AS i, {normal(0).replace('i,', 'range,')} AS factor FROM range({rows})))"
            f" TO '{table}' (FORMAT parquet, COMPRESSION zstd)"
        )


def load(table: Path, url: str) -> None:
    """The same rows into table `ratings`, with an index on the time."""
    place = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    columns = ", ".join(f"item_{j} smallint" for j in range(ITEMS))
    rows = table.with_suffix(".csv")
    with duckdb.connect() as own:
        own.execute(f"COPY (SELECT * FROM read_parquet('{table}')) TO '{rows}' (HEADER false)")
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(f"CREATE UNLOGGED TABLE ratings (id text, at timestamp, {columns})")
        with rows.open("rb") as source, connection.cursor().copy("COPY ratings FROM STDIN (FORMAT csv)") as copy:
            while block := source.read(1 << 24):
                copy.write(block)
        connection.execute("CREATE INDEX ON ratings (at)")
        connection.execute("VACUUM ANALYZE ratings")
    rows.unlink()


def configured(folder: Path, source: str) -> Settings:
    """A company whose twelve metrics are the items."""
    path = folder / "cx.toml"
    path.write_text(CONFIG.format(source=source) + "".join(METRIC.format(i=i) for i in range(ITEMS)))
    return load_settings(path)


def _everything(table: Path) -> FloatArray:
    with duckdb.connect() as own:
        items: pa.Table = own.sql(f"SELECT * EXCLUDE (id, \"at\") FROM read_parquet('{table}')").to_arrow_table()
    return np.column_stack([column.cast(pa.float64()).to_numpy() for column in items.columns])


def _figures(engine: str, settings: Settings, truth: FloatArray, rows: int, runs: int) -> list[Figure]:
    sources, responses, metrics = Sources(settings), datasets(settings)["responses"], settings.catalog().metrics

    def drawn(of: int | None = None) -> FloatArray:
        return sample.scores(sources, responses, metrics, YEAR, EVERYTHING, seed=SEED, of=of).values

    values = drawn()
    error = float(np.nanmax(np.abs(correlations(values).r - truth)))
    steps: tuple[tuple[str, Callable[[], object], float | None], ...] = (
        (f"sample and r on {engine}", lambda: correlations(drawn(rows)), GOALS[engine]),
        (f"the same, counting first, on {engine}", lambda: correlations(drawn()), None),
    )
    how = f"{len(values):,} of {rows:,} responses × {ITEMS} ratings, 5-38 % missing, a random sample"
    figures = [
        Figure(SUBJECT, what, "s", clock(work, runs), how, goal, "issue 4" if goal else "")
        for what, work, goal in steps
    ]
    if engine == "DuckDB":
        figures.append(Figure(SUBJECT, "r alone", "s", clock(lambda: correlations(values), runs), "pairwise, in numpy"))
    if engine == "PostgreSQL" and adbc.installed():
        asked = sample.statement(responses, metrics, YEAR, EVERYTHING, rows, seed=SEED)
        ways = (lambda: sources.run_large("db", asked)), (lambda: sources.run("db", asked))
        turns = [[clock(way, 1)[0] for way in ways] for _ in range(runs)]
        ratio = tuple(one / other for one, other in turns)
        figures.append(Figure(SUBJECT, "sample by ADBC ÷ by rows", "×", ratio, f"the query and {how}"))
    figures.append(Figure(SUBJECT, f"largest error in r on {engine}", "", (error,), f"{how}, against all rows"))
    sources.dispose()
    return figures


if __name__ == "__main__":
    from benchmarks import large, report

    with tempfile.TemporaryDirectory() as scratch:
        found = measure(Company(Path(scratch), Path(scratch), large.BIG), 5)
    sys.stdout.write(report.table(found, []) + "\n")
