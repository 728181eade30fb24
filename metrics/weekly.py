"""The weekly review computed: every KPI read, the slices that moved, what they explain, and the sentence on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from metrics import headline
from metrics.behaviour import weekly_behaviour
from metrics.catalog import DeclaredEvent, Thresholds
from metrics.cells import slices_of
from metrics.contributions import Contribution, contributions
from metrics.estimate import Comparator, Verdict
from metrics.given_away import given_away
from metrics.history import WEEK_AXIS, History
from metrics.limits import ProcessBehaviour, assurance, rule_in_words
from metrics.metric import Metric
from metrics.mix import MixShift, mix_shifts
from metrics.movers import mover, sides, stories
from metrics.review import Card, Mover, Reading, WeeklyReview
from metrics.scan import MIX_RATE, Scan, scan
from metrics.scanned import Scanned, State
from metrics.suppression import suppress
from metrics.words import speaking_order

ROWS = 5
"""Rows of the breakdown before "everything else", which stands for two slices at least: what a room can take in."""
EVERYTHING_ELSE = "Everything else"
SILENT = 5
"""Silent slices named at most."""


def review(
    histories: Sequence[History],
    thresholds: Thresholds | None = None,
    events: Sequence[DeclaredEvent] = (),
    comparators: Mapping[str, tuple[Comparator, ...]] | None = None,
    *,
    first: str = "",
    labels: Mapping[str, str] | None = None,
    scanned: Scan | None = None,
) -> WeeklyReview:
    """The review of the histories' last week.

    Histories come in the order of the cards. `first` is the KPI to open on (default: the first card), `labels` the
    axes' names for the sentences, `comparators` by metric id, `scanned` the scan of the same histories where it has
    been made already. Raises ValueError without histories.
    """
    if not histories:
        raise ValueError("no KPI to review: configure at least one [metrics.…]")
    names, others = dict(labels or {}), comparators or {}
    scanned = scanned or scan(histories, thresholds, events, first)
    fewest, enough = (thresholds or Thresholds()).show_number, (thresholds or Thresholds()).low_n
    shifts = mix_shifts(histories, [kpi.cells.start for kpi in scanned.kpis], MIX_RATE, fewest)
    cards = tuple(
        card(history, kpi, events, others.get(history.metric.id, ()))
        for history, kpi in zip(histories, scanned.kpis, strict=True)
    )
    told = {
        kpi.cells.metric.id: ranked(scanned, kpi, names, history)
        for history, kpi in zip(histories, scanned.kpis, strict=True)
    }
    chosen = choose_kpi(scanned, first or histories[0].metric.id)
    movers = told[chosen.id]
    elsewhere = tuple(
        one for kpi in by_strength(scanned) if kpi.cells.metric != chosen for one in told[kpi.cells.metric.id]
    )
    silent = fallen_silent(scanned.of(chosen.id), names)
    shift = _shift_to_tell(shifts, chosen)
    reading = next(one.reading for one in cards if one.reading.metric == chosen)
    loud = sum(one.reading.verdict is Verdict.SIGNAL for one in cards)
    signals = loud + len(movers) + len(elsewhere) + (shift is not None)
    history = next(one for one in histories if one.metric == chosen)
    axes, rows, rest = breakdown(history, scanned.of(chosen.id), movers, names)
    week = histories[0].weeks[-1]
    return WeeklyReview(
        week=week,
        headline=headline.sentence(reading, headline.Findings(movers, elsewhere, silent, shift), names, enough),
        subline=headline.subline(week, reading.estimate.n or 0, scanned.looked_at, signals),
        chosen=chosen,
        cards=cards,
        movers=movers,
        breakdown=rows,
        rest=rest,
        scanned=scanned.looked_at,
        signals=signals,
        mix_shift=headline.mix_words(shift, names) if shift else "",
        elsewhere=elsewhere,
        silent=silent,
        axes=axes,
        change=reading.shift.value or 0.0,
    )


def card(history: History, kpi: Scanned, events: Sequence[DeclaredEvent], comparators: tuple[Comparator, ...]) -> Card:
    """A KPI's card: its reading, chart, comparators and assurance."""
    metric = history.metric
    chart = weekly_behaviour(history, events, kpi.fewest)
    reading = with_chart(kpi.reading(), chart)
    return Card(reading, chart, history.weeks, comparators, assurance(chart, metric.target, metric.better))


def with_chart(reading: Reading, chart: ProcessBehaviour) -> Reading:
    """The reading; where a rule of its chart fires on the newest week and the scan calls it routine, it says so."""
    fired = [signal for signal in chart.signals if signal.index == chart.values.size - 1]
    if not fired or reading.verdict is not Verdict.ROUTINE:
        return reading
    return replace(reading, why=f"{reading.why}; on its chart alone, {rule_in_words(fired[0])}")


def by_strength(scanned: Scan) -> tuple[Scanned, ...]:
    """KPIs by their clearest slice, the clearest first."""
    return tuple(sorted(scanned.kpis, key=_clearest_slice))


