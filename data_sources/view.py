"""What a page gets: the catalog, what the viewer chose, and every answer it may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import cast

from data_sources.errors import Unavailable
from data_sources.freshness import Freshness, freshness
from data_sources.kept import KeptAnswers
from data_sources.leads import changes_of_lead
from data_sources.room import Room
from data_sources.story_candidates import candidates
from metrics.access import Right, Viewer
from metrics.catalog import Axis, Catalog
from metrics.choose import Story, choose_stories, seed_of, wanted
from metrics.comparators import COMPETITOR, Others, against, others
from metrics.comparators_together import judged_together
from metrics.estimate import Comparator
from metrics.figure_series import Series, figure_series
from metrics.figures import DESIRED, SELF, Figure
from metrics.history import History
from metrics.kinds import one_kind
from metrics.metric import Metric
from metrics.overtaking import Overtaking
from metrics.periods import Period
from metrics.published import one_source
from metrics.review import WeeklyReview
from metrics.rollup import company_total
from metrics.scan import Scan, scan
from metrics.six_twelve import SixTwelve, six_twelve
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, Scope, may_be_seen
from metrics.sums import SumsTable
from metrics.weekly import review

SCANNED_WEEKS = 61
"""The newest week, up to 8 weeks of a window and 52 of baseline (metrics/scan.py)."""
WIDEST_PAIR = 2_000
"""Pairs of axes with more places than this are not scanned: their cells are too thin to say anything."""


@dataclass(frozen=True)
class View(KeptAnswers):
    """One viewer's look at the room: a week, a scope and a KPI. `viewer` says who looks and what they may see;
    `unknown` lists what the address asked for and nobody knows; `where` is the slice that the address narrows to, on
    top of the filter bar."""

    room: Room
    week: Period
    scope: Scope
    metric: Metric
    viewer: Viewer
    unknown: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    @cached_property
    def catalog(self) -> Catalog:
        """The company's metrics, thresholds, and axes with the values that the viewer's own rows have."""
        return self.room.catalog_of(self.scope.rules)

    @cached_property
    def weeks(self) -> tuple[Period, ...]:
        """Every week up to and including the one chosen."""
        return tuple(week for week in self.room.cube().weeks if week <= self.week)

    def span(self, weeks: int) -> Period:
        """The last so many weeks up to the one chosen, as far back as there are any: one period."""
        return Period(self.weeks[-weeks:][0].start, self.week.end)

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

    @property
    def fewest(self) -> int:
        """How many answers a number needs to be shown."""
        return self.catalog.thresholds.show_number

    @property
    def slice_where(self) -> dict[str, str]:
        """The slice of the address, axis to value."""
        return dict(self.where)

    # -- what is worked out once for all viewers of the same slice ---------------------------------------------

    def review(self) -> WeeklyReview:
        """The weekly review of this scope and week."""
        return self.once("review", self._review)

    def _review(self) -> WeeklyReview:
        catalog, histories, scanned = self.catalog, cast("tuple[History, ...]", ()), cast("Scan | None", None)

        def kept() -> Scan:
            nonlocal histories, scanned
            histories = self.histories()
            scanned = self._scan(histories)
            return scanned.kept()

        self.once("scan", kept)  # inside, so that a cube that is swapped meanwhile takes the scan with it
        return review(
            histories or self.histories(),
            catalog.thresholds,
            catalog.events,
            {metric.id: self.comparators(metric) for metric in catalog.metrics},
            first=catalog.headline_metric.id,
            labels={axis.id: axis.label for axis in catalog.axes},
            scanned=scanned,
        )

    def three_stories(self) -> tuple[Story, ...]:
        """One comment from the worst signal, one from the best, one at random with its seed. Raises Unavailable,
        NotPermitted, NotConfigured, NotFilterable."""
        return self.once("stories", self._stories)

    def _stories(self) -> tuple[Story, ...]:
        """Candidates are the lowest, the highest and the drawn comments of the week and of both signals' slices."""
        verbatims, found = self.room.verbatims(self.viewer), self.review()
        slices = [Slice(found.chosen, self.week, self.scope)]
        for mover in wanted(found.movers):
            if mover is not None:
                scope = self.scope
                for axis, value in mover.where:
                    scope = scope.narrowed(axis, value)
                slices.append(Slice(found.chosen, self.week, scope))
        among = candidates(verbatims, slices, seed_of(self.week))
        return choose_stories(among, found.chosen, found.movers, self.week)

    def overtakings(self) -> tuple[Overtaking, ...]:
        """Competitors that passed us, or that we passed, within the last year up to the week, in this scope."""
        return self.once("overtakings", self._overtakings)

    def _overtakings(self) -> tuple[Overtaking, ...]:
        """Of every KPI whose benchmarks are of our own survey's kind."""
        alike = {
            metric: one_kind(self.catalog.kind, self.figures("benchmarks", metric)) for metric in self.catalog.metrics
        }
        figures = {metric: one.figures for metric, one in alike.items() if not one.refusal}
        return changes_of_lead(self.room, self.week.end, self.scope, self.open_axes(), figures)

    def scan(self) -> Scan:
        """Every KPI and slice of this scope held against its usual level."""
        return self.once("scan", lambda: self._scan(self.histories()).kept())

    def _scan(self, histories: tuple[History, ...]) -> Scan:
        catalog = self.catalog
        return scan(histories, catalog.thresholds, catalog.events, catalog.headline)

    def comparators(self, metric: Metric) -> tuple[Comparator, ...]:
        """What a KPI is held against in this scope and week; those of all KPIs are judged together. Whoever sees a part
        of the rows and has the right to the company's total has that as well."""
        if metric not in self.catalog.metrics:
            return self._comparators(metric)

        def found() -> Mapping[str, tuple[Comparator, ...]]:
            return judged_together({it.id: (*self._comparators(it), *self.rollup(it)) for it in self.catalog.metrics})

        return self.once("comparators", found)[metric.id]

    def rollup(self, metric: Metric) -> tuple[Comparator, ...]:
        """The whole company's total of the week, whatever is filtered; none for whoever sees every row anyway, or has
        not the right to it. Nor where too few are outside the viewer's rows: these are known whole, without a filter,
        and the few would follow whatever is filtered here."""
        if not self.scope.bounded or not self.viewer.may(Right.SEE_ROLLUP):
            return ()
        whole = self.room.sums(metric, (self.week,), EVERYTHING).whole()
        allowed = self.room.sums(metric, (self.week,), self.scope.unfiltered()).whole()
        if whole.n - allowed.n < self.fewest:
            return ()
        own = self.sums(metric, (self.week,)).whole()
        return company_total(metric, own, whole, self.catalog.company, self.catalog.thresholds)

    def _comparators(self, metric: Metric) -> tuple[Comparator, ...]:
        held = self.once_a_week(("held against", metric.id), lambda: self._held_against(metric))
        thresholds, chosen = self.catalog.thresholds, self.catalog.rival
        return against(self._total(metric), held, self.scope.filters, thresholds, chosen=chosen)

    def _held_against(self, metric: Metric) -> Others:
        figures, expectations = self.figures("benchmarks", metric), self.figures("expectations", metric)
        return others(metric, figures, expectations, self.week.last_day, self.catalog.kind)

    def _total(self, metric: Metric) -> History:
        """A KPI of the whole scope by week, as far back as the scan looks; all KPIs are summed together."""
        weeks = self.weeks[-SCANNED_WEEKS:]
        if metric not in self.catalog.metrics:
            return History(metric, weeks, self.sums(metric, weeks))
        cells = self.once("totals", lambda: self._totals(weeks))
        return cells[metric.id]

    def _totals(self, weeks: tuple[Period, ...]) -> dict[str, History]:
        cells = self.room.slice(weeks, self.scope)
        return {metric.id: History(metric, weeks, cells.sums(metric)) for metric in self.catalog.metrics}

    def six_twelve(self, metric: Metric) -> SixTwelve:
        """The last six weeks and twelve months of a KPI in this scope, up to the week chosen."""
        return self.once(("six_twelve", metric.id), lambda: self._six_twelve(metric))

    def _six_twelve(self, metric: Metric) -> SixTwelve:
        weeks = self.weeks
        months = tuple(month for month in self.room.months if month.start <= self.week.last_day)
        months = (*months[:-1], replace(months[-1], end=min(months[-1].end, self.week.end)))
        return six_twelve(metric, self.sums(metric, weeks), self.sums(metric, months), self.week, self.fewest)

    def rival_series(self, metric: Metric) -> tuple[str, Series]:
        """The best competitor and its figures over time; "" and nothing where there is none."""
        return self.once(("rival_series", metric.id), lambda: self._rival_series(metric))

    def _rival_series(self, metric: Metric) -> tuple[str, Series]:
        best = next((c.label for c in self.comparators(metric) if c.kind == COMPETITOR), "")
        alike = one_kind(self.catalog.kind, self.figures("benchmarks", metric)).figures
        own = one_source([figure for figure in alike if figure.company == best])
        return best, figure_series(own, self.scope.filters, self.fewest)

    def expected_series(self, metric: Metric) -> Series:
        """What customers hope for over time, else whatever level of expectation is recorded (what the company
        believes of itself is none)."""
        return self.once(("expected_series", metric.id), lambda: self._expected_series(metric))

    def _expected_series(self, metric: Metric) -> Series:
        figures = [figure for figure in self.figures("expectations", metric) if figure.level != SELF]
        level = min((figure.level for figure in figures), key=lambda it: (it != DESIRED, it), default="")
        return figure_series([figure for figure in figures if figure.level == level], self.scope.filters, self.fewest)

    def figures(self, role: str, metric: Metric) -> tuple[Figure, ...]:
        """The benchmarks or expectations of a metric that lie inside the viewer's rows: those of the market as a whole
        too, those of the whole company only with the right to its totals. None while their source gives no answer, and
        then `troubles` says so on the page."""
        try:
            known = tuple(self.room.figures(role).get(metric.id, ()))
            if not self.scope.bounded:
                return known
            totals = role == "benchmarks" or self.viewer.may(Right.SEE_ROLLUP)
            return tuple(figure for figure in known if may_be_seen(figure.where, self.scope.rules, totals=totals))
        except Unavailable as error:
            self.room.note_trouble(role, str(error))
            return ()

    # -- sums -------------------------------------------------------------------------------------------------

    def sums(self, metric: Metric, weeks: tuple[Period, ...], by: tuple[str, ...] = ()) -> SumsTable:
        """Sums with axes ("week", *by) in this scope."""
        return self.room.sums(metric, weeks, self.scope, by)

    def histories(self) -> tuple[History, ...]:
        """Every KPI by week and slice, as far back as the scan looks."""
        weeks = self.weeks[-SCANNED_WEEKS:]
        singles = tuple(axis.id for axis in self.open_axes())
        cells = self.room.slice(weeks, self.scope, singles)
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
