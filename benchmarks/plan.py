"""What is measured in which form of the benchmark: module, size of the company, runs."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from benchmarks import clicks, crowd, cubes, generation, memory, pages, peers, slicing, starts
from benchmarks.large import BIG, MIDDLE
from data_sources.demo import RESPONSES


@dataclass(frozen=True, slots=True)
class Part:
    """A module of figures (`measure(company, runs)`), the responses of its company and how often it measures."""

    module: ModuleType
    responses: int
    runs: int

    @property
    def name(self) -> str:
        """The module's own name."""
        return self.module.__name__.rpartition(".")[2]


DEMO = (Part(starts, RESPONSES, 3), Part(generation, RESPONSES, 3), Part(pages, RESPONSES, 9))
"""The company that people get."""
WHOLE = (
    *DEMO,
    Part(cubes, BIG, 3),
    Part(slicing, BIG, 9),
    Part(clicks, BIG, 5),
    Part(crowd, BIG, 3),
    Part(memory, BIG, 1),
    Part(peers, MIDDLE, 3),
)
QUICK = (Part(cubes, MIDDLE, 3), Part(slicing, MIDDLE, 5), Part(clicks, MIDDLE, 3))
"""In under a minute, the company of a million responses once made."""
TRIAL = (*DEMO, Part(cubes, RESPONSES, 3), Part(slicing, RESPONSES, 9))
