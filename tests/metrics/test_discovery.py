from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.discovery import adjusted_p, benjamini_hochberg

BH_1995 = np.array(
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1]
)
"""Benjamini & Hochberg 1995, §4.1: the 15 ordered p-values of the thrombolysis example."""
probabilities = st.lists(st.floats(0, 1), max_size=60).map(lambda p: np.array(p, dtype=float))


def test_benjamini_hochberg_1995_rejects_the_four_smallest() -> None:
    """BH 1995, §4.1: at q = .05 the largest with p₍ᵢ₎ ≤ .05·i/15 is p₍₄₎ = .0095 ≤ .013; Bonferroni finds 3."""
    assert benjamini_hochberg(BH_1995, 0.05).tolist() == [True] * 4 + [False] * 11
    assert (BH_1995 <= 0.05 / 15).sum() == 3


def test_step_up_rejects_a_p_above_its_own_line_when_a_larger_one_is_below() -> None:
    """By hand, q = .05, m = 3: lines .0167, .0333, .05: .02 is above its own line, .03 and .05 are not: all three."""
    assert benjamini_hochberg(np.array([0.05, 0.02, 0.03]), 0.05).all()
    assert not benjamini_hochberg(np.array([0.02, 0.04, 0.06]), 0.05).any()


def test_adjusted_by_hand_as_r_p_adjust() -> None:
    """p.adjust(c(.01, .02, .03, .04, .05), "BH") is .05 five times: p₍ᵢ₎·5/i = .05 for each i."""
    assert adjusted_p(np.array([0.03, 0.01, 0.05, 0.02, 0.04])) == pytest.approx([0.05] * 5)


def test_not_tested_is_neither_counted_nor_rejected() -> None:
    p = np.array([np.nan, 0.001, np.nan, 0.04])
    assert benjamini_hochberg(p, 0.05).tolist() == [False, True, False, True]
    assert adjusted_p(p) == pytest.approx([np.nan, 0.002, np.nan, 0.04], nan_ok=True)


@pytest.mark.parametrize("p", [np.array([]), np.full((2, 3), np.nan)])
def test_nothing_tested_nothing_found(p: np.ndarray) -> None:
    assert benjamini_hochberg(p, 0.5).shape == p.shape
    assert not benjamini_hochberg(p, 0.5).any()


def test_a_score_in_place_of_a_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0…1, got 0\.5…2"):
        benjamini_hochberg(np.array([0.5, 2.0]), 0.05)


@given(probabilities)
def test_adjusted_equals_scipy(p: np.ndarray) -> None:
    if p.size:
        assert adjusted_p(p) == pytest.approx(stats.false_discovery_control(p, method="bh"))


@given(probabilities, st.randoms(use_true_random=False))
def test_order_does_not_matter(p: np.ndarray, random) -> None:
    order = random.sample(range(p.size), p.size)
    assert (benjamini_hochberg(p, 0.1)[order] == benjamini_hochberg(p[order], 0.1)).all()


@given(probabilities)
def test_between_bonferroni_and_no_correction(p: np.ndarray) -> None:
    found = benjamini_hochberg(p, 0.05)
    assert (found <= (p <= 0.05)).all()
    assert (found >= (p <= 0.05 / max(1, p.size) * (1 - 1e-12))).all()


def test_share_of_false_discoveries_is_held() -> None:
    """2,000 scans of 100 slices, 10 of them real (z shifted by 4), seed 7: the mean share of false among those
    called is at most q·90/100 (BH 1995, theorem 1) up to simulation error."""
    z = np.random.default_rng(7).normal(size=(2000, 100))
    z[:, :10] += 4
    shares = []
    for p in 2 * stats.norm.sf(np.abs(z)):
        called = benjamini_hochberg(p, 0.1)
        shares.append(called[10:].sum() / max(1, called.sum()))
    assert np.mean(shares) == pytest.approx(0.09, abs=0.01)
