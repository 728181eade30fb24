"""The cube's sums as somebody would write them by hand: one SQL statement for DuckDB, no library in between."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from data_sources.query import COMMENTS, ROWS
from metrics.metric import Metric


def statement(metrics: tuple[Metric, ...], axes: tuple[str, ...], columns: dict[str, str], file: Path) -> str:
    """Count, sums and keys of every cell of (week × month × axes), the same numbers as query.cells asks for.
    `columns` maps a metric's id to its column. Weeks begin on Monday, as date_trunc('week') has them."""
    keys = ["date_trunc('week', submitted_at)", "date_trunc('month', submitted_at)", *axes]
    sums = [
        f"count(*) AS {ROWS}",
        f"count(*) FILTER (free_text <> '') AS {COMMENTS}",
        *(part for metric in metrics for part in _sums(metric, columns[metric.id])),
    ]
    return f"SELECT {', '.join([*keys, *sums])} FROM read_parquet('{file}') GROUP BY ALL"


def _sums(metric: Metric, column: str) -> list[str]:
    rule, (low, high) = metric.rule, metric.scale
    given = f"{column} BETWEEN {low} AND {high}"
    if rule.high is None:
        centred = f"({column} - {rule.centre})"
        return [
            f"count(*) FILTER ({given}) AS {metric.id}__n",
            f"sum({centred}) FILTER ({given}) AS {metric.id}__total",
            f"sum({centred} * {centred}) FILTER ({given}) AS {metric.id}__squares",
        ]
    parts = [
        f"count(*) FILTER ({given}) AS {metric.id}__n",
        f"count(*) FILTER ({given} AND {column} >= {rule.high}) AS {metric.id}__up",
    ]
    if rule.low is not None:
        parts.append(f"count(*) FILTER ({given} AND {column} <= {rule.low}) AS {metric.id}__down")
    return parts


def run(text: str) -> pa.Table:
    """Execute on a fresh in-memory DuckDB, the whole result as Arrow."""
    with duckdb.connect() as connection:
        return connection.execute(text).to_arrow_table()
