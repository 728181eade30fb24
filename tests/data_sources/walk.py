"""Everything that the app asks a database, once: the statements behind every page of the demo company. What is not
asked here is found by reading the code, so that a new statement cannot be forgotten."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import pyarrow as pa
import sqlalchemy as sa

from data_sources import paired, query, sample
from data_sources.competition import competition
from data_sources.criticality import criticality, journey_axis
from data_sources.delays import delays
from data_sources.dialects import Moment
from data_sources.doctor import examine
from data_sources.expectation_report import expectation_report
from data_sources.feelings import remembered_of
from data_sources.health import health
from data_sources.journey_report import journey_report
from data_sources.journeys import journeys, stage_flows
from data_sources.journeys import walk as walked
from data_sources.metric_report import metric_report
from data_sources.paging import Order
from data_sources.people_affected import people_affected
from data_sources.room import Room
from data_sources.stage_feelings import stage_feelings
from data_sources.stage_words import stage_words
from data_sources.tables import Dataset
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.view import View
from data_sources.voices import Request, heard, voices
from metrics.access import OWNER
from metrics.bands import bands
from metrics.journeys import StepGrain
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, NOT_RECORDED, TOUCHPOINT, Filters

ROOT = Path(__file__).resolve().parents[2]
BUILDS = frozenset({"sa.select", "sa.union_all", "sa.text"})
NOT_ASKED = {
    ("data_sources/connections.py", "_listed_tables"): "DuckDB's own catalog",
    ("data_sources/word_index.py", "_planned"): "PostgreSQL's own index",
    ("data_sources/tables.py", "from_clause_of"): "the company's own SQL, which is sent as it is",
    ("data_sources/doctor.py", "_some_numbers"): "SQLite's mixed columns",
    ("data_sources/people.py", "_statement"): "who may see what, asked in test_people.py",
    ("data_sources/forget.py", "_count"): "what stays of a customer, asked where one is forgotten",
    ("data_sources/comment_rows.py", "_long_scores"): "the long form, asked in test_verbatims.py",
}
"""What builds SQL and is not part of the walk, and why."""
SEARCHES = ("waiting", '"never again" -late', "100%_sure", "überrascht don't")
Place = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """A statement as it was sent, and DuckDB's answer."""

    statement: sa.Executable
    answer: pa.Table


def walk(room: Room) -> list[Asked]:
    """Ask everything; of statements that differ in their values only, one."""
    asked: list[Asked] = []
    run = room.sources.run

    def noted(name: str, statement: sa.Executable, timeout: float | None = None) -> pa.Table:
        answer = run(name, statement, timeout)
        asked.append(Asked(statement, answer))
        return answer

    room.sources.run = noted  # type: ignore[method-assign]
    try:
        _reports(room)
        _drills(room)
        _others(room)
    finally:
        room.sources.run = run  # type: ignore[method-assign]
    dialect = room.sources.engine(room.datasets["responses"].source).dialect
    return list({compiled(one.statement, dialect): one for one in asked}.values())


def compiled(statement: sa.Executable, dialect: sa.Dialect) -> str:
    """The text that a dialect makes of it."""
    assert isinstance(statement, sa.ClauseElement)
    return str(statement.compile(dialect=dialect))


