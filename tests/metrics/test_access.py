"""Who may see what: the rule for several roles as a truth table, and the expressions of row rules.

Authority: issue 5's own rule ("the union of rights; the intersection is never widened by a role without a row rule
unless it says all_rows"), and deny by default (Saltzer and Schroeder 1975, doi:10.1109/PROC.1975.9939, I.A.3 b).
"""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.access import (
    EVERY_RIGHT,
    IN_WORDS,
    OWNER,
    PAGES,
    Claims,
    NotPermitted,
    Right,
    Role,
    Viewer,
    rows_of,
    viewer_of,
)
from metrics.row_rules import RowRule, WrongRule, parse, together
from metrics.slices import ALL_ROWS, NO_ROWS, Filters, Rules, Scope, both, either, may_be_seen

pytestmark = pytest.mark.security

NORTH, SOUTH = Filters.of({"region": ["North"]}), Filters.of({"region": ["South"]})
FAMILY, BOTH = Filters.of({"segment": ["Family"]}), Filters.of({"region": ["North"], "segment": ["Family"]})
ATTRIBUTES = {"regions": ("North",)}
LEAD = Role("lead", "Lead", frozenset({"voices"}), frozenset({Right.SEE_COMMENTS}), parse(["region in user.regions"]))
FAMILIES = Role(
    "families", "Families", frozenset({"metric"}), frozenset({Right.EXPORT}), parse(["segment == 'Family'"])
)
PLAIN = Role("plain", "Plain", frozenset({"journey"}), frozenset({Right.SEE_TIMELINE}))
ALL = Role("all", "All", frozenset({"story"}), frozenset({Right.SEE_VALUE}), all_rows=True)
ALL_WITH_RULE = Role("both", "Both", rows=parse(["region == 'South'"]), all_rows=True)

TRUTH: tuple[tuple[tuple[Role, ...], Rules], ...] = (
    ((), NO_ROWS),
    ((PLAIN,), NO_ROWS),
    ((LEAD,), (NORTH,)),
    ((LEAD, PLAIN), (NORTH,)),
    ((LEAD, FAMILIES), (BOTH,)),
    ((LEAD, FAMILIES, PLAIN), (BOTH,)),
    ((ALL,), ALL_ROWS),
    ((ALL, LEAD), ALL_ROWS),
    ((ALL, PLAIN), ALL_ROWS),
    ((ALL, LEAD, FAMILIES, PLAIN), ALL_ROWS),
    ((ALL_WITH_RULE,), ALL_ROWS),
    ((LEAD, Role("south", "South", rows=parse(["region == 'South'"]))), NO_ROWS),
)


@pytest.mark.parametrize(("roles", "rules"), TRUTH, ids=["+".join(r.id for r in roles) or "none" for roles, _ in TRUTH])
def test_the_rows_of_several_roles(roles: tuple[Role, ...], rules: Rules) -> None:
    """Whatever order they come in."""
    for order in permutations(roles):
        assert rows_of(order, ATTRIBUTES) == rules


def test_rights_and_pages_add_up() -> None:
    known = {role.id: role for role in (LEAD, FAMILIES, PLAIN, ALL)}
    viewer = viewer_of(Claims("ana@x", attributes=ATTRIBUTES, roles=("lead", "families", "unheard of")), known)
    assert viewer.roles == ("lead", "families")
    assert viewer.rights == {Right.SEE_COMMENTS, Right.EXPORT}
    assert viewer.pages == {"voices", "metric"}
    assert viewer.rules == (BOTH,)


def test_a_role_comes_by_person_by_group_or_by_table_and_else_by_default() -> None:
    roles = {
        "a": Role("a", "A", people=frozenset({"ana@x"})),
        "b": Role("b", "B", groups=frozenset({"leads"})),
        "guest": Role("guest", "Guest"),
    }
    assert viewer_of(Claims("Ana@X"), roles, ["guest"]).roles == ("a",)
    assert viewer_of(Claims("eve@x", groups=("leads", "others")), roles, ["guest"]).roles == ("b",)
    assert viewer_of(Claims("ana@x", groups=("leads",)), roles, ["guest"]).roles == ("a", "b")
    assert viewer_of(Claims("eve@x"), roles, ["guest"]).roles == ("guest",)
    assert viewer_of(Claims("eve@x", roles=("gone",)), roles, ["nobody"]) == Viewer(
        "eve@x", (), frozenset(), frozenset(), NO_ROWS
    )


def test_an_attribute_that_nobody_knows_opens_nothing() -> None:
    assert rows_of([LEAD], {}) == NO_ROWS
    assert rows_of([LEAD], {"regions": ()}) == NO_ROWS
    assert rows_of([LEAD, FAMILIES], {}) == NO_ROWS


