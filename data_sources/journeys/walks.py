"""One customer's journey step by step, drawn by a printed seed from those that the page is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

import pyarrow as pa

from data_sources.journeys import questions
from data_sources.journeys.report import EVENTS, asked
from data_sources.journeys.statements import Told
from data_sources.keys import text_of
from data_sources.looks import Noted, walked
from data_sources.timeline_rows import Stretch
from data_sources.view import View
from metrics.journeys import StepGrain, Walk
from metrics.metric import Metric

_INSTANT = timedelta(microseconds=1)
"""The last moment before another is so much earlier."""
DRAWN_FROM = 5_000
"""Walks are drawn from this many of the newest journeys at most; the page says so."""


def walk(
    view: View,
    metric: Metric,  # noqa: ARG001  every part of the page is asked with the KPI; a walk is the same for all
    *,
    path: str = "",
    grain: StepGrain = StepGrain.STAGE,
    seed: int,
    place: int,
    noted: Noted | None = None,
) -> Walk | None:
    """The journey at `place` (round and round) in the order that `seed` draws: of those that `journeys` counts, or of
    those on one path (Path.key). None where fewer customers than thresholds.show_comments walked them.

    The order is a hash of seed, customer and beginning: the same on every engine, and a new journey only slips in
    between. It is a look at a person, noted once a session (`noted`: looks.py), without one at every call. Raises
    NotConfigured, NotFilterable, Unavailable.
    """
    told = asked(view, grain)
    found = view.once(("walkers", grain, path), lambda: _walkers(view, told, path))
    drawn = found.slice(0, DRAWN_FROM)
    customers = drawn["customer"].to_pylist()
    if len(set(customers)) < view.catalog.thresholds.show_comments:
        return None
    ranks = [
        (_rank(seed, customer, began), journey)
        for customer, began, journey in zip(
            customers, drawn["began"].to_pylist(), drawn["journey"].to_pylist(), strict=True
        )
    ]
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    chosen = order[place % len(order)]
    row = drawn.slice(chosen, 1).to_pylist()[0]
    stretch = _stretch(row, told)
    story = view.room.timelines(view.viewer).journey_of(row["customer"], stretch, told.scope_of_rows)
    story = walked(view, story, text_of(row["customer"]), set() if noted is None else noted)
    return Walk(story, place % len(order), len(order), seed, found.num_rows > DRAWN_FROM)


def _walkers(view: View, told: Told, path: str) -> pa.Table:
    source = view.room.datasets[EVENTS].source
    return view.room.sources.run(source, questions.walkers(told, path, DRAWN_FROM + 1))


def _stretch(row: dict[str, object], told: Told) -> Stretch:
    """Up to its last event for events; for answers on to the gap after it, but not into the next journey or past the
    week looked at."""
    began, ended, until = row["began"], row["ended"], row["until"]
    assert isinstance(began, datetime)  # noqa: S101  a Moment
    assert isinstance(ended, datetime)  # noqa: S101  a Moment
    answers_end = min(
        ended + timedelta(days=told.gap_days), datetime.combine(told.period.end, datetime.min.time()) - _INSTANT
    )
    if isinstance(until, int | float):
        answers_end = min(answers_end, began + timedelta(seconds=until) - _INSTANT)
    return Stretch(began, ended, answers_end, str(row["journey"]) if told.named else None)


def _rank(seed: int, customer: object, start: object) -> str:
    """Where a journey stands in the order of a seed: by a hash, which needs no database's own random."""
    return blake2b(f"{seed}:{text_of(customer)}:{start}".encode(), digest_size=16).hexdigest()
