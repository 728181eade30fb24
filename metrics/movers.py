"""Which slices are stories of their own: nested signals are told once, by the slice that explains the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from metrics.cells import Cells, Where
from metrics.contributions import Contribution, contributions
from metrics.departure import WINDOWS, baseline
from metrics.review import Mover
from metrics.scan import Scan
from metrics.scanned import Scanned, State
from metrics.sums import FloatArray, Sums, SumsTable
from metrics.words import speaking_order

CANDIDATES = 200
"""Strongest signals looked at; more only occur when everything moved, and then the first picks explain the rest."""
STORIES = 8
"""Slices told at most: more than a meeting can talk about."""
HARDLY_ANY = 1e-6
"""A share of a slice's variance left below this is rounding: the slice is the one already told."""


@dataclass(frozen=True, slots=True)
class Residual:
    """What the picks so far leave of every candidate's departure: `change` (3 windows × K) and the share `left` of its
    variance (3 × K)."""

    change: FloatArray
    left: FloatArray


def stories(scan: Scan, scanned: Scanned) -> tuple[int, ...]:
    """The places of the slices that say something of their own, strongest first.

    Forward selection: the clearest departure is told first; from every other candidate the part is taken out that this
    one accounts for by the responses they share, and it stays only while what is left would still be a signal. So a
    parent that is no signal once its bad child is out is dropped, a child that only mirrors its parent is dropped, and
    when the whole moved more clearly than any slice, slices must differ from the whole to be told.
    Taking share a of the pick's change out of a slice, a = shared responses ÷ the slice's, b = shared ÷ the pick's,
    leaves the variance σ²/n · (1 − ab), for a parent (b = 1), a child (a = 1) and slices that cross alike. Responses
    shared by slices on three or four axes are not counted anywhere: they are taken as if axes were independent but for
    the strongest tie between two of the values (a touchpoint that belongs to one stage).
    """
    candidates = list(scanned.found(State.SIGNAL)[:CANDIDATES])
    if not candidates:
        return ()
    if scanned.states[0] == State.SIGNAL:
        candidates.insert(0, 0)
    places, gap = np.array(candidates), scanned.departures
    se, df, open_ = gap.se[:, places], gap.df[places], gap.p[:, places] < 1
    counts = np.stack([scanned.cells.n[-window:].sum(axis=0) for window in WINDOWS])
    rest = Residual(gap.change[:, places], np.ones_like(se))
    told: list[int] = []
    alive = np.ones(places.size, dtype=np.bool_)
    while alive.any() and len(told) < STORIES:
        noise = se * np.sqrt(np.maximum(rest.left, HARDLY_ANY))
        t = np.where(open_ & (rest.left > HARDLY_ANY), np.abs(rest.change) / noise, 0.0)
        clear = t.max(axis=0)
        joint = len(WINDOWS) * 2 * stdtr(df, -clear)
        alive &= (joint <= scan.cut) | (places == 0)
        if not alive.any():
            break
        pick = int(np.argmax(np.where(alive, clear, -1.0)))
        alive[pick] = False
        told.append(int(places[pick]))
        rest = _without(rest, pick, scanned.cells, places, counts)
    return tuple(place for place in told if place)


def _without(
    rest: Residual, pick: int, cells: Cells, places: np.typing.NDArray[np.int64], counts: FloatArray
) -> Residual:
    """What is left of every candidate when the pick's part is taken out."""
    shared = np.stack([_shared(cells, int(place), int(places[pick]), counts) for place in places], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_slice = np.nan_to_num(shared / counts[:, places])
        of_pick = np.nan_to_num(shared / counts[:, places[pick]][:, None])
    change = rest.change - of_slice * np.nan_to_num(rest.change[:, [pick]])
    return Residual(change, rest.left * np.maximum(0.0, 1 - of_slice * of_pick))


def _shared(cells: Cells, one: int, other: int, counts: FloatArray) -> FloatArray:
    """Responses in both slices, for each window."""
    a, b = dict(cells.where[one]), dict(cells.where[other])
    if any(a[axis] != b[axis] for axis in a.keys() & b.keys()):
        return np.zeros(len(WINDOWS))
    both = _place(cells, tuple({**a, **b}.items()))
    if both is not None:
        return np.asarray(counts[:, both], dtype=np.float64)
    common = _place(cells, tuple(item for item in a.items() if item in b.items())) or 0
    free = counts[:, one] * counts[:, other] / np.maximum(counts[:, common], 1)
    lifts = [_lift(cells, x, y, counts) for x in a.items() - b.items() for y in b.items() - a.items()]
    together = free * np.maximum.reduce(lifts)
    return np.asarray(np.minimum(together, np.minimum(counts[:, one], counts[:, other])), dtype=np.float64)


def _lift(cells: Cells, one: tuple[str, str], other: tuple[str, str], counts: FloatArray) -> FloatArray:
    """How many times more often two values occur together than if their axes were independent; at least 1."""
    pair, x, y = (_place(cells, where) for where in ((one, other), (one,), (other,)))
    if pair is None or x is None or y is None:
        return np.ones(len(WINDOWS))
    lift = counts[:, pair] * counts[:, 0] / np.maximum(counts[:, x] * counts[:, y], 1)
    return np.asarray(np.maximum(1.0, lift), dtype=np.float64)


def _place(cells: Cells, where: Where) -> int | None:
    """The place of a slice, its axes in any order."""
    return cells.places.get(where, cells.places.get(where[::-1]))


def mover(scanned: Scanned, place: int, labels: dict[str, str]) -> Mover:
    """A slice with its reading and what it explains of the whole's change over the whole's window."""
    cells = scanned.cells
    before, after = sides(scanned)
    where = speaking_order(cells.where[place], labels)
    name = " · ".join(value for _, value in where)
    return Mover(where, scanned.reading(place), explains(cells, place, name, before, after))


def sides(scanned: Scanned) -> tuple[slice, slice]:
    """The weeks of the usual level and of now, by which the whole's change is told."""
    count, window = len(scanned.cells.weeks), int(scanned.windows[0])
    return baseline(count, window, scanned.cells.start), slice(max(0, count - window), count)


def explains(cells: Cells, place: int, name: str, before: slice, after: slice) -> Contribution:
    """One slice's contribution to the whole's change; nothing where there is no change to explain."""
    sums = [(cells.sums(place, weeks), cells.sums(0, weeks)) for weeks in (before, after)]
    old, new = (_cut_in_two(part, whole) for part, whole in sums)
    parts = contributions((name, "the others"), old, new)
    return parts[0] if parts else Contribution(name, 0.0, 0.0, sums[0][0], sums[1][0])


def _cut_in_two(part: Sums, whole: Sums) -> SumsTable:
    """The slice and all others: a slice's contribution does not depend on how the others are cut."""
    return SumsTable(
        ("slice",),
        (("it", "the others"),),
        np.array([part.n, whole.n - part.n]),
        np.array([part.total, whole.total - part.total]),
        np.array([part.squares, whole.squares - part.squares]),
    )
