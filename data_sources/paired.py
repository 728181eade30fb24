"""Paired gaps: customers who gave both an expectation and an answer, joined in the database (METHODS §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from data_sources import query
from data_sources.dialects import moment
from data_sources.tables import Dataset
from data_sources.view import View
from metrics.comparators import WEEKS_A_YEAR
from metrics.expectation import Pairs
from metrics.metric import FULL_MARKS, Metric
from metrics.periods import Period
from metrics.slices import Filters, Scope, either
from metrics.sums import Sums

LEVEL, PLACE = "gap__level", "gap__place"
"""Names that no column of a company has."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """The two datasets of a paired gap; `refused` says in a sentence why there is none, "" where there is."""

    responses: Dataset
    expectations: Dataset | None
    refused: str = ""


def pairing(view: View) -> Pairing:
    """Whether gaps can be paired: the expectations are answers, name the customer, and lie beside the responses."""
    datasets = view.room.datasets
    responses, expectations = datasets["responses"], datasets.get("expectations")
    if expectations is None or "customer" not in expectations or "value" in expectations:
        return Pairing(responses, None)
    if expectations.source != responses.source:
        why = (
            f"Expectations lie in source “{expectations.source}” and responses in “{responses.source}”: customers "
            "cannot be joined across sources, so both sides count as separate samples."
        )
        return Pairing(responses, None, why)
    return Pairing(responses, expectations)


def paired(view: View, metric: Metric, axis: str = "") -> Mapping[tuple[str, str], Pairs]:
    """(level, value of the axis) → the pairs over the year up to the view's week; the value is "" without an axis.
    Empty where nothing can be paired. Raises Unavailable, NotFilterable."""
    both = pairing(view)
    if both.expectations is None or f"score:{metric.id}" not in both.expectations:
        return {}
    year = view.span(WEEKS_A_YEAR)
    statement = pairs(both.responses, both.expectations, metric, year, view.scope, axis=axis)
    rows = view.room.sources.run(both.responses.source, statement).to_pylist()
    return {(str(row[LEVEL] or ""), str(row[PLACE] or "")): _pairs(row) for row in rows}


def pairs(
    responses: Dataset, expectations: Dataset, metric: Metric, period: Period, scope: Scope, *, axis: str = ""
) -> query.Statement:
    """One row a level (and value of the axis): `n` customers, Σd and Σd² of d = the customer's mean value in the period
    − that customer's newest expectation up to its end, and Σ of both sides.

    With an axis both must be of the same value of it. What the viewer may see is decided by the responses; the
    expectations are narrowed too, on the axes that they record."""
    perceived = _perceived(responses, metric, period, scope, axis)
    wanted = _newest(expectations, metric, period, scope, axis)
    same = perceived.c.gap__customer == wanted.c.gap__customer
    if axis:
        same = sa.and_(same, perceived.c.gap__place == wanted.c.gap__place)
    apart = perceived.c.gap__value - wanted.c.gap__value
    keys = [wanted.c.gap__level, *([wanted.c.gap__place] if axis else [])]
    place = wanted.c.gap__place if axis else sa.literal("")
    return (
        sa.select(
            wanted.c.gap__level.label(LEVEL),
            place.label(PLACE),
            sa.cast(sa.func.count(), sa.BigInteger).label("n"),
            sa.cast(sa.func.sum(apart), sa.Double).label("total"),
            sa.cast(sa.func.sum(apart * apart), sa.Double).label("squares"),
        )
        .select_from(perceived.join(wanted, same))
        .where(wanted.c.gap__newest == 1)
        .group_by(*keys)
    )


def _perceived(responses: Dataset, metric: Metric, period: Period, scope: Scope, axis: str) -> sa.Subquery:
    """Every customer's mean value (per value of the axis)."""
    customer = responses["customer"]
    keys = [customer, *([query.axis_column(responses, axis)] if axis else [])]
    names = ["gap__customer", PLACE][: len(keys)]
    columns = [key.label(name) for key, name in zip(keys, names, strict=True)]
    mean = sa.func.avg(sa.cast(_value(responses, metric), sa.Double)).label("gap__value")
    return (
        sa.select(*columns, mean)
        .select_from(responses.from_clause)
        .where(
            query.in_period(responses, period),
            query.in_scope(responses, scope),
            query.answered(responses, metric),
            customer.is_not(None),
        )
        .group_by(*keys)
        .subquery("perceived")
    )


def _newest(expectations: Dataset, metric: Metric, period: Period, scope: Scope, axis: str) -> sa.Subquery:
    """Every expectation with `gap__newest` = 1 on the customer's newest of each level (and value of the axis)."""
    customer, time = expectations["customer"], expectations["time"]
    level = sa.func.coalesce(expectations["level"], "") if "level" in expectations else sa.literal("")
    columns = [customer.label("gap__customer"), level.label(LEVEL)]
    if axis:
        columns.append(query.axis_column(expectations, axis).label(PLACE))
    value = sa.cast(_value(expectations, metric), sa.Double)
    asked = (
        sa.select(*columns, value.label("gap__value"), time.label("gap__time"))
        .select_from(expectations.from_clause)
        .where(
            time < moment(period.end),
            query.in_scope(expectations, _recorded(expectations, scope)),
            query.answered(expectations, metric),
            customer.is_not(None),
        )
        .subquery("asked")
    )
    keys = [asked.c[column.name] for column in columns]
    newest = sa.func.row_number().over(partition_by=keys, order_by=[asked.c.gap__time.desc(), asked.c.gap__value])
    return sa.select(*keys, asked.c.gap__value, newest.label("gap__newest")).subquery("wanted")


def _recorded(expectations: Dataset, scope: Scope) -> Scope:
    """The scope as far as expectations can say it. An expectation has no product or touchpoint of its own unless it
    records one; then the join with the customer's answers, which are in scope, narrows it."""

    def recorded(filters: Filters) -> Filters:
        return Filters(tuple((axis, values) for axis, values in filters.kept if query.records(expectations, axis)))

    return Scope(recorded(scope.filters), either(map(recorded, scope.rules)))


def _value(dataset: Dataset, metric: Metric) -> sa.ColumnElement[float]:
    """One answer's value v (METHODS §1), for a mean less the scale's middle."""
    rule, score = metric.rule, query.score(dataset, metric)
    if rule.high is None:
        return score - rule.centre
    cases: list[tuple[sa.ColumnElement[bool], float]] = [(score >= rule.high, FULL_MARKS)]
    if rule.low is not None:
        cases.append((score <= rule.low, -FULL_MARKS))
    return sa.case(*cases, else_=0.0)


def _pairs(row: Mapping[str, object]) -> Pairs:
    return Pairs(Sums(int(str(row["n"])), float(str(row["total"])), float(str(row["squares"]))))
