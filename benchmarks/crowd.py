"""Fifty people: all clicking at the same moment, and each thinking between clicks. Latency, throughput, errors.

The viewers run in a process of their own (this module started by itself), the server in another; on two cores they
share what there is. Latency is from the click sent to the script's end received. The answers of all filters used are
kept, as on a Monday after the first visitors: what a new filter costs is in clicks.py.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks import large, report
from benchmarks.company import Company
from benchmarks.figures import Figure
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import Answer, Viewer, closed, open_viewer

SUBJECT = "Crowd"
PEOPLE = 50
AT_ONCE, THINKING = 1_000.0, 300.0
"""Issue 4: 95th percentile in milliseconds, everybody at once and with time to think."""
SHARE = 0.95
THOUGHT = (7.0, 22.0)
"""Issue 4: seconds between two clicks of one person, evenly spread."""
ROUNDS, SECONDS = 6, 60.0
"""Rounds of everybody at once, and how long they think and click after that."""
AXES = ("segment", "region", "product")
"""Filters that are clicked: a person chooses one value of one of them at a time."""


@dataclass(slots=True)
class Clicked:
    """What a crowd met with: milliseconds of each click, seconds it all took, errors in words, sessions that the server
    no longer knew after a dropped connection."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    lost: int = 0

    def take(self, answer: Answer) -> None:
        self.latencies.append(1000 * answer.seconds)
        self.wrong += answer.wrong


def measure(company: Company, runs: int) -> list[Figure]:
    """The crowds at this company. `runs` of 1 is the quick form: two rounds, ten seconds."""
    rounds, seconds = (2, 10.0) if runs == 1 else (ROUNDS, SECONDS)
    with _served(company) as one, _served(company) as other:
        alone, thought = _apart([one], rounds, seconds)
        both, _ = _apart([one, other], rounds, 0.0)
    how = f"{rounds} rounds, everybody another filter at the same moment"
    return [
        *_figures(company, "at once, one process", alone, how, AT_ONCE),
        *_figures(company, "at once, a process a core", both, f"{how}, two servers", AT_ONCE),
        *_figures(company, "thinking 7–22 s, one process", thought, f"for {seconds:.0f} s", THINKING),
    ]


def _served(company: Company) -> AbstractContextManager[Served]:
    return serve(ROOT / "app.py", company.scratch, **environment(company))


