"""What a number is held against: our own past, competitors, what customers expect (METHODS §4).

Every gap is ours minus theirs. It has an interval when both sides have an n, and says what limits it otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from metrics.catalog import Thresholds
from metrics.estimate import NO_ESTIMATE, Comparator, Estimate, Verdict, shown
from metrics.figures import ADEQUATE, DESIRED, PROMISED, SELF, Figure
from metrics.history import History
from metrics.intervals import difference, estimate
from metrics.kinds import one_kind
from metrics.metric import Metric
from metrics.published import Known, Standing, known_at
from metrics.slices import Filters
from metrics.sums import NOTHING, Sums

PAST, COMPETITOR, EXPECTATION = "past", "competitor", "expectation"
WEEKS_A_YEAR = 52
"""The same week last year is 52 weeks back: the same weekdays, at most two days off the calendar date."""
LEVELS = {DESIRED: "hoped for", "": "expected", ADEQUATE: "acceptable", PROMISED: "promised"}
"""Levels of expectation in the order in which they are shown, in plain words."""
WIDEST = "widest spread assumed, none published"
NO_INTERVAL = "no interval: n not stated"
FIXED = "against a fixed level"


@dataclass(frozen=True, slots=True)
class Ours:
    """Our side of every gap: the reviewed period's sums of one metric, its last day, what is filtered, when a
    number counts, how many weeks the sums span, and the kind of survey ("" where not stated)."""

    metric: Metric
    sums: Sums
    today: date
    filters: Filters
    thresholds: Thresholds
    weeks: int = 1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Others:
    """What a KPI can be held against on a day, whatever is filtered: competitors by name with the reason why there is
    no gap to them ("" where there is one), and levels of expectation in the order in which they are shown."""

    companies: Mapping[str, Known]
    refusal: str
    levels: Mapping[str, Known]


def others(
    metric: Metric, figures: Sequence[Figure], expectations: Sequence[Figure], today: date, kind: str = ""
) -> Others:
    """Competitors' figures of one kind (metrics/kinds.py; `kind` is our own survey's) and expectations, by company and
    level. Figures of other metrics are passed over, and so is what the company believes of itself: that is nobody's
    expectation. A promise stands in for what customers expect only where nobody asked them."""
    alike = one_kind(kind, [figure for figure in figures if figure.metric == metric.id and figure.company])
    companies: dict[str, list[Figure]] = defaultdict(list)
    for figure in alike.figures:
        companies[figure.company].append(figure)
    levels: dict[str, list[Figure]] = defaultdict(list)
    for figure in expectations:
        if figure.metric == metric.id and figure.level != SELF:
            levels[figure.level].append(figure)
    if levels.keys() - {PROMISED}:
        levels.pop(PROMISED, None)
    order = [level for level in LEVELS if level in levels] + sorted(levels.keys() - LEVELS.keys())
    return Others(
        {name: known_at(own, today) for name, own in companies.items()},
        alike.refusal,
        {level: known_at(levels[level], today) for level in order},
    )


def comparators(
    history: History,
    figures: Sequence[Figure],
    expectations: Sequence[Figure],
    filters: Filters,
    thresholds: Thresholds,
    *,
    chosen: str = "",
    kind: str = "",
) -> tuple[Comparator, ...]:
    """Last week and the same week last year, the best and the chosen competitor, then the levels of expectation;
    each kind is left out where there is nothing of it. The reviewed week is the history's last; the figures are
    those of the history's metric (others are passed over) and of periods that had begun by then.

    Competitors and expectations stand for a level. Where a week has fewer answers than `thresholds.low_n`, ours is
    pooled backwards too, until it has as many, over a year at most; the note says over how many weeks. `kind` is
    what our own survey is: competitors' figures of another kind are shown without a gap."""
    found = others(history.metric, figures, expectations, history.weeks[-1].last_day, kind)
    return against(history, found, filters, thresholds, chosen=chosen)


def against(
    history: History, held: Others, filters: Filters, thresholds: Thresholds, *, chosen: str = ""
) -> tuple[Comparator, ...]:
    """As `comparators`, with what is filtered by none made before: once a week for every slice."""
    sums, weeks = pooled_level(history, thresholds)
    ours = Ours(history.metric, sums, history.weeks[-1].last_day, filters, thresholds, weeks)
    return (*past(history, thresholds), *_competitors(ours, held, chosen), *_expected(ours, held))


