"""Journeys as SQL: one customer's events in order, the journeys they make, and what becomes of these.

A chain of SELECTs in one statement, so that no event leaves the database: `events` (in order) → `numbered` (which
journey) → `placed` (which step) → `journeys` (one row each) → `kept` (those that are looked at).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from data_sources.dialects import moment
from data_sources.query import in_period, in_scope, records
from data_sources.seconds import DAY, Seconds
from data_sources.tables import Dataset
from metrics.journeys import LONGEST_PATH, StepGrain
from metrics.periods import Period
from metrics.slices import ALL_ROWS, NOT_RECORDED, STAGE, TOUCHPOINT, Filters, Scope

Column = sa.ColumnElement[Any]
ONE = ("customer", "journey", "number")
"""What tells one journey from another: `journey` is its name where the data names it, else "" and a number."""
STEPS = tuple(f"step_{place}" for place in range(1, LONGEST_PATH + 1))
SILENCE = timedelta(days=182)
"""How far before the window events are read where they name their journey. A journey that was silent for so long
(half a year) and then had another event counts as begun anew; any other beginning is exact."""
ENDING = " > …"
"""What a path's key ends with where its journeys went on (metrics.journeys.Path.key)."""


@dataclass(frozen=True)
class Told:
    """Which journeys are asked about. `period` is when they began; `stages` in the company's order.

    A filter on stage or touchpoint keeps whole journeys that have such an event; every other filter, and every row
    rule, says which events there are at all."""

    dataset: Dataset
    period: Period
    gap_days: int
    succeeded: tuple[str, ...]
    grain: StepGrain
    stages: tuple[str, ...]
    scope: Scope

    @property
    def scope_of_rows(self) -> Scope:
        """What events and answers must be in: the rules, and the filters on customers."""
        return Scope(_filters(self.scope, touched=False), self.scope.rules)

    @property
    def named(self) -> bool:
        """Whether the data names the journey an event belongs to."""
        return "journey" in self.dataset

    @property
    def read(self) -> Period:
        """What is read so that beginnings in the period are exact: an event as much as the gap before it."""
        before = timedelta(days=self.gap_days)
        return Period(self.period.start - (max(before, SILENCE) if self.named else before), self.period.end)

    # -- events in order --------------------------------------------------------------------------------------

    @cached_property
    def events(self) -> sa.CTE:
        """An event a row. `place_in_order` counts a customer's (named journey's) events; at the same instant they
        stand in the order of the stages, then of their ids (by their words where they have none)."""
        told = self._told.c
        order = [told.time, sa.func.coalesce(told.rank, len(self.stages))]
        order += [told.id] if "id" in self.dataset else [told.touchpoint, told.stage, told.outcome]
        apart = [told.customer, told.journey] if self.named else [told.customer]
        window: dict[str, Any] = {"partition_by": apart, "order_by": order}
        return sa.select(
            told.customer, told.journey, told.time, told.seconds, told.step, told.rank, told.success, told.touched,
            sa.func.row_number().over(**window).label("place_in_order"),
            sa.func.lag(told.seconds).over(**window).label("seconds_before"),
            sa.func.lag(told.step).over(**window).label("step_before"),
        ).cte("cx_events")  # fmt: skip

    @cached_property
    def _told(self) -> sa.CTE:
        """The events as far as they are asked about. No name of these SELECTs is one of the company's tables."""
        dataset = self.dataset
        words = {word: label(dataset, word) for word in (STAGE, TOUCHPOINT, "outcome")}
        touched = in_scope(dataset, Scope(_filters(self.scope, touched=True), ALL_ROWS))
        return (
            sa.select(
                dataset["customer"].label("customer"),
                self._journey().label("journey"),
                dataset["time"].label("time"),
                Seconds(dataset["time"]).label("seconds"),
                words[self.grain.value].label("step"),
                self._rank(words[STAGE]).label("rank"),
                self._success().label("success"),
                flag(touched).label("touched"),
                *(column.label(word) for word, column in words.items()),
                *([dataset["id"].label("id")] if "id" in dataset else []),
            )
            .select_from(dataset.from_clause)
            .where(in_period(dataset, self.read), in_scope(dataset, self.scope_of_rows))
            .where(dataset["customer"].is_not(None))
            .cte("cx_told")
        )

    def _journey(self) -> Column:
        if not self.named:
            return sa.literal("", sa.Text())
        return sa.func.coalesce(sa.cast(self.dataset["journey"], sa.Text()), "")

    def _rank(self, stage: Column) -> Column:
        """The stage's place in the company's order; NULL where it has none."""
        if not self.stages or not records(self.dataset, STAGE):
            return sa.cast(sa.null(), sa.Integer())
        return sa.case(*((stage == name, place) for place, name in enumerate(self.stages)))

    def _success(self) -> Column:
        """1 or 0 where the outcome is known, else NULL."""
        if not self.succeeded or "outcome" not in self.dataset:
            return sa.cast(sa.null(), sa.Integer())
        outcome = sa.func.nullif(sa.cast(self.dataset["outcome"], sa.Text()), "")
        return sa.case((outcome.in_(self.succeeded), 1), (outcome.is_not(None), 0))

    # -- journeys ---------------------------------------------------------------------------------------------

    @cached_property
    def numbered(self) -> sa.CTE:
        """Each event with the number of its journey, and whether it begins it."""
        events = self.events.c
        apart = sa.and_(events.journey == "", events.seconds - events.seconds_before > self.gap_days * DAY)
        begins = sa.select(self.events, flag(sa.or_(events.seconds_before.is_(None), apart)).label("begins")).cte(
            "cx_begun"
        )
        number = sa.func.sum(begins.c.begins).over(
            partition_by=[begins.c.customer, begins.c.journey], order_by=begins.c.place_in_order, rows=(None, 0)
        )
        return sa.select(begins, whole(number).label("number")).cte("cx_numbered")

    @cached_property
    def placed(self) -> sa.CTE:
        """Each event with the place of its step in the journey: repeats in a row are one step."""
        events = self.numbered
        changes = flag(sa.or_(events.c.begins == 1, events.c.step_before != events.c.step))
        place = sa.func.sum(changes).over(partition_by=one(events), order_by=events.c.place_in_order, rows=(None, 0))
        return sa.select(events, changes.label("changes"), whole(place).label("place")).cte("cx_placed")

    @cached_property
    def journeys(self) -> sa.CTE:
        """A journey a row. `ending` is 2 × the place in order of the last event with a known outcome, plus 1 where
        it succeeded."""
        events = self.placed.c
        steps = [
            sa.func.max(sa.case((events.place == place, events.step))).label(name)
            for place, name in enumerate(STEPS, start=1)
        ]
        ending = sa.case((events.success.is_not(None), events.place_in_order * 2 + events.success))
        return (
            sa.select(
                *one(self.placed),
                sa.func.min(events.time).label("began"),
                sa.func.max(events.time).label("ended"),
                sa.func.min(events.seconds).label("began_seconds"),
                sa.func.max(events.seconds).label("ended_seconds"),
                sa.func.max(events.touched).label("touched"),
                sa.func.max(events.rank).label("furthest"),
                sa.func.max(ending).label("ending"),
                flag(sa.func.max(events.place) > LONGEST_PATH).label("longer"),
                *steps,
            )
            .group_by(*one(self.placed))
            .cte("cx_journeys")
        )

    @cached_property
    def kept(self) -> sa.CTE:
        """The journeys that began in the period (and touched what is filtered by): `until_seconds` is when the
        customer's next one began, `known` and `succeeded` are 1 or 0, `open` whether it had an event so lately that
        it may still go on. That asks nothing of how it ended: to count a success at once, a failure only after the gap,
        would flatter every drop-off."""
        every = self.journeys.c
        until = sa.func.lead(every.began_seconds).over(
            partition_by=every.customer, order_by=[every.began_seconds, every.journey, every.number]
        )
        succeeded = flag(sa.and_(every.ending.is_not(None), every.ending % 2 == 1))
        recent = every.ended >= moment(self.period.end - timedelta(days=self.gap_days))
        ordered = sa.select(
            self.journeys,
            sa.cast(every.customer, sa.Text()).label("customer_text"),
            until.label("until_seconds"),
            flag(every.ending.is_not(None)).label("known"),
            succeeded.label("succeeded"),
            flag(recent).label("open"),
        ).cte("cx_ordered")
        return (
            sa.select(ordered)
            .where(ordered.c.began >= moment(self.period.start), ordered.c.touched == 1)
            .cte("cx_kept")
        )