def _reports(room: Room) -> None:
    """Every page, of everybody and of a narrower scope."""
    room.refresh(rebuild=True)
    week, headline = room.newest_telling_week(), room.catalog.headline_metric
    narrow = EVERYTHING.filtered(Filters.of({"region": ["North", NOT_RECORDED], TOUCHPOINT: ["call centre"]}))
    for scope in (EVERYTHING, narrow):
        view = View(room, week, scope, headline, OWNER)
        view.review()
        view.three_stories()
        for metric in room.catalog.metrics:
            metric_report(view, metric)
            criticality(view, metric, journey_axis(room.catalog))
        journey_report(view, headline)
        delays(view, headline)
        touchpoint_levels(view, headline)
        people_affected(view, headline, room.catalog.touchpoints, view.week)
        people_affected(view, headline, room.catalog.stages, view.week)
        remembered_of(view, headline)
        stage_feelings(view)
        stage_words(view, headline)
        stage_flows(view)
        for grain in StepGrain:
            found = journeys(view, headline, grain)
            walked(view, headline, grain=grain, seed=1, place=0)
            if found.paths:
                walked(view, headline, path=found.paths[0].key, grain=grain, seed=1, place=0)
        competition(view, headline)
        expectation_report(view)
        voices(view, Request())
        heard(view, Request(weeks=4))
    health(room, OWNER)
    examine(room.settings, room.sources, room.now())
    room.between(week, EVERYTHING, ("product",))
    room.sums(headline, room.cube().weeks[-60:], narrow, ("product", "segment"))


def _drills(room: Room) -> None:
    """Comments in every order and band, searched, paged and drawn; stories."""
    said, metric = room.verbatims(OWNER), room.catalog.headline_metric
    slice_ = Slice(metric, room.newest_telling_week(), EVERYTHING)
    for order in Order:
        page = said.page(slice_, order=order, limit=5)
        said.page(slice_, order=order, limit=5, after=page.after)
    for search in map(parse, SEARCHES):
        said.page(slice_, search)
        said.count_comments(slice_, search)
        said.distribution(slice_, search)
        said.heard_of(slice_, search)
    for kept in bands(metric):
        banded = replace(slice_, band=kept.id)
        said.page(banded)
        said.count_responses(banded)
    said.sample(slice_)
    said.distribution(slice_)
    stories = room.timelines(OWNER)
    for told in said.page(slice_).items[:3]:
        stories.story_of(told.id, EVERYTHING)
        for similar in room.catalog.metrics[:2]:
            stories.similar(told.id, EVERYTHING, similar)


def _others(room: Room) -> None:
    """What the demo does not have: expectations of single customers, paired with their answers."""
    responses, metric = room.datasets["responses"], room.catalog.headline_metric
    columns = {"customer": sa.column("customer_id"), "time": sa.column("submitted_at", Moment()),
               "dim:region": sa.column("region"), "level": sa.column("segment"),
               f"score:{metric.id}": sa.column("nps", sa.Double())}  # fmt: skip
    table = sa.table("responses", *columns.values()).alias("expectations")
    of = Dataset("expectations", responses.source, table, {word: table.c[c.name] for word, c in columns.items()})
    period = room.newest_telling_week()
    for axis in ("", "region"):
        room.sources.run(responses.source, paired.pairs(responses, of, metric, period, EVERYTHING, axis=axis))
    drawn = sample.statement(responses, room.catalog.metrics, period, EVERYTHING, 50_000, seed=3, most=20_000)
    for statement in (drawn, sample.count(responses, period, EVERYTHING)):
        room.sources.run(responses.source, statement)
    weeks = room.cube().weeks
    mean = next(m for m in room.catalog.metrics if m.rule.high is not None)
    room.sources.run(responses.source, query.cells(responses, (mean,), (), weeks[-3:], EVERYTHING))


def builders() -> frozenset[Place]:
    """Every function of data_sources that builds a statement: (file, name)."""
    found = set()
    for path in sorted((ROOT / "data_sources").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and _builds(node):
                found.add((str(path.relative_to(ROOT)), node.name))
    return frozenset(found)


def _builds(function: ast.FunctionDef) -> bool:
    """Whether a SELECT begins in it (its own lines, not those of a function inside)."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(ast.unparse(call.func) in BUILDS for call in calls)


@contextmanager
def reached() -> Iterator[set[Place]]:
    """The functions of data_sources that are called meanwhile in this thread."""
    seen: set[Place] = set()
    names: dict[str, str | None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        file = frame.f_code.co_filename
        if file not in names:
            inside = Path(file).is_relative_to(ROOT / "data_sources")
            names[file] = str(Path(file).relative_to(ROOT)) if inside else None
        place = names[file]
        if place is not None:
            seen.add((place, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)
