"""One body over four kinds of source: every page, count and score of the comments equals pandas on the raw rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from data_sources.errors import NotFilterable
from data_sources.paging import HeardOf, NoSuchPlace, Order, keyed, last_score, newest_since, place_of, place_text
from data_sources.tables import datasets
from data_sources.verbatims import Verbatims
from metrics.bands import band, bands
from metrics.metric import Metric, MetricKind
from metrics.people import Verbatim
from metrics.periods import Period
from metrics.search import Search, matches, parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters, Scope
from tests.data_sources.engines import ENGINES, make_source
from tests.data_sources.voices import (
    NAMES,
    PERIOD,
    comments,
    configured,
    raw_rows,
    slice_,
    stored_rows,
    truth,
    verbatims_of,
)

SEARCHES = [
    "late", "app", "APP -happy", "über", "ÜBER -gut", "çok", "100%", "100 %", "happy_with", '"call centre"',
    "call centre", '-"call centre"', "don't", "fine\\really", "no -refund", "x_", "'; drop table", "",
]  # fmt: skip


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["wide", "long"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def all_pages(
    voices: Verbatims,
    wanted: Slice,
    search: Search,
    order: Order,
    limit: int,
    *,
    seed: int = 0,
    told: HeardOf | None = None,
) -> list[Verbatim]:
    found: list[Verbatim] = []
    after = None
    while True:
        page = voices.page(wanted, search, order, after=after, limit=limit, seed=seed, told=told)
        assert page.items
        found += page.items
        after = page.after
        if after is None:
            return found


def test_counts_bands_and_distribution_equal_pandas(
    kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request, form)
    voices = verbatims_of(settings)
    for metric in ("nps", "stars"):
        for kept in ({}, {"region": ["Öst", NOT_RECORDED]}, {"touchpoint": ["sales"], "stage": ["use"]}):
            wanted = slice_(settings, metric, **kept)
            meant = truth(rows, wanted)
            assert voices.count_responses(wanted) == len(meant) > 0
            assert voices.count_comments(wanted) == len(comments(meant)) > 0
            assert dict(voices.distribution(wanted)) == pytest.approx(dict(Counter(meant[metric])))
            for part in bands(wanted.metric):
                inside = meant[[part.holds(score) for score in meant[metric]]]
                narrowed = slice_(settings, metric, part.id, **kept)
                assert voices.count_responses(narrowed) == len(inside)
                assert voices.count_comments(narrowed) == len(comments(inside))


def test_a_search_finds_what_its_meaning_says(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings)
    said = comments(truth(rows, wanted))
    found_at_all = 0
    for typed in SEARCHES:
        search = parse(typed)
        expected = said[[matches(text, search) for text in said["free_text"]]]
        assert voices.count_comments(wanted, search) == len(expected), typed
        assert dict(voices.distribution(wanted, search)) == dict(Counter(expected["nps"])), typed
        found_at_all += 0 < len(expected) < len(said)
    assert found_at_all >= 12, "most searches separate"


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_every_comment_once_and_in_order(
    kind: str, order: Order, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings)
    expected = comments(truth(rows, wanted)).set_index("response_id").astype(object)
    expected = expected.where(expected.notna(), None)
    found = all_pages(voices, wanted, parse(""), order, 17)
    assert Counter(v.id for v in found) == Counter(str(i) for i in expected.index)
    times = [v.time for v in found]
    if order is Order.NEWEST:
        assert times == sorted(times, reverse=True)
    if order in (Order.LOWEST, Order.HIGHEST):
        sign = 1 if order is Order.LOWEST else -1
        keys = [(sign * v.scores["nps"], -v.time.timestamp()) for v in found]
        assert keys == sorted(keys)
    for verbatim in found:
        row = expected.loc[int(verbatim.id)]
        assert verbatim.text == row["free_text"]
        assert verbatim.time == row["submitted_at"]
        assert verbatim.scores == {"nps": row["nps"], "stars": pytest.approx(row["stars"])}
        assert verbatim.dimensions == {"region": row["region"]}
        assert (verbatim.stage, verbatim.touchpoint, verbatim.topic) == (row["stage"], row["touchpoint"], row["topic"])
        named = row["customer_id"] is not None
        assert verbatim.pseudonym == (NAMES.of(row["customer_id"]) if named else "No customer named")


@pytest.mark.parametrize("order", [Order.NEWEST, Order.LOWEST, Order.HIGHEST])
def test_what_is_known_of_a_slice_changes_no_page(
    kind: str, order: Order, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Where the newest and the extremes are looked for first must not show, even where it is out of date."""
    settings = stored_rows(kind, raw_rows(), tmp_path, request)
    voices = verbatims_of(settings)
    whole = slice_(settings)
    everything = voices.heard_of(whole)
    assert (everything.responses, everything.comments) == (
        voices.count_responses(whole), voices.count_comments(whole),
    )  # fmt: skip
    for wanted, typed in ((whole, ""), (slice_(settings, band="promoters"), ""), (whole, "late")):
        search = parse(typed)
        plainly = all_pages(voices, wanted, search, order, 40)
        told = voices.heard_of(wanted, search)
        assert told.comments == len(plainly)
        assert all_pages(voices, wanted, search, order, 40, told=told) == plainly
        too_many = replace(everything, comments=9_999, scores=tuple(replace(g, comments=999) for g in told.scores))
        assert all_pages(voices, wanted, search, order, 40, told=too_many) == plainly


