"""Answers about a view, kept for everybody who may have them: apart by week, scope and the rights they depend on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from data_sources.room import Room
from metrics.access import Viewer
from metrics.periods import Period
from metrics.slices import Scope

T = TypeVar("T")


class KeptAnswers:
    """What a view (data_sources/view.py) has of keeping. The key of every answer holds the viewer's row rules and the
    rights on which answers depend, so that nobody is ever given another's."""

    room: Room
    week: Period
    scope: Scope
    viewer: Viewer

    def once(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """An answer kept for everybody who looks at the same week and scope with the same rights. One that was worked
        out while a source failed lacks that source's figures: it is shown, with the trouble, and not kept."""
        return self._kept((what, self.week, self.scope, self.viewer.sight), work_out)

    def once_a_week(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """As `once`, for what is the same whatever is filtered; not for other rows or rights."""
        return self._kept((what, self.week, self.scope.rules, self.viewer.sight), work_out)

    def _kept(self, key: Hashable, work_out: Callable[[], T]) -> T:
        failures = self.room.failures
        return cast("T", self.room.answers.get(key, work_out, lambda: self.room.failures == failures))

    def made_of(self, what: Hashable, source: object, work_out: Callable[[], T]) -> T:
        """What a page draws of one answer (a chart's table, a card's words), kept for everybody as long as `source` is
        the very same object (or a tuple of the very same): an answer that was not kept, because a source failed,
        leaves nothing behind."""
        key = (what, self.week, self.scope, self.viewer.sight)
        for _ in range(2):
            made = cast("tuple[object, T]", self.room.answers.get(key, lambda: (source, work_out())))
            if _same(made[0], source):
                return made[1]
            self.room.answers.forget(key)
        return work_out()


def _same(one: object, other: object) -> bool:
    """Whether they are one object, or tuples of the same objects."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
    return one is other
