"""What is broken, and what that costs: customers affected × weight of the touchpoint × value of those customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.catalog import Axis
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.metric import Metric
from metrics.periods import Period
from metrics.touchpoint_levels import Standard, TouchpointLevel

AFFECTED_WEEKS = 4
"""Customers affected are counted over four weeks: a month, in which most come through a touchpoint once."""
FACTORS = ("customers affected", "weight", "yearly value")


@dataclass(frozen=True, slots=True)
class People:
    """The customers affected: how many came through, and what one of them is worth a year (mean; n is how many
    have a known value)."""

    customers: int | None = None
    value: Estimate = NO_ESTIMATE


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken touchpoint with its factors: customers affected, weight (correlation, metrics/criticality.py) and
    yearly value. `product` multiplies those that are known of every broken touchpoint; None where none is."""

    at: TouchpointLevel
    people: People
    weight: Estimate
    product: float | None


@dataclass(frozen=True, slots=True)
class TouchpointLevels:
    """Every touchpoint in journey order, the broken ones worst first, and how many were tested together. `counted`
    says what makes a customer count as affected over `period`; `left_out` names the factors that no product holds,
    `notes` what is not known and why."""

    metric: Metric
    axis: Axis
    rows: tuple[TouchpointLevel, ...]
    broken: tuple[Broken, ...]
    tested: int
    period: Period
    counted: str
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    low_n: int = 0
    currency: str = ""

    def few(self, row: TouchpointLevel) -> bool:
        """Whether a year of answers is still a "low n"."""
        return row.estimate.value is not None and (row.estimate.n or 0) < self.low_n


def ranked(
    rows: Sequence[TouchpointLevel], weights: Mapping[str, Estimate], people: Mapping[str, People]
) -> tuple[tuple[Broken, ...], tuple[str, ...]]:
    """The broken touchpoints, the largest product of customers × weight × yearly value first, and the factors left
    out of all products because one of the broken lacks them: a product with a factor less would be no smaller or
    larger thing but another one. A weight below 0 counts as 0. Equal products: the larger gap first."""
    broken = [row for row in rows if row.standard is Standard.BELOW]
    factors = {row.place: _factors(weights.get(row.place), people.get(row.place)) for row in broken}
    known = [all(own[i] is not None for own in factors.values()) for i in range(len(FACTORS))]

    def product(place: str) -> float | None:
        used = [factor or 0.0 for factor, use in zip(factors[place], known, strict=True) if use]
        return float(np.prod(used)) if used else None

    found = [
        Broken(row, people.get(row.place, People()), weights.get(row.place, NO_ESTIMATE), product(row.place))
        for row in broken
    ]
    found.sort(key=lambda one: (-(one.product or 0.0), -abs(one.at.gap.value or 0.0), one.at.place))
    return tuple(found), tuple(name for name, use in zip(FACTORS, known, strict=True) if broken and not use)


def _factors(weight: Estimate | None, people: People | None) -> tuple[float | None, float | None, float | None]:
    r = None if weight is None else weight.value
    given = people or People()
    return (
        None if given.customers is None else float(given.customers),
        None if r is None else max(0.0, r),
        given.value.value,
    )