def pooled_level(history: History, thresholds: Thresholds) -> tuple[Sums, int]:
    """Our newest weeks' sums, as many weeks as make enough answers, and how many that are; a year's where it
    has too few."""
    sums, weeks = NOTHING, 0
    for place in reversed(range(len(history.weeks))):
        sums, weeks = sums + history.total.at(place), weeks + 1
        if sums.n >= thresholds.low_n or weeks == WEEKS_A_YEAR:
            break
    return sums, weeks


def past(history: History, thresholds: Thresholds) -> tuple[Comparator, ...]:
    """Last week and the same week last year, as far as the history reaches."""
    newest = len(history.weeks) - 1
    ours = history.total.at(newest)
    found = []
    for back, label in ((1, "last week"), (WEEKS_A_YEAR, "same week last year")):
        if back <= newest:
            before = history.total.at(newest - back)
            gap = difference(history.metric, ours, before)
            verdict = _verdict(gap, ours.n, before.n, thresholds)
            as_of = history.weeks[newest - back].start
            theirs, fewest = estimate(history.metric, before), thresholds.show_number
            found.append(Comparator(PAST, label, shown(theirs, fewest), shown(gap, fewest), verdict, "", as_of))
    return tuple(found)


def competitors(ours: Ours, figures: Sequence[Figure], chosen: str = "") -> tuple[Comparator, ...]:
    """The best competitor and, where it is another one, the chosen one.

    Best is the best value among those whose figures are neither old nor few (a handful of answers often looks
    best by luck); only where no competitor has such figures, among all. A chosen competitor without a figure for
    this slice is still named, with the reason. Figures of one kind are read (metrics/kinds.py); where ours is of
    another kind there is no gap.
    """
    return _competitors(ours, others(ours.metric, figures, (), ours.today, ours.kind), chosen)


def _competitors(ours: Ours, held: Others, chosen: str) -> tuple[Comparator, ...]:
    standings = {name: _standing(ours, known) for name, known in held.companies.items()}
    best = best_of(ours, [place for place, _ in standings.values() if place is not None])
    found = () if best is None else (_held_against(COMPETITOR, ours, best, best.company),)
    if chosen not in standings or (best is not None and best.company == chosen):
        return tuple(_refused(one, held.refusal) for one in found)
    place, reasons = standings[chosen]
    if place is None:
        nothing = Comparator(COMPETITOR, chosen, NO_ESTIMATE, NO_ESTIMATE, Verdict.TOO_FEW, note="; ".join(reasons))
        return tuple(_refused(one, held.refusal) for one in (*found, nothing))
    found = (*found, _held_against(COMPETITOR, ours, place, chosen))
    return tuple(_refused(one, held.refusal) for one in found)


def _refused(given: Comparator, refusal: str) -> Comparator:
    """A comparator of another kind: their figure stays, without a gap, and the reason is said first."""
    if not refusal:
        return given
    note = "; ".join(part for part in (refusal.rstrip("."), given.note) if part)
    return replace(given, gap=NO_ESTIMATE, verdict=Verdict.ROUTINE, note=note)


def best_of(ours: Ours, places: Sequence[Standing]) -> Standing | None:
    """The best of the standings that are neither old nor few; of all where none is."""
    sound = [place for place in places if not is_old(ours, place) and not is_few(ours, place)]
    sign = 1 if ours.metric.improves(1) else -1
    return max(sound or places, key=lambda place: sign * place.value, default=None)


def expected(ours: Ours, expectations: Sequence[Figure]) -> tuple[Comparator, ...]:
    """One comparator a level of expectation that was asked, desired first; without any, the configured aspiration
    and minimum as fixed levels. Where higher is better a negative gap is below expectation (SERVQUAL: perception −
    expectation; Parasuraman, Zeithaml & Berry 1988, Journal of Retailing 64(1))."""
    return _expected(ours, others(ours.metric, (), expectations, ours.today))


