"""What is broken, on every engine: scores, customers affected and their value equal pandas on the raw rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data_sources.errors import NotConfigured
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.view import View
from metrics.access import OWNER
from metrics.broken import TouchpointLevels
from metrics.slices import EVERYTHING, Filters
from metrics.touchpoint_levels import Standard
from tests.data_sources.engines import ENGINES, make_source
from tests.data_sources.test_three_engines import raw_rows

NOW = datetime(2026, 4, 15, 9, 30)
BROKEN = "call centre"
HEAD = 'company = "Test"\ntime_zone = "UTC"\ncurrency = "£"\n'
RESPONSES = """
[responses]
source = "db"
table = "{responses}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
{places}
[responses.dimensions]
region = "region"
segment = "segment"
[metrics.nps]
kind = "nps"
column = "nps"
minimum = 0
[cube]
folder = "{cube}"
refresh_minutes = 0
"""
PLACES = 'stage = "stage"\ntouchpoint = "touchpoint"'
EVENTS = """
[journey_events]
source = "{source}"
table = "{events}"
customer = "customer_id"
time = "occurred_at"
touchpoint = "touchpoint"
[journey_events.dimensions]
region = "region"
"""
CUSTOMERS = """
[customers]
source = "{source}"
table = "{customers}"
customer = "customer_id"
value = "value"
"""


def frames() -> dict[str, pd.DataFrame]:
    """Answers that are bad at one touchpoint, events of more customers than answered, and what most are worth."""
    rows = raw_rows(11).drop(columns=["easy", "stars"])
    low, high = np.where(rows["nps"] == 10, 9, np.minimum(rows["nps"], 5)), np.clip(rows["nps"] + 4, 0, 10)
    rows["nps"] = np.where(rows["touchpoint"] == BROKEN, low, high)
    rows["touchpoint"] = rows["touchpoint"].astype(object)
    rng = np.random.default_rng(1)
    take = rng.integers(0, len(rows), 2_000)
    events = rows.iloc[take][["customer_id", "submitted_at", "touchpoint", "region"]].reset_index(drop=True)
    events = events.rename(columns={"submitted_at": "occurred_at"})
    events.loc[::19, "touchpoint"] = None
    events.loc[::29, "customer_id"] = None
    people = pd.DataFrame({"customer_id": sorted(rows["customer_id"].unique())})
    people["value"] = rng.gamma(2, 300, len(people)).round(2)
    people.loc[::7, "value"] = np.nan
    return {"responses": rows, "events": events, "customers": people.iloc[: len(people) - 40]}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return frames()


@pytest.fixture
def company(
    tmp_path: Path, request: pytest.FixtureRequest, made: dict[str, pd.DataFrame]
) -> Callable[..., Room]:  # fmt: skip
    """A room on one engine with the roles asked for; with `apart`, the customers lie in a source of their own."""

    def room(kind: str, *roles: str, places: str = PLACES, apart: bool = False) -> Room:
        stored = make_source(kind, made, tmp_path, request)
        sources, tables = stored.section, {name: stored.table(name) for name in made}
        if apart:
            other = make_source("sqlite", {"customers": made["customers"]}, tmp_path, request, "crm")
            sources, tables = sources + other.section, tables | {"customers": other.table("customers")}
        text = HEAD + sources + RESPONSES.format(cube=tmp_path / "cube", places=places, **tables)
        for role in roles:
            text += role.format(source="crm" if apart and role is CUSTOMERS else "db", **tables)
        path = tmp_path / "cx.toml"
        path.write_text(text)
        return Room(load_settings(path), now=lambda: NOW)

    return room


def found(room: Room, filters: Filters | None = None) -> tuple[TouchpointLevels, View]:
    view = View(
        room, room.cube().weeks[-2], EVERYTHING.filtered(filters or Filters()), room.catalog.metric("nps"), OWNER
    )
    return touchpoint_levels(view, view.metric), view


def in_month(rows: pd.DataFrame, view: View, time: str, **kept: str) -> pd.DataFrame:
    start, end = pd.Timestamp(view.weeks[-4].start), pd.Timestamp(view.week.end)
    rows = rows[(rows[time] >= start) & (rows[time] < end)]
    for column, value in kept.items():
        rows = rows[rows[column] == value]
    return rows


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("region", ["", "North"])
def test_customers_and_their_value_equal_pandas(
    kind: str, region: str, company: Callable[..., Room], made: dict[str, pd.DataFrame]
) -> None:
    room = company(kind, EVENTS, CUSTOMERS)
    kept = {"region": region} if region else {}
    levels, view = found(room, Filters.of({axis: [value] for axis, value in kept.items()}))
    assert [one.at.place for one in levels.broken] == [BROKEN]
    broken = levels.broken[0]
    there = in_month(made["events"], view, "occurred_at", touchpoint=BROKEN, **kept)["customer_id"].dropna().unique()
    worth = made["customers"].set_index("customer_id")["value"].reindex(there).dropna()
    assert broken.people.customers == len(there) > 20
    assert broken.people.value.n == len(worth) < len(there)
    assert broken.people.value.value == pytest.approx(worth.mean())
    low, high = stats.t.interval(0.95, len(worth) - 1, loc=worth.mean(), scale=stats.sem(worth))
    assert (broken.people.value.lower, broken.people.value.upper) == (pytest.approx(low), pytest.approx(high))
    assert levels.counted.startswith("customers with an event there in")
    assert levels.currency == "£"
    room.close()


@pytest.mark.parametrize("kind", ["folder", "postgresql", "sqlite"])
def test_scores_of_every_touchpoint_equal_pandas(
    kind: str, company: Callable[..., Room], made: dict[str, pd.DataFrame]
) -> None:
    room = company(kind)
    levels, view = found(room)
    rows = made["responses"].dropna(subset=["nps"])
    rows = rows[rows["nps"] <= 10]
    for row in levels.rows:
        week = rows[
            (rows["submitted_at"] >= pd.Timestamp(view.weeks[-row.weeks].start))
            & (rows["submitted_at"] < pd.Timestamp(view.week.end))
            & (rows["touchpoint"] == row.place)
        ]
        assert row.estimate.n == len(week)
        assert row.estimate.value == pytest.approx(100 * ((week["nps"] >= 9).mean() - (week["nps"] <= 6).mean()))
    assert {row.place for row in levels.rows} == {"sales", "call centre", "mobile app"}
    assert levels.tested == 3
    room.close()


def test_without_events_those_who_answered_are_counted(
    company: Callable[..., Room], made: dict[str, pd.DataFrame]
) -> None:  # fmt: skip
    room = company("duckdb", CUSTOMERS)
    levels, view = found(room)
    rows = in_month(made["responses"], view, "submitted_at", touchpoint=BROKEN)
    answered = rows[(rows["nps"] >= 0) & (rows["nps"] <= 10)]
    assert levels.broken[0].people.customers == answered["customer_id"].nunique()
    assert levels.counted.startswith("customers who answered there")
    room.close()


def test_events_that_cannot_be_filtered_give_way_and_it_is_said(company: Callable[..., Room]) -> None:
    room = company("duckdb", EVENTS, CUSTOMERS)
    levels, _ = found(room, Filters.of({"segment": ["Family"]}))
    assert levels.counted.startswith("customers who answered there")
    assert any("cannot be filtered by segment" in note for note in levels.notes)
    room.close()


@pytest.mark.parametrize(("roles", "apart", "why"), [
    ((EVENTS,), False, "name customers.value in cx.toml"),
    ((EVENTS, CUSTOMERS), True, "[customers] is in “crm” and journey events in “db”"),
])  # fmt: skip
def test_a_value_that_is_not_known_is_left_out_and_said(
    roles: tuple[str, ...], apart: bool, why: str, company: Callable[..., Room]
) -> None:
    room = company("duckdb", *roles, apart=apart)
    levels, _ = found(room)
    broken = levels.broken[0]
    assert broken.people.value.value is None
    assert levels.left_out == ("yearly value",)
    assert any(why in note for note in levels.notes)
    assert broken.weight.value is not None
    assert broken.product == pytest.approx((broken.people.customers or 0) * max(0.0, broken.weight.value))
    room.close()


def test_stages_stand_in_where_no_touchpoint_is_recorded(company: Callable[..., Room]) -> None:
    room = company("sqlite", places='stage = "stage"')
    levels, _ = found(room)
    assert levels.axis.id == "stage"
    assert {row.place for row in levels.rows} == {"purchase", "use"}
    room.close()


def test_with_neither_it_says_what_to_configure(company: Callable[..., Room]) -> None:
    room = company("sqlite", places="")
    with pytest.raises(NotConfigured, match=r"responses\.touchpoint"):
        found(room)
    room.close()


def test_without_a_minimum_nothing_is_tested_and_it_is_said(company: Callable[..., Room]) -> None:
    room = company("folder")
    view = View(room, room.cube().weeks[-2], EVERYTHING, replace(room.catalog.metric("nps"), minimum=None), OWNER)
    levels = touchpoint_levels(view, view.metric)
    assert {row.standard for row in levels.rows} == {Standard.NO_MINIMUM}
    assert (levels.tested, levels.broken) == (0, ())
    assert any("metrics.nps.minimum" in note for note in levels.notes)
    room.close()
