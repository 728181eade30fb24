"""Which responses are meant: filters (chosen by the viewer) and scope (filters ∧ what the viewer may see)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

NOT_RECORDED = "not recorded"
"""The label of a missing value on any axis: absence is a slice of its own, never dropped."""
STAGE, TOUCHPOINT = "stage", "touchpoint"
"""The two axes that every company's journey has; the others are its configured dimensions."""


@dataclass(frozen=True, slots=True)
class Filters:
    """For each axis named, the values kept; an axis left out keeps everything. Canonical: equal filters are
    equal objects, whatever order they were written in. An empty tuple of values keeps nothing."""

    kept: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Iterable[str]]) -> Filters:
        """Filters from a mapping of axis to values."""
        return cls(tuple(sorted((axis, tuple(sorted(set(values)))) for axis, values in kept.items())))

    def as_dict(self) -> dict[str, tuple[str, ...]]:
        """The same as a mapping of axis to values."""
        return dict(self.kept)

    def get(self, axis: str) -> tuple[str, ...] | None:
        """The values kept on an axis; None where the axis is not filtered."""
        return self.as_dict().get(axis)

    def narrowed(self, axis: str, value: str) -> Filters:
        """These filters and, on one axis, only this value; nothing at all if the value was filtered out."""
        before = self.get(axis)
        kept = (value,) if before is None or value in before else ()
        return Filters.of({**self.as_dict(), axis: kept})

    def and_also(self, other: Filters) -> Filters:
        """Both at once: on an axis that both filter, the values that both keep."""
        kept = self.as_dict()
        for axis, values in other.kept:
            kept[axis] = tuple(value for value in values if value in kept.get(axis, values))
        return Filters.of(kept)

    def without(self, axis: str) -> Filters:
        """These filters with one axis left open."""
        return Filters.of({name: values for name, values in self.kept if name != axis})


Rules: TypeAlias = tuple[Filters, ...]
"""What somebody may see: the rows that pass at least one of them."""
ALL_ROWS: Rules = (Filters(),)
"""The one rule that every row passes."""
NO_ROWS: Rules = ()
"""No rule, so no row: what nobody has allowed is not seen."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters ∧ row rules. A row is in scope when it passes the filters and at least one rule; without a rule none is.
    Neither has a default, so that nobody asks for data without saying whose eyes it is for. Viewers' scopes are made by
    `metrics.access.Viewer.scope`; the rules are canonical there, so that people who see the same rows share answers."""

    filters: Filters
    rules: Rules

    def narrowed(self, axis: str, value: str) -> Scope:
        """The scope of one slice inside this one."""
        return Scope(self.filters.narrowed(axis, value), self.rules)

    def unfiltered(self) -> Scope:
        """Everything this viewer may see."""
        return Scope(Filters(), self.rules)

    def filtered(self, filters: Filters) -> Scope:
        """What these filters leave of everything this viewer may see."""
        return Scope(filters, self.rules)

    @property
    def bounded(self) -> bool:
        """Whether the viewer may see a part of the rows only."""
        return self.rules != ALL_ROWS


EVERYTHING = Scope(Filters(), ALL_ROWS)
"""No filter, every row: for tests, for building the cube and for what is the company's own (data health)."""


def either(rules: Iterable[Filters]) -> Rules:
    """Rules in canonical form: those that keep nothing and those that another one includes are left out."""
    distinct = sorted({rule for rule in rules if all(values for _, values in rule.kept)}, key=lambda rule: rule.kept)
    return tuple(
        rule for rule in distinct if not any(other is not rule and _includes(other, rule) for other in distinct)
    )


def both(one: Rules, other: Rules) -> Rules:
    """The rows that pass one of each."""
    return either(mine.and_also(theirs) for mine in one for theirs in other)


def may_be_seen(where: tuple[tuple[str, str], ...], rules: Rules, *, totals: bool) -> bool:
    """Whether a figure for a place (axis, value) lies inside rules. One that says nothing of an axis is a total over
    it: inside only with `totals`."""
    place = dict(where)
    return any(all(place[axis] in values if axis in place else totals for axis, values in rule.kept) for rule in rules)


def _includes(wide: Filters, narrow: Filters) -> bool:
    """Whether every row that passes `narrow` passes `wide`."""
    inside = narrow.as_dict()
    return all(axis in inside and set(inside[axis]) <= set(values) for axis, values in wide.kept)
