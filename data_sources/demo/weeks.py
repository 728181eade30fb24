"""One week of responses, drawn: who answered, about what, when, and how they scored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from data_sources.demo import effects
from data_sources.demo.company import (
    ANSWERED,
    EVENT_SPREAD,
    HOUR_SHARE,
    MOMENT_STAGE,
    MOMENT_TOUCHPOINT,
    MOOD_SPREAD,
    PRODUCT_EFFECT,
    QUESTION_SPREAD,
    QUESTIONS,
    REGION_EFFECT,
    SCALES,
    SCORE_SHARES,
    SEGMENT_EFFECT,
    STAGE_EFFECT,
    TOUCHPOINT_EFFECT,
    WEEK_SPREAD,
    WEEKDAY_SHARE,
    WEEKS,
    FloatArray,
    IntArray,
    pick,
)
from data_sources.demo.population import Population

SPREAD = float(np.sqrt(MOOD_SPREAD**2 + EVENT_SPREAD**2 + QUESTION_SPREAD**2))
"""Of one answer around its cell's level."""
BETWEEN_CELLS = 0.2
"""How far the cells' levels lie apart, roughly: touchpoint, segment, product."""
RECENT = 4.0
"""Delivery and sales are about newcomers: their customers are drawn with density ∝ position⁴ in order of joining."""
GROWTH, VOLUME_SPREAD = 0.10, 0.05
"""Ten per cent more responses at the end than at the start; five per cent of noise between weeks."""
NEWCOMERS = (0, effects.DELIVERY)
SECONDS_AN_HOUR, HOURS_A_DAY = 3_600, 24


@dataclass(frozen=True, slots=True)
class Week:
    """Responses of one week in order of time, one place each. `second` counts from the week's start; `scores`
    maps a question to scores as floats, NaN where it was not answered; `ago` is weeks before the last."""

    ago: int
    customer: IntArray
    moment: IntArray
    stage: IntArray
    touchpoint: IntArray
    region: IntArray
    segment: IntArray
    product: IntArray
    second: IntArray
    scores: dict[str, FloatArray]
    felt: IntArray

    def __len__(self) -> int:
        return len(self.customer)


def weekly_counts(seed: int, responses: int, busyness: FloatArray) -> IntArray:
    """Responses of each week, oldest first, adding to `responses`; `busyness` is the expected volume of a week
    against an ordinary one."""
    rng = np.random.default_rng([seed, 2])
    weight = np.linspace(1, 1 + GROWTH, WEEKS) * np.exp(rng.normal(0, VOLUME_SPREAD, WEEKS)) * busyness
    edges = np.round(np.cumsum(weight / weight.sum()) * responses).astype(np.int64)
    return np.diff(edges, prepend=0)


def draw_week(people: Population, volume: FloatArray, size: int, ago: int, *, seed: int, planted: bool) -> Week:
    """One week. `volume` has shape effects.SHAPE. The draw
    depends on `ago`, not on the calendar, so that what is planted has the same size on any date."""
    rng = np.random.default_rng([seed, 3, ago])
    counts = rng.multinomial(size, (volume / volume.sum()).ravel())
    cell = rng.permutation(np.repeat(np.arange(counts.size), counts))
    moment, group = np.divmod(cell, people.share.size)
    stage, touchpoint = MOMENT_STAGE[moment], MOMENT_TOUCHPOINT[moment]
    customer = _customers(people, group, touchpoint, ago, rng)
    region, segment, product = people.region[customer], people.segment[customer], people.product[customer]
    usual = (
        TOUCHPOINT_EFFECT[touchpoint]
        + STAGE_EFFECT[stage]
        + REGION_EFFECT[region]
        + SEGMENT_EFFECT[segment]
        + PRODUCT_EFFECT[product]
        + WEEK_SPREAD * rng.normal()
    )
    if planted:
        usual = usual + effects.planted_shift(touchpoint, region, segment, product, ago)
    felt = people.mood[customer] + rng.normal(0, EVENT_SPREAD, size)
    sets = effects.planted_sets(touchpoint, region, segment, product, ago) if planted else np.full(size, -1)
    full: dict[str, FloatArray] = {}
    for question in QUESTIONS:
        noise = effects.settled(felt + QUESTION_SPREAD * rng.normal(size=size), SPREAD, sets)
        easier = effects.easier(touchpoint, ago) if planted and question == "effort" else 0.0
        full[question] = _scores(question, usual + noise + easier)
    asked = {question: rng.random(size) < ANSWERED[question] for question in QUESTIONS}
    asked["nps"] |= ~np.logical_or.reduce(list(asked.values()))
    scores = {question: np.where(asked[question], full[question], np.nan) for question in QUESTIONS}
    hours = HOURS_A_DAY * pick(rng, WEEKDAY_SHARE, size) + pick(rng, HOUR_SHARE, size)
    second = np.sort(hours * SECONDS_AN_HOUR + rng.integers(0, SECONDS_AN_HOUR, size))
    return Week(
        ago, customer, moment, stage, touchpoint, region, segment, product, second, scores, full["nps"].astype(np.int64)
    )


def _customers(
    people: Population, group: IntArray, touchpoint: IntArray, ago: int, rng: np.random.Generator
) -> IntArray:
    """One customer of each response's group, among those who had joined; some answer more than others."""
    eligible = people.eligible(WEEKS - 1 - ago)[group]
    place = rng.random(len(group)) ** np.where(np.isin(touchpoint, NEWCOMERS), 1 / RECENT, 1.0)
    return people.starts[group] + np.minimum((place * eligible).astype(np.int64), eligible - 1)


def _scores(question: str, latent: FloatArray) -> FloatArray:
    """Scores from latent satisfaction."""
    return (np.searchsorted(_cuts(question), latent) + SCALES[question][0]).astype(np.float64)


@cache
def _cuts(question: str) -> npt.NDArray[np.float64]:
    """Latent levels between neighbouring scores: normal quantiles of the usual shares."""
    spread = np.hypot(SPREAD, BETWEEN_CELLS)
    shares = np.array(SCORE_SHARES[question])
    cuts: FloatArray = ndtri(np.cumsum(shares / shares.sum())[:-1]) * spread
    return cuts
