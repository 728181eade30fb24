"""The weight of every touchpoint on a KPI, worked out by the database: six sums a touchpoint leave it, no customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from data_sources import query
from data_sources.tables import Dataset
from data_sources.view import View
from metrics.catalog import Catalog
from metrics.criticality import Moments, weights
from metrics.estimate import Estimate
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Scope

WEIGHT_WEEKS = 52
"""A year of answers: a customer is seldom asked about two touchpoints within a month."""
PLACE = "place"
Value = sa.ColumnElement[float]


def criticality(view: View, metric: Metric, axis: str = "") -> Mapping[str, Estimate]:
    """The weight of every touchpoint (or of every place on `axis`) on a metric, over the last year up to the week:
    correlation with interval, n customers. No value below thresholds.low_n customers with answers there and
    elsewhere; a place that no such customer knows is left out, and everything where only one place is recorded.

    A filter on the axis itself does not count here: the others are what a touchpoint is held against. Raises
    NotFilterable, Unavailable."""
    place = axis or journey_axis(view.catalog)
    if not place:
        return {}
    return view.once(("criticality", metric.id, place), lambda: _weights(view, metric, place))


def journey_axis(catalog: Catalog) -> str:
    """What a journey is divided by here: touchpoints where there are two or more, else stages, else ""."""
    for axis in (catalog.touchpoints, catalog.stages):
        if len(axis.values) > 1:
            return axis.id
    return next((axis.id for axis in (catalog.touchpoints, catalog.stages) if axis.values), "")


def _weights(view: View, metric: Metric, axis: str) -> dict[str, Estimate]:
    responses = view.room.datasets["responses"]
    scope = view.scope.filtered(view.scope.filters.without(axis))
    statement = both_sides(responses, metric, axis, view.span(WEIGHT_WEEKS), scope)
    rows = view.room.sources.run(responses.source, statement).to_pylist()
    moments = {
        str(row[PLACE]): Moments(int(row["n"]), *(float(row[name]) for name in ("x", "y", "xx", "yy", "xy")))
        for row in rows
    }
    return weights(moments, view.catalog.thresholds.low_n)


def both_sides(dataset: Dataset, metric: Metric, axis: str, period: Period, scope: Scope) -> query.Statement:
    """One row a place of the axis: `place`, `n` customers with answers there and elsewhere, and Σx, Σy, Σx², Σy²,
    Σxy of their means there (x) and elsewhere (y).

    One pass: sums per customer × place, each customer's total beside them by a window, then the six sums. Answers
    without a place count as elsewhere, answers without a customer not at all."""
    place, customer = query.axis_column(dataset, axis), dataset["customer"]
    there = (
        sa.select(
            customer.label("customer"),
            place.label(PLACE),
            sa.cast(sa.func.count(), sa.Double).label("n"),
            sa.cast(sa.func.sum(unit_value(dataset, metric)), sa.Double).label("total"),
        )
        .select_from(dataset.from_clause)
        .where(
            query.in_period(dataset, period),
            query.in_scope(dataset, scope),
            query.answered(dataset, metric),
            customer.is_not(None),
        )
        .group_by(customer, place)
        .cte("there")
    )
    whole = sa.select(there.c.place, there.c.n, there.c.total, *_of_customer(there)).cte("whole")
    x, y = whole.c.total / whole.c.n, (whole.c.all_total - whole.c.total) / (whole.c.all_n - whole.c.n)
    means = (
        sa.select(whole.c.place, x.label("x"), y.label("y"))
        .where(whole.c.all_n > whole.c.n, whole.c.place.is_not(None))
        .cte("means")
    )
    sums: Sequence[tuple[str, Value]] = (
        ("x", means.c.x),
        ("y", means.c.y),
        ("xx", means.c.x * means.c.x),
        ("yy", means.c.y * means.c.y),
        ("xy", means.c.x * means.c.y),
    )
    return sa.select(
        means.c.place.label(PLACE),
        sa.cast(sa.func.count(), sa.BigInteger).label("n"),
        *(sa.cast(sa.func.sum(value), sa.Double).label(name) for name, value in sums),
    ).group_by(means.c.place)


def unit_value(dataset: Dataset, metric: Metric) -> Value:
    """A response's value v centred and scaled to about ±1, so that sums of squares keep their digits (a correlation
    does not depend on either): nets −1, 0, 1; shares ±1; means (score − middle) / half the scale."""
    rule, raw = metric.rule, query.score(dataset, metric)
    if rule.high is None:
        low, high = metric.scale
        half = (high - low) / 2 or 1.0
        return (raw - sa.literal(rule.centre, sa.Double())) / sa.literal(half, sa.Double())
    low_end = sa.case((raw <= rule.low, -1.0), else_=0.0) if rule.low is not None else sa.literal(-1.0, sa.Double())
    return sa.case((raw >= rule.high, 1.0), else_=low_end)


def _of_customer(there: sa.CTE) -> tuple[sa.Label[float], ...]:
    """The customer's own totals beside every place."""
    return tuple(
        sa.func.sum(there.c[name]).over(partition_by=there.c.customer).label(f"all_{name}") for name in ("n", "total")
    )
