"""Our weekly review against the same page by hand (peer/dashboard.py): processor time of a filter click, in turn.

Both read the same Parquet at one million responses, each in a server of its own, ours with our settings and the peer
with Streamlit's (it only may not call home). Every click chooses another segment.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import large, report
from benchmarks.clicks import right
from benchmarks.company import Company
from benchmarks.figures import RATIO, Figure, milliseconds
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import Viewer, closed, open_viewer

SUBJECT = "Peer"
GOAL = 1 / 10
"""Issue 4: at least ten times less processor a click."""
AXIS = "segment"
DASHBOARD = ROOT / "benchmarks" / "peer" / "dashboard.py"
OURS, COPIED, SHARED = "ours", "peer", "peer, one frame shared"
ROUNDS = 4
"""Our clicks are so much shorter that a block of them goes through the values several times."""


def measure(company: Company, runs: int) -> list[Figure]:
    """Ours and the peer at this company; the peer as Streamlit's documentation has it, and with what it costs to copy
    the frame for every run saved."""
    peer = {"PEER_RESPONSES": str(company.tables / "responses.parquet")}
    with ExitStack() as servers, tempfile.TemporaryDirectory() as plain:
        started = {
            OURS: serve(ROOT / "app.py", company.scratch, **environment(company)),
            COPIED: serve(DASHBOARD, company.scratch, Path(plain), **peer),
            SHARED: serve(DASHBOARD, company.scratch, Path(plain), PEER_CACHE="resource", **peer),
        }
        served = {name: servers.enter_context(server) for name, server in started.items()}
        return asyncio.run(_measured(company, served, runs))


async def _measured(company: Company, served: dict[str, Served], runs: int) -> list[Figure]:
    viewers: dict[str, Viewer] = {}
    opening: dict[str, float] = {}
    for name, server in served.items():
        viewers[name], opened = await open_viewer(server.url)
        opening[name] = right(opened).seconds
    values = viewers[OURS].options(AXIS)
    first = [await _clicked(served[OURS], viewers[OURS], [value]) for value in values]
    taken: dict[str, list[float]] = {name: [] for name in served}
    for _ in range(runs):
        for name, viewer in viewers.items():
            taken[name].append(await _clicked(served[name], viewer, values * (ROUNDS if name == OURS else 1)))
    held = {name: server.megabytes() for name, server in served.items()}
    await closed(list(viewers.values()))
    return _figures(company, taken, first, opening, held)


async def _clicked(server: Served, viewer: Viewer, values: list[str]) -> float:
    """Seconds of processor of a click, the mean."""
    began = server.processor()
    for value in values:
        right(await viewer.choose(AXIS, [value]))
    return (server.processor() - began) / len(values)


def _figures(
    company: Company,
    taken: dict[str, list[float]],
    first: list[float],
    opening: dict[str, float],
    held: dict[str, float],
) -> list[Figure]:
    def say(what: str, unit: str, runs: list[float], how: str, goal: float | None = None) -> Figure:
        return Figure(SUBJECT, what, unit, tuple(runs), how, goal, "issue 4" if goal else "", company.responses)

    figures = [say(f"click, {name}", "CPU ms", list(milliseconds(runs)), HOW[name]) for name, runs in taken.items()]
    for name in (COPIED, SHARED):
        theirs = taken[name]
        before = [mine / other for mine, other in zip(taken[OURS], theirs, strict=True)]
        new = [mine * len(theirs) / sum(theirs) for mine in first]
        figures.append(say(f"click, ours ÷ {name}: a filter seen before", RATIO, before, "in turn, same Parquet", GOAL))
        figures.append(say(f"click, ours ÷ {name}: a filter seen first", RATIO, new, "÷ the peer's mean", GOAL))
    for name in (OURS, COPIED):
        figures.append(
            say(f"first page of a new server, {name}", "s", [opening[name]], "the cube built, or all rows read")
        )
        figures.append(say(f"memory, {name}", "MB", [held[name]], "resident after the clicks, libraries included"))
    return figures


HOW = {
    OURS: "answers kept from before",
    COPIED: "st.cache_data: a copy of all rows for every run",
    SHARED: "st.cache_resource: all runs share the rows",
}


def main() -> None:
    """`python -m benchmarks.peers [responses]`: the table of this module alone."""
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else large.MIDDLE
    with tempfile.TemporaryDirectory(prefix="cx-peers-") as folder:
        figures = measure(large.company(responses, Path(folder)), 3)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
