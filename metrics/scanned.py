"""One KPI after the scan: what there is to say about its whole and each of its slices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from metrics.cells import Cells, Where
from metrics.departure import WINDOWS, Departures, baseline
from metrics.estimate import Direction, Verdict, shown
from metrics.intervals import difference, estimate
from metrics.limits import LEAST
from metrics.periods import WEEK
from metrics.review import Reading
from metrics.sums import IntArray
from metrics.words import number_word, plural


class State(IntEnum):
    """The verdict of a cell, as a number that fits in an array."""

    ROUTINE = 0
    SIGNAL = 1
    TOO_FEW = 2
    STALE = 3


VERDICTS = {
    State.ROUTINE: Verdict.ROUTINE,
    State.SIGNAL: Verdict.SIGNAL,
    State.TOO_FEW: Verdict.TOO_FEW,
    State.STALE: Verdict.STALE,
}


@dataclass(frozen=True)
class Scanned:
    """One KPI scanned: its cells, their departures, `states` and the window (1, 3 or 8 weeks) each departure is told
    by. `silent` counts the weeks without answers up to the newest, `fewest` is how many answers a number needs."""

    cells: Cells
    departures: Departures
    states: npt.NDArray[np.int64]
    windows: IntArray
    silent: IntArray
    fewest: int = 1

    @property
    def state(self) -> State:
        """The verdict on the KPI as a whole."""
        return State(int(self.states[0]))

    def found(self, state: State) -> tuple[int, ...]:
        """Slices in a state, strongest first (the whole is not a slice)."""
        places = 1 + np.flatnonzero(self.states[1:] == state)
        return tuple(places[np.argsort(self.departures.joint[places], kind="stable")].tolist())

    def reading(self, place: int = 0) -> Reading:
        """Everything to say about one cell; the first is the whole."""
        cell, metric = self.cells, self.cells.metric
        state, window = State(int(self.states[place])), int(self.windows[place])
        count = len(cell.weeks)
        week = cell.sums(place, slice(count - 1, count))
        lasting = cell.sums(place, slice(max(0, count - window), count))
        usual = cell.sums(place, baseline(count, window, cell.start))
        shift = difference(metric, lasting, usual)
        last = cell.sums(place, slice(max(0, count - 2), count - 1))
        return Reading(
            metric,
            shown(estimate(metric, week), self.fewest),
            shown(estimate(metric, usual), self.fewest),
            shown(difference(metric, week, usual), self.fewest),
            VERDICTS[state],
            _direction(self, state, shift.value),
            self._why(place, state, shift.value),
            _known(self.departures.joint[place]),
            window,
            shown(estimate(metric, lasting), self.fewest),
            shown(shift, self.fewest),
            shown(difference(metric, week, last), self.fewest).value,
        )

    def kept(self) -> Scanned:
        """The same readings from a quarter of the memory: weeks are put together where no reading looks between."""
        count = len(self.cells.weeks)
        single = range(max(0, count - max(WINDOWS)), count + 1)
        spans = [baseline(count, window, self.cells.start) for window in WINDOWS]
        ends = [end for span in spans for end in (span.start, span.stop)]
        return replace(self, cells=self.cells.between((*single, *ends)))

    def reading_of(self, where: Where) -> Reading | None:
        """The reading of a slice by name, its axes in any order; None where it was not scanned."""
        places = self.cells.places
        place = places.get(where, places.get(where[::-1]))
        return None if place is None else self.reading(place)

    def _why(self, place: int, state: State, shift: float | None) -> str:
        n = int(self.cells.n[-1, place])
        match state:
            case State.STALE:
                return f"no answers since {self.last_heard(place)}"
            case State.TOO_FEW:
                return f"{plural(n, 'answer')}: too few to say" if n else "no answers this week"
            case State.SIGNAL:
                return self._departure_words(place, shift or 0.0)
        if np.isnan(self.departures.joint[place]):
            weeks = int(self.departures.weeks[place])
            if weeks < LEAST:
                return f"no verdict yet: {plural(weeks, 'week')} to compare with"
            return "every answer alike, as ever"
        return "within its normal range"

    def _departure_words(self, place: int, shift: float) -> str:
        window, side = int(self.windows[place]), "below" if shift < 0 else "above"
        if window == 1:
            return "outside its normal range this week"
        n, total = self.cells.n[-window:, place], self.cells.total[-window:, place]
        usual = self.cells.sums(place, baseline(len(self.cells.weeks), window, self.cells.start))
        answered = n > 0
        off = total[answered] / n[answered] - (usual.mean or 0.0)
        if answered.all() and bool((off * shift > 0).all()):
            return f"{number_word(window)} weeks {side} its usual level"
        return f"{side} its usual level over the last {number_word(window)} weeks together"

    def last_heard(self, place: int) -> str:
        """The last day of the last week with answers: "1 Nov"."""
        newest = self.cells.weeks[-1]
        day = newest.last_day - int(self.silent[place]) * WEEK
        return f"{day.day} {day:%b}" if day.year == newest.last_day.year else f"{day.day} {day:%b %Y}"


def _direction(scanned: Scanned, state: State, shift: float | None) -> Direction:
    if state is not State.SIGNAL or not shift:
        return Direction.NONE
    return Direction.IMPROVEMENT if scanned.cells.metric.improves(shift) else Direction.CONCERN


def _known(p: float) -> float | None:
    return None if np.isnan(p) else float(p)