def _expected(ours: Ours, held: Others) -> tuple[Comparator, ...]:
    places = [(level, _standing(ours, known)[0]) for level, known in held.levels.items()]
    found = [
        _held_against(EXPECTATION, ours, place, LEVELS.get(level, level))
        for level, place in places
        if place is not None
    ]
    return tuple(found) or _configured(ours)


def _standing(ours: Ours, known: Known) -> tuple[Standing | None, tuple[str, ...]]:
    return known.standing(ours.metric, ours.filters, ours.thresholds.competitor_n)


def _configured(ours: Ours) -> tuple[Comparator, ...]:
    """The metric's own aspiration and minimum, which are decided and hence have no sampling error."""
    now, found = estimate(ours.metric, ours.sums), []
    for level, label in ((ours.metric.aspiration, "aimed for"), (ours.metric.minimum, "minimum")):
        if level is not None:
            theirs, gap = Estimate(level, None, None, None, FIXED), _shifted(now, level)
            verdict = _verdict(gap, ours.sums.n, None, ours.thresholds)
            gap, note = shown(gap, ours.thresholds.show_number), "; ".join(_pooled(ours))
            found.append(Comparator(EXPECTATION, label, theirs, gap, verdict, "set in the configuration", None, note))
    return tuple(found)


def _held_against(kind: str, ours: Ours, place: Standing, label: str) -> Comparator:
    """Ours against one standing, with everything that limits it said in the note."""
    theirs, gap = _gap(ours, place)
    old, few = is_old(ours, place), is_few(ours, place)
    verdict = _verdict(gap, ours.sums.n, None if place.sums is None else place.sums.n, ours.thresholds)
    notes = [f"stale since {place.as_of:%b %Y}"] if old else []
    notes += [f"n below {ours.thresholds.competitor_n}"] if few else []
    note = "; ".join([*notes, *_pooled(ours), *place.notes])
    fewest = ours.thresholds.show_number
    theirs, gap = shown(theirs, fewest), shown(gap if ours.sums.n >= fewest else NO_ESTIMATE, fewest)
    return Comparator(kind, label, theirs, gap, Verdict.STALE if old else verdict, place.publisher, place.as_of, note)


def _pooled(ours: Ours) -> list[str]:
    """Says over how many weeks our side of a gap is pooled: the card's own number is of one week."""
    return [f"ours over {ours.weeks} weeks"] if ours.weeks > 1 else []


def _gap(ours: Ours, place: Standing) -> tuple[Estimate, Estimate]:
    """Their estimate and ours minus theirs; without an interval where their n is not stated."""
    if place.sums is None:
        now = estimate(ours.metric, ours.sums).value
        apart = None if now is None else now - place.value
        return Estimate(place.value, None, None, None, NO_INTERVAL), Estimate(apart, None, None, None, NO_INTERVAL)
    theirs, gap = estimate(ours.metric, place.sums), difference(ours.metric, ours.sums, place.sums)
    return (_widest(theirs), _widest(gap)) if place.assumed_spread else (theirs, gap)


def _widest(given: Estimate) -> Estimate:
    return replace(given, method=f"{given.method}; {WIDEST}")


def _verdict(gap: Estimate, ours: int, theirs: int | None, thresholds: Thresholds) -> Verdict:
    """Too few where either side has too few answers to be shown; a signal where the gap's interval leaves 0 out;
    routine otherwise, so also where there is no interval: an unstated n proves nothing."""
    if ours < thresholds.show_number or (theirs is not None and theirs < thresholds.show_number):
        return Verdict.TOO_FEW
    if gap.lower is None or gap.upper is None or gap.lower <= 0 <= gap.upper:
        return Verdict.ROUTINE
    return Verdict.SIGNAL


def is_old(ours: Ours, place: Standing) -> bool:
    """Whether the figures' last period ended longer ago than the thresholds allow."""
    return ours.today - place.end > timedelta(days=ours.thresholds.benchmark_stale_days)


def is_few(ours: Ours, place: Standing) -> bool:
    """Whether so few answers stand behind the figures that they are marked."""
    return place.sums is not None and place.sums.n < ours.thresholds.competitor_n


def _shifted(now: Estimate, level: float) -> Estimate:
    """An estimate minus a fixed level."""
    value, lower, upper = (None if x is None else x - level for x in (now.value, now.lower, now.upper))
    return Estimate(value, lower, upper, now.n, FIXED)
