"""Why it moved: the change of a metric split over slices into experience and mix (METHODS §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from metrics.sums import FloatArray, IntArray, Sums, SumsTable

MOST = 0.8
"""Share of responses whose slices must move against the total before that is called a mix shift: all but the noise
of small slices."""
NO_CHANGE = 1e-9
"""Movements of a mean below this are rounding."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one slice adds to the change: `experience` (its own score changed) and `mix` (its share changed),
    in the metric's unit. Over all slices the two columns add up to the change exactly. `where` names the slice axis
    by axis where it is one."""

    label: str
    experience: float
    mix: float
    before: Sums
    after: Sums
    where: tuple[tuple[str, str], ...] = ()

    @property
    def points(self) -> float:
        """Both together."""
        return self.experience + self.mix


def contributions(labels: Sequence[str], before: SumsTable, after: SumsTable) -> tuple[Contribution, ...]:
    """One contribution a cell, in the order of the tables flattened (last axis fastest, as `slice_labels`).

    With shares w, means m and whole means M, 0 before and 1 after: experience ½(w₁ + w₀)(m₁ − m₀), mix
    ½(m₁ + m₀ − M₁ − M₀)(w₁ − w₀): Kitagawa's two components (1955, doi:10.1080/01621459.1955.10501299), with the mix
    held against the mean of both wholes, which cancels over all slices because shares add to 1. A cell that is absent
    on one side has no mean there; it is given the other side's, so that its coming or going is all mix. Empty where
    a whole side is: there is no change to explain. Raises ValueError where tables and labels do not match.
    """
    if before.labels != after.labels or len(labels) != before.n.size:
        raise ValueError(
            f"{len(labels)} labels for tables of {before.n.shape} and {after.n.shape} cells: give both the same places"
        )
    if not before.n.sum() or not after.n.sum():
        return ()
    n0, total0, squares0 = before.n.ravel(), before.total.ravel(), before.squares.ravel()
    n1, total1, squares1 = after.n.ravel(), after.total.ravel(), after.squares.ravel()
    mean0, mean1 = _means(total0, n0), _means(total1, n1)
    mean0, mean1 = np.where(n0 > 0, mean0, mean1), np.where(n1 > 0, mean1, mean0)
    share0, share1 = n0 / n0.sum(), n1 / n1.sum()
    wholes = total0.sum() / n0.sum() + total1.sum() / n1.sum()
    experience = (share1 + share0) * (mean1 - mean0) / 2
    mix = (mean1 + mean0 - wholes) * (share1 - share0) / 2
    sides0 = zip(n0.tolist(), total0.tolist(), squares0.tolist(), strict=True)
    sides1 = zip(n1.tolist(), total1.tolist(), squares1.tolist(), strict=True)
    rows = zip(labels, experience.tolist(), mix.tolist(), sides0, sides1, strict=True)
    return tuple(Contribution(label, e, x, Sums(*old), Sums(*new)) for label, e, x, old, new in rows)


def slice_labels(table: SumsTable) -> tuple[str, ...]:
    """The name of every cell in the order of the table flattened: "Delivery · North"."""
    return tuple(" · ".join(places) for places in product(*table.labels))


def change(parts: Sequence[Contribution]) -> float:
    """The change that the contributions add up to; 0 for none."""
    return sum(part.points for part in parts)


def mix_shift(parts: Sequence[Contribution], most: float = MOST) -> bool:
    """Whether slices and total disagree (Simpson's paradox): the total moved one way, experience the other, and
    slices with at least the share `most` of the responses moved against the total. Shares are the mean of both sides;
    slices absent on one side moved no way. Says nothing about noise: ask only of a change that is a signal."""
    total, experience = change(parts), sum(part.experience for part in parts)
    if abs(total) <= NO_CHANGE or abs(experience) <= NO_CHANGE or (total > 0) == (experience > 0):
        return False
    whole0, whole1 = sum(part.before.n for part in parts), sum(part.after.n for part in parts)
    against = sum(part.before.n / whole0 + part.after.n / whole1 for part in parts if _moved(part) * total < 0)
    return against / 2 >= most


def _moved(part: Contribution) -> float:
    """How far the slice's own mean moved; 0 where it is absent on a side."""
    before, after = part.before.mean, part.after.mean
    moved = 0.0 if before is None or after is None else after - before
    return moved if abs(moved) > NO_CHANGE else 0.0


def _means(total: FloatArray, n: IntArray) -> FloatArray:
    """Cell means, 0 where there is nothing."""
    return np.divide(total, n, out=np.zeros_like(total, dtype=np.float64), where=n > 0)
