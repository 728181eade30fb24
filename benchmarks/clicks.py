"""What one filter click costs the server: the whole way, from the websocket's message to the last one sent back.

A real server with the company behind it, a viewer without a browser (wire.py), and processor time of the server's
process. The floor is the same page with nothing behind it, in the same process (floor/elements.py). Blocks of clicks on
the page and on its floor, at the large company and at the small one, take turns. "Seen first" is a filter that nobody
has chosen since the data were read; "seen before" one whose answer is kept.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from streamlit.logger import set_log_level

from benchmarks import large, report
from benchmarks.company import Company
from benchmarks.figures import RATIO, Figure, milliseconds
from benchmarks.floor.elements import DRAWN, NOTING, PARAMETER
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import Answer, Viewer, closed, open_viewer

SUBJECT = "Click"
FLOOR, GROWTH = 1.5, 1.15
"""Issue 4: at most so many times the floor, and at ten million responses so many times what it is at ten thousand."""
ROUNDS = 4
"""Times that a block goes through an axis' values: a block is some 20 clicks, a garbage collection more or less."""
SIDE_BY_SIDE = ROOT / "benchmarks" / "floor" / "side_by_side.py"
PAGES = (("weekly review", "", "segment"), ("metric page", "metric", "product"))
"""What a page is called, its address, and the filter that is clicked."""
DEFAULTS = (str(large.BIG), "9")
"""Responses and runs of this module alone."""


@dataclass(slots=True)
class Shown:
    """A page on one server with its floor: two viewers that click through the same values. `first` holds what each
    value cost when it was new, in seconds of processor; `answer` the last click's traffic."""

    served: Served
    axis: str
    values: list[str]
    real: Viewer
    floor: Viewer
    first: list[float]
    answer: Answer

    async def block(self, viewer: Viewer, rounds: int = ROUNDS) -> float:
        """Seconds of processor of a click, the mean over a block of clicks."""
        began = self.served.processor()
        for value in self.values * rounds:
            self.answer = right(await viewer.choose(self.axis, [value]))
        return (self.served.processor() - began) / (rounds * len(self.values))


def measure(company: Company, runs: int) -> list[Figure]:
    """Clicks at this company over their floor, and over the same clicks at ten thousand responses."""
    small = large.company(large.SMALL, company.scratch / "small")
    small.scratch.mkdir(exist_ok=True)
    with ExitStack() as servers:
        both = [servers.enter_context(serve(SIDE_BY_SIDE, one.scratch, **environment(one))) for one in (company, small)]
        return asyncio.run(_measured(company, both, runs))


def quick(company: Company, runs: int) -> list[Figure]:
    """Only clicks whose answer is kept, over their floor, at this company: one server, some ten seconds."""
    with serve(SIDE_BY_SIDE, company.scratch, **environment(company)) as served:
        return asyncio.run(_over_floor(company, served, runs))


async def _over_floor(company: Company, served: Served, runs: int) -> list[Figure]:
    figures: list[Figure] = []
    for name, page, axis in PAGES:
        shown = await show(served, page, axis)
        taken = [[await shown.block(viewer) for viewer in (shown.real, shown.floor)] for _ in range(runs)]
        real, floor = zip(*taken, strict=True)
        figures += _before(company, name, shown, real, floor)
        await closed([shown.real, shown.floor])
    return figures


async def _measured(company: Company, both: list[Served], runs: int) -> list[Figure]:
    figures: list[Figure] = []
    for name, page, axis in PAGES:
        big, small = [await show(served, page, axis) for served in both]
        floor_first = await big.block(big.floor)
        taken = [
            [await one.block(viewer) for one in (big, small) for viewer in (one.real, one.floor)] for _ in range(runs)
        ]
        figures += _first(company, name, big, small, floor_first)
        real, floor, *little = zip(*taken, strict=True)
        figures += _before(company, name, big, real, floor)
        figures += _grown(company, name, _ratio(real, little[0]), _ratio(floor, little[1]))
        await closed([big.real, big.floor, small.real, small.floor])
    return figures


