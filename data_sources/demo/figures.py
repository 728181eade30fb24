"""What others publish about the market, and what customers say they expect: figures by month, product and segment."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data_sources.demo.company import COMPETITORS, PRODUCTS, PUBLISHER, QUESTIONS, SEGMENTS, FloatArray
from data_sources.demo.truths import OVERTAKING
from data_sources.demo.weeks import Week

PUBLISHED_AFTER = timedelta(days=5)
"""A month's figures appear five days after it ends."""
LEVEL: dict[str, tuple[float, ...]] = {
    "nps": (-11.0, -5.0, -17.0, -7.0),
    "csat": (-4.0, -2.0, -8.0, -3.0),
    "success": (-7.0, 3.0, -14.0, -5.0),
    "effort": (4.0, -6.0, -11.0, -4.0),
    "emotion": (-8.0, 2.0, -13.0, -3.0),
}
"""Each competitor's usual lead over us, in the metric's own points."""
PRODUCT_SWING, MONTH_SWING, PANEL_NOISE = 2.0, 0.8, 1.1
PANEL = (310, 980)
"""Answers behind one published figure."""
DESIRED: dict[str, float] = {"nps": 17, "csat": 9, "success": 19, "effort": 22, "emotion": 14}
ADEQUATE: dict[str, float] = {"nps": -16, "csat": -9, "success": -15, "effort": -9, "emotion": -19}
"""How far what customers hope for, and what they put up with, lie from what they get."""
EXPECTING: dict[str, float] = {
    "Families": 0.0,
    "Young professionals": 3.0,
    "Retired": -2.0,
    "Students": -4.0,
    "Small business": 6.0,
}
TOP_BOX_FROM, NET_HIGH, NET_LOW, PROMOTER, DETRACTOR = 4, 6, 3, 9, 6


class Levels:
    """Our own mean value of every question by product and by segment, over the year before the last eight weeks:
    the usual level that competitors and expectations are drawn against."""

    AGO = (8, 60)

    def __init__(self) -> None:
        self._product = np.zeros((len(QUESTIONS), len(PRODUCTS), 2))
        self._segment = np.zeros((len(QUESTIONS), len(SEGMENTS), 2))

    def add(self, week: Week) -> None:
        """Count a week in, when it belongs to the usual level."""
        if not self.AGO[0] <= week.ago < self.AGO[1]:
            return
        for place, question in enumerate(QUESTIONS):
            value = values(question, week.scores[question])
            known = ~np.isnan(value)
            for sums, key in ((self._product, week.product), (self._segment, week.segment)):
                sums[place, :, 0] += np.bincount(key[known], value[known], minlength=sums.shape[1])
                sums[place, :, 1] += np.bincount(key[known], minlength=sums.shape[1])

    def product(self, question: str, product: str) -> float:
        """Our usual level in a product; 0 where nobody answered."""
        return _mean(self._product[QUESTIONS.index(question), PRODUCTS.index(product)])

    def segment(self, question: str, segment: str) -> float:
        """Our usual level in a segment; 0 where nobody answered."""
        return _mean(self._segment[QUESTIONS.index(question), SEGMENTS.index(segment)])


def values(question: str, score: FloatArray) -> FloatArray:
    """The value of every score as cx.toml's metrics define it; NaN stays NaN."""
    if question == "csat":
        return np.where(np.isnan(score), np.nan, 100.0 * (score >= TOP_BOX_FROM))
    high, low = (PROMOTER, DETRACTOR) if question == "nps" else (NET_HIGH, NET_LOW)
    return np.where(np.isnan(score), np.nan, 100.0 * (score >= high) - 100.0 * (score <= low))


def benchmark_rows(levels: Levels, first: date, last: date, seed: int, planted: bool) -> pa.Table:
    """Competitors' scores, one row per month × company × metric × product; the last month is the last one out."""
    rng = np.random.default_rng([seed, 6])
    months = [month for month in _months(first, last) if _next(month) + PUBLISHED_AFTER <= last + timedelta(days=1)]
    rows: list[tuple[object, ...]] = []
    for company_place, company in enumerate(COMPETITORS):
        for question in QUESTIONS:
            for product in PRODUCTS:
                usual = levels.product(question, product)
                lead = LEVEL[question][company_place] + PRODUCT_SWING * rng.normal()
                panel = PANEL_NOISE * rng.normal(size=len(months)) + MONTH_SWING * np.sin(np.arange(len(months)) / 3)
                leads = lead + panel
                if planted and (company, question, product) == (
                    OVERTAKING.company,
                    OVERTAKING.metric,
                    OVERTAKING.product,
                ):
                    leads = OVERTAKING.before + panel
                    leads[-len(OVERTAKING.gaps) :] = OVERTAKING.gaps
                sizes = rng.integers(*PANEL, size=len(months))
                for month, ahead, size in zip(months, leads, sizes, strict=True):
                    value = float(np.clip(usual + ahead, -99, 99))
                    rows.append(
                        (month, company, question, product, round(value, 1), int(size), PUBLISHER, "panel survey")
                    )
    rows.sort(key=lambda row: str(row[0]))
    names = ("month", "company", "metric", "product", "value", "n", "publisher", "kind")
    return _table(names, rows)


def expectation_rows(levels: Levels, first: date, last: date, seed: int) -> pa.Table:
    """What customers hope for (desired) and put up with (adequate), one row per quarter × metric × segment × level."""
    rng = np.random.default_rng([seed, 7])
    rows: list[tuple[object, ...]] = []
    for quarter in [month for month in _months(first, last) if month.month % 3 == 1]:
        for question in QUESTIONS:
            for segment in SEGMENTS:
                usual = levels.segment(question, segment)
                for level, lead in (("desired", DESIRED), ("adequate", ADEQUATE)):
                    top = 100.0 if level == "desired" else 95.0
                    value = float(np.clip(usual + lead[question] + EXPECTING[segment] + rng.normal(), -99, top))
                    rows.append((quarter, question, segment, level, round(value, 1), int(rng.integers(180, 460))))
    return _table(("quarter", "metric", "segment", "level", "value", "n"), rows)


def _table(names: tuple[str, ...], rows: list[tuple[object, ...]]) -> pa.Table:
    return pa.table({name: pa.array([row[place] for row in rows]) for place, name in enumerate(names)})


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (following := _next(months[-1])) <= last:
        months.append(following)
    return months


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _mean(sums: FloatArray) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0
