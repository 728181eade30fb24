"""Search through PostgreSQL's own index, and the advice to make one: both run on a real server. The index must find
what metrics/search.py means and nothing else, and the planner must use what is advised."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources import word_index
from data_sources.__main__ import main
from data_sources.index_advice import advice
from data_sources.masking.own_words import masker_of
from data_sources.masking.searching import is_personal
from data_sources.query import commented, in_period
from data_sources.settings import Settings, load_settings
from data_sources.tables import datasets
from data_sources.voice_rows import comment
from data_sources.word_index import BLANKED, Explained, words_of
from metrics.periods import Period
from metrics.search import SEPARATORS, Search, matches, parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING
from tests.data_sources.engines import Stored
from tests.data_sources.voices import PERIOD, configured, raw_rows, slice_, verbatims_of

pytestmark = pytest.mark.postgres
PIECES = [
    "late", "LATE", "later", "plate", "on", "hold", "o'hare", "don’t", "über", "Über", "déjà", "café", "100%", "1e5x",
    "1e5", "42minutes", "42", "a.b", "www.site.example/late", "late@post.example", "<b>late</b>", "&late;", "x_late",
    "late_x", "late\\again", "$late", "-5", "+late", "late-again", "late…again", "“late”", "(late", "№late", "é", "a",
    "the", "İstanbul", "straße", "12é", "a1é", "½x", "€50", "late😀again", "\u00a0late", "\u00adlate", "late'); --",
]  # fmt: skip
WORDS = [
    "late", "lat", "hold", "on hold", '"on hold"', "late -again", "o'hare", "über", "ÜBER", "déjà", "caf", "100",
    "100%",
    "1e5x", "1e5", "42", "42min", "www", "site", "site.example", "x_late", "late_x", "again", "$late", "late😀", "é",
    "a", "the", "istanbul", "stra", "straße", "12é", "a1", "½x", "€50", "50", "late again", '"late again"', "zzz",
    "late%", "la_e", "late'); --", "№late", '"the late" 42',
]  # fmt: skip


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Comments of random pieces, joined by random separators, and a number each (PostgreSQL keeps no frequencies of
    fewer than a hundred words)."""
    draw = random.Random(7)
    texts = []
    for number in range(1_500):
        parts = draw.choices(PIECES, k=draw.randint(1, 6))
        texts.append("".join(part + draw.choice(SEPARATORS + "  +_<>") for part in parts) + f" nr{number}")
    return texts


