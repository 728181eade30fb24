"""Us and every competitor on one metric: standings, gaps, ranks, lines over time, where we lead and where they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data_sources.leads import Change, changes_in_a_study, changes_of_lead, held_in, sums_since
from data_sources.our_answers import OurAnswers
from data_sources.rival_places import Place, RivalPlaces
from data_sources.room import OWN_FIGURES
from data_sources.view import View
from metrics.catalog import Axis
from metrics.comparators import Ours
from metrics.estimate import NO_ESTIMATE, shown
from metrics.figure_series import Points, figure_points, steady_step
from metrics.figures import Figure
from metrics.intervals import estimate
from metrics.kinds import OneKind, kinds_of, one_kind
from metrics.metric import Metric
from metrics.overtaking import Overtaking
from metrics.periods import Period
from metrics.published import Standing, standing
from metrics.rank import Ranks
from metrics.rivals import Rival, Side, best_name, companies, held_against, rank_of, side
from metrics.slices import Filters
from metrics.sums import NOTHING

NEWEST, YEAR, ALL = "Newest figures", "Last 12 months", "All figures"
LEVELS = (NEWEST, YEAR, ALL)
"""How far back a standing reaches."""
REACH = {NEWEST: None, YEAR: timedelta(days=365), ALL: timedelta(days=36_525)}
HALF_A_MONTH = timedelta(days=15)
"""A period's end is known as far as the spacing of the figures tells: the nearest turn of a month is meant."""
STUDY_LACKS_US = "The benchmark holds no figures of ourselves: name our rows as benchmarks.own in cx.toml."
NO_FIGURES = "No competitor has a figure for this metric yet."


