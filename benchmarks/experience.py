"""What the Journey, Competitors and Expectations pages ask for, of slices that nobody has looked at before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.company import view
from benchmarks.figures import Figure, clock, milliseconds
from data_sources.competition import competition
from data_sources.expectation_report import expectation_report
from data_sources.feelings import remembered_of
from data_sources.journey_report import journey_report
from data_sources.journeys import journeys, walk
from data_sources.room import Room
from data_sources.stage_words import stage_words
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.view import View
from metrics.choose import seed_of
from metrics.journeys import StepGrain
from metrics.stage_feelings import feeling_metric

SUBJECT = "Page"


def _walk(seen: View) -> object:
    return walk(seen, seen.metric, seed=seed_of(seen.week), place=0)


ASKED: tuple[tuple[str, Callable[[View], object], str], ...] = (
    ("journey strip", lambda seen: journey_report(seen, seen.metric), "the scan already known"),
    ("journeys: flows, paths, turns", lambda seen: journeys(seen, seen.metric, StepGrain.STAGE), "pushed down"),
    ("one customer's walk", _walk, "pushed down"),
    ("what is, must be, should be", lambda seen: touchpoint_levels(seen, seen.metric), "weights if broken"),
    ("what is remembered", lambda seen: remembered_of(seen, feeling_metric(seen.catalog)), "pushed down"),
    ("words at a stage", lambda seen: stage_words(seen, seen.metric, seen.catalog.stages.values[0]), "twelve weeks"),
    ("competition", lambda seen: competition(seen, seen.metric), "figures already read"),
    ("expectation report", expectation_report, "figures already read"),
)


def measure(opened: Room) -> list[Figure]:
    """Each report for every region in turn; the first region of all warms up what is read once a process."""
    regions = opened.catalog.axis("region").values
    figures = []
    for what, ask, how in ASKED:
        scopes = [view(opened, region=value) for value in regions]
        for scope in scopes:
            scope.scan()
        ask(scopes[0])
        seconds = [clock(partial(ask, scope), 1)[0] for scope in scopes[1:]]
        figures.append(Figure(SUBJECT, what, "ms", milliseconds(seconds), f"a region seen first; {how}"))
    return figures
