"""What one simulated company adds to the honesty test's counts; apart so that two processes can share the work."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from types import ModuleType

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
    with _nobody_in_main(), ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return np.array(list(pool.map(count, seeds, *rest, chunksize=20)))


@contextmanager
def _nobody_in_main() -> Iterator[None]:
    """A spawned process imports the `__main__` of its parent, and Streamlit's AppTest leaves a script there whose file
    is gone."""
    before = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = before