def test_one_rule_is_a_filter_that_the_page_names() -> None:
    viewer = viewer_of(Claims("ana@x", attributes=ATTRIBUTES, roles=("lead",)), {"lead": LEAD})
    assert viewer.scope(Filters()) == Scope(NORTH, (NORTH,))
    assert viewer.scope(SOUTH).filters.get("region") == ()
    assert viewer.scope(FAMILY).filters == BOTH
    assert viewer.bounded and not OWNER.bounded
    assert OWNER.scope(FAMILY) == Scope(FAMILY, ALL_ROWS)


def test_a_right_that_is_not_there_is_refused_in_words() -> None:
    viewer = Viewer("eve@x", (), frozenset({Right.EXPORT}), frozenset(PAGES), (NORTH,))
    viewer.require(Right.EXPORT)
    for right in EVERY_RIGHT - {Right.EXPORT}:
        with pytest.raises(NotPermitted, match=IN_WORDS[right]):
            viewer.require(right)
    with pytest.raises(NotPermitted, match="may not count everybody"):
        viewer.require_every_row("count everybody")
    assert [page for page in PAGES if not viewer.opens(page)] == ["voices", "story", "data-health"]
    assert all(map(OWNER.opens, PAGES))


WRONG = (
    "", "region", "region in", "region not in user.regions", "region != 'North'", "region in regions",
    "not region in user.x",
    "region in user.a.b", "user.region == 'North'", "region == 5", "region in [5]", "region in 'North'",
    "f(region) == 'a'",
    "region == 'a' == 'b'", "__import__('os').system('x')", "region in user['x']", "lambda: 0", "region in [*user.x]",
    "region < 'M'", "(" * 900, "region == 'a'" * 400, " and ".join(["(a == '1' or b == '2')"] * 40),
    "region == f'{x}'", "region == None",
)  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_row_rule(text: str) -> None:
    with pytest.raises(WrongRule):
        parse([text])


def test_what_is_one() -> None:
    rule = parse(["region in user.regions and (segment == 'A' or segment in ['B', 'C'])", "stage == 'use'"])
    assert rule.axes == ("region", "segment", "stage")
    assert rule.attributes == ("regions",)
    assert rule.bound({"regions": ("N",)}) == either(
        [
            Filters.of({"region": ["N"], "segment": ["A"]}),
            Filters.of({"region": ["N"], "segment": ["B", "C"]}),
            Filters.of({"stage": ["use"]}),
        ]
    )
    assert rule.bound({}) == (Filters.of({"stage": ["use"]}),)
    assert parse(["region == user.home"]).bound({"home": ("N",)}) == (Filters.of({"region": ["N"]}),)
    assert RowRule(()).bound({}) == NO_ROWS == parse([]).bound({}) == together([])


AXES, VALUES = ("region", "segment"), ("a", "b", "c")
some_filters = st.dictionaries(st.sampled_from(AXES), st.sets(st.sampled_from(VALUES))).map(Filters.of)
some_rules = st.lists(some_filters, max_size=4)
some_row = st.fixed_dictionaries({axis: st.sampled_from(VALUES) for axis in AXES})


def passes(rules: object, row: dict[str, str]) -> bool:
    return any(all(row[axis] in values for axis, values in rule.kept) for rule in rules)  # type: ignore[attr-defined]


@given(some_rules, some_rules, some_row)
def test_canonical_rules_mean_the_same(one: list[Filters], other: list[Filters], row: dict[str, str]) -> None:
    assert passes(either(one), row) == passes(one, row)
    assert passes(both(tuple(one), tuple(other)), row) == (passes(one, row) and passes(other, row))
    assert either(reversed(one)) == either(one) == either(either(one))
    assert either([*one, Filters()]) == ALL_ROWS


@given(some_rules, some_row, st.sets(st.sampled_from(AXES)), st.booleans())
def test_a_figure_is_seen_where_it_lies_inside(
    rules: list[Filters], row: dict[str, str], silent: set[str], totals: bool
) -> None:
    """One that names every axis as a row does; one that is silent of an axis holds all its values."""
    where = tuple((axis, value) for axis, value in row.items() if axis not in silent)
    seen = may_be_seen(where, either(rules), totals=totals)
    if not silent:
        assert seen == passes(rules, row)
    elif not totals:
        assert not seen or all(passes(rules, {**row, axis: value}) for axis in silent for value in VALUES)


def test_what_is_said_of_a_person_as_one_role_binds_no_other() -> None:
    """The table's rows (ana, north, North) and (ana, south, South) are two pairs, not four."""
    rule = parse(["region in user.regions"])
    roles = {name: Role(name, name, rows=rule) for name in ("north", "south")}
    own = {"north": {"regions": ("North",)}, "south": {"regions": ("South",)}}
    both_regions = {"regions": ("North", "South")}
    assert viewer_of(Claims("ana", (), both_regions, ("north",), own), roles).rules == (NORTH,)
    assert viewer_of(Claims("ana", (), both_regions, ("north", "south"), own), roles).rules == NO_ROWS
    assert len(viewer_of(Claims("ana", (), both_regions, ("north", "south")), roles).rules) == 1
