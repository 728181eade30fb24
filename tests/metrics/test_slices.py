from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metrics.slices import ALL_ROWS, EVERYTHING, Filters, Scope

AXES, VALUES = ("product", "region", "stage"), ("a", "b", "c", "d")
filters = st.dictionaries(st.sampled_from(AXES), st.sets(st.sampled_from(VALUES))).map(Filters.of)
rows = st.fixed_dictionaries({axis: st.sampled_from(VALUES) for axis in AXES})


def passes(given_filters: Filters, row: dict[str, str]) -> bool:
    """What a filter means, said once for the laws."""
    return all(row[axis] in kept for axis, kept in given_filters.kept)


def test_equal_filters_are_equal_objects_however_written() -> None:
    first = Filters.of({"stage": ["use", "buy", "use"], "region": ["North"]})
    second = Filters.of({"region": ("North",), "stage": ("buy", "use")})
    assert first == second
    assert hash(first) == hash(second)
    assert first.kept == (("region", ("North",)), ("stage", ("buy", "use")))


def test_an_axis_left_out_keeps_everything_and_an_empty_one_nothing() -> None:
    assert Filters().get("region") is None
    assert Filters.of({"region": []}).get("region") == ()


def test_narrowed_to_a_value_that_was_filtered_out_keeps_nothing() -> None:
    north = Filters.of({"region": ["North"]})
    assert north.narrowed("region", "North") == north
    assert north.narrowed("region", "South").get("region") == ()
    assert north.narrowed("stage", "use").as_dict() == {"region": ("North",), "stage": ("use",)}


def test_scope_of_a_slice_keeps_its_rules() -> None:
    """A rule is never lost on the way down: what the viewer may not see stays out of every slice."""
    rules = (Filters.of({"region": ["North"]}),)
    scope = Scope(Filters.of({"stage": ["use"]}), rules)
    assert scope.narrowed("region", "South") == Scope(Filters.of({"region": ["South"], "stage": ["use"]}), rules)
    assert scope.unfiltered() == Scope(Filters(), rules)
    assert Scope(Filters(), ALL_ROWS) == EVERYTHING
    assert EVERYTHING.filtered(Filters.of({"stage": ["use"]})) == Scope(Filters.of({"stage": ["use"]}), ALL_ROWS)


@given(filters, filters, rows)
def test_and_also_passes_what_both_pass(first: Filters, second: Filters, row: dict[str, str]) -> None:
    assert passes(first.and_also(second), row) == (passes(first, row) and passes(second, row))


@given(filters, filters)
def test_and_also_has_no_order(first: Filters, second: Filters) -> None:
    assert first.and_also(second) == second.and_also(first)
    assert first.and_also(first) == first
    assert first.and_also(Filters()) == first


@given(filters, st.sampled_from(AXES), st.sampled_from(VALUES), rows)
def test_narrowed_passes_what_passed_and_has_the_value(kept: Filters, axis: str, value: str, row: dict) -> None:
    assert passes(kept.narrowed(axis, value), row) == (passes(kept, row) and row[axis] == value)


@given(filters, st.sampled_from(AXES), rows)
def test_without_opens_one_axis(kept: Filters, axis: str, row: dict[str, str]) -> None:
    others = Filters(tuple(pair for pair in kept.kept if pair[0] != axis))
    assert passes(kept.without(axis), row) == passes(others, row)
    assert kept.without(axis).get(axis) is None


@given(filters)
def test_as_a_mapping_and_back(kept: Filters) -> None:
    assert Filters.of(kept.as_dict()) == kept
