"""Sums per cell: what leaves the database, adds up over weeks and slices, and turns into estimates (METHODS §1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """n, Σ(v − c), Σ(v − c)² of one cell, c being the metric's centre. Additive."""

    n: int
    total: float
    squares: float

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float | None:
        """Mean of v − c; None at n = 0."""
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """Sample variance of v (divisor n − 1), never below 0; None at n < 2."""
        if self.n < 2:  # noqa: PLR2004  a variance needs two values
            return None
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))


NOTHING = Sums(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class SumsTable:
    """Sums over the product of named axes: `n`, `total`, `squares` have one array axis per name in `axes`, and
    `labels[k]` names the places of axis k in order (weeks and months by ISO date of their start)."""

    axes: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    n: IntArray
    total: FloatArray
    squares: FloatArray

    def at(self, *index: int) -> Sums:
        """The sums of one cell."""
        return Sums(int(self.n[index]), float(self.total[index]), float(self.squares[index]))

    def over(self, axis: str) -> SumsTable:
        """Summed over one axis: the table without it."""
        k = self._place(axis)
        return SumsTable(
            self.axes[:k] + self.axes[k + 1 :],
            self.labels[:k] + self.labels[k + 1 :],
            self.n.sum(axis=k),
            self.total.sum(axis=k),
            self.squares.sum(axis=k),
        )

    def only(self, axis: str, keep: slice) -> SumsTable:
        """A run of consecutive places along one axis (a span of weeks), views not copies."""
        k = self._place(axis)
        index = tuple(keep if i == k else slice(None) for i in range(len(self.axes)))
        labels = tuple(names[keep] if i == k else names for i, names in enumerate(self.labels))
        return SumsTable(self.axes, labels, self.n[index], self.total[index], self.squares[index])

    def whole(self) -> Sums:
        """Everything in the table added up."""
        return Sums(int(self.n.sum()), float(self.total.sum()), float(self.squares.sum()))

    def _place(self, axis: str) -> int:
        if axis not in self.axes:
            raise ValueError(f"no axis {axis!r} in this table; it has: {', '.join(self.axes) or 'none'}")
        return self.axes.index(axis)
