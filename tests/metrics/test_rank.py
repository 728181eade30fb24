"""Ranks with their uncertainty: an exact case and the laws (Goldstein & Spiegelhalter 1996, doi:10.2307/2983325)."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.intervals import estimate
from metrics.metric import Better, Metric, MetricKind
from metrics.rank import Contender, contender, likelihood, ordinal, ranks
from metrics.sums import Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
LOWER = replace(NPS, better=Better.LOWER)
CONTENDERS = st.lists(st.tuples(st.floats(-100, 100), st.none() | st.floats(0, 60)), min_size=2, max_size=7).map(
    lambda rows: [Contender(f"c{i}", value, error) for i, (value, error) in enumerate(rows)]
)


@pytest.mark.parametrize(("a", "b"), [((10, 3), (7, 4)), ((0, 1), (0, 5)), ((-20, 2), (-12, 6))])
def test_two_companies_equal_the_closed_form(a, b):
    """P(first) = Φ(Δ/√(s₁² + s₂²)); 20,000 draws are within 4·√(.25/20,000) = 1.4 points of it."""
    found = ranks(NPS, [Contender("a", *a), Contender("b", *b)])
    exact = norm.cdf((a[0] - b[0]) / sqrt(a[1] ** 2 + b[1] ** 2))
    assert found.share("a", 1) == pytest.approx(exact, abs=0.0142)
    lower = ranks(LOWER, [Contender("a", *a), Contender("b", *b)])
    assert lower.share("a", 1) == pytest.approx(1 - found.share("a", 1)), "the same draws, the other way round"


def test_three_alike_share_every_place():
    found = ranks(NPS, [Contender(name, 5, 2) for name in "abc"])
    assert found.shares == pytest.approx(np.full((3, 3), 1 / 3), abs=0.0142)
    assert found.places == (1, 1, 1)


@settings(max_examples=60, deadline=None)
@given(CONTENDERS, st.sampled_from(Better))
def test_shares_sum_to_one_over_places_and_over_companies(contenders, better):
    found = ranks(replace(NPS, better=better), contenders, draws=200)
    assert found.shares.sum(axis=0) == pytest.approx(1) and found.shares.sum(axis=1) == pytest.approx(1)
    assert (found.shares >= 0).all()
    assert set(found.fixed) == {one.name for one in contenders if one.error is None}


def test_ties_are_split_and_fixed_values_stay():
    found = ranks(NPS, [Contender("a", 10, None), Contender("b", 10, None), Contender("c", 3, None)])
    assert found.shares.tolist() == [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]
    assert found.places == (1, 1, 3) and found.fixed == ("a", "b", "c")
    top = ranks(NPS, [Contender("a", 100, 30), Contender("b", 100, None)])
    assert top.share("a", 1) == pytest.approx(0.25, abs=0.0142), "half the draws are cut at 100 and tie there"


def test_everybody_sees_the_same_shares():
    given_ = [Contender("a", 10, 3), Contender("b", 7, 4)]
    assert (ranks(NPS, given_).shares == ranks(NPS, given_).shares).all()


def test_one_company_has_no_rank_and_no_value_does_not_enter():
    assert ranks(NPS, [Contender("a", 1, 1)]) is None and ranks(NPS, []) is None
    assert contender(NPS, "a", NO_ESTIMATE, None) is None
    assert contender(NPS, "a", Estimate(5, None, None, None, "n not stated"), None).error is None
    alike = Sums(50, 5_000.0, 500_000.0)
    assert contender(NPS, "a", estimate(NPS, alike), alike).error > 0, "fifty equal answers are not certainty"


def test_words():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert [likelihood(share) for share in (0.96, 0.78, 0.5)] == ["almost certainly", "likely", ""]