async def show(served: Served, page: str, axis: str) -> Shown:
    """Open a page, click every value of a filter for the first time, and get its floor ready."""
    real, opened = await open_viewer(served.url, page)
    right(opened)
    values, first = real.options(axis), []
    for value in values:
        began = served.processor()
        right(await real.choose(axis, [value]))
        first.append(served.processor() - began)
    noting, opened = await open_viewer(served.url, page, {PARAMETER: [NOTING]})
    right(opened)
    for value in values:
        right(await noting.choose(axis, [value]))
    floor, opened = await open_viewer(served.url, page, {PARAMETER: [DRAWN], axis: [values[-1]]})
    await noting.close()
    shown = Shown(served, axis, values, real, floor, first, right(opened))
    await shown.block(real, 1)
    await shown.block(floor, 1)
    return shown


def _first(company: Company, name: str, big: Shown, small: Shown, floor: float) -> list[Figure]:
    how = f"{len(big.values)} values of {big.axis}, each once"
    over = tuple(seconds / floor for seconds in big.first)
    grown = tuple(seconds / mean(small.first) for seconds in big.first)
    say = _sayer(company, name, "seen first")
    return [
        say("CPU ms", milliseconds(big.first), how),
        say(RATIO, over, f"{how}; floor: the same elements, constant", FLOOR, "click ÷ floor"),
        say(RATIO, grown, f"÷ the mean at {large.SMALL:,} responses", GROWTH, "click ÷ at 10 thousand"),
    ]


def _before(
    company: Company, name: str, shown: Shown, real: tuple[float, ...], floor: tuple[float, ...]
) -> list[Figure]:
    elements, answer = sum(shown.real.kinds.values()), shown.answer
    how = f"{answer.messages} messages, {answer.bytes / 1000:.0f} kB, {elements} elements"
    say = _sayer(company, name, "seen before")
    return [
        say("CPU ms", milliseconds(real), how),
        say("CPU ms", milliseconds(floor), "the same elements, constant, in the same process", what="floor"),
        say(RATIO, _ratio(real, floor), "blocks of clicks in turn", FLOOR, "click ÷ floor"),
    ]


def _grown(company: Company, name: str, click: tuple[float, ...], floor: tuple[float, ...]) -> list[Figure]:
    """Against ten thousand responses, where fewer slices have something to say: once as it is, and once with what more
    elements cost taken out, by the floors of both."""
    say = _sayer(company, name, "seen before")
    beside = f"its floor alone: {report.number(mean(floor))} ×"
    return [
        say(RATIO, click, beside, GROWTH, "click ÷ at 10 thousand"),
        say(
            RATIO, _ratio(click, floor), "what more elements cost taken out", GROWTH, "(click ÷ floor) ÷ at 10 thousand"
        ),
    ]


def _ratio(mine: tuple[float, ...], theirs: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(a / b for a, b in zip(mine, theirs, strict=True))


def _sayer(company: Company, name: str, when: str) -> Callable[..., Figure]:
    def say(unit: str, runs: tuple[float, ...], how: str, goal: float | None = None, what: str = "click") -> Figure:
        named = f"{name}, a filter {when}: {what}"
        return Figure(SUBJECT, named, unit, runs, how, goal, "issue 4" if goal else "", company.responses)

    return say


def right(answer: Answer) -> Answer:
    """The answer, if nothing was wrong with it: a measurement of errors is none."""
    assert not answer.wrong, answer.wrong
    return answer


def main() -> None:
    """`python -m benchmarks.clicks [responses] [runs]`: the table of this module alone."""
    responses, runs = (int(given) for given in (*sys.argv[1:], *DEFAULTS[len(sys.argv) - 1 :]))
    set_log_level("ERROR")
    with tempfile.TemporaryDirectory(prefix="cx-clicks-") as folder:
        figures = measure(large.company(responses, Path(folder)), runs)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
