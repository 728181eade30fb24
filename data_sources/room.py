"""The room: one company's data, shared by all viewers. It holds the cube, keeps it fresh and answers every page.

One Room a process. Reads are lock-free on an immutable cube; one builder at a time; a new cube is swapped in whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import cast

from data_sources import query
from data_sources.audit import Audit, audit_log
from data_sources.benchmarks import read_benchmarks, read_own_figures
from data_sources.connections import Sources
from data_sources.cube.build import Builder, Progress
from data_sources.cube.coding import coded
from data_sources.cube.files import CubeFiles
from data_sources.cube.store import Cube, CubeSlice, months_of
from data_sources.declared_events import read_events
from data_sources.engines import cell_limit
from data_sources.erasures import Erasures
from data_sources.errors import NotConfigured, Unavailable
from data_sources.expectations import read_expectations
from data_sources.figures import span_of_answers
from data_sources.fingerprint import fingerprint
from data_sources.keeper import Keeper, Trouble, silent
from data_sources.memo import Memo
from data_sources.people import People
from data_sources.pseudonyms import Pseudonyms, pseudonyms
from data_sources.refresher import JOIN_SECONDS, Refresher
from data_sources.seen_catalog import found_catalog, seen_catalog
from data_sources.settings import Settings
from data_sources.settings.roles import roles_of
from data_sources.settings.sources import DEMO
from data_sources.spare_memory import give_back
from data_sources.tables import Dataset, datasets
from data_sources.timelines import Timelines
from data_sources.turns import Turn
from data_sources.verbatims import Verbatims
from metrics.access import Right, Role, Viewer
from metrics.catalog import Catalog, DeclaredEvent
from metrics.metric import Metric
from metrics.periods import Period
from metrics.published import Figures, by_metric
from metrics.slices import ALL_ROWS, EVERYTHING, Filters, Rules, Scope
from metrics.sums import SumsTable

OWN_FIGURES = "own figures"
RECENT_WEEKS = 8
"""How far back a page may open by itself: an older week is a choice."""
ANSWERS = 1_024
"""Answers kept, the newest asked for: about twenty a slice (a review, its scan, charts, reports), so fifty slices; a
slice holds about one megabyte (measured at a million responses), most of it the scan."""


class Room:
    """A company's data: `cube()` for sums, `datasets` for rows, `answers` for what is worked out from them."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] | None = None) -> None:
        self.settings = settings
        self.sources = Sources(settings)
        self.people = People(settings, self.sources)
        self.datasets: dict[str, Dataset] = datasets(settings)
        self.now = now or settings.now
        self._answers: Memo[object] = Memo(ANSWERS)
        self._erasures = Erasures(settings.store_folder())
        self.troubles: dict[str, str] = {}
        self.failures = 0
        self._configured = settings.catalog()
        self._catalog: Catalog | None = None
        self._events: tuple[DeclaredEvent, ...] = ()
        minutes = settings.cube.refresh_minutes
        self._keeper = Keeper(
            prepare=self._make_demo,
            builder=self._builder,
            arrives=self._arrives,
            now=self.now,
            rhythm=minutes * 60,
            reread_weeks=settings.cube.reread_weeks,
        )
        self._refresher = Refresher(self._keeper, minutes)

    # -- the cube ---------------------------------------------------------------------------------------------

    def cube(self, progress: Progress = silent) -> Cube:
        """The newest whole cube: the one in memory, else the one persisted, else built now while others wait.
        Raises Unavailable or EmptyDataset."""
        return self._keeper.cube or self._keeper.first(progress)

    @property
    def ready(self) -> bool:
        """Whether a cube is in memory, so that a page costs no build."""
        return self._keeper.cube is not None

    @property
    def edition(self) -> int:
        """How many cubes this process has had: another number means other data, and no kept answers."""
        return self._keeper.edition

    @property
    def trouble(self) -> Trouble | None:
        """Why the last refresh failed; None where it did not."""
        return self._keeper.trouble

    def refresh(self, *, rebuild: bool = False) -> bool:
        """Read the open atom and the last weeks again (everything with `rebuild`) and swap the cube. False where
        another refresh is under way or the database failed; then the old cube stays and `trouble` says why."""
        return self._keeper.refresh(rebuild=rebuild)

    def keep_fresh(self) -> None:
        """Refresh every few minutes, in the background, until closed: an old cube from disk soon, and everything once
        a day. Of several processes with one folder one refreshes; the others take over what it read."""
        self._refresher.start()

    def close(self) -> bool:
        """Stop refreshing and let go of every connection; whether no query is under way any more."""
        quiet = self._refresher.stop() and self._keeper.close(JOIN_SECONDS)
        if quiet:  # a driver would wait for its query
            self.sources.dispose()
        return quiet

    def _make_demo(self, progress: Progress) -> None:
        """The demo company's files where a source asks for them, made on first use while the page shows progress; by
        one process, while others wait."""
        if any(source.folder == DEMO for source in self.settings.sources.values()):
            from data_sources.demo.stored import cache_root, demo_folder

            making = Turn(cache_root() / ".making.lock")
            with making.wait(progress):
                demo_folder(progress=making.telling(progress))

    def _builder(self) -> Builder:
        responses = self.datasets["responses"]
        engine = self.sources.engine(responses.source)
        return Builder(
            responses,
            self._configured.metrics,
            tuple(axis for axis in self._configured.every_axis if query.records(responses, axis.id)),
            self._configured.first_weekday,
            cell_limit(engine, self.settings.cube.cell_limit),
            lambda statement: self.sources.run(responses.source, statement),
            engine.dialect.name,
            CubeFiles(self.settings.cube_folder() / fingerprint(self.settings)),
        )

    def _arrives(self, cube: Cube) -> Callable[[], None]:
        """Everything that is asked of a source is asked before the cube is seen; answers of the old one that are still
        being worked out when it is seen are never kept."""
        catalog = found_catalog(self._configured, self._declared(), cube)

        def seen() -> None:
            self._catalog = catalog
            self._answers.clear()
            give_back()

        return seen

    def verbatims(self, viewer: Viewer) -> Verbatims:
        """The company's comments. Raises NotPermitted, NotConfigured where no comment is mapped."""
        viewer.require(Right.SEE_COMMENTS)
        found = Verbatims(self.sources, self.datasets, self.catalog, self.names)
        if found.unavailable:
            raise NotConfigured("responses.comment", "Voices")
        return found

    def timelines(self, viewer: Viewer) -> Timelines:
        """The company's customers, one story at a time, without what the viewer has no right to. Raises
        NotPermitted."""
        viewer.require(Right.SEE_TIMELINE)
        sight, currency = viewer.sight, self.settings.currency
        return Timelines(self.sources, self.datasets, self.catalog, self.names, currency, sight=sight)

    @cached_property
    def roles(self) -> dict[str, Role]:
        """What roles may see and do, by id."""
        return roles_of(self.settings)

    @property
    def answers(self) -> Memo[object]:
        """What was worked out and is kept for everybody; nothing that was worked out before a customer was forgotten
        (data_sources/forget.py, perhaps in another process)."""
        if self._erasures.heard():
            self._answers.clear()
        return self._answers

    @cached_property
    def audit(self) -> Audit:
        """The log of who looked at whom. Raises StoreTrouble where it has no place."""
        return audit_log(self.settings)

    @cached_property
    def names(self) -> Pseudonyms:
        """What customers are called here."""
        return pseudonyms(self.settings)

    # -- weeks ------------------------------------------------------------------------------------------------

    def closed_weeks(self) -> tuple[Period, ...]:
        """The weeks that are over, so that each holds all its days; all weeks where none is over yet."""
        cube, today = self.cube(), self.now().date()
        return tuple(week for week in cube.weeks if week.end <= today) or cube.weeks

    def newest_telling_week(self, rules: Rules = ALL_ROWS) -> Period:
        """The newest of the last closed weeks with enough responses under these row rules to say anything
        (thresholds.low_n), else with enough to show a number, else the newest."""
        weeks = self.closed_weeks()
        key = ("telling", weeks[-1], rules)
        return cast("Period", self.answers.get(key, lambda: self._newest_telling(weeks, rules)))

    def _newest_telling(self, weeks: tuple[Period, ...], rules: Rules) -> Period:
        rows = self.slice(weeks, Scope(Filters(), rules)).counts(query.ROWS)
        recent = list(zip(weeks, rows.tolist(), strict=True))[-RECENT_WEEKS:]
        thresholds = self.catalog.thresholds
        for enough in (thresholds.low_n, thresholds.show_number, 1):
            telling = [week for week, n in recent if n >= enough]
            if telling:
                return telling[-1]
        return weeks[-1]

    def note_trouble(self, role: str, why: str) -> None:
        """A role beside the responses gives no answer: said on every page until it does, and counted, so that no
        answer that lacks it is kept."""
        self.troubles[role] = why
        self.failures += 1

    def _declared(self) -> tuple[DeclaredEvent, ...]:
        """The events of the [events] table; while its source gives no answer those known before, and the page
        says so."""
        try:
            self._events = read_events(self.settings, self.sources)
            self.troubles.pop("events", None)
        except Unavailable as error:
            self.note_trouble("events", str(error))
        return self._events

    # -- what pages ask ---------------------------------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """What is configured, with the values found once there is a cube."""
        return self._catalog or self._configured

    def catalog_of(self, rules: Rules) -> Catalog:
        """The catalog for somebody who sees these rows: no axis has a value that none of them has, no persona is one
        that none of them can be."""
        if rules == ALL_ROWS:
            return self.catalog
        return cast("Catalog", self.answers.get(("catalog", rules), lambda: self._seen_catalog(rules)))

    def _seen_catalog(self, rules: Rules) -> Catalog:
        weeks, scope = self.cube().weeks, Scope(Filters(), rules)
        return seen_catalog(self.catalog, rules, lambda axis: self._slice(weeks, scope, (axis,), None))

    @property
    def months(self) -> tuple[Period, ...]:
        """The calendar months of the cube, the last one as far as its weeks reach."""
        return cast("tuple[Period, ...]", self.answers.get("months", lambda: months_of(self.cube())))

    def figures(self, role: str) -> Figures:
        """The figures of `benchmarks`, `own figures` (the benchmarks' of ourselves) or `expectations` by metric id,
        read once a refresh; none where none are configured. Raises Unavailable, and asks again at the next call."""
        reads = {"benchmarks": read_benchmarks, OWN_FIGURES: read_own_figures, "expectations": read_expectations}
        read = reads[role]
        found = self.answers.get(("figures", role), lambda: by_metric(read(self.settings, self.sources, self.months)))
        self.troubles.pop(role, None)
        return cast("Figures", found)

    def slice(self, periods: Sequence[Period], scope: Scope, by: Sequence[str] = ()) -> CubeSlice:
        """Cells of consecutive periods in scope, from the cube; pushed down to the database where the scope or
        `by` needs an axis that was too wide for the cube. Their tables name no value that the viewer's rows lack."""
        return self._slice(periods, scope, by, self._places(scope))

    def _places(self, scope: Scope) -> Mapping[str, Sequence[str]] | None:
        """The values that the viewer's rows have, axis by axis; None where these are all. An axis whose values nobody
        knows, because it was too wide for the cube, is named by what the database finds in scope."""
        if not scope.bounded:
            return None
        known = {axis.id for axis in self.catalog.every_axis if axis.values}
        return {axis.id: axis.values for axis in self.catalog_of(scope.rules).every_axis if axis.id in known}

    def _slice(
        self, periods: Sequence[Period], scope: Scope, by: Sequence[str], places: Mapping[str, Sequence[str]] | None
    ) -> CubeSlice:
        cube = self.cube()
        needed = {axis for filters in (scope.filters, *scope.rules) for axis, _ in filters.kept}
        if cube.holds([*needed, *by]):
            return cube.over(periods, scope, places)
        return self._pushed(tuple(periods), scope, tuple(by), places)

    def sums(self, metric: Metric, periods: Sequence[Period], scope: Scope, by: Sequence[str] = ()) -> SumsTable:
        """Sums of one metric with axes (period, *by)."""
        return self.slice(periods, scope, by).sums(metric, by)

    def between(self, period: Period, scope: Scope, by: Sequence[str] = ()) -> CubeSlice:
        """Cells of any span of days, asked of the database: the cube knows whole weeks and months only."""
        return self._pushed((period,), scope, tuple(by), self._places(scope))

    def answers_span(self) -> Period | None:
        """The days that the benchmarks' answers span; None where they are published figures. Raises Unavailable."""
        found = self.answers.get("answers span", lambda: span_of_answers(self.settings, self.sources, "benchmarks"))
        return cast("Period | None", found)

    def _pushed(
        self,
        periods: tuple[Period, ...],
        scope: Scope,
        by: tuple[str, ...],
        places: Mapping[str, Sequence[str]] | None = None,
    ) -> CubeSlice:
        """The same cells by the same statement builder, with the scope in SQL and only the axes asked for."""
        responses, metrics = self.datasets["responses"], self._configured.metrics
        table = self.sources.run(responses.source, query.cells(responses, metrics, by, periods, scope))
        axes = [self.catalog.axis(axis) for axis in by]
        parts = [table.filter(query.at_atom(table, i)).drop_columns([query.ATOM]) for i in range(len(periods))]
        small = Cube(metrics, periods, periods, coded(parts, axes, metrics))
        return small.over(periods, EVERYTHING, places)
