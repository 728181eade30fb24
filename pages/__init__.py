"""The whole navigation on one screen: which pages there are, in what order, under what address, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from components.links import (
    AUDIT,
    COMPETITORS,
    DATA_HEALTH,
    EXPECTATIONS,
    JOURNEY,
    METRIC,
    STORY,
    VOICES,
    WEEKLY_REVIEW,
)
from data_sources.view import View
from metrics.access import Viewer
from pages import audit, competitors, data_health, expectations, journey, metric, story, voices, weekly_review


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page: its address, its title in the menu and what draws it. Not `listed` = reached by a click only. A role
    opens it by `page`, its address unless that is the root's."""

    address: str
    title: str
    render: Callable[[View], None]
    listed: bool = True
    named: str = ""

    @property
    def page(self) -> str:
        """What roles call it (metrics.access.PAGES)."""
        return self.named or self.address


NAVIGATION = (
    PageEntry("home", "Weekly review", weekly_review.render, named=WEEKLY_REVIEW),
    PageEntry(METRIC, "Metric", metric.render),
    PageEntry(JOURNEY, "Journey", journey.render),
    PageEntry(COMPETITORS, "Competitors", competitors.render),
    PageEntry(EXPECTATIONS, "Expectations", expectations.render),
    PageEntry(VOICES, "Voices", voices.render),
    PageEntry(STORY, "Customer story", story.render, listed=False),
    # the first page answers at the root only; people type its name all the same
    PageEntry(WEEKLY_REVIEW, "Weekly review", weekly_review.render, listed=False),
    PageEntry(DATA_HEALTH, "Data health", data_health.render),
    PageEntry(AUDIT, "Audit", audit.render),
)


def navigation(viewer: Viewer) -> tuple[PageEntry, ...]:
    """The pages that this viewer has; the first one answers at the root. None for somebody without a role."""
    return tuple(entry for entry in NAVIGATION if viewer.opens(entry.page))
