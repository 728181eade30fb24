"""One customer's story over four kinds of source: equal to pandas on the raw rows, refused outside the scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.connections import Sources
from data_sources.settings import Settings
from data_sources.tables import datasets
from data_sources.timeline_rows import LONGEST
from data_sources.timelines import NoSuchStory, Timelines
from metrics.bands import band_of
from metrics.slices import EVERYTHING, Filters, Scope
from metrics.story import around
from tests.data_sources.engines import ENGINES, make_source
from tests.data_sources.voices import NAMES, configured, on_scale, raw_rows

EVENTS = """
[journey_events]
source = "{source}"
table = "{prefix}events"
customer = "customer"
time = "at"
touchpoint = "touchpoint"
what = "what"
outcome = "outcome"
[customers]
source = "{source}"
table = "{prefix}people"
customer = "customer"
value = "value"
since = "since"
outcome = "outcome"
dimensions = {{ segment = "segment" }}
[outcomes]
source = "{source}"
table = "{prefix}ends"
customer = "customer"
time = "at"
outcome = "outcome"
amount = "amount"
[dimensions.segment]
label = "Segment"
[personas.family]
label = "Families"
rule = {{ segment = ["Family"] }}
"""


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def other_rows(as_text: bool) -> dict[str, pd.DataFrame]:
    """What the other source knows; it stores customers as text ("42") where the responses have numbers (42)."""
    rng = np.random.default_rng(8)
    customers = np.arange(150)
    names = [str(c) for c in customers] if as_text else customers
    start = datetime(2026, 1, 1)
    whose = rng.integers(0, 150, 500)
    return {
        "events": pd.DataFrame(
            {
                "customer": [names[i] for i in whose],
                "at": pd.Series([start + timedelta(hours=int(h)) for h in rng.integers(0, 1800, 500)]).dt.as_unit("us"),
                "touchpoint": rng.choice(["sales", "call centre"], 500),
                "what": rng.choice(np.array(["Call", "Visit", None], dtype=object), 500),
                "outcome": rng.choice(np.array(["missed", None], dtype=object), 500),
            }
        ),
        "people": pd.DataFrame(
            {
                "customer": names,
                "value": np.round(rng.uniform(100, 900, 150), 2),
                "since": pd.Series([start - timedelta(int(d)) for d in rng.integers(1, 900, 150)]).dt.as_unit("us"),
                "outcome": "kept",
                "segment": rng.choice(["Family", "Business"], 150),
            }
        ),
        "ends": pd.DataFrame(
            {
                "customer": names[:60],
                "at": pd.Series([datetime(2026, 3, 20)] * 60).dt.as_unit("us"),
                "outcome": "renewed",
                "amount": 420.0,
            }
        ),
    }


def company(
    kind: str, folder: Path, request: pytest.FixtureRequest, rows: pd.DataFrame, *, form: str = "wide",
    others: dict[str, pd.DataFrame] | None = None,
) -> Settings:  # fmt: skip
    keys = [column for column in rows.columns if column not in ("nps", "stars")]
    long = rows.melt(id_vars=keys, value_vars=["nps", "stars"], var_name="metric", value_name="score")
    source = make_source(kind, {"responses": rows if form == "wide" else long}, folder, request)
    other = make_source(
        "folder" if kind != "folder" else "sqlite", others or other_rows(True), folder, request, name="crm"
    )
    more = EVENTS.format(source="crm", prefix=other.prefix)
    return configured(folder, source, form=form, more=more, sections=other.section)


def timelines_of(settings: Settings) -> Timelines:
    return Timelines(Sources(settings), datasets(settings), settings.catalog(), NAMES, settings.currency)


@pytest.mark.parametrize("form", ["wide", "long"])
def test_a_story_holds_everything_that_every_source_knows(
    kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows, others = raw_rows(), other_rows(True)
    stories = timelines_of(company(kind, tmp_path, request, rows, form=form))
    for customer in (7, 42, 101):
        his = rows[rows["customer_id"] == customer].sort_values("submitted_at")
        events = others["events"][others["events"]["customer"] == str(customer)]
        ends = others["ends"][others["ends"]["customer"] == str(customer)]
        person = others["people"].set_index("customer").loc[str(customer)]
        response = str(his["response_id"].iloc[0])
        story = stories.story_of(response, EVERYTHING)
        assert story.pseudonym == NAMES.of(customer)
        assert len(story.timeline) == len(his) + len(events) + len(ends)
        assert [e.time for e in story.timeline] == sorted([*his["submitted_at"], *events["at"], *ends["at"]])
        surveys = {e.response: e for e in story.timeline if e.kind == "response"}
        for _, row in his.iterrows():
            entry = surveys[str(row["response_id"])]
            scores = {m: row[m] for m in ("nps", "stars") if not pd.isna(row[m]) and not (m == "nps" and row[m] > 10)}
            assert entry.scores == pytest.approx(scores)
            assert (entry.comment or "") == ("" if pd.isna(row["free_text"]) else row["free_text"])
        assert story.value == pytest.approx(person["value"])
        assert (story.value_unit, story.since, story.outcome) == ("£", person["since"], "kept")
        assert story.dimensions["segment"] == person["segment"]
        assert story.personas == (("Families",) if person["segment"] == "Family" else ())
        assert (story.here, story.missing, story.bounded) == (response, (), False)
        assert [e.what for e in story.timeline if e.kind == "outcome"] == ["Renewed (£420)"] * len(ends)
        assert around(story)


def test_a_response_outside_the_scope_opens_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    stories = timelines_of(company(kind, tmp_path, request, rows))
    north = rows[(rows["region"] == "North") & rows["customer_id"].notna()].iloc[0]
    response, scope = str(north["response_id"]), EVERYTHING.filtered(Filters.of({"region": ["South"]}))
    assert stories.story_of(response, EVERYTHING.filtered(Filters.of({"region": ["North"]}))).here == response
    for wrong, where in (
        (response, scope),
        (response, Scope(Filters(), (Filters.of({"region": ["South"]}),))),
        ("999999", EVERYTHING),
        ("no number", EVERYTHING),
        ("1 OR 1=1", EVERYTHING),
        ("", EVERYTHING),
    ):
        with pytest.raises(NoSuchStory):
            stories.story_of(wrong, where)
        with pytest.raises(NoSuchStory):
            stories.similar(wrong, where, _nps(stories))


def test_row_rules_cut_the_timeline_and_filters_do_not(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    stories = timelines_of(company(kind, tmp_path, request, rows))
    customer = rows[rows["region"] == "North"]["customer_id"].dropna().mode().iloc[0]
    his = rows[rows["customer_id"] == customer]
    northern = his[his["region"] == "North"]
    assert len(northern) < len(his)
    response, north = str(northern["response_id"].iloc[0]), Filters.of({"region": ["North"]})
    filtered = stories.story_of(response, EVERYTHING.filtered(north))
    assert {e.response for e in filtered.timeline if e.response} == {str(i) for i in his["response_id"]}
    ruled = stories.story_of(response, Scope(Filters(), (north,)))
    assert {e.response for e in ruled.timeline if e.response} == {str(i) for i in northern["response_id"]}
    assert all(e.kind == "response" for e in ruled.timeline), "what cannot be limited by region is not shown"
    assert sum("cannot be filtered by region" in what for what in ruled.missing) == 3
    assert ruled.value is None


def test_similar_stories_are_other_customers_of_the_same_touchpoint_and_band(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(size=2_000)
    rows["topic"] = None
    stories = timelines_of(company(kind, tmp_path, request, rows))
    metric = _nps(stories)
    said = rows[(rows["free_text"].fillna("") != "") & rows["customer_id"].notna() & on_scale(rows, metric)]
    first = said[(said["touchpoint"] == "sales") & (said["nps"] <= 6)].sort_values("submitted_at").iloc[-3]
    alike = said[(said["touchpoint"] == "sales") & (said["nps"] <= 6)]
    current, seen = str(first["response_id"]), []
    for _ in range(12):
        before = rows.set_index("response_id").loc[int(current)]
        current = stories.similar(current, EVERYTHING, metric)
        now = rows.set_index("response_id").loc[int(current)]
        assert now["customer_id"] != before["customer_id"]
        assert int(current) in set(alike["response_id"])
        assert band_of(metric, now["nps"]).id == "detractors"
        assert (now["submitted_at"], int(current)) < (before["submitted_at"], 10**9)
        seen.append(current)
    assert len(set(seen)) == 12
    earliest = alike.sort_values(["submitted_at", "response_id"]).iloc[0]
    newest = (
        alike[alike["customer_id"] != earliest["customer_id"]].sort_values(["submitted_at", "response_id"]).iloc[-1]
    )
    assert stories.similar(str(earliest["response_id"]), EVERYTHING, metric) == str(newest["response_id"])


def test_a_similar_story_has_the_same_topic_where_there_is_one(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows(size=2_000)
    stories = timelines_of(company("folder", tmp_path, request, rows))
    metric = _nps(stories)
    said = rows[(rows["free_text"].fillna("") != "") & rows["customer_id"].notna() & on_scale(rows, metric)]
    for _, row in said[said["topic"].notna()].head(20).iterrows():
        found = rows.set_index("response_id").loc[int(stories.similar(str(row["response_id"]), EVERYTHING, metric))]
        assert found["topic"] == row["topic"]


def test_a_long_timeline_is_bounded_and_keeps_what_led_there(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows(size=500)
    rows["customer_id"] = 5
    stories = timelines_of(company(kind, tmp_path, request, rows))
    in_time = rows.sort_values(["submitted_at", "response_id"])
    story = stories.story_of(str(in_time["response_id"].iloc[-1]), EVERYTHING)
    assert story.bounded
    assert len(story.timeline) == LONGEST
    oldest = stories.story_of(str(in_time["response_id"].iloc[0]), EVERYTHING)
    assert oldest.timeline[0].response == oldest.here
    assert len(oldest.timeline) == LONGEST + 1


def test_what_is_not_configured_or_fails_is_named_and_the_rest_is_told(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    source = make_source("folder", {"responses": rows}, tmp_path, request)
    bare = timelines_of(configured(tmp_path, source))
    response = str(rows[rows["customer_id"] == 7]["response_id"].iloc[0])
    assert len(bare.story_of(response, EVERYTHING).missing) == 3
    broken = company("folder", tmp_path, request, rows, others={"else_where": pd.DataFrame({"a": [1]})})
    story = timelines_of(broken).story_of(response, EVERYTHING)
    assert len(story.timeline) == (rows["customer_id"] == 7).sum()
    assert len(story.missing) == 3
    assert all("crm" in what for what in story.missing)
    nobody = rows[rows["customer_id"].isna()].iloc[0]
    alone = bare.story_of(str(nobody["response_id"]), EVERYTHING)
    assert (alone.pseudonym, len(alone.timeline)) == ("No customer named", 1)


def test_comments_of_their_own_join_the_response_they_came_with(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    said = rows[rows["free_text"].fillna("") != ""][["response_id", "customer_id", "submitted_at", "free_text"]]
    whose = said["customer_id"].mode().iloc[0]
    said = said.assign(customer_id=said["customer_id"].astype("string"))
    letters = said.head(1).assign(response_id=7, customer_id=str(whose), free_text="A letter.")
    source = make_source(kind, {"responses": rows.drop(columns="free_text").assign(free_text=None)}, tmp_path, request)
    other = make_source("folder", {"said": pd.concat([said, letters])}, tmp_path, request, name="words")
    more = (
        '[verbatims]\nsource = "words"\ntable = "said"\nid = "response_id"\ncustomer = "customer_id"\n'
        'time = "submitted_at"\ncomment = "free_text"\n'
    )
    stories = timelines_of(configured(tmp_path, source, more=more, sections=other.section))
    story = stories.story_of("7", EVERYTHING)
    his = rows[rows["customer_id"] == whose]
    assert [e.comment for e in story.timeline if e.kind == "comment"] == ["A letter."]
    assert {e.response: e.comment for e in story.timeline if e.kind == "response" and e.comment} == {
        str(r["response_id"]): r["free_text"]
        for _, r in his.iterrows()
        if isinstance(r["free_text"], str) and r["free_text"]
    }
    assert len(story.timeline) == len(his) + 1


def _nps(stories: Timelines):
    return stories._catalog.metric("nps")
