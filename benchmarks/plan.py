"""What is measured in which form of the benchmark: module, size of the company, runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from benchmarks import (
    browser,
    cardinality,
    clicks,
    crowd,
    cubes,
    cubes_postgres,
    drill,
    drivers,
    generation,
    memory,
    pages,
    peers,
    slicing,
    starts,
)
from benchmarks import bytes as carried
from benchmarks.company import Company
from benchmarks.figures import Figure
from benchmarks.large import BIG, MIDDLE
from data_sources.demo import RESPONSES


@dataclass(frozen=True, slots=True)
class Part:
    """A module of figures (`measure(company, runs)`), the responses of its company and how often it measures. `quick`
    is for the ratios that matter most: a module's own `quick(company, runs)` where it has one."""

    module: ModuleType
    responses: int
    runs: int
    quick: bool = False

    @property
    def name(self) -> str:
        """The module's own name."""
        return self.module.__name__.rpartition(".")[2]

    @property
    def measure(self) -> Callable[[Company, int], list[Figure]]:
        """What to call."""
        whole: Callable[[Company, int], list[Figure]] = self.module.measure
        return getattr(self.module, "quick", whole) if self.quick else whole


DEMO = (Part(starts, RESPONSES, 3), Part(generation, RESPONSES, 3))
LAST = Part(pages, RESPONSES, 9)
"""The company that people get. What AppTest drives comes last: it leaves a script in `__main__` that is gone, and
processes that others start would look for it."""
WHOLE = (
    *DEMO,
    Part(browser, RESPONSES, 5),
    Part(carried, RESPONSES, 1),
    Part(cubes, BIG, 3),
    Part(slicing, BIG, 9),
    Part(cardinality, BIG, 1),
    Part(cubes_postgres, BIG, 1),
    Part(drill, BIG, 9),
    Part(drivers, BIG, 5),
    Part(clicks, BIG, 5),
    Part(crowd, BIG, 3),
    Part(memory, BIG, 2),
    Part(peers, MIDDLE, 3),
    LAST,
)
QUICK = (Part(cubes, MIDDLE, 7, True), Part(slicing, MIDDLE, 5, True), Part(clicks, MIDDLE, 3, True))
"""In under a minute, the company of a million responses once made."""
TRIAL = (*DEMO, Part(cubes, RESPONSES, 3), Part(slicing, RESPONSES, 9), LAST)
