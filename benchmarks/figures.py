"""A measured figure, its goal, and how it is taken: the median of several runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

DIGITS = 4
"""Significant digits kept: the clock of a shared machine is not better than that."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: the median of `runs`, its `unit`, and the goal where somebody has set one (always
    "at most"). `source` says who set the goal, `how` what exactly was measured."""

    subject: str
    what: str
    unit: str
    runs: tuple[float, ...]
    how: str
    goal: float | None = None
    source: str = ""

    @property
    def value(self) -> float:
        """The median."""
        return rounded(median(self.runs))

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        return None if self.goal is None else self.value <= self.goal

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
