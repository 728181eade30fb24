"""A measured figure, its goal, and how it is taken: the median of several runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

RATIO = "×"
"""The unit of what compares two measurements."""
ALLOWANCE = 0.3
"""Issue 4: the quick benchmark fails when a ratio is worse than its goal by 30 %."""
DIGITS = 4
"""Significant digits kept: the clock of a shared machine is not better than that."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: the median of `runs`, its `unit`, and the goal where somebody has set one (always
    "at most"). `source` says who set the goal, `how` what exactly was measured. `at` is the amount of work (responses,
    cells, viewers …) where the same `what` was measured at several: how cost grows is drawn over it."""

    subject: str
    what: str
    unit: str
    runs: tuple[float, ...]
    how: str
    goal: float | None = None
    source: str = ""
    at: float | None = None

    @property
    def value(self) -> float:
        """The median."""
        return rounded(median(self.runs))

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        return None if self.goal is None else self.value <= self.goal

    @property
    def is_ratio(self) -> bool:
        """Whether it compares two measurements of one run, which a noisy machine does not spoil."""
        return self.unit == RATIO

    def worse_than_goal(self, allowance: float = ALLOWANCE) -> bool:
        """Whether a ratio misses its goal by more than the allowance (a share of the goal)."""
        return self.is_ratio and self.goal is not None and self.value > self.goal * (1 + allowance)

    def as_json(self) -> dict[str, object]:
        """The figure with its derived fields, for results.json."""
        runs = [rounded(run) for run in self.runs]
        return {**asdict(self), "value": self.value, "runs": runs, "reached": self.reached}


def rounded(value: float) -> float:
    """To DIGITS significant digits."""
    return float(f"{value:.{DIGITS}g}")


def clock(work: Callable[[], object], runs: int, before: Callable[[], object] = lambda: None) -> tuple[float, ...]:
    """Seconds of each of `runs` runs; `before` makes ready and is not timed."""
    seconds = []
    for _ in range(runs):
        before()
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return tuple(seconds)


def processor(work: Callable[[], object]) -> float:
    """Seconds of processor that this process spent on the work, in all its threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def milliseconds(seconds: Sequence[float]) -> tuple[float, ...]:
    """Seconds as milliseconds."""
    return tuple(1000 * run for run in seconds)
