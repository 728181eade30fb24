"""What a server holds in memory: for the company, for each viewer, and after thousands of clicks.

Resident memory of the server's process (VmRSS). What libraries and an opened page take without a company to speak of is
measured on a second server, with ten thousand responses, after the same first page; what is above that at the large
company is held against its cube. A viewer's share is what 49 more viewers add on the same page.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import large, report
from benchmarks.clicks import right
from benchmarks.company import Company, room
from benchmarks.crowd import PEOPLE, Clicked, click, crowd, warm
from benchmarks.figures import RATIO, Figure
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import Viewer, closed, open_viewer

SUBJECT = "Memory"
OF_CUBE, OF_VIEWER = 1.5, 0.5
"""Issue 4: at most so many times the cube, and so many megabytes a viewer."""
CLICKS = 5_000
"""Issue 4: flat over so many."""
SLOPE = 1.0
"""Megabytes per thousand clicks that still count as flat: fifty people with twenty clicks a day make a thousand."""
WARM = 0.5
"""Share of the clicks, and of the viewers, before the line is fitted: what was set free before is used again at first,
and kept answers, interned strings and arenas fill up."""
ARRIVALS = 100
"""Viewers who come one after the other, to see what one adds."""
EVERY = 250
"""Clicks between two looks at the memory."""
SETTLING = 5.0
"""Seconds in which the allocators of DuckDB and Arrow give back what reading the cube needed."""


@dataclass(frozen=True, slots=True)
class Held:
    """Megabytes with one viewer's page open, with every filter's answer kept, then as more viewers come (by how many
    there are), and as fifty of them click (by how many clicks)."""

    one: float
    answered: float
    viewers: dict[int, float]
    clicks: dict[int, float]


def slope(held: dict[int, float]) -> float:
    """Megabytes that one more adds: least squares over what comes after the warm-up."""
    settled = {many: megabytes for many, megabytes in held.items() if many >= WARM * max(held)}
    return float(np.polyfit(list(settled), list(settled.values()), 1)[0])


def measure(company: Company, runs: int) -> list[Figure]:
    """Memory at this company. `runs` of 1 is the quick form: a tenth of the clicks."""
    small = large.company(large.SMALL, company.scratch / "small")
    small.scratch.mkdir(exist_ok=True)
    with _served(small) as served:
        bare = asyncio.run(_first_page(served))
    with _served(company) as served:
        held = asyncio.run(_held(served, CLICKS // 10 if runs == 1 else CLICKS))
    with room(company) as opened:
        cube = opened.cube().cells.nbytes / 1e6
    return _figures(company, bare, cube, held)


def _served(company: Company) -> AbstractContextManager[Served]:
    return serve(ROOT / "serve.py", company.scratch, **environment(company), CX_CUBE__WARM_VIEWS="1")


async def _first_page(served: Served) -> float:
    viewer, opened = await open_viewer(served.url)
    right(opened)
    await viewer.close()
    return await _settled(served)


async def _settled(served: Served) -> float:
    """What is held once what the first page needed has been given back: allocators do so within seconds."""
    await asyncio.sleep(SETTLING)
    return served.megabytes()


async def _held(served: Served, clicks: int) -> Held:
    one = await _first_page(served)
    await warm(served.url)
    answered, arrived = served.megabytes(), {}
    viewers: list[Viewer] = []
    while len(viewers) < ARRIVALS:
        viewers += await crowd([served.url], ARRIVALS // 10)
        arrived[len(viewers)] = served.megabytes()
    await closed(viewers[PEOPLE:])
    clicked, held, dice = Clicked(), {}, random.Random(PEOPLE)
    while len(clicked.latencies) < clicks:
        for viewer in viewers[:PEOPLE] * (EVERY // PEOPLE):
            await click(viewer, dice, clicked)
        held[len(clicked.latencies)] = served.megabytes()
    await closed(viewers[:PEOPLE])
    assert not clicked.wrong, clicked.wrong[:3]
    return Held(one, answered, arrived, held)


def _figures(company: Company, bare: float, cube: float, held: Held) -> list[Figure]:
    def say(what: str, unit: str, value: float, how: str, goal: float | None = None) -> Figure:
        return Figure(SUBJECT, what, unit, (value,), how, goal, "issue 4" if goal else "", company.responses)

    above, last = held.one - bare, max(held.clicks)
    line = ", ".join(f"{held.clicks[done]:.0f}" for done in list(held.clicks)[:: max(1, len(held.clicks) // 5)])
    arrived = f"line through the last of {ARRIVALS} viewers who open the page"
    return [
        say("server, the cube of ten thousand responses", "MB", bare, "resident after the first page: libraries"),
        say("server, after the first page", "MB", held.one, "resident, one viewer"),
        say("cube", "MB", cube, "its arrays, shared by all viewers"),
        say("(server − server with ten thousand) ÷ cube", RATIO, above / cube, f"{above:.0f} MB above it", OF_CUBE),
        say("kept answers of every filter", "MB", held.answered - held.one, "the review of each value of each axis"),
        say("a viewer", "MB", slope(held.viewers), arrived, OF_VIEWER),
        say("growth over a thousand clicks", "MB", 1000 * slope(held.clicks), f"{last:,} clicks: {line} MB", SLOPE),
    ]


def main() -> None:
    """`python -m benchmarks.memory [responses]`: the table of this module alone."""
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else large.BIG
    with tempfile.TemporaryDirectory(prefix="cx-memory-") as folder:
        figures = measure(large.company(responses, Path(folder)), 2)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