def choose_kpi(scanned: Scan, first: str) -> Metric:
    """The KPI the review opens on: `first`, unless it is routine and another is a signal; of several the clearest.
    Where no total is one, the KPI with the clearest slices, if `first` has none."""
    preferred = scanned.of(first)
    if preferred.states[0] != State.ROUTINE:
        return preferred.cells.metric
    loud = [kpi for kpi in scanned.kpis if kpi.states[0] == State.SIGNAL]
    if loud:
        return min(loud, key=lambda kpi: float(kpi.departures.joint[0])).cells.metric
    if preferred.found(State.SIGNAL) or not scanned.signals:
        return preferred.cells.metric
    return by_strength(scanned)[0].cells.metric


def ranked(scanned: Scan, kpi: Scanned, names: dict[str, str], history: History) -> tuple[Mover, ...]:
    """The KPI's slices with a signal of their own, by how many points of its change they explain; none whose numbers
    beside the total would give a slice of too few answers away."""
    movers = [mover(kpi, place, names) for place in stories(scanned, kpi)]
    spans = (slice(-1, None), *sides(kpi))
    shut = given_away(history, [one.where for one in movers], kpi.fewest, spans)
    told = (one for one in movers if one.where not in shut)
    return tuple(sorted(told, key=lambda one: -abs(one.contribution.points)))


def fallen_silent(kpi: Scanned, names: dict[str, str]) -> tuple[Mover, ...]:
    """Slices that used to answer every week and have stopped, largest first; none that lies inside a silent one."""
    stale = [place for place in np.flatnonzero(kpi.states == State.STALE).tolist() if place]
    gone = [set(kpi.cells.where[place]) for place in stale]
    outer = [place for place in stale if not any(other < set(kpi.cells.where[place]) for other in gone)]
    largest = sorted(outer, key=lambda place: -int(kpi.cells.n[:, place].sum()))
    return tuple(mover(kpi, place, names) for place in largest[:SILENT])


def breakdown(
    history: History, kpi: Scanned, movers: Sequence[Mover], names: dict[str, str]
) -> tuple[tuple[str, ...], tuple[Contribution, ...], Contribution | None]:
    """The axes that show the change best, their largest contributions, and all others as one: together the change.

    The axes are those of the slice that explains most; without one, the single axis with the largest contribution.
    Slices with too few answers to show, and what would give them away, are among "everything else"; there are no rows
    where the whole has too few."""
    before, after = sides(kpi)
    if kpi.cells.sums(0, after).n < kpi.fewest:
        return (), (), None

    def of(axes: tuple[str, ...]) -> tuple[Contribution, ...]:
        table = history.slices[axes]
        ordered = [speaking_order(where, names) for where in slices_of(axes, table.labels[1:])]
        rows = tuple(" · ".join(value for _, value in where) for where in ordered)
        old, new = (table.only(WEEK_AXIS, weeks).over(WEEK_AXIS) for weeks in (before, after))
        parts = contributions(rows, old, new)
        return tuple(replace(part, where=where) for part, where in zip(parts, ordered, strict=bool(parts)))

    wanted = {axis for axis, _ in movers[0].where} if movers else set()
    tables = [axes for axes in history.slices if set(axes) == wanted] or [a for a in history.slices if len(a) == 1]
    every = {axes: parts for axes in tables if (parts := of(axes))}
    if not every:
        return (), (), None
    axes = max(every, key=lambda a: max(abs(part.points) for part in every[a]))
    few = _too_few(every[axes], kpi.fewest)
    largest = sorted((p for p in every[axes] if p.before.n or p.after.n), key=lambda part: -abs(part.points))
    told = [part for part in largest if part.label not in few]
    kept = ROWS if len(largest) > ROWS + 1 else ROWS + 1
    rows = told[:kept]
    others = [part for part in largest if part not in rows]
    return axes, tuple(rows), reduce(_together, others) if others else None


def _too_few(parts: Sequence[Contribution], fewest: int) -> set[str]:
    """The parts that count too few answers on either side, and those that would give them away by subtraction."""
    hidden: set[str] = set()
    for side in ([part.before.n for part in parts], [part.after.n for part in parts]):
        cells = suppress(np.array(side, dtype=np.int64), fewest).cells
        hidden |= {part.label for part, hide in zip(parts, cells.tolist(), strict=True) if hide}
    return hidden


def _together(one: Contribution, other: Contribution) -> Contribution:
    return Contribution(
        EVERYTHING_ELSE,
        one.experience + other.experience,
        one.mix + other.mix,
        one.before + other.before,
        one.after + other.after,
    )


def _shift_to_tell(shifts: Sequence[MixShift], chosen: Metric) -> MixShift | None:
    """One mix shift: the chosen KPI's whole, else the chosen KPI's clearest, else the clearest of all. (The same change
    of who answers usually shows in several KPIs.)"""
    own = [shift for shift in shifts if shift.metric == chosen]
    whole = [shift for shift in own if not shift.where]
    return next(iter((*whole, *own, *shifts)), None)


def _clearest_slice(kpi: Scanned) -> float:
    found = kpi.found(State.SIGNAL)
    return float(kpi.departures.joint[found[0]]) if found else 1.0
