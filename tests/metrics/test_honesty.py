"""How often the review cries wolf, and how often it sees one: counted on independent simulated companies."""

from __future__ import annotations

import time

import numpy as np
import pytest

from metrics.weekly import review
from tests.metrics.counting import LASTING, SHIFT, found, named, over
from tests.metrics.simulate import company

pytestmark = pytest.mark.timeout(900)  # about 35 s of two processors; a busy machine may take many times that

COMPANIES = 400
AT_MOST = 0.05


def test_a_company_with_nothing_going_on_is_told_so_in_95_weeks_of_100(capsys):
    started = time.perf_counter()
    headline, totals, slices, mixes = over(COMPANIES, named).mean(axis=0)
    with capsys.disabled():
        print(
            f"\nhonesty: {COMPANIES} companies with nothing going on: the headline names a signal in"
            f"\n  {headline:.2%} of weeks (totals {totals:.2%}, slices {slices:.2%}, mix {mixes:.2%};"
            f" at most {AT_MOST:.0%} in all), {time.perf_counter() - started:.0f} s"
        )
    assert headline <= AT_MOST


@pytest.mark.parametrize(("shifted", "least"), [("nps", 0.35), ("emotion", 0.25)])
def test_a_lasting_shift_of_two_standard_errors_is_found(capsys, shifted, least):
    """Of the headline KPI and of another. `least` guards against losing power: well below what is measured."""
    weeks = over(COMPANIES, found, shifted)
    by_week = ", ".join(f"{share:.0%}" for share in weeks.mean(axis=0))
    with capsys.disabled():
        print(
            f"\nhonesty: {COMPANIES} companies whose {shifted} falls {SHIFT:g} standard errors for {LASTING} weeks:"
            f"\n  found in week 1, 2, 3: {by_week}; in any of them {weeks.any(axis=1).mean():.0%}"
        )
    assert weeks[:, -1].mean() >= least


def test_speed_of_a_review(capsys):
    """6 KPIs × 512 slices × 61 weeks."""
    histories = company(1)
    review(histories)
    best = np.inf
    for _ in range(5):
        started = time.perf_counter()
        review(histories)
        best = min(best, time.perf_counter() - started)
    with capsys.disabled():
        print(f"\nreview of 6 KPIs × 512 slices × 61 weeks: {1e3 * best:.0f} ms")
    assert best < 0.25, "a review takes about 35 ms on a quiet machine; this allows for a busy one"
