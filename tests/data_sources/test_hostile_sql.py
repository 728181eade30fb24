"""What a table, a search or an address holds is a value in SQL and nothing else; names of the configuration are quoted:
OWASP's SQL injection prevention cheat sheet. The truth is Python's or pandas' own, on every engine at hand."""

from __future__ import annotations

import sqlite3
import time
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources import comment_rows, query
from data_sources.connections import Sources
from data_sources.doctor import examine
from data_sources.errors import TooSlow
from data_sources.paging import Order
from data_sources.settings import Settings, load_settings
from data_sources.tables import datasets
from data_sources.verbatims import Verbatims
from metrics.search import matches, parse
from metrics.slice_of import Slice
from metrics.slices import ALL_ROWS, EVERYTHING, Filters, Scope
from tests.data_sources.engines import ENGINES, make_source
from tests.data_sources.voices import NAMES, PERIOD, configured, slice_

SECONDS = 5.0
"""In which every search is answered: a tenth of it on an idle machine."""
INJECTED = (
    "'; DROP TABLE responses; --", '" OR ""="', "x' OR '1'='1", "x') UNION SELECT 1,2 --", "\\'; SELECT 1 --", "%", "_",
    "\\", "%%s %(a)s {0} :b ?", "$1 $$", "/* */ #", "`a` [b]", "a\nb", "\u202eRTL", "ÜNÏ", "🙂", "NULL", "", " ",
)  # fmt: skip
SEARCHES = (
    *INJECTED, "100%", "100_", "a\\b", "\\%", "%' OR 1=1 --", "(a+)+$", "((a+)+)+b", ".*", "^", "[a-z]", "a|b", "a & b",
    "a:*", "!a", "a <-> b", "to_tsquery", '"', "'", "--", "-", "\0", "a\0b", "\ud800", "-a", '"a b', "☃", "ß",
    "x" * 100_000, "a " * 5_000, "%" * 1_000, "()" * 500, "a" * 199,
)  # fmt: skip
COMMENTS = (
    *(text for text in INJECTED if text), "100% sure", "100_ sure", "1000 sure", "a\\b", "ab", "a b c", "aaaaaaaaaa!",
    "a|b & c:* !d <-> e", "(a+)+$ [a-z] .*", "İstanbul ß ☃", "a" * 2_000, "b " * 1_000, "it's", 'a "quoted" word',
)  # fmt: skip


def rows() -> pd.DataFrame:
    """Six hundred answers of February: every hostile text as a comment, a region and a customer."""
    size = 600
    regions = [INJECTED[i % len(INJECTED)] for i in range(size)]
    return pd.DataFrame(
        {
            "response_id": [f"{i} {INJECTED[i % len(INJECTED)]}" for i in range(size)],
            "customer_id": [f"{INJECTED[i % 7]}{i % 50}" for i in range(size)],
            "submitted_at": pd.Series([datetime(2026, 2, 1) + timedelta(minutes=30 * i) for i in range(size)]),
            "region": regions,
            "stage": "use",
            "touchpoint": [INJECTED[i % 5] for i in range(size)],
            "nps": [float(i % 11) for i in range(size)],
            "stars": 3.0,
            "free_text": [COMMENTS[i % len(COMMENTS)] for i in range(size)],
            "topic": None,
        }
    ).astype({"submitted_at": "datetime64[us]", "topic": "str"})


@pytest.fixture(scope="module", params=ENGINES)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, Sources, pd.DataFrame]:
    folder, answers = tmp_path_factory.mktemp(request.param), rows()
    settings = configured(folder, make_source(request.param, {"responses": answers}, folder, request))
    return settings, Sources(settings), answers


def verbatims_of(settings: Settings, sources: Sources) -> Verbatims:
    return Verbatims(sources, datasets(settings), settings.catalog(), NAMES)


def test_a_search_finds_what_it_means_whatever_it_is_made_of(
    company: tuple[Settings, Sources, pd.DataFrame],
) -> None:
    """Wildcards, quotes, operators of full-text queries, regular expressions that explode, null bytes, halves of
    characters, a hundred kilobytes."""
    settings, sources, answers = company
    voices, wanted = verbatims_of(settings, sources), slice_(settings)
    found = 0
    for place, typed in enumerate(SEARCHES):
        search, begun = parse(typed), time.monotonic()
        expected = [text for text in answers["free_text"] if matches(text, search)]
        assert voices.count_comments(wanted, search) == len(expected), typed[:40]
        if not place % 4:
            assert {item.text for item in voices.page(wanted, search).items} <= set(expected), typed[:40]
        assert time.monotonic() - begun < SECONDS, typed[:40]
        found += 0 < len(expected) < len(answers)
    assert found > 15, "most searches separate"


