"""Row rules: which rows a role sees, as an expression over dimensions, bound to what is known of a person.

`region in user.regions and segment == 'Family'` is written, parsed and checked once; `bound` puts in the person's own
values. Only what is named is seen: there is no "not in", so that a region that is new tomorrow is nobody's by accident.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from metrics.slices import Filters, Rules, both, either

Attributes = Mapping[str, tuple[str, ...]]
"""What is known of a person beside the name: "regions" → ("North", "South")."""
PERSON = "user"
"""Stands for the person in an expression: user.regions."""
LONGEST = 2_000
"""Characters of an expression; one of fifty regions by name has some six hundred."""

MOST_GROUPS = 256
"""Alternatives that "and" of "or" multiplies out to; eight pairs are as many, and nobody reads more."""


class WrongRule(ValueError):  # noqa: N818  named for what is the case
    """An expression that is no row rule; the message says what is wrong in words that follow "rows"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One axis and the values kept on it: `values` as written, or those of the person's attribute `of`."""

    axis: str
    values: tuple[str, ...] = ()
    of: str = ""

    def bound(self, attributes: Attributes) -> Filters:
        """The filter it is for a person. Nothing is known of the person: nothing is kept."""
        return Filters.of({self.axis: attributes.get(self.of, ()) if self.of else self.values})


@dataclass(frozen=True, slots=True)
class RowRule:
    """Any of several groups of clauses, all of a group together (disjunctive normal form)."""

    any_of: tuple[tuple[Clause, ...], ...]

    def bound(self, attributes: Attributes) -> Rules:
        """The rules it is for a person, in canonical form; none where nothing that it asks for is known."""
        return either(_all(group, attributes) for group in self.any_of)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes it names, each once, in order."""
        return tuple(dict.fromkeys(clause.axis for group in self.any_of for clause in group))

    @property
    def attributes(self) -> tuple[str, ...]:
        """What it wants to know of a person, each once, in order."""
        return tuple(dict.fromkeys(clause.of for group in self.any_of for clause in group if clause.of))


def _all(group: tuple[Clause, ...], attributes: Attributes) -> Filters:
    filters = Filters()
    for clause in group:
        filters = filters.and_also(clause.bound(attributes))
    return filters


def parse(expressions: Collection[str]) -> RowRule:
    """The rule that says: any of these expressions. Raises WrongRule."""
    return RowRule(tuple(group for text in expressions for group in _parsed(text)))


def _parsed(text: str) -> tuple[tuple[Clause, ...], ...]:
    if len(text) > LONGEST:
        raise WrongRule(f"is longer than {LONGEST:,} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise WrongRule(f"“{text}” is no expression; write region in user.regions, or segment == 'Family'") from None
    return _either(tree)


def _either(node: ast.expr) -> tuple[tuple[Clause, ...], ...]:
    """A node as groups: "or" lists them, "and" joins each with each."""
    if isinstance(node, ast.BoolOp):
        parts = [_either(value) for value in node.values]
        if isinstance(node.op, ast.Or):
            return tuple(group for part in parts for group in part)
        groups: tuple[tuple[Clause, ...], ...] = ((),)
        for part in parts:
            if len(groups) * len(part) > MOST_GROUPS:
                raise WrongRule(f"comes to more than {MOST_GROUPS} alternatives")
            groups = tuple((*group, *more) for group in groups for more in part)
        return groups
    return ((_clause(node),),)


def _clause(node: ast.expr) -> Clause:
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.left, ast.Name):
        raise WrongRule(f"“{ast.unparse(node)}” is no comparison of a dimension; write region in user.regions")
    operator, right = node.ops[0], node.comparators[0]
    if not isinstance(operator, ast.In | ast.Eq):
        raise WrongRule(f"“{ast.unparse(node)}” compares by neither “in” nor “==”: only what is named can be seen")
    axis = node.left.id
    if isinstance(right, ast.Attribute) and isinstance(right.value, ast.Name) and right.value.id == PERSON:
        return Clause(axis, of=right.attr)
    if isinstance(operator, ast.Eq):
        return Clause(axis, (_text(right),))
    if isinstance(right, ast.List | ast.Tuple | ast.Set):
        return Clause(axis, tuple(map(_text, right.elts)))
    raise WrongRule(f"“{ast.unparse(right)}” is neither a list of values nor user.…")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise WrongRule(f"“{ast.unparse(node)}” is no text in quotes")


def together(rules: Collection[Rules]) -> Rules:
    """The rows that pass every one of several rules; none where there is no rule."""
    found: Rules | None = None
    for one in rules:
        found = one if found is None else both(found, one)
    return found or ()
