"""A company whose customers move between regions, on any engine, whole or cut down to what a row rule leaves; and
everything that pages ask of it.

The authority for row rules is the company cut down: where the rows outside a rule do not exist, nothing can tell of
them. So whatever a viewer with the rule is told of the whole company must be what the same viewer is told of the cut
one, word for word and digit for digit.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from data_sources.competition import competition
from data_sources.criticality import criticality, journey_axis
from data_sources.delays import delays
from data_sources.errors import EmptyDataset, NotConfigured, NotFilterable
from data_sources.expectation_report import expectation_report
from data_sources.feelings import remembered_of
from data_sources.journey_report import across_axes, journey_report, kept, touchpoint_map
from data_sources.journeys.report import journeys, stage_flows, why_not_scored
from data_sources.journeys.walks import walk
from data_sources.metric_report import metric_report
from data_sources.paging import NoSuchPlace, Order
from data_sources.people_affected import people_affected
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.stage_feelings import feelings_over_time, stage_feelings, stages_of
from data_sources.stage_words import stage_words, telling_stage
from data_sources.timelines import NoSuchStory
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.units import units
from data_sources.view import View
from data_sources.voices import Request, heard, voices
from metrics.access import NotPermitted
from metrics.bands import bands
from metrics.journeys import StepGrain
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import Rules
from tests.data_sources.engines import make_source

FIGURES = ("benchmarks", "own figures", "expectations")
NOW = datetime(2026, 4, 15, 9, 30)
START, WEEKS = datetime(2025, 9, 15), 30
REGIONS, SEGMENTS = ("North", "South", "Isles"), ("Family", "Business")
STAGES, TOUCHPOINTS = ("purchase", "use"), ("sales", "call centre", "app")
WORDS = {
    "North": ("the queue was far too long", "friendly people", "waiting for an answer"),
    "South": ("secretsouth broke again", "southern staff were rude", "waiting for ages"),
    "Isles": ("the isles are forgotten", "islandword once more", "no ferry no parcel"),
}
CONFIG = """
company = "Ruled"
time_zone = "UTC"
pseudonym_key = "a key for tests"
{sources}
[responses]
source = "db"
table = "{prefix}answers"
id = "id"
customer = "customer"
time = "at"
stage = "stage"
touchpoint = "touchpoint"
comment = "words"
topic = "topic"
promised = "promised"
actual = "actual"
[responses.dimensions]
region = "region"
segment = "segment"
[journey_events]
source = "db"
table = "{prefix}happened"
customer = "customer"
time = "at"
stage = "stage"
touchpoint = "touchpoint"
what = "what"
outcome = "outcome"
succeeded = ["done"]
[journey_events.dimensions]
region = "region"
segment = "segment"
[customers]
source = "db"
table = "{prefix}people"
customer = "customer"
value = "worth"
[customers.dimensions]
region = "region"
segment = "segment"
[benchmarks]
source = "db"
table = "{prefix}market"
company = "company"
time = "day"
metric = "metric"
value = "value"
n = "n"
own = "Ruled"
[benchmarks.dimensions]
region = "region"
[expectations]
source = "db"
table = "{prefix}hopes"
time = "day"
metric = "metric"
value = "value"
n = "n"
level = "level"
[expectations.dimensions]
region = "region"
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.stars]
kind = "mean"
column = "stars"
scale = [1, 5]
[themes]
Waiting = ["waiting", "queue"]
[personas.northern_families.rule]
region = ["North"]
segment = ["Family"]
[personas.islanders.rule]
region = ["Isles"]
[cube]
folder = "{cube}"
refresh_minutes = 0
cell_limit = {cells}
"""


def tables(seed: int = 3, size: int = 2_600) -> dict[str, pd.DataFrame]:
    """Every table whole. The first and the last moment have answers of every region and segment, so that every cut
    spans the same weeks. Isles answer little: numbers there are suppressed."""
    rng = np.random.default_rng(seed)
    last = WEEKS * 7 * 1440 - 1
    minutes = np.sort(rng.integers(0, last, size))
    ends = [(region, segment) for region in REGIONS for segment in SEGMENTS]
    minutes[: len(ends)], minutes[-len(ends) :] = 0, last
    region = rng.choice(REGIONS, size, p=[0.55, 0.42, 0.03])
    segment = rng.choice(SEGMENTS, size)
    for i, (one, other) in enumerate(ends):
        region[[i, -1 - i]], segment[[i, -1 - i]] = one, other
    at = pd.Series([START + timedelta(minutes=int(m)) for m in minutes]).dt.as_unit("us")
    nps = np.clip(np.round(rng.normal(7, 2.5, size) - 2.0 * (region == "South") * (minutes > last * 0.9)), 0, 10)
    answers = pd.DataFrame(
        {
            "id": [f"r{i:05}" for i in range(size)],
            "customer": [f"c{i}" for i in rng.integers(0, 500, size)],
            "at": at,
            "stage": rng.choice(STAGES, size),
            "touchpoint": rng.choice(TOUCHPOINTS, size),
            "region": region,
            "segment": segment,
            "nps": nps,
            "stars": np.round(rng.uniform(1, 5, size), 1),
            "words": [
                None if rng.random() < 0.4 else str(rng.choice(WORDS[one])) + f" {i}" for i, one in enumerate(region)
            ],
            "topic": [f"topic {one}" for one in region],
            "promised": at.dt.normalize(),
            "actual": at.dt.normalize() + pd.to_timedelta(rng.integers(-1, 4, size), unit="D"),
        }
    )
    events = answers[["customer", "at", "stage", "touchpoint", "region", "segment"]].copy()
    events["at"] -= pd.to_timedelta(rng.integers(1, 4000, size), unit="m")
    events["what"] = [f"a call about {one}" for one in events["region"]]
    events["outcome"] = rng.choice(["done", "failed", "asked"], size)
    people = answers.drop_duplicates("customer")[["customer", "region", "segment"]].copy()
    people["worth"] = rng.integers(100, 900, len(people)).astype(float)
    months = [datetime(2025, 10, 1), datetime(2026, 1, 1), datetime(2026, 3, 1)]
    figures = [(day, metric, where) for day in months for metric in ("nps", "stars") for where in (*REGIONS, None)]
    market = pd.DataFrame(
        [
            {"company": company, "day": day, "metric": metric, "region": where, "n": 400.0,
             "value": round(float(rng.uniform(1, 5) if metric == "stars" else rng.uniform(-20, 60)), 2)}
            for company in ("Ruled", "Rival", "Other") for day, metric, where in figures
        ]
    )  # fmt: skip
    hopes = market[market["company"] == "Rival"].drop(columns="company").assign(level="desired").reset_index(drop=True)
    return {"answers": answers, "happened": events, "people": people, "market": market, "hopes": hopes}


def cut(whole: Mapping[str, pd.DataFrame], rules: Rules) -> dict[str, pd.DataFrame]:
    """The same tables without a row outside the rules. A figure that says nothing of an axis is a total: of the company
    (its own figures, what its customers hope for) it holds rows outside, of the market it holds none of ours."""

    def inside(frame: pd.DataFrame, totals: pd.Series | bool = False) -> pd.DataFrame:
        passes = pd.Series(False, index=frame.index)
        for rule in rules:
            one = pd.Series(True, index=frame.index)
            for axis, values in rule.kept:
                has = frame[axis] if axis in frame else pd.Series(None, index=frame.index, dtype=object)
                one &= has.isin(values) | (has.isna() & totals)
            passes |= one
        return frame[passes].reset_index(drop=True)

    parts = {name: inside(frame) for name, frame in whole.items()}
    market = whole["market"]
    parts["market"] = inside(market, market["company"] != "Ruled")
    return parts


def room(
    kind: str, frames: Mapping[str, pd.DataFrame], folder: Path, request: pytest.FixtureRequest, cells: int = 100_000
) -> Room:
    """Its room on one engine, with a cube of so many cells at most."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = make_source(kind, frames, folder, request)
    path = folder / "cx.toml"
    text = CONFIG.format(sources=stored.section, prefix=stored.prefix, cube=folder / "cube", cells=cells)
    path.write_text(text.replace('pseudonym_key = "a key for tests"\n', ""))
    (folder / ".streamlit").mkdir(exist_ok=True)
    (folder / ".streamlit" / "secrets.toml").write_text('pseudonym_key = "a key for tests"\n')
    return Room(load_settings(path), lambda: NOW)