@pytest.mark.parametrize("text", INJECTED)
def test_a_value_finds_its_own_rows_and_no_other(text: str, company: tuple[Settings, Sources, pd.DataFrame]) -> None:
    """As a filter, as a row rule, as a response id that an address names."""
    settings, sources, answers = company
    voices, metric = verbatims_of(settings, sources), settings.catalog().metrics[0]
    expected = answers[answers["region"] == text]
    assert len(expected)
    here = Filters.of({"region": [text]})
    for scope in (Scope(here, ALL_ROWS), Scope(Filters(), (here,))):
        assert voices.count_responses(Slice(metric, PERIOD, scope)) == len(expected)
        cells = sources.run("db", query.cells(datasets(settings)["responses"], (metric,), ("region",), [PERIOD], scope))
        assert cells["region"].to_pylist() == [text]
        assert cells["rows"].to_pylist() == [len(expected)]


# -- names of the configuration -----------------------------------------------------------------------------------

ODD_NAMES = (
    'a"b', "semi;colon -- x", "select", "group", "MixedCase", "Ünïcödé 列", "per%cent %s", ":colon", "$1", "q?mark",
    "back\\slash", "tick`s", "[br]acket", "dot.ted", "it's", "new\nline", "\u202ertl",
)  # fmt: skip
TABLES = ('ta"ble; DROP TABLE "other" --', "Select", "Ünï %s :t")
ODD = """
company = "Test"
{section}
[responses]
source = "db"
table = {table}
id = {id}
customer = {customer}
time = {time}
touchpoint = {touchpoint}
comment = {comment}
[responses.dimensions]
region = {region}
[metrics.nps]
kind = "nps"
column = {score}
"""


