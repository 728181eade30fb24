"""Which responses are meant: filters (chosen by the viewer) and scope (filters ∧ what the viewer may see)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters ∧ row rules. A row is in scope when it passes the filters and at least one rule; no rule means
    that the viewer may see every row. Every query carries a scope from the first day."""

    filters: Filters = Filters()
    rules: tuple[Filters, ...] = ()

    def narrowed(self, axis: str, value: str) -> Scope:
        """The scope of one slice inside this one."""
        return Scope(self.filters.narrowed(axis, value), self.rules)

    def unfiltered(self) -> Scope:
        """Everything this viewer may see."""
        return Scope(Filters(), self.rules)


EVERYTHING = Scope()
"""No filter, no rule: for tests and for building the cube, never for a viewer's request."""