Answers = dict[str, Callable[[View], object]]


def questions() -> Answers:
    """Every public function of data_sources that answers a view, with what it is asked."""

    def of(view: View) -> Slice:
        return Slice(view.metric, view.span(12), view.scope)

    def stories(view: View) -> object:
        told = [f"r{i:05}" for i in range(2_400, 2_600, 9)]
        timelines = view.room.timelines(view.viewer)
        whole = [attempt(partial(timelines.story_of, one, view.scope)) for one in told]
        return whole + [attempt(partial(timelines.similar, one, view.scope, view.metric)) for one in told[:4]]

    def pages(view: View) -> object:
        found = []
        for order in Order:
            request = Request(order=order, weeks=12, seed=5)
            page = voices(view, request)
            found += [page, voices(view, replace(request, after=page.page.after)) if page.page.after else None]
        return found

    def searches(view: View) -> object:
        words = ("waiting", "secretsouth", "islandword", "queue -waiting", '"friendly people"')
        return [attempt(partial(voices, view, Request(parse(one), weeks=12))) for one in words]

    def sums(view: View) -> object:
        cells = view.room.slice(view.weeks, view.scope, ("region", "segment"))
        spread = {name: cells.counts(name, ("region",)).sum() for name in ("rows", "comments")}
        week = view.weeks[-1]
        return [spread, view.sums(view.metric, view.weeks), view.room.between(week, view.scope).sums(view.metric)]

    return {
        "catalog": lambda view: [view.catalog.axes, view.catalog.personas],
        "words": lambda view: [
            view.words,
            view.narrowings,
            view.open_axes(),
            view.room.newest_telling_week(view.scope.rules),
        ],
        "freshness": lambda view: view.freshness(),
        "sums": sums,
        "review": lambda view: view.review(),
        "scan": lambda view: view.scan(),
        "three_stories": lambda view: view.three_stories(),
        "overtakings": lambda view: view.overtakings(),
        "histories": lambda view: view.histories(),
        "comparators": lambda view: [view.comparators(metric) for metric in view.catalog.metrics],
        "six_twelve": lambda view: view.six_twelve(view.metric),
        "rival_series": lambda view: view.rival_series(view.metric),
        "expected_series": lambda view: view.expected_series(view.metric),
        "figures": lambda view: [
            view.figures(role, view.metric) for role in ("benchmarks", "own figures", "expectations")
        ],
        "metric_report": lambda view: metric_report(view, view.metric),
        "criticality": lambda view: criticality(view, view.metric, journey_axis(view.catalog)),
        "delays": lambda view: delays(view, view.metric),
        "remembered_of": lambda view: remembered_of(view, view.metric),
        "stages_of": stages_of,
        "telling_stage": lambda view: telling_stage(view, view.metric),
        "stage_feelings": stage_feelings,
        "feelings_over_time": feelings_over_time,
        "stage_words": lambda view: stage_words(view, view.metric),
        "touchpoint_levels": lambda view: touchpoint_levels(view, view.metric),
        "units": lambda view: [units(view, view.metric, axis) for axis in ("region", "segment")],
        "people_affected": lambda view: people_affected(view, view.metric, view.catalog.touchpoints, view.week),
        "journey_report": lambda view: journey_report(view, view.metric),
        "touchpoint_map": lambda view: [touchpoint_map(view, view.metric, axis) for axis in across_axes(view)],
        "across_axes": across_axes,
        "kept": lambda view: [kept(view, axis) for axis in ("region", "stage")],
        "journeys": lambda view: [journeys(view, view.metric, grain) for grain in StepGrain],
        "stage_flows": stage_flows,
        "why_not_scored": lambda view: why_not_scored(view, view.metric),
        "walk": lambda view: [
            walk(view, view.metric, grain=StepGrain.STAGE, seed=3, place=place) for place in range(3)
        ],
        "competition": lambda view: [competition(view, metric) for metric in view.catalog.metrics],
        "expectation_report": expectation_report,
        "voices": pages,
        "searches": searches,
        "bands": lambda view: [voices(view, Request(band=band.id, weeks=4)) for band in bands(view.metric)],
        "heard": lambda view: heard(view, Request(weeks=12)),
        "sample": lambda view: view.room.verbatims(view.viewer).sample(of(view)),
        "stories": stories,
    }


