"""What competitors reach (`[benchmarks]` in cx.toml)."""

from __future__ import annotations

from collections.abc import Sequence

from data_sources.connections import Sources
from data_sources.figures import read_figures
from data_sources.settings import Settings
from metrics.figures import Figure
from metrics.periods import Period


def read_benchmarks(settings: Settings, sources: Sources, months: Sequence[Period]) -> tuple[Figure, ...]:
    """Every competitor's figures; rows of the company itself (`own`) and rows without a company are left out.
    Empty where no benchmarks are configured. Raises Unavailable."""
    return read_figures(settings, sources, "benchmarks", months)


def read_own_figures(settings: Settings, sources: Sources, months: Sequence[Period]) -> tuple[Figure, ...]:
    """What the benchmarks say of the company itself (`own`): figures of a study that only compare inside it. They
    are kept apart, so that nobody is a rival of itself. Empty without `own`. Raises Unavailable."""
    return read_figures(settings, sources, "benchmarks", months, of_us=True)