@dataclass(frozen=True, slots=True)
class Competition:
    """Everything the Competitors page says about one metric and one kind of figure.

    `ours` is our side, from the responses or, with `from_study`, the benchmark's own figure of us; `rivals` best
    first. `refusal` says in a sentence why no gap is made, `unstated` that a kind is missing. `lines` are each
    company's points over time, `step` months together, ours under `ours.name`; `where` is the chosen competitor by
    each axis that the benchmark records."""

    metric: Metric
    kind: str
    kinds: tuple[str, ...]
    level: str
    ours: Side
    rivals: tuple[Rival, ...] = ()
    ranks: Ranks | None = None
    best: str = ""
    chosen: str = ""
    refusal: str = ""
    unstated: bool = False
    from_study: bool = False
    window: Period | None = None
    lines: Mapping[str, Points] | None = None
    step: int = 1
    where: tuple[tuple[Axis, tuple[Place, ...]], ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def compared(self) -> int:
        """How many competitors were held against us at once."""
        return sum(rival.gap.lower is not None for rival in self.rivals)

    @property
    def places(self) -> int:
        """How many places were held against the chosen competitor's at once."""
        return sum(place.rival.gap.lower is not None for _, places in self.where for place in places)

    def rival(self, name: str) -> Rival | None:
        """One competitor."""
        return next((rival for rival in self.rivals if rival.name == name), None)


def competition(
    view: View, metric: Metric, kind: str | None = None, rival: str = "", level: str = NEWEST
) -> Competition:
    """The competition on one metric in the view's scope up to its week, worked out once for all who look at it.

    `kind` is the kind of figure asked for, by default our own survey's; `rival` the competitor to be held against,
    by default the configured one, else the best. Without a figure `rivals` is empty and `refusal` says why. A failing
    source counts as none, and the view notes it."""
    key = ("competition", metric.id, kind, rival, level)
    return view.once(key, lambda: _Contest(view, metric, kind, rival, level).found())


class _Contest:
    """One competition while it is worked out."""

    def __init__(self, view: View, metric: Metric, kind: str | None, rival: str, level: str) -> None:
        self.view, self.metric, self.level, self.asked = view, metric, level, rival
        self.today = view.week.last_day
        figures = self._known(view.figures("benchmarks", metric))
        self.kinds = kinds_of(figures)
        self.alike: OneKind = one_kind(self._own_kind(), figures, kind)
        self.own = [f for f in self._known(view.figures(OWN_FIGURES, metric)) if f.kind == self.alike.kind]
        self.from_study = bool(self.own) and (self._only_benchmarks() or bool(self.alike.refusal))
        self.answers = OurAnswers(view, metric)
        self.rules = Ours(metric, NOTHING, self.today, view.scope.filters, view.catalog.thresholds)
        self.companies = companies(self.alike.figures)

    def found(self) -> Competition:
        """Everything, in the order of the page."""
        places = {name: self._standing(self._recent(own)) for name, own in self.companies.items()}
        known = {name: place for name, place in places.items() if place is not None}
        window = self._window(list(known.values()))
        ours = self._ours(window)
        others = [side(self.rules, name, place, dated=self.level == NEWEST) for name, place in known.items()]
        refusal = self._refusal(known)
        nothing = replace(ours, estimate=NO_ESTIMATE, sums=None) if refusal else ours
        best = best_name(self.rules, list(known.values()))
        chosen = next((name for name in (self.asked, self.view.catalog.rival, best) if name in known), best)
        result = Competition(
            self.metric, self.alike.kind, self.kinds, self.level, ours, held_against(self.metric, nothing, others),
            None if refusal else rank_of(self.metric, ours, others), best, chosen, refusal,
            self.alike.unstated and not self.from_study, self.from_study, window,
        )  # fmt: skip
        if not known:
            return result
        step = steady_step(list(self.companies.values()), self.rules.filters, self.rules.thresholds.low_n)
        return replace(
            result,
            step=step,
            lines=self._lines(bool(refusal), step),
            where=() if refusal or window is None else self._where(chosen, window),
            changes=() if refusal else self._changes(),
        )

    # -- what is read -----------------------------------------------------------------------------------------

    def _known(self, figures: Sequence[Figure]) -> list[Figure]:
        return [figure for figure in figures if figure.day <= self.today]

    def _only_benchmarks(self) -> bool:
        return self.metric in self.view.catalog.benchmark_metrics

    def _own_kind(self) -> str:
        return "" if self._only_benchmarks() else self.view.catalog.kind

    def _refusal(self, known: Mapping[str, Standing]) -> str:
        if not known:
            return NO_FIGURES
        if self._only_benchmarks():
            return "" if self.own else STUDY_LACKS_US
        return "" if self.from_study else self.alike.refusal

    def _recent(self, figures: Sequence[Figure]) -> list[Figure]:
        """The figures of the year behind the newest of all companies, where the last year is asked for."""
        newest = max((figure.day for figure in self.alike.figures), default=self.today)
        reach = REACH[self.level] if self.level == YEAR else None
        return [figure for figure in figures if reach is None or newest - figure.day < reach]

    def _standing(self, figures: Sequence[Figure], filters: Filters | None = None) -> Standing | None:
        kept = self.rules.filters if filters is None else filters
        enough = self.rules.thresholds.competitor_n
        return standing(self.metric, figures, kept, self.today, enough, reach=REACH[self.level])[0]

    # -- our side ---------------------------------------------------------------------------------------------

    def _window(self, places: Sequence[Standing]) -> Period | None:
        """The days that the competitors' figures stand for, so that like is held against like: those of the newest
        figure, or of all figures used. Answers are counted by the day, published figures by the month."""
        if not places:
            return None
        newest = max(place.as_of for place in places)
        end = max(place.end for place in places if place.as_of == newest)
        first = newest if self.level == NEWEST else min(place.since or place.as_of for place in places)
        span = self.answers.span()
        if span is None:
            first, end = first.replace(day=1), max(_next_month(newest), (end + HALF_A_MONTH).replace(day=1))
        else:
            first, end = max(first, span.start), min(_next_month(newest), span.end)
        return Period(first, max(first + timedelta(days=1), min(end, self.view.week.end)))

    def _ours(self, window: Period | None) -> Side:
        name = self.view.catalog.company
        if self.from_study:
            place = self._standing(companies(self.own)[self.own[0].company])
            if place is not None:
                return side(self.rules, name, place, dated=self.level == NEWEST)
        if window is None or self._only_benchmarks():
            return Side(name, NO_ESTIMATE, None)
        return self.answers.side(window, pool=self.level == NEWEST)

    # -- over time, and where ---------------------------------------------------------------------------------

    def _lines(self, refused: bool, step: int) -> dict[str, Points]:
        """Each company's points, `step` months together; ours among them unless it may not stand there."""
        fewest, filters, us = self.view.fewest, self.rules.filters, self.view.catalog.company

        def points(own: Sequence[Figure]) -> Points:
            return figure_points(self.metric, own, filters, fewest, step)

        lines = {name: points(own) for name, own in self.companies.items()}
        if self.from_study:
            lines[us] = points(companies(self.own)[self.own[0].company])
        elif not refused and not self._only_benchmarks():
            days = [day for line in lines.values() for day, _ in line]
            lines[us] = self.answers.points(min(days), step) if days else ()
        return lines

    def _where(self, chosen: str, window: Period) -> tuple[tuple[Axis, tuple[Place, ...]], ...]:
        own = self.own if self.from_study else None
        places = RivalPlaces(self.view, self.answers, self.rules, self._standing, self.level == NEWEST, own)
        return places.of(self.companies.get(chosen, []), window)

    # -- when the order changed -------------------------------------------------------------------------------

    def _changes(self) -> tuple[Change, ...]:
        view, metric = self.view, self.metric
        if self.from_study:
            found = changes_in_a_study(metric, self.own, self.alike.figures, view.scope, view.open_axes())
        elif self.alike.kind == one_kind(view.catalog.kind, view.figures("benchmarks", metric)).kind:
            found = tuple(one for one in view.overtakings() if one.metric.id == metric.id)
        else:
            found = changes_of_lead(
                view.room, view.week.end, view.scope, view.open_axes(), {metric: self.alike.figures}
            )
        return tuple(self._change(one) for one in found)

    def _change(self, found: Overtaking) -> Change:
        """What both sides come to from the month of the change on."""
        theirs = sums_since(self.metric, held_in(self.view.scope, self.companies.get(found.company, [])), found)
        if self.from_study:
            ours = sums_since(self.metric, held_in(self.view.scope, self.own), found)
        else:
            filters = self.view.scope.filters
            for axis, value in found.where:
                filters = filters.narrowed(axis, value)
            newest = max(figure.day for figure in self.companies[found.company])
            ours = self.answers.sums(Period(found.month, _next_month(newest)), filters)
        fewest = self.view.fewest
        return Change(found, *(shown(estimate(self.metric, sums), fewest) for sums in (ours, theirs)))


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
