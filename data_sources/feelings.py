"""What customers felt at their moments, summed up in the database: one row for everybody in the scope."""

from __future__ import annotations

import sqlalchemy as sa

from data_sources import query
from data_sources.errors import NotConfigured
from data_sources.tables import Dataset
from data_sources.view import View
from metrics.journeys import JOURNEY_WEEKS
from metrics.metric import Better, Metric
from metrics.peak_end import HIGHEST, LOWEST, NEUTRAL
from metrics.periods import Period
from metrics.remembered import MOMENTS, MomentSums, Remembered, remembered
from metrics.slices import Scope
from metrics.sums import Sums

Number = sa.ColumnElement[float]


def remembered_of(view: View, metric: Metric) -> Remembered:
    """What the customers of the view's scope remember of the last twelve weeks, by this metric's scores. Raises
    NotConfigured where no customer is recorded, Unavailable, NotFilterable."""
    return view.once(("remembered", metric.id), lambda: _remembered(view, metric))


def _remembered(view: View, metric: Metric) -> Remembered:
    responses = view.room.datasets["responses"]
    if "customer" not in responses:
        raise NotConfigured("responses.customer", "What is remembered")
    statement = moment_sums(responses, metric, view.span(JOURNEY_WEEKS), view.scope)
    row = view.room.sources.run(responses.source, statement).to_pylist()[0]

    def sums(name: str) -> Sums:
        return Sums(int(row["n"]), float(row[name]), float(row[f"{name}_squares"]))

    return remembered(MomentSums(sums("peak_end"), sums("mean"), sums("apart")), view.fewest)


def moment_sums(responses: Dataset, metric: Metric, period: Period, scope: Scope) -> query.Statement:
    """One row over the customers with at least two scores in the period: `n`, and Σ and Σ² (`…_squares`) of `peak_end`
    − 4, of `mean` − 4 and of `apart`, peak–end minus mean.

    Feelings are scores moved to 1–7 as in metrics/story.py. The peak is the one furthest from 4, then the negative,
    then the latest (metrics/peak_end.py); how far is compared on the metric's own scale, where it is exact, so that 3
    and 7 of 10 are equally far. Of two at the same instant the later is the one with the greater id.
    """
    felt = _felt(responses, metric, period, scope)
    newest = (felt.c.time.desc(), felt.c.id.desc())
    strongest = (sa.func.abs(felt.c.off).desc(), felt.c.off, *newest)
    ranked = sa.select(
        felt.c.customer,
        (felt.c.share * (HIGHEST - LOWEST) + LOWEST - NEUTRAL).label("feeling"),
        sa.func.row_number().over(partition_by=felt.c.customer, order_by=strongest).label("by_strength"),
        sa.func.row_number().over(partition_by=felt.c.customer, order_by=newest).label("by_time"),
    ).subquery("ranked")
    peak, end = (
        sa.func.sum(sa.case((rank == 1, ranked.c.feeling), else_=0.0))
        for rank in (ranked.c.by_strength, ranked.c.by_time)
    )
    each = (
        sa.select(
            sa.cast((peak + end) / 2, sa.Double).label("peak_end"),
            sa.cast(sa.func.sum(ranked.c.feeling) / sa.func.count(), sa.Double).label("mean"),
        )
        .group_by(ranked.c.customer)
        .having(sa.func.count() >= MOMENTS)
        .subquery("each_customer")
    )
    apart: Number = each.c.peak_end - each.c.mean
    parts = {"peak_end": each.c.peak_end, "mean": each.c.mean, "apart": apart}
    sums = [
        sa.func.coalesce(sa.cast(sa.func.sum(value), sa.Double), 0.0).label(name)
        for part, column in parts.items()
        for name, value in ((part, column), (f"{part}_squares", column * column))
    ]
    return sa.select(sa.cast(sa.func.count(), sa.BigInteger).label("n"), *sums).select_from(each)


def _felt(responses: Dataset, metric: Metric, period: Period, scope: Scope) -> sa.Subquery:
    """Every answered moment of a known customer: `share` of the scale from worst to best, and `off`, how far the score
    lies on the good side of its middle, in the scale's own steps."""
    low, high = metric.scale
    score = sa.cast(query.score(responses, metric), sa.Double)
    up = metric.better is Better.HIGHER
    share = (score - low) / (high - low) if up else (high - score) / (high - low)
    off = score - (low + high) / 2 if up else (low + high) / 2 - score
    customer = responses["customer"]
    return (
        sa.select(
            customer.label("customer"),
            responses["time"].label("time"),
            responses["id"].label("id"),
            share.label("share"),
            off.label("off"),
        )
        .select_from(responses.from_clause)
        .where(
            query.in_period(responses, period),
            query.in_scope(responses, scope),
            query.answered(responses, metric),
            customer.is_not(None),
        )
        .subquery("felt")
    )
