"""Promised day against actual day: the sums of a metric by calendar day of delay, worked out in the database."""

from __future__ import annotations

import sqlalchemy as sa

from data_sources import query
from data_sources.dialects import DaysBetween
from data_sources.errors import NotConfigured
from data_sources.tables import Dataset
from data_sources.view import View
from metrics import delays as statistics
from metrics.comparators import WEEKS_A_YEAR
from metrics.delays import CAP, Delays
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Scope

DAY = "delay__days"
"""No column of a company is called so: PostgreSQL would group by that one instead."""


def delays(view: View, metric: Metric) -> Delays:
    """What lateness costs a metric, over the year up to the view's week, in its scope; worked out once for everybody.
    Raises NotConfigured without promised and actual days, NotFilterable, Unavailable."""
    responses = view.room.datasets["responses"]
    for word in ("promised", "actual"):
        if word not in responses:
            raise NotConfigured(f"responses.{word}", "What each day of delay costs")
    return view.once(("delays", metric.id), lambda: _delays(view, metric, responses))


def _delays(view: View, metric: Metric, responses: Dataset) -> Delays:
    statement = by_day(responses, metric, view.span(WEEKS_A_YEAR), view.scope)
    table = view.room.sources.run(responses.source, statement)
    sums = {int(row[DAY]): query.sums_of(metric, row) for row in table.to_pylist()}
    return statistics.delays(metric, sums, view.fewest)


def by_day(responses: Dataset, metric: Metric, period: Period, scope: Scope) -> query.Statement:
    """One row a day of delay with an answer: column `delay__days` from −CAP to CAP, the ends taking in what lies
    beyond, and the measures of the metric. Late is by calendar day: what came on the promised day came in time."""
    days = DaysBetween(responses["promised"], responses["actual"])
    clipped = sa.case((days < -CAP, -CAP), (days > CAP, CAP), else_=days)
    return (
        sa.select(clipped.label(DAY), *query.measures(responses, metric))
        .select_from(responses.from_clause)
        .where(
            query.in_period(responses, period),
            query.in_scope(responses, scope),
            query.answered(responses, metric),
            days.is_not(None),
        )
        .group_by(sa.column(DAY))
    )