def test_where_a_page_is_looked_for_first() -> None:
    period = Period(date(2026, 1, 5), date(2026, 3, 30))
    assert newest_since(period, 21, None, None) is None
    assert newest_since(period, 21, 83, None) is None
    assert newest_since(period, 21, 84_000, None) == date(2026, 3, 29)
    assert newest_since(period, 21, 840, None) == date(2026, 3, 30) - timedelta(days=9)
    place = place_text((datetime(2026, 1, 20, 12), 5))
    assert newest_since(period, 21, 84_000, place) == date(2026, 1, 20)
    for outside in (datetime(1, 1, 1), datetime(2026, 1, 4, 23), datetime(2026, 3, 30), datetime(9999, 12, 31)):
        assert newest_since(period, 21, 84_000, place_text((outside, 5))) is None
        assert newest_since(period, 21, None, place_text((outside, 5))) is None
    nps = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
    lasts = {
        name: [last_score(Slice(nps, period, EVERYTHING, name), order) for order in (Order.LOWEST, Order.HIGHEST)]
        for name in (None, "detractors", "passives", "promoters")
    }
    assert lasts == {None: [0, 10], "detractors": [0, 6], "passives": [None, None], "promoters": [9, 10]}


def test_a_later_page_is_a_range_from_its_place_and_never_an_offset(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = datasets(stored_rows("folder", raw_rows(), tmp_path, request))["responses"]
    nps = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
    at = datetime(2026, 1, 20, 12)
    statement = keyed(sa.select(said["id"]), said, nps, Order.NEWEST, place_text((at, 5)))
    compiled = statement.limit(21).compile(dialect=postgresql.dialect())
    assert "OFFSET" not in str(compiled)
    assert "submitted_at <= %(param_1)s AND (" in str(compiled)
    assert compiled.params["param_1"] == at


def test_the_long_form_brings_every_score_of_a_response(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request, "long")
    voices, wanted = verbatims_of(settings), slice_(settings)
    expected = comments(truth(rows, wanted)).set_index("response_id")
    found = all_pages(voices, wanted, parse(""), Order.LOWEST, 50)
    assert len(found) == len(expected)
    for verbatim in found:
        row = expected.loc[int(verbatim.id)]
        assert verbatim.scores == {"nps": row["nps"], "stars": pytest.approx(row["stars"])}


def test_random_order_is_the_same_on_every_engine_and_differs_by_seed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows, orders = raw_rows(), []
    for kind in ENGINES:
        folder = tmp_path / kind
        folder.mkdir()
        settings = stored_rows(kind, rows, folder, request)
        voices, wanted = verbatims_of(settings), slice_(settings)
        orders.append([v.id for v in all_pages(voices, wanted, parse(""), Order.RANDOM, 9, seed=7)])
    assert all(order == orders[0] for order in orders)
    assert [v.id for v in all_pages(voices, wanted, parse(""), Order.RANDOM, 9, seed=8)] != orders[0]
    assert orders[0] != sorted(orders[0])


def test_a_sample_is_everything_or_a_bounded_draw(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings, "stars")
    said = comments(truth(rows, wanted))
    whole = voices.sample(wanted)
    assert sorted(whole.texts) == sorted(said["free_text"])
    assert not whole.bounded
    assert whole.scores.sum() == pytest.approx(said["stars"].sum())
    part = voices.sample(wanted, limit=40, seed=1)
    assert (len(part.texts), part.of, part.bounded) == (40, len(said), True)
    assert voices.sample(wanted, limit=40, seed=1).texts == part.texts
    assert voices.sample(wanted, limit=40, seed=2).texts != part.texts
    assert not np.isnan(part.scores).any()


def test_comments_of_too_few_answers_are_hidden(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    rows.loc[rows.index >= 7, "region"] = "South"
    rows.loc[rows.index < 7, ["region", "nps", "free_text", "submitted_at"]] = ["Öst", 5, "alone", datetime(2026, 2, 1)]
    settings = stored_rows("folder", rows, tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings, region=["Öst"])
    page = voices.page(wanted)
    assert (page.items, page.hidden, page.answers) == ((), True, 7)
    assert voices.sample(wanted).hidden
    assert not voices.page(slice_(settings, region=["South"], band="promoters")).hidden


def test_comments_of_their_own_in_another_source(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    said = rows[["response_id", "customer_id", "submitted_at", "region", "nps", "free_text"]].rename(
        columns={"nps": "answer"}
    )
    responses = make_source(kind, {"responses": rows}, tmp_path, request)
    other = make_source("folder", {"said": comments(said)}, tmp_path, request, name="words")
    more = (
        '[verbatims]\nsource = "words"\ntable = "said"\nid = "response_id"\ncustomer = "customer_id"\n'
        'time = "submitted_at"\ncomment = "free_text"\ndimensions = { region = "region" }\n'
        'scores = { nps = "answer" }\n'
    )
    settings = configured(tmp_path, responses, more=more, sections=other.section)
    voices, wanted = verbatims_of(settings), slice_(settings, region=["North"])
    meant = truth(rows, wanted)
    assert voices.count_responses(wanted) == len(meant)
    assert voices.count_comments(wanted, parse("late")) == comments(meant)["free_text"].str.contains("late").sum()
    assert len(all_pages(voices, wanted, parse(""), Order.HIGHEST, 11)) == len(comments(meant))
    stars = slice_(settings, "stars")
    assert not voices.knows_score(stars)
    in_time = rows[(rows["submitted_at"] >= "2026-01-05") & (rows["submitted_at"] < "2026-03-02")]
    assert voices.count_comments(stars) == len(comments(in_time))
    with pytest.raises(NotFilterable, match="score of Stars"):
        voices.page(stars, order=Order.LOWEST)
    with pytest.raises(NotFilterable, match="touchpoint"):
        voices.page(slice_(settings, touchpoint=["sales"]))


def test_row_rules_bind_every_answer(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    settings = stored_rows(kind, rows, tmp_path, request)
    voices = verbatims_of(settings)
    rules = (Filters.of({"region": ["North"]}), Filters.of({"region": ["South"], "stage": ["use"]}))
    wanted = Slice(settings.catalog().metric("nps"), PERIOD, Scope(Filters(), rules))
    meant = truth(rows, slice_(settings))
    allowed = meant[(meant["region"] == "North") | ((meant["region"] == "South") & (meant["stage"] == "use"))]
    assert voices.count_responses(wanted) == len(allowed)
    for order in Order:
        ids = {v.id for v in all_pages(voices, wanted, parse(""), order, 30)}
        assert ids == {str(i) for i in comments(allowed)["response_id"]}


def test_without_a_comment_column_it_says_what_to_configure(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    settings = stored_rows("folder", raw_rows(), tmp_path, request)
    bare = settings.model_copy(update={"responses": settings.responses.model_copy(update={"comment": None})})
    assert "responses.comment" in verbatims_of(bare).unavailable
    assert verbatims_of(settings).unavailable == ""
    assert verbatims_of(bare).count_comments(slice_(bare)) == 0


def test_a_place_survives_an_address_and_a_wrong_one_is_refused(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    key = (datetime(2026, 1, 5, 9, 30, 1, 5), "it's", 3, 4.5)
    assert place_of(place_text(key), 4) == key
    settings = stored_rows("folder", raw_rows(), tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings)
    for wrong in ("", "[]", "nonsense", '[["z",1],["i",2]]', '[["t","yesterday"],["i",2]]', "{}", '[["i",2]]'):
        with pytest.raises(NoSuchPlace):
            voices.page(wanted, after=wrong)


@pytest.mark.parametrize("kind", ["folder", "postgresql", "sqlite"])
def test_no_address_is_worse_than_a_place_that_is_none(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Anybody can write an address: whatever it says is a place (then of comments of the slice), or none."""
    settings = stored_rows(kind, raw_rows(), tmp_path, request)
    voices, wanted = verbatims_of(settings), slice_(settings)
    told = voices.heard_of(wanted)
    times = [
        ["t", "9999-12-31T00:00:00"], ["t", "0001-01-01T00:00:00"], ["t", "9999-12-31T23:59:59-14:00"],
        ["t", "2026-01-20T12:00:00+14:00"], ["d", "9999-12-31"], ["d", "2026-01-20"], ["s", "9999-12-31 00:00:00+15"],
        ["s", "2026-01-20 12:00:00+23"], ["s", "2026-W04-2"], ["s", "20260120"], ["s", "2026-01-20 24:01"], ["s", ""],
        ["s", "infinity"], ["s", "2026-01-20"], ["s", "2026-01-20T12:00:00.5Z"], ["s", "2026-01-20 12:00:00+01"],
        ["i", 20260120], ["f", 2.5], ["f", "nan"], ["i", 10**30],
    ]  # fmt: skip
    others = [["s", "x"], ["i", 3], ["f", "-inf"], ["s", "\0"], ["s", "\ud800"], ["t", "2026-01-20T12:00:00"]]
    scores = [["f", 0.0], ["f", "nan"], ["s", "x"], ["t", "2026-01-20T12:00:00"]]
    name, time = ["i", 1_500], ["s", "2026-01-20"]
    newest = [[time, name] for time in times] + [[time, name] for name in others]
    lowest = [[["f", 0.0], *place] for place in newest] + [[score, time, name] for score in scores]
    asked = [(Order.NEWEST, place) for place in newest] + [(Order.LOWEST, place) for place in lowest]
    read = 0
    for order, place in asked:
        try:
            page = voices.page(wanted, order=order, after=json.dumps(place), told=told)
        except NoSuchPlace:
            continue
        read += bool(page.items)
        assert all(PERIOD.start <= one.time.date() < PERIOD.end for one in page.items)
    assert 0 < read < len(asked)
    later = voices.page(wanted, after=voices.page(wanted, told=told).after, told=told)
    assert len(later.items) == 20, "the source is still asked"


def test_the_band_of_an_unknown_name_is_an_error() -> None:
    metric = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
    with pytest.raises(KeyError, match="promoters"):
        band(metric, "fans")
