"""What is asked about journeys (statements.py), each in one statement that brings back counts and sums."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data_sources.journeys.statements import ENDING, STEPS, Column, Told, flag, one, same, whole
from data_sources.query import Statement, answered, in_period, in_scope, measures
from data_sources.seconds import DAY, Seconds
from data_sources.tables import Dataset
from metrics.metric import Metric
from metrics.periods import Period

BACK, LEFT, THERE, EVER = "back", "left", "there", "ever"
"""Kinds of rows of `turns`."""
EVERY = -1
"""Stands for all journeys where stages are counted (`flows`)."""
MOST_TURNS = 2_000
"""Pairs of steps brought back at most, the most frequent first: 44 steps in every order of two."""


def paths(told: Told, responses: Dataset | None, metric: Metric, most: int) -> Statement:
    """A row a path, the most travelled first: `step_1` …, `longer`, `journeys`, `customers`, `known`, `succeeded`,
    and with `responses` the metric's measures (query.measures) of the answers given on it.

    Journeys and answers are two SELECTs of the same columns, one below the other, so that no join multiplies rows."""
    kept = told.kept
    keys = [kept.c[name] for name in (*STEPS, "longer")]
    walked = [sa.literal_column("1", sa.Integer()).label("journeys"), kept.c.customer, kept.c.known, kept.c.succeeded]
    if responses is None:
        rows = sa.select(*keys, *walked).subquery("cx_walked")
        sums: list[sa.Label[object]] = []
    else:
        found = measures(responses, metric)
        none = [sa.cast(0, measure.type).label(measure.name) for measure in found]
        zero = sa.literal_column("0", sa.Integer())
        unwalked = [zero.label("journeys"), sa.null().label("customer"), zero.label("known"), zero.label("succeeded")]
        given = (
            sa.select(*keys, *unwalked, *found)
            .select_from(responses.from_clause.join(kept, _on_the_way(told, responses)))
            .where(
                in_period(responses, Period(told.period.start, told.period.end)),
                in_scope(responses, told.scope_of_rows),
                answered(responses, metric),
            )
            .group_by(*keys)
        )
        rows = sa.union_all(sa.select(*keys, *walked, *none), given).subquery("cx_walked")
        sums = [_total(rows.c[measure.name], measure) for measure in found]
    of_path = [rows.c[key.name] for key in keys]
    journeys = whole(sa.func.sum(rows.c.journeys)).label("journeys")
    return (
        sa.select(
            *of_path,
            journeys,
            sa.func.count(rows.c.customer.distinct()).label("customers"),
            whole(sa.func.sum(rows.c.known)).label("known"),
            whole(sa.func.sum(rows.c.succeeded)).label("succeeded"),
            *sums,
        )
        .group_by(*of_path)
        .order_by(journeys.desc(), *of_path)
        .limit(most)
    )


def _total(column: Column, measure: sa.Label[object]) -> sa.Label[object]:
    summed: Column = sa.func.sum(column)
    total = sa.cast(sa.func.coalesce(summed, 0), measure.type)
    return total.label(measure.name)


def _on_the_way(told: Told, responses: Dataset) -> sa.ColumnElement[bool]:
    """Answers of the same customer from the journey's beginning until the next one's, and no later than the gap
    after its last event: each in one journey at most. Customers are compared as text: one table may number them
    and the other write them."""
    kept, seconds = told.kept.c, Seconds(responses["time"])
    return sa.and_(
        sa.cast(responses["customer"], sa.Text()) == kept.customer_text,
        seconds >= kept.began_seconds,
        sa.or_(kept.until_seconds.is_(None), seconds < kept.until_seconds),
        seconds - kept.ended_seconds <= told.gap_days * DAY,
    )


def turns(told: Told) -> Statement:
    """Rows of `kind`, `at`, `to` with `journeys` and `customers`, of journeys that are over: "there" were at a step
    at all; "back" went from it to an earlier stage or to a step they had visited; "left" ended there without success
    (where no success is configured: without having reached the last stage); "ever" are all of them.

    That `kept` stands in the union too makes SQLite join it by an index: otherwise it compares every pair of rows."""
    placed, kept = told.placed, told.kept
    visits = sa.func.row_number().over(partition_by=[*one(placed), placed.c.step], order_by=placed.c.place)
    steps = (
        sa.select(*one(placed), placed.c.place, placed.c.step, placed.c.rank, visits.label("visit"))
        .where(placed.c.changes == 1)
        .cte("cx_steps")
    )
    window: dict[str, Any] = {"partition_by": one(steps), "order_by": steps.c.place}
    ahead = sa.select(
        *one(steps),
        steps.c.step,
        steps.c.rank,
        sa.func.lead(steps.c.step).over(**window).label("next"),
        sa.func.lead(steps.c.rank).over(**window).label("next_rank"),
        sa.func.lead(steps.c.visit).over(**window).label("next_visit"),
    ).cte("cx_ahead")
    back = sa.or_(ahead.c.next_visit > 1, ahead.c.next_rank < ahead.c.rank)
    nowhere: Column = sa.literal("", sa.Text())
    kinds = ((THERE, nowhere, sa.true()), (BACK, ahead.c.next, back), (LEFT, nowhere, ahead.c.next.is_(None)))
    each = sa.union_all(
        *(
            sa.select(*one(ahead), sa.literal(kind, sa.Text()).label("kind"), ahead.c.step.label("at"), to.label("to"))
            .where(condition)
            .distinct()
            for kind, to, condition in kinds
        ),
        sa.select(*one(kept), sa.literal(EVER, sa.Text()), nowhere, nowhere),
    ).cte("cx_each")
    counted = sa.and_(kept.c.open == 0, sa.or_(each.c.kind != LEFT, _in_vain(told)))
    journeys = whole(sa.func.sum(flag(counted)))
    return (
        sa.select(
            each.c.kind,
            each.c.at,
            each.c.to,
            journeys.label("journeys"),
            sa.func.count(sa.case((counted, each.c.customer)).distinct()).label("customers"),
        )
        .select_from(each.join(kept, same(each, kept)))
        .group_by(each.c.kind, each.c.at, each.c.to)
        .having(journeys > 0)
        .order_by(journeys.desc(), each.c.kind.desc(), each.c.at, each.c.to)
        .limit(MOST_TURNS)
    )


def _in_vain(told: Told) -> sa.ColumnElement[bool]:
    if told.succeeded:
        return told.kept.c.succeeded == 0
    return told.kept.c.furthest < len(told.stages) - 1


def flows(told: Told) -> Statement:
    """A row a stage of the order by its `rank`: `entered`, `customers`, and of the journeys `onward`, `left`,
    `open`, and `succeeded` of those who left. Under the rank EVERY all journeys, whatever their stages."""
    placed, kept = told.placed, told.kept
    later = sa.func.max(placed.c.rank).over(
        partition_by=one(placed), order_by=placed.c.place_in_order.desc(), rows=(None, -1)
    )
    seen = sa.select(*one(placed), placed.c.rank, later.label("later")).cte("cx_seen")
    entered = (
        sa.select(*one(seen), seen.c.rank, sa.func.max(flag(seen.c.later > seen.c.rank)).label("onward"))
        .where(seen.c.rank.is_not(None))
        .group_by(*one(seen), seen.c.rank)
    )
    every = sa.select(*one(kept), sa.literal_column(str(EVERY), sa.Integer()), sa.literal_column("0", sa.Integer()))
    each = sa.union_all(entered, every).cte("cx_entered")
    over = 1 - kept.c.open
    return (
        sa.select(
            each.c.rank,
            sa.func.count().label("entered"),
            sa.func.count(each.c.customer.distinct()).label("customers"),
            whole(sa.func.sum(over * each.c.onward)).label("onward"),
            whole(sa.func.sum(over * (1 - each.c.onward))).label("left"),
            whole(sa.func.sum(over * (1 - each.c.onward) * kept.c.succeeded)).label("succeeded"),
            whole(sa.func.sum(kept.c.open)).label("open"),
        )
        .select_from(each.join(kept, same(each, kept)))
        .group_by(each.c.rank)
    )


def walkers(told: Told, path: str, most: int) -> Statement:
    """The newest journeys, on one path where it is named (Path.key): `customer`, `journey`, `began`, `ended` and
    `until` (seconds from `began` to the customer's next journey; NULL where there is none)."""
    kept = told.kept
    statement = sa.select(
        kept.c.customer,
        kept.c.journey,
        kept.c.began,
        kept.c.ended,
        (kept.c.until_seconds - kept.c.began_seconds).label("until"),
    ).order_by(kept.c.began.desc(), sa.cast(kept.c.customer, sa.Text()).desc(), kept.c.journey.desc())
    return (statement.where(_key(told) == path) if path else statement).limit(most)


def _key(told: Told) -> Column:
    """A path in one line, as metrics.journeys.Path.key writes it."""
    kept = told.kept.c
    key: Column = kept[STEPS[0]]
    for name in STEPS[1:]:
        key = key.concat(sa.func.coalesce(sa.literal(" > ", sa.Text()).concat(kept[name]), ""))
    return key.concat(sa.case((kept.longer == 1, ENDING), else_=""))
