"""Journeys once they are counted: paths that are too few, turns, flows. Laws by hypothesis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.journey_counts import (
    FlowCounts,
    PathCounts,
    TurnCounts,
    share,
    told_flows,
    told_paths,
    told_turns,
)
from metrics.journeys import Path
from metrics.metric import Metric, MetricKind
from metrics.sums import NOTHING, Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))


def path(name: str, journeys: int, customers: int | None = None, known: int = 0, succeeded: int = 0) -> PathCounts:
    who = journeys if customers is None else customers
    return PathCounts((name,), False, journeys, who, known, succeeded, NOTHING)


def test_hand_offs_repeats_and_the_key_of_a_path() -> None:
    """By hand: four steps are three hand-offs, and the second visit to use is one repeat."""
    there = share(1, 2)
    walked = Path(("purchase", "use", "call centre", "use"), True, 9, 9, there, there, there)
    assert (walked.hand_offs, walked.repeats) == (3, 1)
    assert walked.key == "purchase > use > call centre > use > …"


def test_a_share_is_wilsons() -> None:
    """Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3:
    81 of 263 gives 0.2553 to 0.3662."""
    given = share(81, 263)
    assert given.value == pytest.approx(100 * 81 / 263)
    assert (given.lower, given.upper) == (pytest.approx(25.53, abs=0.005), pytest.approx(36.62, abs=0.005))
    assert share(0, 0).value is None


def test_paths_without_anything_to_hide() -> None:
    counted = [path("a", 50, known=40, succeeded=30), path("b", 20)]
    (first, second), elsewhere = told_paths(counted, 75, NPS, 5)
    assert elsewhere == 5
    assert first.share.value == pytest.approx(100 * 50 / 75)
    assert (first.success.value, first.success.n) == (75, 40)
    assert (second.success.value, second.success.n, second.score.n) == (None, 0, 0)


def test_few_answers_and_few_outcomes_are_held_back_but_the_path_is_shown() -> None:
    counted = [PathCounts(("a",), False, 50, 50, 4, 2, Sums(4, 100, 20_000))]
    (only,), _ = told_paths(counted, 50, NPS, 5)
    assert (only.journeys, only.hidden) == (50, False)
    assert (only.score.value, only.score.n, only.success.value, only.success.n) == (None, 4, None, 4)


def test_a_path_of_few_customers_is_hidden_even_with_many_journeys() -> None:
    (many, few), elsewhere = told_paths([path("a", 40), path("b", 30, customers=4)], 70, NPS, 5)
    assert (many.hidden, few.hidden) == (False, True)
    assert (few.journeys, few.customers, few.share.value, few.score.value) == (0, 0, None, None)
    assert elsewhere == 30


def test_one_hidden_path_takes_the_smallest_other_with_it_where_nothing_else_is_elsewhere() -> None:
    """Otherwise 62 − 40 − 20 = 2 would be told by subtraction."""
    told, elsewhere = told_paths([path("a", 40), path("b", 20), path("c", 2)], 62, NPS, 5)
    assert [one.hidden for one in told] == [False, True, True]
    assert elsewhere == 22


def test_with_enough_elsewhere_no_other_is_hidden() -> None:
    told, elsewhere = told_paths([path("a", 40), path("b", 20), path("c", 2)], 70, NPS, 5)
    assert [one.hidden for one in told] == [False, False, True]
    assert elsewhere == 10


@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(0.1, 1)), max_size=12),
    st.integers(0, 30),
    st.integers(1, 10),
)
def test_paths_add_up_and_no_hidden_count_follows(drawn: list[tuple[int, float]], rest: int, fewest: int) -> None:
    counted = [path(str(i), n, max(1, round(n * part))) for i, (n, part) in enumerate(drawn)]
    journeys = sum(one.journeys for one in counted) + rest
    told, elsewhere = told_paths(counted, journeys, NPS, fewest)
    assert sum(one.journeys for one in told) + elsewhere == journeys
    assert all(one.customers >= fewest for one in told if not one.hidden)
    hidden = [before for before, after in zip(counted, told, strict=True) if after.hidden]
    assert elsewhere == rest + sum(one.journeys for one in hidden)
    if any(not one.hidden for one in told) and hidden:
        assert elsewhere >= fewest
        assert len(hidden) > 1 or rest or hidden[0].journeys >= fewest


def test_turns_are_ranked_and_small_ones_left_out() -> None:
    counted = [
        TurnCounts("use", "", 30, 29, 100),
        TurnCounts("use", "purchase", 40, 40, 100),
        TurnCounts("sales", "", 9, 4, 50),
        TurnCounts("sales", "use", 5, 5, 50),
    ]
    told = told_turns(counted, 5)
    assert [(turn.at, turn.to, turn.journeys) for turn in told] == [
        ("use", "purchase", 40), ("use", "", 30), ("sales", "use", 5),
    ]  # fmt: skip
    assert told[0].share == share(40, 100)


def test_only_the_most_frequent_turns_of_each_kind_are_told() -> None:
    counted = [TurnCounts(f"s{i}", to, 10 + i, 10, 100) for i in range(20) for to in ("", "before")]
    told = told_turns(counted, 5, most=3)
    assert [(turn.at, turn.to) for turn in told] == [
        ("s19", ""), ("s19", "before"), ("s18", ""), ("s18", "before"), ("s17", ""), ("s17", "before"),
    ]  # fmt: skip


def test_a_flow_is_of_journeys_that_are_over() -> None:
    """By hand: of 20 that entered 8 are not over; of the other 12, 3 went no further: 25 %; with what they came for
    left 2 of those, 1 dropped off: 8.3 %."""
    (unknown,) = told_flows([FlowCounts("use", 20, 19, 9, 3, 8)], 5)
    assert (unknown.drop_off.value, unknown.drop_off.n) == (25, 12)
    (flow,) = told_flows([FlowCounts("use", 20, 19, 9, 3, 8, 2)], 5)
    assert flow.entered == flow.onward + flow.succeeded + flow.left + flow.open
    assert (flow.drop_off.value, flow.drop_off.n) == (pytest.approx(100 / 12), 12)


def test_a_stage_of_few_customers_is_hidden_and_an_empty_one_is_not() -> None:
    few, none, all_open = told_flows(
        [FlowCounts("a", 9, 4, 5, 4, 0), FlowCounts("b", 0, 0, 0, 0, 0), FlowCounts("c", 9, 9, 0, 0, 9)], 5
    )
    assert (few.hidden, few.entered, few.drop_off.value) == (True, 0, None)
    assert (none.hidden, none.entered, none.drop_off.value) == (False, 0, None)
    assert (all_open.open, all_open.drop_off.value, all_open.drop_off.n) == (9, None, 0)
