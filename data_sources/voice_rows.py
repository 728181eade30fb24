"""Statements over comments: which rows a slice means, and what a comment brings with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import sqlalchemy as sa

from data_sources.errors import NotFilterable
from data_sources.exact_time import ExactTime
from data_sources.keys import stored
from data_sources.query import answered, axis_column, commented, in_period, in_scope, records
from data_sources.query import score as on_scale
from data_sources.tables import Dataset
from data_sources.word_match import holds
from metrics.bands import Band, band
from metrics.catalog import Catalog
from metrics.metric import Metric
from metrics.search import EVERYTHING_SAID, Search
from metrics.slice_of import Slice
from metrics.slices import STAGE, TOUCHPOINT

Rows: TypeAlias = sa.Select[*tuple[object, ...]]
"""A statement of any columns."""
Column: TypeAlias = "sa.ColumnElement[object] | sa.ColumnElement[str] | sa.ColumnElement[float]"
Condition: TypeAlias = sa.ColumnElement[bool]
DIMENSION, SCORE, RAW_TIME = "dim:", "score:", "raw_time"
TOLD = ("id", "customer", "time", "comment", STAGE, TOUCHPOINT, "topic", "sentiment", "language")
"""What a comment brings with it, where the dataset has it."""


def scored(dataset: Dataset, metric: Metric) -> bool:
    """Whether the dataset holds the metric's scores: comments of their own may come without."""
    return f"{SCORE}{metric.id}" in dataset


def score(dataset: Dataset, metric: Metric) -> sa.ColumnElement[float]:
    """The score as a double, so that it compares with itself after a round trip. Raises NotFilterable."""
    if not scored(dataset, metric):
        raise NotFilterable(dataset.role, f"the score of {metric.label}")
    return sa.cast(on_scale(dataset, metric), sa.Double)


def in_slice(dataset: Dataset, slice_: Slice) -> Condition:
    """The responses that a slice means (metrics/slice_of.py). A dataset of comments without this metric's scores
    gives all comments of the period and scope; its band cannot be asked for (NotFilterable)."""
    conditions = [in_period(dataset, slice_.period), in_scope(dataset, slice_.scope)]
    if scored(dataset, slice_.metric):
        conditions.append(answered(dataset, slice_.metric))
    if slice_.band is not None:
        conditions.append(in_band(dataset, slice_.metric, band(slice_.metric, slice_.band)))
    return sa.and_(*conditions)


def in_band(dataset: Dataset, metric: Metric, kept: Band) -> Condition:
    """Scores of one band (metrics/bands.py). Raises NotFilterable."""
    given = score(dataset, metric)
    conditions: list[Condition] = [given.is_not(None)]
    if kept.low is not None:
        conditions.append(given > kept.low if kept.above else given >= kept.low)
    if kept.high is not None:
        conditions.append(given <= kept.high if kept.reaches else given < kept.high)
    return sa.and_(*conditions)


def said(dataset: Dataset, slice_: Slice, search: Search, first: Condition | None = None) -> Condition:
    """The slice's comments that the search finds; `first` as in word_match.holds."""
    words = [] if search == EVERYTHING_SAID else [holds(comment(dataset), search, first)]
    return sa.and_(in_slice(dataset, slice_), commented(dataset), *words)


def comment(dataset: Dataset) -> sa.ColumnElement[str]:
    """The comment column as text."""
    return sa.type_coerce(dataset["comment"], sa.Text())


def columns(dataset: Dataset, catalog: Catalog, metrics: Sequence[Metric]) -> list[Column]:
    """Everything a comment brings with it, labelled by role word, and its time to compare with ("raw_time",
    data_sources/exact_time.py)."""
    told: list[Column] = [dataset[word].label(word) for word in TOLD if word in dataset]
    told.append(ExactTime(stored(dataset["time"])).label(RAW_TIME))
    told += [
        axis_column(dataset, axis.id).label(f"{DIMENSION}{axis.id}")
        for axis in catalog.dimensions
        if records(dataset, axis.id)
    ]
    told += [score(dataset, m).label(f"{SCORE}{m.id}") for m in metrics if scored(dataset, m)]
    return told


def lean(dataset: Dataset, metric: Metric, condition: Condition) -> Rows:
    """Only what themes need: `id`, `comment`, and `topic` and `score` where there are any; the newest first."""
    told: list[Column] = [dataset["id"].label("id"), comment(dataset).label("comment")]
    told += [dataset["topic"].label("topic")] if "topic" in dataset else []
    told += [score(dataset, metric).label("score")] if scored(dataset, metric) else []
    newest = (dataset["time"].desc(), dataset["id"].desc())
    return sa.select(*told).select_from(dataset.from_clause).where(condition).order_by(*newest)


def count(dataset: Dataset, condition: Condition) -> sa.Executable:
    """One row: `n` rows."""
    n = sa.cast(sa.func.count(), sa.BigInteger).label("n")
    return sa.select(n).select_from(dataset.from_clause).where(condition)


def count_up_to(dataset: Dataset, conditions: Sequence[Condition], most: int) -> sa.Executable:
    """One row a condition: `place` (which), and `n` rows that meet it, counted no further than `most`."""

    def counted(place: int, condition: Condition) -> sa.Select[int, int]:
        one: Rows = sa.select(sa.literal_column("1").label("one")).select_from(dataset.from_clause)
        some = one.where(condition).limit(most).subquery(f"some_{place}")
        n = sa.cast(sa.func.count(some.c.one), sa.BigInteger)
        return sa.select(sa.literal_column(str(place), sa.Integer).label("place"), n.label("n")).select_from(some)

    first, *others = (counted(place, condition) for place, condition in enumerate(conditions))
    return first.union_all(*others) if others else first


def tally(dataset: Dataset, metric: Metric, condition: Condition) -> sa.Executable:
    """How many rows gave which score: `score`, `n`, `comments`, the lowest score first."""
    told = sa.case((commented(dataset), 1), else_=0).label("told")
    given = (
        sa.select(score(dataset, metric).label("score"), told)
        .select_from(dataset.from_clause)
        .where(condition, answered(dataset, metric))
        .subquery("given")
    )
    n = sa.cast(sa.func.count(), sa.BigInteger).label("n")
    comments = sa.cast(sa.func.sum(given.c.told), sa.BigInteger).label("comments")
    return sa.select(given.c.score, n, comments).group_by(given.c.score).order_by(given.c.score)