def one(rows: sa.CTE) -> list[Column]:
    """The columns that tell one journey from another."""
    return [rows.c[name] for name in ONE]


def same(rows: sa.CTE, others: sa.CTE) -> sa.ColumnElement[bool]:
    """Rows of the same journey."""
    return sa.and_(*(mine == theirs for mine, theirs in zip(one(rows), one(others), strict=True)))


def label(dataset: Dataset, word: str) -> Column:
    """A column of words, with "not recorded" for what is missing or empty."""
    if word not in dataset:
        return sa.literal(NOT_RECORDED, sa.Text())
    return sa.func.coalesce(sa.func.nullif(sa.cast(dataset[word], sa.Text()), ""), NOT_RECORDED)


def flag(condition: sa.ColumnElement[bool]) -> Column:
    """1 where it holds, else 0."""
    return sa.case((condition, 1), else_=0)


def whole(value: Column) -> Column:
    """A sum as a whole number of 64 bits, 0 where there was nothing to sum."""
    return sa.cast(sa.func.coalesce(value, 0), sa.BigInteger())


def _filters(scope: Scope, *, touched: bool) -> Filters:
    """The filters on stage and touchpoint, or all others."""
    return Filters(tuple(pair for pair in scope.filters.kept if (pair[0] in (STAGE, TOUCHPOINT)) is touched))