def toml(text: str) -> str:
    """A TOML basic string."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04X}" for c in text) + '"'


def odd(folder: Path, section: str, table: str, names: dict[str, str]) -> Settings:
    path = folder / "cx.toml"
    words = {word: toml(name) for word, name in names.items()}
    path.write_text(ODD.format(section=section, table=toml(table), **words), encoding="utf-8")
    return load_settings(path)


@pytest.mark.parametrize("shift", [0, 7, 14])
@pytest.mark.parametrize("kind", ENGINES)
def test_any_name_that_a_database_takes_can_be_configured(
    kind: str, shift: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Quotes, semicolons, reserved words, capitals, placeholders of every driver: counted as pandas counts."""
    words = ("id", "customer", "time", "touchpoint", "comment", "region", "score")
    named = {word: ODD_NAMES[(shift + i) % len(ODD_NAMES)] for i, word in enumerate(words)}
    own = ("response_id", "customer_id", "submitted_at", "touchpoint", "free_text", "region", "nps")
    answers = rows()[list(own)].rename(columns=dict(zip(own, named.values(), strict=True)))
    table = TABLES[shift // 7] if kind != "folder" else "Ünï %s :t' ;"
    source = make_source(kind, {table: answers}, tmp_path, request)
    settings = odd(tmp_path, source.section, source.table(table), named)
    sources = Sources(settings)
    found = examine(settings, sources, datetime(2026, 2, 20))
    assert not [problem.text() for problem in found.problems if problem.grave]
    assert found.profiles[0].rows == len(answers)
    metric, responses = settings.catalog().metrics[0], datasets(settings)["responses"]
    cells = sources.run("db", query.cells(responses, (metric,), ("region",), [PERIOD], EVERYTHING)).to_pylist()
    assert {cell["region"]: cell["rows"] for cell in cells} == answers[named["region"]].value_counts().to_dict()
    page = verbatims_of(settings, sources).page(Slice(metric, PERIOD, EVERYTHING), parse("sure"))
    assert {item.text for item in page.items} == {"100% sure", "100_ sure", "1000 sure"}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_name_that_is_not_there_is_a_problem_and_nothing_is_done(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A column or a table that is a statement is looked for under that name, and not found."""
    own = {"id": "response_id", "customer": "customer_id", "time": "submitted_at", "touchpoint": "touchpoint",
           "comment": "free_text", "region": "region", "score": "nps"}  # fmt: skip
    source = make_source(kind, {"responses": rows()}, tmp_path, request)
    attack = 'region"; DROP TABLE responses; --'
    settings = odd(tmp_path, source.section, source.table("responses"), {**own, "region": attack})
    problems = examine(settings, Sources(settings), datetime(2026, 2, 20)).problems
    told = {problem.key: problem.text() for problem in problems if problem.grave}
    assert told["responses.dimensions.region"].startswith(
        f"responses.dimensions.region: there is no column “{attack}”."
    )
    for table in ("responses; DROP TABLE responses", 'responses" AS x, "secrets', "null\0byte"):
        other = odd(tmp_path, source.section, source.table(table), own)
        problems = examine(other, Sources(other), datetime(2026, 2, 20)).problems
        assert "responses.table" in {problem.key for problem in problems if problem.grave}, table
    again = odd(tmp_path, source.section, source.table("responses"), own)
    assert examine(again, Sources(again), datetime(2026, 2, 20)).profiles[0].rows == len(rows())


# -- what rows may hold -------------------------------------------------------------------------------------------


def test_bytes_that_are_no_text_make_no_outage(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """SQLite keeps any bytes as text. The rows are read all the same, a comment with a null byte among them."""
    settings = configured(tmp_path, make_source("sqlite", {"responses": rows()}, tmp_path, request))
    with sqlite3.connect(tmp_path / "source_db" / "rows.sqlite") as file:
        file.execute("UPDATE responses SET free_text = CAST(x'ff68e92061' AS TEXT) WHERE rowid = 1")
        file.execute("UPDATE responses SET free_text = CAST(x'eda08068' AS TEXT) WHERE rowid = 2")
        file.execute("UPDATE responses SET region = CAST(x'fe' AS TEXT) WHERE rowid = 2")
        file.execute("UPDATE responses SET free_text = 'a' || char(0) || 'b' WHERE rowid = 3")
    sources = Sources(settings)
    voices, metric = verbatims_of(settings, sources), settings.catalog().metrics[0]
    said = [item.text for item in voices.page(Slice(metric, PERIOD, EVERYTHING), limit=len(rows())).items]
    assert {"\ufffdh\ufffd a", "\ufffd\ufffd\ufffdh", "a\0b"} <= set(said)
    assert len(said) == len(rows())


# -- limits -------------------------------------------------------------------------------------------------------

ENDLESS = {
    "folder": "SELECT a.range AS n FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 8",
    "duckdb": "SELECT a.range AS n FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0",
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r WHERE n < 0",
    "postgresql": "SELECT a AS n FROM generate_series(1, 1000000000) a, pg_sleep(30)",
}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_select_of_the_configuration_that_never_ends_is_stopped(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A cross join without an end, a recursion, a sleep: the source's own time limit holds for them too."""
    source = make_source(kind, {"responses": rows()}, tmp_path, request)
    path = tmp_path / "cx.toml"
    path.write_text(
        f'company = "X"\n{source.section.rstrip()}\ntimeout_seconds = 0.5\n[responses]\nsource = "db"\nid = "n"\n'
        f'sql = "{ENDLESS[kind]}"\ncustomer = "n"\ntime = "n"\n[metrics.nps]\nkind = "nps"\ncolumn = "n"\n',
        encoding="utf-8",
    )
    settings = load_settings(path)
    sources, responses = Sources(settings), datasets(settings)["responses"]
    begun = time.monotonic()
    with pytest.raises(TooSlow):
        sources.run("db", sa.select(responses["id"]).select_from(responses.from_clause))
    assert time.monotonic() - begun < SECONDS
    assert sources.run("db", sa.select(sa.literal_column("1").label("one")))["one"].to_pylist() == [1]


def test_a_table_whose_rows_all_have_one_id_is_not_read_whole(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page in random order asks for its rows by id."""
    monkeypatch.setattr(comment_rows, "ROWS_OF_AN_ID", 3)
    answers = rows().assign(response_id="the only one")
    settings = configured(tmp_path, make_source("folder", {"responses": answers}, tmp_path, request))
    sources, read = Sources(settings), []
    run = sources.run
    monkeypatch.setattr(sources, "run", lambda *asked: read.append(answer := run(*asked)) or answer)
    voices, metric = verbatims_of(settings, sources), settings.catalog().metrics[0]
    page = voices.page(Slice(metric, PERIOD, EVERYTHING), order=Order.RANDOM, limit=20)
    assert {item.id for item in page.items} == {"the only one"}
    assert max(answer.num_rows for answer in read if "comment" in answer.column_names) <= 60
