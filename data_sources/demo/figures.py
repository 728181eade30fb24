"""What a panel publishes about the market: every competitor's scores by month and product (studies.py has more)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from data_sources.demo.company import COMPETITORS, PRODUCTS, PUBLISHER, QUESTIONS, SEGMENTS, TOUCHPOINTS, FloatArray
from data_sources.demo.truths import OVERTAKING
from data_sources.demo.weeks import Week

STUDY = "benchmark study"
FigureRow = tuple[date, str, str, str | None, str | None, float, int, str, str]
"""Month, company, metric, product, touchpoint (None: all), value, n, publisher, kind."""
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
TOP_BOX_FROM, NET_HIGH, NET_LOW, PROMOTER, DETRACTOR = 4, 6, 3, 9, 6


class Levels:
    """Our own mean value of every question by product, segment and touchpoint, over the year before the last
    eight weeks: the usual level that competitors and expectations are drawn against."""

    AGO = (8, 60)

    def __init__(self) -> None:
        self._product = np.zeros((len(QUESTIONS), len(PRODUCTS), 2))
        self._segment = np.zeros((len(QUESTIONS), len(SEGMENTS), 2))
        self._touchpoint = np.zeros((len(QUESTIONS), len(TOUCHPOINTS), 2))

    def add(self, week: Week) -> None:
        """Count a week in, when it belongs to the usual level."""
        if not self.AGO[0] <= week.ago < self.AGO[1]:
            return
        for place, question in enumerate(QUESTIONS):
            value = values(question, week.scores[question])
            known = ~np.isnan(value)
            for sums, key in (
                (self._product, week.product),
                (self._segment, week.segment),
                (self._touchpoint, week.touchpoint),
            ):
                sums[place, :, 0] += np.bincount(key[known], value[known], minlength=sums.shape[1])
                sums[place, :, 1] += np.bincount(key[known], minlength=sums.shape[1])

    def product(self, question: str, product: str) -> float:
        """Our usual level in a product; 0 where nobody answered."""
        return _mean(self._product[QUESTIONS.index(question), PRODUCTS.index(product)])

    def segment(self, question: str, segment: str) -> float:
        """Our usual level in a segment; 0 where nobody answered."""
        return _mean(self._segment[QUESTIONS.index(question), SEGMENTS.index(segment)])

    def touchpoint(self, question: str, touchpoint: str) -> float:
        """Our usual level at a touchpoint; 0 where nobody answered."""
        return _mean(self._touchpoint[QUESTIONS.index(question), TOUCHPOINTS.index(touchpoint)])

    def whole(self, question: str) -> float:
        """Our usual level over everything; 0 where nobody answered."""
        return _mean(self._segment[QUESTIONS.index(question)].sum(axis=0))


def values(question: str, score: FloatArray) -> FloatArray:
    """The value of every score as cx.toml's metrics define it; NaN stays NaN."""
    if question == "csat":
        return np.where(np.isnan(score), np.nan, 100.0 * (score >= TOP_BOX_FROM))
    high, low = (PROMOTER, DETRACTOR) if question == "nps" else (NET_HIGH, NET_LOW)
    return np.where(np.isnan(score), np.nan, 100.0 * (score >= high) - 100.0 * (score <= low))


def panel_rows(levels: Levels, first: date, last: date, seed: int, planted: bool) -> list[FigureRow]:
    """The panel's scores, one row per month × company × metric × product; the last month is the last one out."""
    rng = np.random.default_rng([seed, 6])
    months = [
        month for month in months_of(first, last) if following(month) + PUBLISHED_AFTER <= last + timedelta(days=1)
    ]
    rows: list[FigureRow] = []
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
                    value = round(float(np.clip(usual + ahead, -99, 99)), 1)
                    rows.append((month, company, question, product, None, value, int(size), PUBLISHER, STUDY))
    return rows


def benchmark_table(rows: list[FigureRow]) -> pa.Table:
    """The benchmarks table, in order of time."""
    names = ("month", "company", "metric", "product", "touchpoint", "value", "n", "publisher", "kind")
    return table_of(names, sorted(rows, key=lambda row: str(row[0])))


def table_of(names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """Rows as a table."""
    return pa.table({name: pa.array([row[place] for row in rows]) for place, name in enumerate(names)})


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from that of `first` to that of `last`."""
    months = [first.replace(day=1)]
    while (after := following(months[-1])) <= last:
        months.append(after)
    return months


def following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _mean(sums: FloatArray) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0
