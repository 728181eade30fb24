"""What one simulated company adds to the honesty test's counts; apart so that two processes can share the work."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from metrics.scan import scan
from metrics.scanned import State
from metrics.weekly import review
from tests.metrics.simulate import company, until

SHIFT = 2.0
"""In standard errors of the weekly value."""
LASTING = 3
STEADY = "everything moved within its normal range"


def named(seed: int) -> tuple[bool, bool, bool, bool]:
    """Of a company with nothing going on: does the headline name a signal; is there one in a total, a slice, a mix?"""
    result = review(company(seed))
    totals = any(card.reading.verdict.value == "signal" for card in result.cards)
    return STEADY not in result.headline, totals, bool(result.movers or result.elsewhere), bool(result.mix_shift)


def found(seed: int, shifted: str) -> tuple[bool, ...]:
    """Of a company whose KPI falls for three weeks: is it found in the first, second, third of them?"""
    histories = company(10_000 + seed, -SHIFT, LASTING, shifted=shifted, slices=False)
    seen = (scan([until(history, back) for history in histories]) for back in reversed(range(LASTING)))
    return tuple(bool(result.of(shifted).states[0] == State.SIGNAL) for result in seen)


def over(companies: int, count: Callable[..., tuple[bool, ...]], *args: str) -> np.ndarray:
    """The counts of companies 0, 1, 2 …, one row each, on every processor there is."""
    seeds, rest = range(companies), ([arg] * companies for arg in args)
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return np.array(list(pool.map(count, seeds, *rest, chunksize=20)))
