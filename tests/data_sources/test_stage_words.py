"""Words at a stage and comments over longer periods: every count is what the database finds, on four sources."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources import stage_words as module
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.stage_feelings import stages_of
from data_sources.stage_words import stage_words, telling_stage
from data_sources.verbatims import Verbatims
from data_sources.view import View
from data_sources.voices import Request, voices
from metrics.access import OWNER
from metrics.bands import bands
from metrics.search import matches, parse
from metrics.slices import EVERYTHING, Filters
from tests.data_sources.engines import ENGINES, make_source

START, WEEKS, WEEKLY = date(2026, 1, 5), 14, 90
PRAISE = ["Friendly engineer, on time", "Über Nacht repariert", "quick and friendly"]
BLAME = ["On hold in the call-centre", "the call centre lost my refund", "Refunds? Never. Holding for hours"]
BOTH = ["Nothing to add", "as usual"]
CONFIG = """
company = "Test"
stages = ["purchase", "use"]
{section}
[responses]
source = "db"
table = "{table}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
{stage}
comment = "free_text"
[metrics.nps]
kind = "nps"
column = "nps"
"""


def raw_rows(seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = WEEKS * WEEKLY
    stage = rng.choice(["purchase", "use"], size)
    nps = np.where(stage == "use", rng.choice([0, 3, 7, 9], size), rng.choice([6, 8, 9, 10], size))
    said = [rng.choice([*(PRAISE if score >= 9 else BLAME if score <= 6 else BOTH), *BOTH]) for score in nps]
    return pd.DataFrame(
        {
            "response_id": np.arange(size),
            "customer_id": rng.integers(0, 200, size),
            "submitted_at": pd.Series(
                [datetime.combine(START, datetime.min.time()) + timedelta(hours=i * 168 / WEEKLY) for i in range(size)]
            ).dt.as_unit("us"),
            "stage": stage,
            "nps": nps,
            "free_text": [text if i % 4 else None for i, text in enumerate(said)],
        }
    )


def opened(kind: str, folder: Path, request: pytest.FixtureRequest, *, stage: str = 'stage = "stage"') -> View:
    source = make_source(kind, {"responses": raw_rows()}, folder, request)
    path = folder / "cx.toml"
    section = f'{source.section}\n[cube]\nfolder = "{folder / "cube"}"\n'
    path.write_text(CONFIG.format(section=section, table=source.table("responses"), stage=stage))
    room = Room(load_settings(path), now=lambda: datetime(2026, 4, 15))
    room.cube()
    request.addfinalizer(room.close)
    week = next(week for week in room.cube().weeks if week.end == START + timedelta(weeks=WEEKS))
    return View(room, week, EVERYTHING, room.catalog.headline_metric, OWNER)


def truth(weeks: int) -> pd.DataFrame:
    end = START + timedelta(weeks=WEEKS)
    rows = raw_rows()
    return rows[rows["submitted_at"] >= datetime.combine(end - timedelta(weeks=weeks), datetime.min.time())]


@pytest.mark.parametrize("kind", ENGINES)
def test_a_words_comments_are_those_the_voices_page_finds(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    view = opened(kind, tmp_path, request)
    found = stage_words(view, view.metric, "use")
    assert found.happy.words
    assert found.unhappy.words
    narrow = view.narrowed("stage", "use")
    rows = truth(found.weeks)
    for side in (found.happy, found.unhappy):
        mine = rows[(rows["stage"] == "use") & np.array([side.band.holds(score) for score in rows["nps"]])]
        texts = mine["free_text"].dropna()
        assert side.read == side.of == len(texts)
        for word in side.words:
            search = parse(word.search)
            heard = voices(narrow, Request(search, side.band.id, weeks=found.weeks))
            assert word.count == heard.comments == sum(matches(text, search) for text in texts) >= 8
    assert {word.text for word in found.unhappy.words} & {"call centre", "refund", "call", "centre", "hold"}


def test_where_a_part_is_read_the_counts_are_of_all(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = opened("folder", tmp_path, request)
    all_read = {word.text: word.count for word in stage_words(view, view.metric).unhappy.words}
    sample = Verbatims.sample
    monkeypatch.setattr(Verbatims, "sample", lambda self, slice_: sample(self, slice_, limit=120))
    part = module._words(view, view.metric, "")  # not the answer kept from before
    assert part.unhappy.read == 120 < part.unhappy.of
    assert part.unhappy.words
    for word in part.unhappy.words:
        texts = truth(12).loc[lambda rows: rows["nps"] <= 6, "free_text"].dropna()
        assert word.count == sum(matches(text, parse(word.search)) for text in texts)
        assert word.count == all_read.get(word.text, word.count)


def test_the_stage_to_open_on_is_the_lowest_and_filters_leave_their_own(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    view = opened("folder", tmp_path, request)
    assert stages_of(view) == ("purchase", "use")
    assert telling_stage(view, view.metric) == "use"
    narrow = View(view.room, view.week, EVERYTHING.filtered(Filters.of({"stage": ["purchase"]})), view.metric, OWNER)
    assert stages_of(narrow) == ("purchase",)
    assert telling_stage(narrow, view.metric) == "purchase"


def test_without_stages_all_comments_are_read_together(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    view = opened("folder", tmp_path, request, stage="")
    assert (stages_of(view), telling_stage(view, view.metric)) == ((), "")
    assert stage_words(view, view.metric).happy.words


def test_too_few_answers_are_not_read(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    view = opened("folder", tmp_path, request)
    nobody = View(view.room, view.week, EVERYTHING.filtered(Filters.of({"stage": []})), view.metric, OWNER)
    assert stage_words(nobody, view.metric, "use").hidden


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("weeks", [1, 4, 12])
def test_voices_over_longer_periods_reconcile(
    kind: str, weeks: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    view = opened(kind, tmp_path, request)
    rows = truth(weeks)
    found = voices(view, Request(weeks=weeks))
    assert found.responses == found.estimate.n == len(rows) == sum(n for _, n in found.distribution)
    assert found.comments == rows["free_text"].notna().sum()
    net = 100 * ((rows["nps"] >= 9).mean() - (rows["nps"] <= 6).mean())
    assert found.estimate.value == pytest.approx(net)
    assert found.slice_.period == view.span(weeks)
    assert (
        sum(voices(view, Request(band=band.id, weeks=weeks)).comments for band in bands(view.metric)) == found.comments
    )


def test_more_weeks_than_there_are_is_all_of_them(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    view = opened("folder", tmp_path, request)
    first = View(view.room, view.weeks[1], EVERYTHING, view.metric, OWNER)
    found = voices(first, Request(weeks=12))
    assert found.responses == found.estimate.n == 2 * WEEKLY
