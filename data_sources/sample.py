"""A bounded random sample of responses with all their scores, drawn by the database and the same whenever it is drawn.

A response is drawn where a hash of its id and the seed falls below a threshold, so that the sample is spread over the
whole period and every part of the scope, needs no sorting, and is the same as long as the rows are. Each engine hashes
its own way (scrambled.py): two engines draw different samples of the same responses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from data_sources.connections import Sources
from data_sources.query import in_period, in_scope, score
from data_sources.scrambled import BUCKETS, Drawn
from data_sources.tables import Dataset
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Scope
from metrics.sums import FloatArray

MOST = 200_000
"""Responses drawn at most (issue 4): r of 200,000 has a standard error below 0.0023."""
SIGMAS = 5
"""The number drawn is random too (binomial); it is aimed this many standard deviations below the bound."""
Rows = sa.Select[*tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Scores:
    """A sample: `values` (responses × metrics), NaN where a metric was not asked or not answered. `of`: how many
    responses it was drawn from."""

    values: FloatArray
    of: int

    @property
    def bounded(self) -> bool:
        """Whether this is a part only."""
        return len(self.values) < self.of


def scores(
    sources: Sources,
    dataset: Dataset,
    metrics: Sequence[Metric],
    period: Period,
    scope: Scope,
    *,
    seed: int = 0,
    of: int | None = None,
    most: int = MOST,
) -> Scores:
    """At most `most` responses of a period and scope with their scores: all, or those that the seed draws. `of`: how
    many there are, where that is known; else they are counted first. In the wide form the cube knows; in the long form
    its count is one of answers and no `of`. One that is too low costs a count and a second query, one that is too high
    makes the sample smaller. Raises Unavailable, NotFilterable."""

    def counted() -> int:
        return int(sources.run(dataset.source, count(dataset, period, scope))["n"][0].as_py())

    def drawn(of: int) -> pa.Table:
        return sources.run_large(dataset.source, statement(dataset, metrics, period, scope, of, seed=seed, most=most))

    told = counted() if of is None else of
    table = drawn(told)
    if table.num_rows > most:
        there = counted()
        table, told = (drawn(there) if there > told else table), there
    if told <= most:
        told = table.num_rows
    return Scores(_matrix(table.slice(0, most)), max(told, table.num_rows))


def count(dataset: Dataset, period: Period, scope: Scope) -> sa.Executable:
    """One row: `n` responses, whichever of the metrics they answered."""
    responses = sa.func.count(sa.distinct(dataset["id"])) if _is_long(dataset) else sa.func.count()
    n = sa.cast(responses, sa.BigInteger).label("n")
    return sa.select(n).select_from(dataset.from_clause).where(in_period(dataset, period), in_scope(dataset, scope))


def statement(
    dataset: Dataset, metrics: Sequence[Metric], period: Period, scope: Scope, of: int, *, seed: int, most: int = MOST
) -> Rows:
    """One row a response drawn from `of` of them, a column a metric; one row more than `most` where `of` is too low. In
    the long form, where a row is an answer, a response is drawn with all its answers."""
    asked = [score(dataset, metric) for metric in metrics]
    if _is_long(dataset):
        asked = [sa.func.max(column) for column in asked]
    rows: Rows = sa.select(*(column.label(metric.id) for metric, column in zip(metrics, asked, strict=True)))
    rows = rows.select_from(dataset.from_clause).where(in_period(dataset, period), in_scope(dataset, scope))
    if of > most:
        share = max(0.0, most - SIGMAS * sqrt(most)) / of
        below = sa.literal_column(str(round(share * BUCKETS)), sa.BigInteger)
        rows = rows.where(Drawn(dataset["id"], sa.literal_column(str(int(seed)), sa.BigInteger), below))
    return (rows.group_by(dataset["id"]) if _is_long(dataset) else rows).limit(most + 1)


def _is_long(dataset: Dataset) -> bool:
    return "metric_column" in dataset


def _matrix(table: pa.Table) -> FloatArray:
    """The columns of a table as a matrix, NaN for NULL."""
    columns = [pc.cast(column, pa.float64()).to_numpy() for column in table.columns]
    return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))
