"""Gaps to every competitor at once: the false discovery rate is held over all of them (metrics/rivals.py)."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalog import Thresholds
from metrics.comparators import Ours
from metrics.estimate import Direction, Verdict
from metrics.figures import Figure
from metrics.intervals import difference, estimate, z_test
from metrics.metric import Better, Metric, MetricKind
from metrics.published import standing
from metrics.rivals import Side, best_name, companies, held_against, rank_of, ranked, side
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
TODAY = date(2026, 11, 15)
RULES = Ours(NPS, NOTHING, TODAY, Filters(), Thresholds())


def net(up: int, down: int, n: int) -> Sums:
    return Sums(n, 100.0 * (up - down), 1e4 * (up + down))


def of(name: str, sums: Sums, stale: bool = False) -> Side:
    return Side(name, estimate(NPS, sums), sums, stale=stale)


OURS = of("us", net(300, 100, 600))


def test_a_gap_is_the_difference_of_both_sides_and_points_the_right_way():
    behind, ahead = net(200, 200, 600), net(450, 50, 600)
    first, second = held_against(NPS, OURS, [of("behind", behind), of("ahead", ahead)])
    assert (first.name, second.name) == ("ahead", "behind"), "best first"
    assert first.gap == difference(NPS, OURS.sums, ahead) and first.direction is Direction.CONCERN
    assert second.direction is Direction.IMPROVEMENT
    lower = held_against(replace(NPS, better=Better.LOWER), OURS, [of("ahead", ahead)])
    assert lower[0].direction is Direction.IMPROVEMENT


def test_one_near_miss_among_many_is_no_signal():
    """p = .04 alone is a signal, but not as one of twenty looked at (Benjamini & Hochberg 1995)."""
    near = next(
        net(300 - k, 100 + k, 600) for k in range(60) if z_test(NPS, OURS.sums, net(300 - k, 100 + k, 600))[1] < 0.045
    )
    assert held_against(NPS, OURS, [of("near", near)])[0].verdict is Verdict.SIGNAL
    others = [of(f"same {i}", net(300, 100, 600)) for i in range(19)]
    found = held_against(NPS, OURS, [of("near", near), *others])
    assert {rival.verdict for rival in found} == {Verdict.ROUTINE}


def test_stale_few_and_unstated_are_said_and_are_no_signals():
    figures = [
        Figure("nps", "Old", date(2026, 1, 1), 90, 500),
        Figure("nps", "Silent", date(2026, 10, 1), 90, None),
        Figure("nps", "Few", date(2026, 10, 1), 90, 60),
        Figure("nps", "Hidden", date(2026, 10, 1), 90, 3),
    ]
    places = {name: standing(NPS, own, Filters(), TODAY, 100)[0] for name, own in companies(figures).items()}
    sides = [side(RULES, name, place) for name, place in places.items()]
    found = {rival.name: rival for rival in held_against(NPS, OURS, sides)}
    assert found["Old"].verdict is Verdict.STALE and "stale since Jan 2026" in found["Old"].side.marks
    assert found["Silent"].verdict is Verdict.ROUTINE and found["Silent"].gap.lower is None
    assert "n not stated" in found["Silent"].side.marks
    assert found["Few"].verdict is Verdict.SIGNAL and "n below 100" in found["Few"].side.marks
    assert found["Hidden"].verdict is Verdict.TOO_FEW and found["Hidden"].side.estimate.value is None
    assert best_name(RULES, list(places.values())) == "Silent"
    ranks = rank_of(NPS, OURS, sides)
    assert set(ranks.names) == {"us", "Silent", "Few"} and ranks.fixed == ("Silent",)
    back = side(RULES, "Old", places["Old"], dated=False)
    assert not back.stale and back.marks == (), "a look back does not call the past stale"


def test_without_enough_of_ours_there_is_no_gap_and_no_rank():
    few = Side("us", estimate(NPS, NOTHING), NOTHING)
    (rival,) = held_against(NPS, few, [of("them", net(10, 5, 60))])
    assert rival.verdict is Verdict.TOO_FEW and rank_of(NPS, few, [of("them", net(10, 5, 60))]) is None
    assert held_against(NPS, OURS, []) == () and rank_of(NPS, OURS, []) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_order_is_by_value_whatever_the_input(rows):
    sides = [of(f"c{i}", net(up, down, up + down + mid)) for i, (up, down, mid) in enumerate(rows)]
    values = [one.estimate.value for one in ranked(NPS, sides)]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True) and values[: len(known)] == known
    assert np.isfinite(known).all() and len(values) == pytest.approx(len(rows))
