"""Laws of the ranking: order does not matter, more customers never weigh less, what is missing is never zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.broken import Broken, People, TouchpointLevels, ranked
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.touchpoint_levels import Standard, TouchpointLevel

PLACES = ("sales", "email", "call centre", "delivery", "app")


def number(value: float | None) -> Estimate:
    return Estimate(value, None, None, 100, "given")


def row(place: str, gap: float = -20.0, standard: Standard = Standard.BELOW) -> TouchpointLevel:
    return TouchpointLevel(place, number(0.0), 1, None, None, number(gap), standard, 0.001)


def places(found: tuple[Broken, ...]) -> list[str]:
    return [one.at.place for one in found]


factors = st.fixed_dictionaries(
    {place: st.tuples(st.integers(5, 5_000), st.floats(-1, 1), st.floats(0, 2_000)) for place in PLACES}
)


def rank(given_: dict[str, tuple[int, float, float]], order: tuple[str, ...] = PLACES) -> tuple[Broken, ...]:
    weights = {place: number(r) for place, (_, r, _) in given_.items()}
    people = {place: People(n, number(value)) for place, (n, _, value) in given_.items()}
    return ranked([row(place) for place in order], weights, people)[0]


@given(factors, st.permutations(PLACES))
def test_the_ranking_does_not_depend_on_the_order(
    given_: dict[str, tuple[int, float, float]], order: list[str]
) -> None:
    assert rank(given_, tuple(order)) == rank(given_)


@given(factors, st.sampled_from(PLACES), st.integers(1, 1_000))
def test_more_customers_never_lower_the_product_or_the_rank(
    given_: dict[str, tuple[int, float, float]], place: str, more: int
) -> None:
    n, r, value = given_[place]
    before, after = rank(given_), rank({**given_, place: (n + more, r, value)})
    products = [next(one.product for one in found if one.at.place == place) for found in (before, after)]
    assert products[0] is not None and products[1] is not None
    assert products[1] >= products[0]
    assert places(after).index(place) <= places(before).index(place)


def test_the_product_is_that_of_the_three_factors() -> None:
    found = rank({"sales": (100, 0.5, 600.0), "email": (900, -0.1, 10.0)}, ("email", "sales"))
    assert places(found) == ["sales", "email"]
    assert found[0].product == pytest.approx(30_000)
    assert found[1].product == 0, "a weight below zero counts as none"


def test_what_one_lacks_is_left_out_of_every_product_and_said() -> None:
    weights = {"sales": number(0.4), "email": number(None)}
    people = {"sales": People(10, number(100.0)), "email": People(50, number(30.0))}
    found, left_out = ranked([row("sales"), row("email")], weights, people)
    assert left_out == ("weight",)
    assert [(one.at.place, one.product) for one in found] == [("email", 1500), ("sales", 1000)]


def test_with_nothing_known_the_larger_gap_comes_first_and_there_is_no_product() -> None:
    found, left_out = ranked([row("sales", -5), row("email", -9)], {}, {})
    assert places(found) == ["email", "sales"]
    assert [one.product for one in found] == [None, None]
    assert len(left_out) == 3


def test_only_what_is_below_is_broken() -> None:
    every = [row(str(standard), standard=standard) for standard in Standard]
    assert places(ranked(every, {}, {})[0]) == ["below minimum"]
    assert ranked([], {}, {}) == ((), ())


def test_low_n_is_of_shown_numbers_only() -> None:
    found = TouchpointLevels(None, None, (), (), 0, None, "", low_n=101)  # type: ignore[arg-type]
    assert found.few(row("sales"))
    assert not found.few(replace(row("sales"), estimate=NO_ESTIMATE))
