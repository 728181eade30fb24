"""Roles in different sources at once: responses in PostgreSQL, comments in CSV files, benchmarks in SQLite."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources.paging import Order
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.view import View
from data_sources.voices import Request, voices
from metrics.access import OWNER
from metrics.comparators import COMPETITOR
from metrics.slices import EVERYTHING
from tests.data_sources.test_three_engines import NOW, raw_rows

CONFIG = """
company = "Mixed"
[sources.warehouse]
url = "{postgres}"
[sources.words]
folder = "{words}"
[sources.market]
url = "sqlite:///{market}"
[responses]
source = "warehouse"
table = "{table}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
touchpoint = "touchpoint"
[responses.dimensions]
segment = "segment"
[verbatims]
source = "words"
table = "said"
id = "response_id"
customer = "customer_id"
time = "at"
touchpoint = "where"
comment = "words"
[verbatims.scores]
nps = "score"
[verbatims.dimensions]
segment = "segment"
[benchmarks]
source = "market"
table = "rivals"
metric = "metric"
company = "company"
time = "month"
value = "value"
n = "n"
[metrics.nps]
kind = "nps"
column = "nps"
[cube]
folder = "{cube}"
refresh_minutes = 0
"""


@pytest.fixture
def rows() -> pd.DataFrame:
    return raw_rows(21)


@pytest.fixture
def room(rows: pd.DataFrame, tmp_path: Path, postgres_url: str) -> Room:
    table = f"mixed_{tmp_path.name.lower().replace('-', '_')}"[:60]
    engine = sa.create_engine(postgres_url)
    rows.drop(columns="free_text").to_sql(table, engine, index=False, method="multi", chunksize=1_000)
    engine.dispose()
    words = tmp_path / "words"
    words.mkdir()
    said = rows[rows["free_text"].fillna("") != ""]
    names = {"submitted_at": "at", "touchpoint": "where", "free_text": "words", "nps": "score"}
    kept = ["response_id", "customer_id", *names, "segment"]
    said[kept].rename(columns=names).to_csv(words / "said.csv", index=False)
    market = sa.create_engine(f"sqlite:///{tmp_path / 'market.sqlite'}")
    months = [f"2026-0{month}-01" for month in (1, 2, 3, 4)]
    rivals = pd.DataFrame({"metric": "nps", "company": "Rival", "month": months, "value": 12.0, "n": 400})
    rivals.to_sql("rivals", market, index=False)
    market.dispose()
    path = tmp_path / "cx.toml"
    path.write_text(
        CONFIG.format(
            postgres=postgres_url, words=words, market=tmp_path / "market.sqlite", table=table, cube=tmp_path / "cube"
        )
    )
    return Room(load_settings(path), now=lambda: NOW)


def test_one_page_is_told_from_three_engines(room: Room, rows: pd.DataFrame) -> None:
    week = room.newest_telling_week()
    view = View(room, week, EVERYTHING.narrowed("segment", "Family"), room.catalog.metric("nps"), OWNER)
    inside = rows[(rows["submitted_at"] >= datetime.combine(week.start, datetime.min.time()))]
    inside = inside[(inside["submitted_at"] < datetime.combine(week.end, datetime.min.time()))]
    inside = inside[(inside["segment"] == "Family") & inside["nps"].between(0, 10)]
    spoken = inside[inside["free_text"].fillna("") != ""]

    assert view.review().card.reading.estimate.n == len(inside)
    rival = next(c for c in view.comparators(view.metric) if c.kind == COMPETITOR)
    assert (rival.label, rival.theirs.value, rival.theirs.n) == ("Rival", 12.0, 400)
    found = voices(view, Request(order=Order.LOWEST))
    assert found.responses == len(inside)
    assert found.comments == len(spoken)
    assert {int(item.id) for item in found.page.items} <= set(spoken["response_id"])
    story = room.timelines(OWNER).story_of(found.page.items[0].id, view.scope)
    customer = rows.loc[rows["response_id"] == int(found.page.items[0].id), "customer_id"].item()
    answers = [entry for entry in story.timeline if entry.scores]
    assert len(answers) >= (rows["customer_id"] == customer).sum()
    room.close()