@pytest.fixture(scope="module")
def company(
    said: list[str], tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[tuple[Settings, sa.Engine, pd.DataFrame]]:
    """A table that needs quoting in a schema of its own, with the indexes that the command advises."""
    rows = raw_rows(size=20_000)
    rows["free_text"] = [said[i // 3 % len(said)] if i % 3 == 0 else None for i in range(len(rows))]
    rows["free_text"] = rows["free_text"].where(rows.index % 30 > 0, "")
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text('DROP SCHEMA IF EXISTS "word index" CASCADE'))
        connection.execute(sa.text('CREATE SCHEMA "word index"'))
        rows.to_sql("responses", connection, schema="word index", index=False, method="multi", chunksize=1_000)
    folder = tmp_path_factory.mktemp("words")
    settings = configured(folder, Stored(f'[sources.db]\nurl = "{postgres_url}"\n', "word index."))
    yield settings, engine, rows
    with engine.connect() as connection:
        connection.execute(sa.text('DROP SCHEMA "word index" CASCADE'))
    engine.dispose()


@pytest.fixture(scope="module")
def indexed(company: tuple[Settings, sa.Engine, pd.DataFrame]) -> tuple[Settings, sa.Engine, pd.DataFrame]:
    """The same with every statement that is advised executed."""
    settings, engine, _ = company
    with engine.connect() as connection:
        for one in advice(settings):
            connection.exec_driver_sql(one.statement.replace("%", "%%"))
        connection.execute(sa.text('ANALYZE "word index".responses'))
    return company


def first(settings: Settings, search: Search) -> bool:
    """Whether the index is asked."""
    voices = verbatims_of(settings)
    said = datasets(settings)["responses"]
    return voices.rows.words.first(said, commented(said), comment(said), search) is not None


def test_without_the_index_nothing_is_asked_of_it(company: tuple[Settings, sa.Engine, pd.DataFrame]) -> None:
    assert not first(company[0], parse("istanbul"))


def test_the_index_finds_what_a_search_means(
    indexed: tuple[Settings, sa.Engine, pd.DataFrame], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same count by the index, by the plain path on the same server, and by metrics/search.py in Python."""
    settings, _, rows = indexed
    wanted = Slice(settings.catalog().metric("stars"), Period(PERIOD.start, PERIOD.end), EVERYTHING)
    inside = rows[(rows["submitted_at"] >= "2026-01-05") & (rows["submitted_at"] < "2026-03-02")]
    texts = [text for text in inside["free_text"].dropna() if text]
    by_index, refused, masker = 0, 0, masker_of(settings.catalog())
    draw = random.Random(8)
    pairs = zip(draw.choices(PIECES, k=30), draw.choices(PIECES, k=30), strict=True)
    for typed in [*WORDS, *(f"{a} {b}" for a, b in pairs)]:
        search = parse(typed)
        if is_personal(search, masker):  # refused before any SQL (masking/test_searching.py)
            refused += 1
            continue
        monkeypatch.setattr(word_index, "RARE", -1)
        plainly = verbatims_of(settings).count_comments(wanted, search)
        monkeypatch.setattr(word_index, "RARE", 10**9)
        assert verbatims_of(settings).count_comments(wanted, search) == plainly, typed
        if "istanbul" not in typed.lower():  # the server lowers a dotted capital I to i, Python to two characters
            assert plainly == sum(matches(text, search) for text in texts), typed
        by_index += first(settings, search)
    assert by_index > 40, "most of the searches went through the index"
    assert refused < 10


def test_a_frequent_word_is_looked_for_without_the_index(
    indexed: tuple[Settings, sa.Engine, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Working out the words of every comment costs more than looking through it."""
    settings, _, _ = indexed
    assert first(settings, parse("istanbul"))
    assert first(settings, parse("late istanbul"))
    assert not first(settings, parse("é"))
    assert not first(settings, parse("-late"))
    for bound, served in ((0, ()), (2_000, ("qzxjq", "plate")), (10**9, ("qzxjq", "plate", "late"))):
        monkeypatch.setattr(word_index, "RARE", bound)
        assert tuple(word for word in ("qzxjq", "plate", "late") if first(settings, parse(word))) == served


def test_what_is_advised_is_used(indexed: tuple[Settings, sa.Engine, pd.DataFrame]) -> None:
    """By the very statements that the app sends, as the planner tells."""
    settings, _, _ = indexed
    voices = verbatims_of(settings)
    said, sources = voices.rows.said, voices.rows.sources

    def plan(statement: sa.Select[int]) -> str:
        lines = sources.run("db", Explained(statement.select_from(said.from_clause))).column(0).to_pylist()
        return "\n".join(map(str, lines))

    one: sa.Select[int] = sa.select(sa.literal_column("1", sa.Integer))
    day = Period(PERIOD.start, PERIOD.start.replace(day=6))
    newest = (said["time"].desc(), said["id"].desc())
    assert "cx_word index_responses_time" in plan(one.where(in_period(said, day)))
    assert "cx_word index_responses_customer" in plan(one.where(said["customer"] == sa.literal_column("'5'")))
    assert "cx_word index_responses_comment" in plan(one.where(commented(said)).order_by(*newest).limit(21))
    rare = voices.rows.found(slice_(settings, "stars"), parse("qzxjq"))
    assert "cx_word index_responses_words" in plan(one.where(rare))


def test_the_command_prints_them(
    indexed: tuple[Settings, sa.Engine, pd.DataFrame],
    tmp_path: Path,
    postgres_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configured(tmp_path, Stored(f'[sources.db]\nurl = "{postgres_url}"\n', "word index."))
    assert main(["indexes", "--config", str(tmp_path / "cx.toml")]) == 0
    printed = capsys.readouterr().out
    assert 'ON "word index".responses (submitted_at);' in printed
    assert words_of("free_text") in printed
    assert printed.isascii(), "it survives a terminal and a mail"
    assert all(one.statement in printed and one.why in printed for one in advice(load_settings(tmp_path / "cx.toml")))
    assert main(["indexes", "--config", str(tmp_path / "nowhere.toml")]) == 1


def test_only_a_postgresql_is_advised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "files").mkdir()
    configured(tmp_path, Stored(f'[sources.db]\nfolder = "{tmp_path / "files"}"\n', ""))
    assert main(["indexes", "--config", str(tmp_path / "cx.toml")]) == 0
    assert "nothing to index" in capsys.readouterr().out


def test_the_long_form_is_indexed_by_id_and_a_select_of_ones_own_is_only_spoken_of(
    tmp_path: Path, postgres_url: str
) -> None:
    source = Stored(f'[sources.db]\nurl = "{postgres_url}"\n', "")
    long = configured(tmp_path, source, form="long")
    assert "CREATE INDEX cx_responses_id ON responses (response_id)" in {one.statement for one in advice(long)}
    own = long.model_copy(update={"responses": long.responses.model_copy(update={"table": None, "sql": "SELECT 1"})})
    assert [one.statement for one in advice(own)] == [""]


def test_every_separator_is_blanked_for_the_index() -> None:
    assert set(SEPARATORS) - set(BLANKED) == set(" \n\r\t")
