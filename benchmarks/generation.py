"""How long the demo company takes to be made at its default size."""

from __future__ import annotations

import shutil
from datetime import date

from benchmarks.company import Company
from benchmarks.figures import Figure, clock
from data_sources.demo import generate, last_complete_week


def measure(company: Company, runs: int) -> list[Figure]:
    """All tables of 156 weeks, written to disk."""
    folder, until = company.scratch / "generated", last_complete_week(date.today())
    seconds = clock(
        lambda: generate(folder, until=until, responses=company.responses),
        runs,
        before=lambda: shutil.rmtree(folder, ignore_errors=True),
    )
    how = f"{company.responses:,} responses and what goes with them, written as Parquet"
    goal = 15.0 if company.usual else None
    return [Figure("Demo company", "made from nothing", "s", seconds, how, goal, "issue 2" if goal else "")]