def attempt(ask: Callable[[], object]) -> object:
    """An answer, or the refusal that stands in its place."""
    try:
        return ask()
    except (NotPermitted, NotFilterable, NotConfigured, EmptyDataset, NoSuchStory, NoSuchPlace) as refusal:
        return f"{type(refusal).__name__}: {refusal}"


def first_difference(one: object, other: object) -> str:
    """Where two answers part, for a message that can be read."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next((first_difference(a, b) for a, b in zip(one, other, strict=True) if a != b), "")
    return f"{str(one)[:300]} instead of {str(other)[:300]}"


def everything(view: View) -> dict[str, object]:
    """Every answer about a view, in a form that can be compared."""
    return {name: plain(attempt(partial(ask, view))) for name, ask in questions().items()}


def plain(value: object) -> object:  # noqa: PLR0911  a kind of value a line
    """Values all the way down: dataclasses and tables as what they hold, numbers to eight digits: engines add up rows
    in an order of their own."""
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *([field.name, plain(getattr(value, field.name))] for field in fields(value))]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, pa.Table):
        return plain(value.to_pylist())
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, float | np.floating):
        return "nan" if np.isnan(value) else round(float(f"{value:.8g}"), 9) + 0.0
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, Mapping):
        return sorted(([plain(key), plain(one)] for key, one in value.items()), key=repr)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, frozenset | set):
        return sorted(map(plain, value), key=repr)
    assert not inspect.isroutine(value), value
    return value if isinstance(value, str | int | bool | None) else repr(value)
