"""The customers: who they are, for how long, in which mood, and who of them can answer in a given week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_sources.demo.company import (
    MOOD_SPREAD,
    PRODUCT_SHARE,
    PRODUCTS,
    REGION_SHARE,
    REGIONS,
    SEGMENT_PRODUCT,
    SEGMENT_SHARE,
    SEGMENTS,
    WEEKS,
    YEARLY_VALUE,
    FloatArray,
    IntArray,
)
from data_sources.demo.truths import MIX_SHIFT, TOO_FEW

RESPONSES_PER_CUSTOMER = 250_000 / 60_000
OLD_SHARE, OLDEST_WEEKS = 0.66, 780
"""Two thirds joined before the first week shown, up to fifteen years before."""
STUDENT_WEEKS = 52
"""Students were not customers long before the first week shown."""
SETTLED = 3
"""Weeks between joining and the first survey."""
GROUPS = len(REGIONS) * len(SEGMENTS) * len(PRODUCTS)


@dataclass(frozen=True, slots=True)
class Population:
    """One place per customer, ordered by group (region × segment × product), then by joining. `joined` is in
    weeks from the first week shown (negative before it), `number` the public customer number; `starts` has one
    place per group and one for the end; `share` is a group's usual share of responses."""

    region: IntArray
    segment: IntArray
    product: IntArray
    joined: IntArray
    mood: FloatArray
    value: FloatArray
    number: IntArray
    starts: IntArray
    share: FloatArray

    def __len__(self) -> int:
        return len(self.region)

    def eligible(self, week: int) -> IntArray:
        """How many of each group can be asked in a week: those settled by then come first; at least one."""
        settled = np.concatenate(([0], np.cumsum(self.joined <= week - SETTLED)))
        counts: IntArray = np.maximum(settled[self.starts[1:]] - settled[self.starts[:-1]], 1)
        return counts


def populate(seed: int, responses: int, planted: bool) -> Population:
    """About 0.24 customers per response, at least one in each of the 150 groups."""
    rng = np.random.default_rng([seed, 1])
    share = group_share(responses, planted)
    counts = np.maximum(1, np.round(share * responses / RESPONSES_PER_CUSTOMER)).astype(np.int64)
    group = np.repeat(np.arange(GROUPS), counts)
    size = len(group)
    region, segment, product = np.unravel_index(group, (len(REGIONS), len(SEGMENTS), len(PRODUCTS)))
    old = rng.random(size) < OLD_SHARE
    joined = np.where(old, -np.exp(rng.random(size) * np.log(OLDEST_WEEKS)), rng.integers(0, WEEKS, size))
    joined = np.where(segment == SEGMENTS.index("Students"), np.maximum(joined, -STUDENT_WEEKS), joined)
    starts = np.concatenate(([0], np.cumsum(counts)))
    joined = joined[np.lexsort((joined, group))].astype(np.int64)
    joined[starts[:-1]] = np.minimum(joined[starts[:-1]], -SETTLED)
    value = YEARLY_VALUE[product] * np.exp(rng.normal(0, 0.22, size)) * np.array([1.05, 1, 0.95, 0.8, 1.9])[segment]
    return Population(
        region,
        segment,
        product,
        joined,
        rng.normal(0, MOOD_SPREAD, size),
        np.round(value, 2),
        rng.permutation(size),
        starts,
        share,
    )


def group_share(responses: int, planted: bool) -> FloatArray:
    """Usual share of responses of each region × segment × product, flattened, adding to 1."""
    product = PRODUCT_SHARE * SEGMENT_PRODUCT
    product /= product.sum(axis=1, keepdims=True)
    share = REGION_SHARE[:, None, None] * SEGMENT_SHARE[None, :, None] * product[None]
    if planted:
        few = (REGIONS.index(TOO_FEW.region), SEGMENTS.index(TOO_FEW.segment))
        wanted = min(TOO_FEW.weekly * WEEKS / responses, float(share[few].sum()))
        share[few] *= wanted / share[few].sum()
        share[REGIONS.index(MIX_SHIFT.region), SEGMENTS.index(MIX_SHIFT.segment)] *= 1.1
    flat: FloatArray = (share / share.sum()).ravel()
    return flat
