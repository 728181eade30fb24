"""How busy each cell is and how it scores in one week: the usual, and what is planted on top."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from data_sources.demo import truths
from data_sources.demo.company import (
    MOBILE,
    MOMENT_SHARE,
    MOMENT_TOUCHPOINT,
    PRODUCTS,
    REGIONS,
    SEGMENTS,
    SMALL_DELIVERY_MOBILE,
    TOUCHPOINTS,
    BoolArray,
    FloatArray,
    IntArray,
)

SHAPE = (len(MOMENT_SHARE), len(REGIONS), len(SEGMENTS), len(PRODUCTS))
"""Moments × regions × segments × products: the cells responses are drawn from."""
DELIVERY = TOUCHPOINTS.index("delivery & installation")
IS_MOBILE = np.array([product in MOBILE for product in PRODUCTS])


def usual_volume(group_share: FloatArray) -> FloatArray:
    """Expected share of responses of every cell in an ordinary week, shape SHAPE, adding to 1."""
    volume = MOMENT_SHARE[:, None, None, None] * group_share.reshape(1, *SHAPE[1:])
    small = (MOMENT_TOUCHPOINT == DELIVERY)[:, None] & IS_MOBILE
    volume *= np.where(small, SMALL_DELIVERY_MOBILE, 1.0)[:, None, None, :]
    scaled: FloatArray = volume / volume.sum()
    return scaled


def planted_volume(volume: FloatArray, ago: int) -> FloatArray:
    """The volume of the week `ago` weeks before the last with the planted truths (no longer adding to 1)."""
    volume = volume.copy()
    failure, shift, silent = truths.INSTALLATION_FAILURE, truths.MIX_SHIFT, truths.SILENT_TOUCHPOINT
    if ago < shift.since_weeks:
        here = volume[:, REGIONS.index(shift.region)]
        before = here.sum()
        here[:, SEGMENTS.index(shift.segment)] *= shift.volume
        here *= before / here.sum()
    if ago < failure.since_weeks:
        busy = 1 + (failure.volume - 1) * failure.strength[ago]
        volume[TOUCHPOINTS.index(failure.touchpoint) == MOMENT_TOUCHPOINT, REGIONS.index(failure.region)] *= busy
    if ago < silent.since_weeks:
        volume[TOUCHPOINTS.index(silent.touchpoint) == MOMENT_TOUCHPOINT] = 0
    return volume


def failing(touchpoint: IntArray, region: IntArray, product: IntArray, ago: int) -> BoolArray:
    """Which responses are about the failed installations."""
    failure = truths.INSTALLATION_FAILURE
    if ago >= failure.since_weeks:
        return np.zeros(len(touchpoint), dtype=bool)
    here = (touchpoint == TOUCHPOINTS.index(failure.touchpoint)) & (region == REGIONS.index(failure.region))
    about: BoolArray = here & ~IS_MOBILE[product]
    return about


def spilling(touchpoint: IntArray, region: IntArray, product: IntArray, ago: int) -> BoolArray:
    """Which responses are from people who called about the failed installations."""
    failure = truths.INSTALLATION_FAILURE
    if ago >= failure.since_weeks:
        return np.zeros(len(touchpoint), dtype=bool)
    here = (touchpoint == TOUCHPOINTS.index(failure.spill_touchpoint)) & (region == REGIONS.index(failure.region))
    about: BoolArray = here & ~IS_MOBILE[product]
    return about


def planted_shift(touchpoint: IntArray, region: IntArray, segment: IntArray, product: IntArray, ago: int) -> FloatArray:
    """What the planted truths add to a response's latent satisfaction, one place per response."""
    failure, mix = truths.INSTALLATION_FAILURE, truths.MIX_SHIFT
    in_mix = region == REGIONS.index(mix.region)
    shift = np.where(in_mix & (segment == SEGMENTS.index(mix.segment)), mix.segment_shift, 0.0)
    if ago < mix.since_weeks:
        shift += np.where(in_mix, mix.shift, 0.0)
    if ago < failure.since_weeks:
        strength = failure.strength[ago]
        shift += failure.shift * strength * failing(touchpoint, region, product, ago)
        shift += failure.spill_shift * strength * spilling(touchpoint, region, product, ago)
    return shift


def easier(touchpoint: IntArray, ago: int) -> FloatArray:
    """What the app release adds to the answer about effort."""
    release = truths.APP_RELEASE
    on_app = touchpoint == TOUCHPOINTS.index(release.touchpoint)
    return np.where(on_app & (ago < release.since_weeks), release.shift, 0.0)


def settled(noise: FloatArray, spread: float, sets: IntArray) -> FloatArray:
    """Noise whose distribution inside every set is exactly normal, in the same order as before: what is planted
    has the promised size and does not hang on luck. `sets` is −1 where nothing is planted: noise stays as it is."""
    noise = noise.copy()
    for one in np.unique(sets[sets >= 0]):
        inside = np.flatnonzero(sets == one)
        rank = np.argsort(np.argsort(noise[inside]))
        noise[inside] = spread * ndtri((rank + 0.5) / len(inside))
    return noise


def planted_sets(touchpoint: IntArray, region: IntArray, segment: IntArray, product: IntArray, ago: int) -> IntArray:
    """The planted slice that each response belongs to (any number from 0), −1 where none."""
    sets = np.full(len(touchpoint), -1)
    if ago < truths.MIX_SHIFT.since_weeks:
        sets = np.where(region == REGIONS.index(truths.MIX_SHIFT.region), segment, sets)
    return np.where(failing(touchpoint, region, product, ago), len(SEGMENTS), sets)
