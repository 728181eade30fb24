"""Companies as they come on the first day: few columns, empty exports, odd types. Every page says something
sensible; none fails, and none shows a zero where nothing was asked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from components import links
from data_sources.__main__ import main as command

PAGES = ("", links.METRIC, links.VOICES, links.STORY, links.DATA_HEALTH)
NPS = '[metrics.nps]\nkind = "nps"\ncolumn = "nps"\n'
WEEKS = 20


def few_columns(size: int) -> pd.DataFrame:
    """An id, a customer, a time and one score."""
    rng = np.random.default_rng(2)
    monday = datetime.combine(date.today() - timedelta(days=date.today().weekday()), datetime.min.time())
    minutes = rng.integers(1, WEEKS * 7 * 1440, size).tolist()
    return pd.DataFrame(
        {
            "id": range(size),
            "customer": [i % 50 for i in range(size)],
            "at": pd.Series([monday - timedelta(minutes=m) for m in minutes], dtype="datetime64[us]"),
            "nps": [i * 7 % 11 for i in range(size)],
        }
    )


def configured(place: Path, source: str, *, metrics: str = NPS, more: str = "", table: str = "answers") -> Path:
    path = place / "cx.toml"
    path.write_text(
        f'company = "Small"\n[sources.s]\n{source}\n[responses]\nsource = "s"\ntable = "{table}"\nid = "id"\n'
        f'customer = "customer"\ntime = "at"\n{more}\n{metrics}[cube]\nfolder = "cube"\nrefresh_minutes = 0\n',
        encoding="utf-8",
    )
    return path


def as_csv(place: Path, rows: pd.DataFrame) -> str:
    (place / "files").mkdir()
    rows.to_csv(place / "files" / "answers.csv", index=False)
    return 'folder = "files"'


@pytest.fixture(autouse=True)
def _rooms_close() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def said_on(page: str, config: Path, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> str:
    """Everything a page says, without Markdown's escapes."""
    monkeypatch.setenv("CX_CONFIG", str(config))
    at = AppTest.from_string("from app import main\nmain()", default_timeout=60)
    at._page_hash = calc_hash(page) if page else ""
    for name, value in {"response": "3", **parameters}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    assert at.title, "every page has a headline"
    kinds = (at.title, at.caption, at.markdown, at.info, at.warning, at.metric)
    said = "\n".join(element.value for kind in kinds for element in kind)
    return re.sub(r"\\(.)", r"\1", said).replace("\u2060", "")


def test_three_columns_and_a_time_are_a_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, as_csv(tmp_path, few_columns(800)))
    assert command(["check", "--config", str(config)]) == 0, capsys.readouterr().out
    said = {page: said_on(page, config, monkeypatch) for page in PAGES}
    assert "NPS is" in said[""] and "Voices needs [responses.comment]" in said[""]
    assert "Nothing to break down by: name columns" in said[links.METRIC]
    assert "Voices needs [responses.comment]" in said[links.VOICES]
    assert " felt " in said[links.STORY]
    assert "The data is sound" in said[links.DATA_HEALTH]


@pytest.mark.parametrize(
    ("size", "words"), [(0, "There is nothing to review yet."), (1, "Only 1 answer"), (3, "too few")]
)
def test_a_company_of_few_rows_says_how_few(
    size: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = few_columns(size)
    if size:
        rows["at"] = datetime.combine(date.today() - timedelta(days=9), datetime.min.time())
    config = configured(tmp_path, as_csv(tmp_path, rows))
    assert words in said_on("", config, monkeypatch)
    for page in PAGES[1:]:
        said_on(page, config, monkeypatch)


def test_a_question_that_nobody_answered_yet_leaves_the_others_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """DuckDB takes an empty column of a CSV file for text; it must not take the company down."""
    config = configured(
        tmp_path,
        as_csv(tmp_path, few_columns(800).assign(ease=None, note=None)),
        metrics=f'{NPS}[metrics.ease]\nkind = "net"\ncolumn = "ease"\n',
        more='comment = "note"',
    )
    assert command(["check", "--config", str(config)]) == 1
    assert "metrics.ease.column: not one row has a score" in capsys.readouterr().out
    said = said_on("", config, monkeypatch)
    assert "NPS is" in said and "too few" in said
    assert "0 comments to read" in said_on(links.VOICES, config, monkeypatch)


def test_a_comment_column_of_numbers_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = configured(tmp_path, as_csv(tmp_path, few_columns(50).assign(note=5)), more='comment = "note"')
    assert command(["check", "--config", str(config)]) == 1
    assert "responses.comment: holds numbers, not text." in capsys.readouterr().out


def test_sqlite_with_times_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = few_columns(800)
    file = sqlite3.connect(tmp_path / "answers.db")
    rows.assign(at=rows["at"].map(str)).to_sql("answers", file, index=False)
    file.close()
    config = configured(tmp_path, f'url = "sqlite:///{tmp_path}/answers.db"')
    assert "NPS is" in said_on("", config, monkeypatch)
    assert "no such response" in said_on(links.STORY, config, monkeypatch, response="9" * 30)


def test_duckdb_in_the_long_form_with_zoned_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = few_columns(800)
    file = duckdb.connect(str(tmp_path / "answers.duckdb"))
    file.register(
        "rows", pd.concat([rows.assign(q="How likely?"), rows.assign(q="How easy?", nps=rows["nps"] % 7 + 1)])
    )
    file.execute('CREATE TABLE answers AS SELECT id, customer, "at"::TIMESTAMPTZ AS "at", q, nps AS score FROM rows')
    file.close()
    config = configured(
        tmp_path,
        f'url = "duckdb:///{tmp_path}/answers.duckdb"',
        metrics='[metrics.nps]\nkind = "nps"\ncolumn = "How likely?"\n'
        '[metrics.ease]\nkind = "net"\ncolumn = "How easy?"\n',
        more='metric_column = "q"\nscore_column = "score"',
    )
    said = {page: said_on(page, config, monkeypatch) for page in PAGES}
    assert "NPS is" in said[""] and "NPS is" in said[links.METRIC] and " felt " in said[links.STORY]


@pytest.mark.postgres
def test_a_postgresql_view_takes_null_bytes_and_names_of_columns_as_text(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:  # the server is shared with other tests
        connection.execute(sa.text("DROP VIEW IF EXISTS small_answers"))
        connection.execute(sa.text("DROP TABLE IF EXISTS small_raw"))
    few_columns(800).assign(note="well done").to_sql("small_raw", engine, index=False)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE VIEW small_answers AS "
                "SELECT id, customer, at::timestamptz AS at, nps::numeric, note FROM small_raw"
            )
        )
    try:
        config = configured(tmp_path, f'url = "{postgres_url}"', more='comment = "note"', table="small_answers")
        said = said_on(links.VOICES, config, monkeypatch, search="a\0 done", after="\0")
        assert "comments to read" in said
        assert "no such response" in said_on(links.STORY, config, monkeypatch, response="3\0x")
        st.cache_resource.clear()
        hostile = "comment = 'note\"; DROP VIEW small_answers; --'"
        config = configured(tmp_path, f'url = "{postgres_url}"', more=hostile, table="small_answers")
        assert "refused the query" in said_on("", config, monkeypatch)
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM small_answers")).scalar() == 800
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP VIEW small_answers"))
            connection.execute(sa.text("DROP TABLE small_raw"))
        engine.dispose()
