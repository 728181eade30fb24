"""What others publish beside the panel: a yearly relationship survey, brand awareness, mystery shopping.

The relationship survey asks other people at other moments than the panel, so its NPS lies lower; the two must not
stand on one line. Awareness and mystery shopping are of us as well, and of nothing that we ask customers.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from data_sources.demo.company import COMPANY, COMPETITORS, PRODUCTS
from data_sources.demo.figures import LEVEL, PUBLISHED_AFTER, STUDY, FigureRow, Levels, following, months_of

RELATIONSHIP_PUBLISHER, RELATIONSHIP, RELATIONSHIP_MONTH = "Wenlock yearly customer survey", "relationship", 4
RELATIONSHIP_LOWER, RELATIONSHIP_NOISE, RELATIONSHIP_N = 3.0, 1.5, (1_100, 1_900)
"""Asked out of the blue, customers score lower than right after an experience."""
AWARENESS, AWARENESS_PUBLISHER, AWARENESS_NOISE, AWARENESS_N = "awareness", "Ardwell brand tracker", 1.3, (1_000, 1_240)
AWARE: dict[str, float] = dict(zip((COMPANY, *COMPETITORS), (61.0, 78.0, 66.0, 49.0, 44.0), strict=True))
"""Households in a hundred that know a company's name when shown it."""
MYSTERY_SHOP, MYSTERY_PUBLISHER, MYSTERY_KIND = "mystery_shop", "Quillon mystery shopping", "mystery shop"
MYSTERY_NOISE, MYSTERY_N = 3.0, (110, 160)
SHOPPED: dict[str, tuple[float, ...]] = {
    "sales": (74.0, 70.0, 76.0, 58.0, 68.0),
    "call centre": (52.0, 57.0, 71.0, 46.0, 55.0),
}
"""Visits or calls in a hundred in which every standard was met: ours, then each competitor's."""


def study_rows(levels: Levels, first: date, last: date, seed: int) -> list[FigureRow]:
    """The rows of all three; a quarter's and a year's figures appear as soon after it as the panel's."""
    rng = np.random.default_rng([seed, 10])
    months = months_of(first, last)
    yearly = [month for month in months if month.month == RELATIONSHIP_MONTH and _is_out(month, 1, last)]
    quarterly = [month for month in months if month.month % 3 == 1 and _is_out(month, 3, last)]
    return [
        *_relationship(levels, yearly, rng),
        *_awareness(quarterly, rng),
        *_mystery(quarterly, rng),
    ]


def _relationship(levels: Levels, years: list[date], rng: np.random.Generator) -> list[FigureRow]:
    rows: list[FigureRow] = []
    for place, company in enumerate(COMPETITORS):
        for product in PRODUCTS:
            level = levels.product("nps", product) + LEVEL["nps"][place] - RELATIONSHIP_LOWER
            for year in years:
                value, size = _drawn(level, RELATIONSHIP_NOISE, RELATIONSHIP_N, (-99.0, 99.0), rng)
                rows.append((year, company, "nps", product, None, value, size, RELATIONSHIP_PUBLISHER, RELATIONSHIP))
    return rows


def _awareness(quarters: list[date], rng: np.random.Generator) -> list[FigureRow]:
    rows: list[FigureRow] = []
    for company, level in AWARE.items():
        for quarter in quarters:
            value, size = _drawn(level, AWARENESS_NOISE, AWARENESS_N, (0.0, 100.0), rng)
            rows.append((quarter, company, AWARENESS, None, None, value, size, AWARENESS_PUBLISHER, STUDY))
    return rows


def _mystery(quarters: list[date], rng: np.random.Generator) -> list[FigureRow]:
    rows: list[FigureRow] = []
    for touchpoint, shares in SHOPPED.items():
        for company, level in zip((COMPANY, *COMPETITORS), shares, strict=True):
            for quarter in quarters:
                value, size = _drawn(level, MYSTERY_NOISE, MYSTERY_N, (0.0, 100.0), rng)
                rows.append(
                    (quarter, company, MYSTERY_SHOP, None, touchpoint, value, size, MYSTERY_PUBLISHER, MYSTERY_KIND)
                )
    return rows


def _drawn(
    level: float, noise: float, sizes: tuple[int, int], ends: tuple[float, float], rng: np.random.Generator
) -> tuple[float, int]:
    """A value around a level, and its n."""
    return round(float(np.clip(level + noise * rng.normal(), *ends)), 1), int(rng.integers(*sizes))


def _is_out(month: date, months: int, last: date) -> bool:
    """Whether figures of so many months from `month` on have appeared by `last`."""
    end = month
    for _ in range(months):
        end = following(end)
    return end + PUBLISHED_AFTER <= last + timedelta(days=1)