def _apart(served: Sequence[Served], rounds: int, seconds: float) -> tuple[Clicked, Clicked]:
    """What the crowd at once and the thinking one met with, in a process of their own."""
    urls = ",".join(server.url for server in served)
    command = [sys.executable, "-m", "benchmarks.crowd", urls, str(rounds), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    at_once, thinking = json.loads(done.stdout)
    return Clicked(**at_once), Clicked(**thinking)


def _figures(company: Company, name: str, clicked: Clicked, how: str, goal: float) -> list[Figure]:
    def say(what: str, unit: str, value: float, how: str, goal: float | None = None) -> Figure:
        source = "" if goal is None else "issue 4"
        return Figure(SUBJECT, f"{PEOPLE} people {name}: {what}", unit, (value,), how, goal, source, company.responses)

    latencies = clicked.latencies
    if not latencies:
        clicked.wrong.append("no click was answered")
    figures = [say("errors and lost sessions", "", len(clicked.wrong) + clicked.lost, _errors(clicked), 0.0)]
    if latencies:
        figures += [
            say("95th percentile of a click", "ms", percentile(latencies, SHARE), how, goal),
            say("median of a click", "ms", percentile(latencies, 0.5), f"{len(latencies):,} clicks"),
            say("throughput", "clicks/s", len(latencies) / clicked.seconds, "all viewers together"),
        ]
    return figures


def _errors(clicked: Clicked) -> str:
    kinds = sorted(set(clicked.wrong))
    return "; ".join(kinds[:3]) if kinds else "exceptions, dropped connections, unfinished runs, unknown sessions"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


# -- the viewers' process ------------------------------------------------------------------------------------------


async def warm(url: str) -> None:
    """Choose every value of every filter once, so that its answer is kept."""
    first, opened = await open_viewer(url)
    assert not opened.wrong, opened.wrong
    for axis in AXES:
        for value in first.options(axis):
            answer = await first.choose(axis, [value])
            assert not answer.wrong, answer.wrong
        await first.choose(axis, [])
    await first.close()


async def crowd(urls: Sequence[str], people: int) -> list[Viewer]:
    """Everybody opens the page, on the servers in turn."""
    viewers = []
    for i in range(people):
        viewer, opened = await open_viewer(urls[i % len(urls)])
        assert not opened.wrong, opened.wrong
        viewers.append(viewer)
    return viewers


def wish(viewer: Viewer, dice: random.Random) -> tuple[str, list[str]]:
    """The filter that a person clicks next: the one in force goes, or a value of any comes."""
    taken = next((axis for axis in AXES if viewer.address.get(axis)), None)
    axis = dice.choice(AXES)
    if taken not in (None, axis):
        return taken, []
    return axis, [dice.choice([value for value in viewer.options(axis) if [value] != viewer.address.get(axis)])]


async def click(viewer: Viewer, dice: random.Random, clicked: Clicked) -> None:
    """One click; a dropped connection is an error, and the viewer comes back."""
    answer = await viewer.choose(*wish(viewer, dice))
    clicked.take(answer)
    if any(word.startswith("connection") for word in answer.wrong):
        clicked.lost += not await viewer.back()


async def at_once(viewers: list[Viewer], rounds: int, dice: random.Random) -> Clicked:
    """Rounds in which all click at the same moment, each round after the last answer of the one before."""
    clicked, began = Clicked(), time.perf_counter()
    for _ in range(rounds):
        await asyncio.gather(*(click(viewer, dice, clicked) for viewer in viewers))
    clicked.seconds = time.perf_counter() - began
    return clicked


async def thinking(viewers: list[Viewer], seconds: float, dice: random.Random) -> Clicked:
    """Each clicks, thinks, clicks; the first clicks are spread as the later ones are."""
    clicked, began, over = Clicked(), time.perf_counter(), asyncio.Event()

    async def think(longest: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), longest)

    async def person(viewer: Viewer) -> None:
        await think(dice.uniform(0, THOUGHT[1]) * min(1.0, seconds / THOUGHT[1]))
        while not over.is_set():
            await click(viewer, dice, clicked)
            await think(dice.uniform(*THOUGHT))

    people = [asyncio.create_task(person(viewer)) for viewer in viewers]
    await asyncio.sleep(seconds)
    clicked.seconds = time.perf_counter() - began
    over.set()  # nobody clicks any more; answers that are under way are waited for, the slow ones most of all
    await asyncio.gather(*people)
    return clicked


async def _both(urls: Sequence[str], rounds: int, seconds: float) -> list[Clicked]:
    dice = random.Random(PEOPLE)
    for url in urls:
        await warm(url)
    viewers = await crowd(urls, PEOPLE)
    told = [await at_once(viewers, rounds, dice), await thinking(viewers, seconds, dice)]
    await closed(viewers)
    return told


def main() -> None:
    """`python -m benchmarks.crowd [responses]` prints the table of this module alone; with addresses, rounds and
    seconds it is the crowd."""
    if len(sys.argv) > 2:
        urls, rounds, seconds = sys.argv[1:4]
        told = asyncio.run(_both(urls.split(","), int(rounds), float(seconds)))
        sys.stdout.write(json.dumps([asdict(one) for one in told]))
        return
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else large.BIG
    with tempfile.TemporaryDirectory(prefix="cx-crowd-") as folder:
        figures = measure(large.company(responses, Path(folder)), 2)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
