"""What customers expect (`[expectations]` in cx.toml)."""

from __future__ import annotations

from collections.abc import Sequence

from data_sources.connections import Sources
from data_sources.figures import read_figures
from data_sources.settings import Settings
from metrics.figures import Figure
from metrics.periods import Period


def read_expectations(settings: Settings, sources: Sources, months: Sequence[Period]) -> tuple[Figure, ...]:
    """The figures by level of expectation ("desired", "adequate", "promised", or "" where none is recorded).
    Empty where no expectations are configured. Raises Unavailable."""
    return read_figures(settings, sources, "expectations", months)
