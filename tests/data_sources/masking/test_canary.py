"""A canary in every text that the company holds, and every public function that tells of comments: none of it comes
out. Which functions those are is read from the code, so that a new one cannot be forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.export import comments_file
from data_sources.journeys import walk
from data_sources.looks import story
from data_sources.paging import Order
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.stage_words import stage_words
from data_sources.story_candidates import candidates
from data_sources.verbatims import Verbatims
from data_sources.view import View
from data_sources.voices import Request, heard, voices
from metrics.access import OWNER
from metrics.bands import bands
from metrics.search import EVERYTHING_SAID, parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING
from tests.data_sources.engines import make_source
from tests.data_sources.masking.test_masker import CANARY

ROOT = Path(__file__).resolve().parents[3]
LEAKS = (
    "quartermain", "zebulon", "zq@", "example.org", "7946 0958", "20794609", "4111 1111", "41111111", "west 1234",
    "5698 7654",
    "downing", "sw1a",
)  # fmt: skip
SAID = (
    f"Nobody called back. {CANARY}", f"late again, my name is Zebulon Quartermain. {CANARY}",
    "Refund to GB82WEST12345698765432 or 4111111111111111 late", "lost refund zq (at) example dot org",
    "Spoke to Zebulon Quartermain again and again", "On hold for ever, +442079460958, regards zebulon quartermain",
    "Henderson hung up", "Henderson hung up twice",
)  # fmt: skip
CONFIG = """
company = "Test"
stages = ["purchase", "use"]
{source}
[cube]
folder = "{folder}/cube"
[store]
folder = "{folder}/store"
[responses]
source = "db"
table = "responses"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
stage = "stage"
touchpoint = "touchpoint"
comment = "free_text"
[journey_events]
source = "db"
table = "events"
customer = "customer_id"
time = "at"
stage = "stage"
touchpoint = "touchpoint"
what = "what"
outcome = "outcome"
[customers]
source = "db"
table = "people"
customer = "customer_id"
outcome = "outcome"
[outcomes]
source = "db"
table = "ends"
customer = "customer_id"
time = "at"
outcome = "outcome"
[metrics.nps]
kind = "nps"
column = "nps"
"""
START, WEEKS, WEEKLY = date(2026, 1, 5), 14, 60


def tables() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(2)
    size = WEEKS * WEEKLY
    times = [datetime.combine(START, datetime.min.time()) + timedelta(hours=i * 168 / WEEKLY) for i in range(size)]
    customers = rng.integers(0, 60, size)
    happy = rng.random(size) < 0.5
    at = pd.Series(times).dt.as_unit("us")
    return {
        "responses": pd.DataFrame(
            {
                "response_id": np.arange(size), "customer_id": customers, "submitted_at": at,
                "stage": rng.choice(["purchase", "use"], size), "touchpoint": "sales",
                "nps": np.where(happy, rng.choice([9, 10], size), rng.choice([0, 3], size)),
                "free_text": [f"Friendly engineer. {CANARY}" if good else str(rng.choice(SAID)) for good in happy],
            }
        ),
        "events": pd.DataFrame(
            {
                "customer_id": customers, "at": at, "stage": rng.choice(["purchase", "use"], size),
                "touchpoint": "sales", "what": f"Called {CANARY}", "outcome": f"Told {CANARY}",
            }
        ),
        "people": pd.DataFrame({"customer_id": np.arange(60), "outcome": f"kept by {CANARY}"}),
        "ends": pd.DataFrame({"customer_id": np.arange(60), "at": at[:60], "outcome": f"left for {CANARY}"}),
    }  # fmt: skip


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> View:
    folder = tmp_path_factory.mktemp("canary")
    source = make_source("folder", tables(), folder, request)
    (folder / "cx.toml").write_text(CONFIG.format(source=source.section, folder=folder))
    room = Room(load_settings(folder / "cx.toml"), now=lambda: datetime(2026, 4, 15))
    request.addfinalizer(room.close)
    weeks = room.cube().weeks
    week = next(week for week in weeks if week.end == START + timedelta(weeks=WEEKS))
    return View(room, week, EVERYTHING, room.catalog.headline_metric, OWNER)


@dataclass(frozen=True)
class Asked:
    """What a walk asks with."""

    view: View

    @property
    def verbatims(self) -> Verbatims:
        return self.view.room.verbatims(OWNER)

    @property
    def slice(self) -> Slice:
        return Slice(self.view.metric, self.view.span(12), EVERYTHING)

    @property
    def rows(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.verbatims.rows.newest(self.slice, EVERYTHING_SAID, 50, None).to_pylist()
        return found


WALK: dict[str, Callable[[Asked], object]] = {
    "verbatims.page": lambda a: [
        a.verbatims.page(a.slice, search, order, limit=50)
        for order in Order for search in (EVERYTHING_SAID, parse("late"), parse("-refund"), parse("quarter"))
    ],
    "verbatims.sample": lambda a: [a.verbatims.sample(a.slice), a.verbatims.sample(a.slice, parse("late"))],
    "comment_rows.by_id": lambda a: a.verbatims.rows.by_id(a.slice, EVERYTHING_SAID, a.rows),
    "story_candidates.candidates": lambda a: candidates(a.verbatims, [a.slice], 1),
    "voices.voices": lambda a: [voices(a.view, Request(order=order, weeks=12)) for order in Order],
    "voices.heard": lambda a: [
        heard(a.view, Request(band=band, weeks=12)) for band in (None, *(it.id for it in bands(a.view.metric)))
    ],
    "stage_words.stage_words": lambda a: [stage_words(a.view, a.view.metric, stage) for stage in ("", "use")],
    "view.three_stories": lambda a: a.view.three_stories(),
    "looks.story": lambda a: [story(a.view, str(row["id"]), set()) for row in a.rows[:20]],
    "timelines.story_of": lambda a: a.view.room.timelines(OWNER).story_of(str(a.rows[0]["id"]), EVERYTHING),
    "walks.walk": lambda a: [walk(a.view, a.view.metric, seed=1, place=i) for i in range(10)],
    "export.comments_file": lambda a: comments_file(a.view, Request(weeks=12)).decode(),
}  # fmt: skip
ELSEWHERE = {
    "comment_rows.verbatims": "rows as comments, behind page and by_id",
    "told.verbatim": "one row as a comment, behind the same",
    "looks.walked": "hands on what walk gives",
    "timelines.journey_of": "behind walk",
    "timeline_rows.as_answers": "entries of a story before Timelines._story masks them",
    "timeline_rows.as_events": "the same",
    "timeline_rows.as_outcomes": "the same",
    "timeline_rows.merged": "the same",
    "timeline_rows.impersonal": "masks them",
    "timeline_rows.wordless": "leaves comments out",
    "estimate.sample": "a sample of the cube's rows, not of comments",
    "export.table_file": "the table behind a chart",
    "export.table_as_csv": "the same",
    "files._content": "cells of the cube",
}
"""What tells of comments and is not walked by itself, and why."""
TELLING = re.compile(
    r"\b(Verbatim|VerbatimPage|Sample|Heard|StageWords|Voices|CustomerStory|Story|Entries|TimelineEntry|Walk)\b"
)


def test_everything_that_tells_of_comments_is_walked() -> None:
    found = set()
    for path in sorted((ROOT / "data_sources").rglob("*.py")):
        if path.parent.name in ("demo", "settings", "masking"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.returns is not None and not node.name.startswith("_"):
                told = ast.unparse(node.returns)
                if TELLING.search(told) or (path.stem == "export" and "bytes" in told):
                    found.add(f"{path.stem}.{node.name}")
    assert found <= WALK.keys() | ELSEWHERE.keys(), "new: walk it here, or say why not"
    assert WALK.keys() <= found


@pytest.mark.parametrize("name", list(WALK))
def test_none_of_the_canary_comes_out(name: str, view: View) -> None:
    told = in_full(WALK[name](Asked(view))).lower()
    assert [leak for leak in LEAKS if leak in told] == []


def test_a_surname_that_slips_through_is_no_key_phrase(view: View) -> None:
    """A surname alone is not masked (docs/privacy.md), but is no subject of comments, and not to be searched for."""
    asked = Asked(view)
    assert "Henderson hung up" in in_full(WALK["verbatims.page"](asked))
    for name in ("voices.heard", "stage_words.stage_words"):
        told = in_full(WALK[name](asked)).lower()
        assert "henderson" not in told


def test_the_walk_would_see_it(view: View) -> None:
    """The canary is there: where a mark stands in what is told, and in the rows themselves."""
    asked = Asked(view)
    assert "[name]" in in_full(WALK["verbatims.page"](asked)) and "[card]" in in_full(WALK["timelines.story_of"](asked))
    raw = asked.verbatims.rows.read(asked.verbatims.rows._whole(asked.slice, EVERYTHING_SAID))
    assert all(leak in in_full(raw).lower() for leak in LEAKS)
    assert any(heard_.phrases for heard_ in WALK["voices.heard"](asked))  # type: ignore[attr-defined]


def in_full(told: object) -> str:
    """Everything that an answer holds, as text."""
    if is_dataclass(told) and not isinstance(told, type):
        return " ".join(in_full(getattr(told, field.name)) for field in fields(told))
    if isinstance(told, dict):
        return " ".join(f"{key} {in_full(value)}" for key, value in told.items())
    if isinstance(told, list | tuple | set | frozenset):
        return " ".join(in_full(part) for part in told)
    return str(told)
