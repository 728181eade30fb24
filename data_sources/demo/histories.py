"""What is remembered of every customer while the weeks go by, and what became of them in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from data_sources.demo.company import PRODUCTS, REGIONS, SEGMENTS, WEEKS, BoolArray, FloatArray, IntArray
from data_sources.demo.population import Population
from data_sources.demo.tables import named, numbered, times
from data_sources.demo.weeks import Week

DAYS_A_WEEK, DAY = 7, 86_400
TERM_DAYS = 540
"""A contract runs eighteen months."""
LEAVES: tuple[float, float, float] = (0.30, 0.13, 0.06)
"""Chance to leave after a last answer that was a detractor's, a passive's, a promoter's."""
LEAVES_UNASKED = 0.08
LEAVING_DAYS = (10, 90)
"""Days between the last answer and leaving."""
KEPT, LEFT, RENEWED = "kept", "left", "renewed"


class Histories:
    """Per customer: the last 0–10 feeling (−1 before the first) and the day of the last response."""

    def __init__(self, size: int) -> None:
        self.felt: IntArray = np.full(size, -1, dtype=np.int64)
        self.last_day: IntArray = np.full(size, -1, dtype=np.int64)

    def remember(self, week: Week) -> None:
        """Take in a week; weeks come in order of time."""
        self.felt[week.customer] = week.felt
        self.last_day[week.customer] = (WEEKS - 1 - week.ago) * DAYS_A_WEEK + week.second // DAY


def fates(people: Population, histories: Histories, seed: int) -> IntArray:
    """The day (from the first day shown) on which each customer left, −1 where they stayed: after their last
    answer, the likelier the worse it was."""
    rng = np.random.default_rng([seed, 5])
    felt, size, days = histories.felt, len(people), WEEKS * DAYS_A_WEEK
    band = (felt >= 7).astype(np.int64) + (felt >= 9)  # noqa: PLR2004  NPS's own bands
    chance = np.where(felt < 0, LEAVES_UNASKED, np.array(LEAVES)[band])
    begun = np.maximum(people.joined * DAYS_A_WEEK, 0)
    unasked = begun + (rng.random(size) * (days - begun)).astype(np.int64)
    day = np.where(felt < 0, unasked, histories.last_day + rng.integers(*LEAVING_DAYS, size=size))
    return np.where((rng.random(size) < chance) & (day < days), day, -1)


def customer_rows(people: Population, left: IntArray, start: datetime) -> pa.Table:
    """The customers table; `renewed_at` is the start of the running contract."""
    joined = joined_days(people)
    end = np.where(left >= 0, left, WEEKS * DAYS_A_WEEK - 1)
    renewed = joined + (end - joined) // TERM_DAYS * TERM_DAYS
    return pa.table(
        {
            "customer_id": numbered("C", people.number, 8),
            "value_per_year": pa.array(people.value),
            "since": times(start, joined * DAY).cast(pa.date32()),
            "segment": named(people.segment, SEGMENTS),
            "region": named(people.region, REGIONS),
            "product": named(people.product, PRODUCTS),
            "outcome": named((left >= 0).astype(np.int64), (KEPT, LEFT)),
            "renewed_at": pa.array(_dates(start, renewed), pa.date32(), mask=renewed <= joined),
        }
    )


def outcome_rows(people: Population, left: IntArray, start: datetime) -> pa.Table:
    """Renewals (every TERM_DAYS while a customer) and departures inside the weeks shown, in order of time."""
    joined, days = joined_days(people), WEEKS * DAYS_A_WEEK
    end = np.where(left >= 0, left, days)
    customer: list[IntArray] = [np.flatnonzero(left >= 0)]
    day: list[IntArray] = [left[left >= 0]]
    for term in range(1, int((days - joined.min()) // TERM_DAYS) + 1):
        due = joined + term * TERM_DAYS
        renews: BoolArray = (due >= 0) & (due < end)
        customer.append(np.flatnonzero(renews))
        day.append(due[renews])
    gone = np.arange(sum(map(len, day))) < len(day[0])
    who, when = np.concatenate(customer), np.concatenate(day)
    order = np.argsort(when, kind="stable")
    who, when, gone = who[order], when[order], gone[order]
    amount: FloatArray = people.value[who]
    return pa.table(
        {
            "customer_id": numbered("C", people.number[who], 8),
            "time": times(start, when * DAY + 12 * 3_600),
            "outcome": named(gone.astype(np.int64), (RENEWED, LEFT)),
            "amount": pa.array(amount),
            "region": named(people.region[who], REGIONS),
            "segment": named(people.segment[who], SEGMENTS),
            "product": named(people.product[who], PRODUCTS),
        }
    )


def joined_days(people: Population) -> IntArray:
    """The day each customer joined, from the first day shown; spread within the week by their number."""
    return people.joined * DAYS_A_WEEK + people.number % DAYS_A_WEEK


def years_with_us(people: Population, customer: IntArray, week: int) -> IntArray:
    """Whole years between joining and a week, one place per customer asked for."""
    return (week - people.joined[customer]) * DAYS_A_WEEK // 365


def _dates(start: datetime, days: IntArray) -> list[object]:
    return [(start + timedelta(days=int(day))).date() for day in days]
