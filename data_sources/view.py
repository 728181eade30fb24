"""What a page gets: the catalog, what the viewer chose, and every answer it may show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from data_sources.freshness import Freshness, freshness
from data_sources.room import Room
from metrics.catalog import Axis, Catalog
from metrics.history import History
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import Scope
from metrics.sums import SumsTable

SCANNED_WEEKS = 61
"""The newest week, up to 8 weeks of a window and 52 of baseline (metrics/scan.py)."""
WIDEST_PAIR = 2_000
"""Pairs of axes with more places than this are not scanned: their cells are too thin to say anything."""


@dataclass(frozen=True)
class View:
    """One viewer's look at the room: a week, a scope and a KPI. `unknown` lists what the address asked for and
    nobody knows."""

    room: Room
    week: Period
    scope: Scope
    metric: Metric
    unknown: tuple[str, ...] = ()

    @property
    def catalog(self) -> Catalog:
        """The company's metrics, axes, thresholds."""
        return self.room.catalog

    @property
    def weeks(self) -> tuple[Period, ...]:
        """Every week up to and including the one chosen."""
        return tuple(week for week in self.room.cube().weeks if week <= self.week)

    @property
    def narrowings(self) -> tuple[tuple[str, str], ...]:
        """The filters in force in words: (axis label, values)."""
        return tuple(
            (self.catalog.axis(axis).label, ", ".join(values) or "nothing") for axis, values in self.scope.filters.kept
        )

    @property
    def words(self) -> str:
        """The filters in force as one phrase: "North · Family", or "all customers"."""
        return " · ".join(values for _, values in self.narrowings) or "all customers"

    def narrowed(self, axis: str, value: str) -> View:
        """This view of one slice."""
        return replace(self, scope=self.scope.narrowed(axis, value))

    def freshness(self) -> Freshness:
        """How old the numbers are."""
        room = self.room
        trouble = room.trouble.message if room.trouble else ""
        return freshness(room.cube(), room.now(), self.catalog.thresholds, trouble)

    # -- sums -------------------------------------------------------------------------------------------------

    def sums(self, metric: Metric, weeks: tuple[Period, ...], by: tuple[str, ...] = ()) -> SumsTable:
        """Sums with axes ("week", *by) in this scope."""
        return self.room.sums(metric, weeks, self.scope, by)

    def histories(self) -> tuple[History, ...]:
        """Every KPI by week and slice, as far back as the scan looks."""
        weeks = self.weeks[-SCANNED_WEEKS:]
        cells = self.room.slice(weeks, self.scope)
        singles = tuple(axis.id for axis in self.open_axes())
        pairs = [pair for pair in combinations(singles, 2) if self._places(pair) <= WIDEST_PAIR]

        def of(metric: Metric) -> History:
            slices: dict[tuple[str, ...], SumsTable] = {(axis,): cells.sums(metric, (axis,)) for axis in singles}
            slices.update({pair: cells.sums(metric, pair) for pair in pairs})
            return History(metric, weeks, cells.sums(metric), slices)

        return tuple(of(metric) for metric in self.catalog.metrics)

    def open_axes(self) -> tuple[Axis, ...]:
        """The axes that still divide this scope: in the cube, and not narrowed to one value."""
        cube, filters = self.room.cube(), self.scope.filters
        return tuple(
            axis
            for axis in self.catalog.axes
            if cube.holds((axis.id,)) and len(axis.values) > 1 and len(filters.get(axis.id) or axis.values) > 1
        )

    def _places(self, pair: tuple[str, ...]) -> int:
        product = 1
        for axis in pair:
            product *= len(self.catalog.axis(axis).values)
        return product
