"""The cube's sums as somebody would write them by hand: SQL for DuckDB and for PostgreSQL, no library in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import sqlalchemy as sa

from data_sources.folders import CONFIG
from data_sources.query import COMMENTS, ROWS
from metrics.metric import Metric
from metrics.periods import Period

WORK_MEM = "1GB"
"""What somebody gives PostgreSQL for one large GROUP BY, so that it does not spill."""


def statement(metrics: tuple[Metric, ...], axes: tuple[str, ...], columns: dict[str, str], file: Path) -> str:
    """For DuckDB: count, sums and keys of every cell of (week × month × axes), the numbers that query.cells asks for.
    `columns` maps a metric's id to its column. Weeks begin on Monday, as date_trunc('week') has them. The fastest of
    the forms tried at ten million responses: count(CASE) 3.8 s of processor, sum(CASE) 3.9, count(*) FILTER 4.6; weeks
    by integer arithmetic 3.7 to 3.8; two levels, days and then weeks, 7.4."""
    keys = ["date_trunc('week', submitted_at)", "date_trunc('month', submitted_at)", *axes]
    return f"SELECT {', '.join([*keys, *_sums(metrics, columns, _counted)])} FROM read_parquet('{file}') GROUP BY ALL"


def in_one(metrics: tuple[Metric, ...], axes: tuple[str, ...], columns: dict[str, str]) -> str:
    """The same for PostgreSQL as one statement on table `responses`."""
    keys = ["date_trunc('week', submitted_at)", "date_trunc('month', submitted_at)", *axes]
    places = ", ".join(str(i + 1) for i in range(len(keys)))
    return f"SELECT {', '.join([*keys, *_sums(metrics, columns, _filtered)])} FROM responses GROUP BY {places}"


def by_atom(
    metrics: tuple[Metric, ...], axes: tuple[str, ...], columns: dict[str, str], atoms: Sequence[Period]
) -> list[str]:
    """The same for PostgreSQL with literal boundaries, a statement for each week or piece of a week, so that the index
    on the time finds the rows and the sums of one fit in a processor's cache."""
    asked = ", ".join([*axes, *_sums(metrics, columns, _filtered)])
    return [
        f"SELECT {asked} FROM responses WHERE submitted_at >= '{atom.start}' AND submitted_at < '{atom.end}'"
        f" GROUP BY {', '.join(axes)}"
        for atom in atoms
    ]


@contextmanager
def duckdb_open(file: Path | None = None) -> Iterator[Callable[..., pa.Table]]:
    """Executes a statement on an in-memory DuckDB that is open already, as the room's is, and configured alike; `file`
    is then there as the view `responses`. The whole result as Arrow."""
    with duckdb.connect(config=CONFIG) as connection:
        if file is not None:
            connection.execute(f"CREATE VIEW responses AS SELECT * FROM read_parquet('{file}')")
        yield lambda text, values=None: connection.execute(text, values).to_arrow_table()


@contextmanager
def postgres(url: str) -> Iterator[Callable[[str, Mapping[str, object]], list[tuple[object, ...]]]]:
    """A connection of the driver's own, with enough memory for a large GROUP BY: executes a statement with its
    parameters, all rows as the driver gives them."""
    place = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place) as connection:
        connection.execute(f"SET work_mem = '{WORK_MEM}'")
        yield lambda text, values: connection.execute(text.encode(), values or None).fetchall()


def _counted(condition: str) -> str:
    return f"count(CASE WHEN {condition} THEN 1 END)"


def _filtered(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _sums(metrics: tuple[Metric, ...], columns: dict[str, str], count: Callable[[str], str]) -> list[str]:
    said = count("free_text <> ''")
    parts = [f"count(*) AS {ROWS}", f"{said} AS {COMMENTS}"]
    for metric in metrics:
        parts += _of(metric, columns[metric.id], count)
    return parts


def _of(metric: Metric, column: str, count: Callable[[str], str]) -> list[str]:
    rule, (low, high) = metric.rule, metric.scale

    def between(least: float, most: float) -> str:
        return f"{column} BETWEEN {least:g} AND {most:g}"

    given = between(low, high)
    parts = [f"{count(given)} AS {metric.id}__n"]
    if rule.high is None:
        centred = f"({column} - {rule.centre:g})"
        parts.append(f"sum(CASE WHEN {given} THEN {centred} END) AS {metric.id}__total")
        parts.append(f"sum(CASE WHEN {given} THEN {centred} * {centred} END) AS {metric.id}__squares")
        return parts
    parts.append(f"{count(between(max(low, rule.high), high))} AS {metric.id}__up")
    if rule.low is not None:
        parts.append(f"{count(between(low, min(rule.low, high)))} AS {metric.id}__down")
    return parts
