"""The Expectations page on a small company in files: what it says, with which evidence, and what it says instead."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.data_sources import promised

QUARTERS = [
    pd.Timestamp(day) for day in ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01")
]
FIGURES = """
[expectations]
source = "db"
table = "figures"
time = "day"
metric = "metric"
value = "value"
n = "n"
level = "level"
publisher = "by"
[expectations.dimensions]
segment = "segment"
"""


def company(folder: Path, figures: pd.DataFrame | None = None, *, days: bool = True, target: bool = False) -> str:
    """The configuration of the company of tests/data_sources/promised.py with published figures instead of answers."""
    files = folder / "files"
    files.mkdir()
    promised.answers().to_parquet(files / "answers.parquet")
    config = promised.CONFIG
    if not days:
        config = config.replace('promised = "promised"\nactual = "actual"\n', "")
    if not target:
        config = config.replace("target = 20\n", "")
    if figures is not None:
        figures.to_parquet(files / "figures.parquet")
    path = folder / "cx.toml"
    source = f'[sources.db]\nfolder = "{files}"'
    asked = "" if figures is None else FIGURES
    path.write_text(config.format(sources=source, prefix="", cube=folder / "cube", expectations=asked))
    return str(path)


def figures(**levels: float) -> pd.DataFrame:
    """Stars by level over six quarters, for all and for those at home, 400 answers each."""
    rows = [
        ("stars", day, value, 400.0, level, "Spring survey", segment)
        for level, value in levels.items()
        for day in QUARTERS
        for segment in (None, "Home")
    ]
    return pd.DataFrame(rows, columns=["metric", "day", "value", "n", "level", "by", "segment"])


def page(config: str, metric: str, broken: bool = False) -> None:
    from pathlib import Path

    from data_sources.errors import Unavailable
    from data_sources.room import Room
    from data_sources.settings import load_settings
    from pages import expectations
    from tests.data_sources import promised

    room = Room(load_settings(Path(config)), now=lambda: promised.NOW)
    room.cube()
    if broken:
        answer = room.sources.run

        def run(source: str, statement, timeout: float | None = None) -> object:
            sql = str(statement.compile(dialect=room.sources.engine(source).dialect))
            if "figures" in sql or "date_diff" in sql:
                raise Unavailable(source, "does not answer", "Start it.")
            return answer(source, statement, timeout)

        room.sources.run = run
    expectations.render(promised.view(room, None, metric))


def drawn(config: str, metric: str = "stars", *, broken: bool = False) -> AppTest:
    at = AppTest.from_function(page, args=(config, metric, broken), default_timeout=90).run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.title, at.header, at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind))


def title(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", at.title[0].value)


def perceived(config: str) -> str:
    from data_sources.expectation_report import expectation_report
    from data_sources.room import Room
    from data_sources.settings import load_settings

    room = Room(load_settings(Path(config)), now=lambda: promised.NOW)
    item = expectation_report(promised.view(room)).item("stars")
    return item.metric.text(item.perception.value)


def test_below_what_must_be_is_the_headline(tmp_path):
    config = company(tmp_path, figures(adequate=4.6, desired=4.9))
    at = drawn(config)
    assert title(at).startswith(f"Stars is {perceived(config)}, ")
    assert title(at).endswith("below what customers put up with (4.60).")
    said = words(at)
    assert "gaps tested together" in said and "stated by customers" in said
    assert "What came late" not in said and "in the first week every further day late costs" in said
    assert "calendar day" in said and "not proof" in said
    assert "Hoped for: 4.90, ±0 on a year before" in said and "routine" in said
    assert "No expectation is recorded for Office." in said


def test_between_must_and_should_is_quiet(tmp_path):
    at = drawn(company(tmp_path, figures(adequate=2.0, desired=4.9)))
    assert title(at) == "Stars stands between what must be and what should be; nothing falls short."
    assert "concern" not in title(at)


def test_what_is_promised_and_believed_stands_apart(tmp_path):
    said = words(drawn(company(tmp_path, figures(promised=4.8, self=4.7, adequate=2.0))))
    assert "We promise 4.80 on Stars" in said and "We believe we give 4.70 on Stars" in said
    assert "signal: falls short" in said


def test_without_promises_it_says_how_to_configure_them(tmp_path):
    assert "give rows of [expectations] the level “promised”" in words(drawn(company(tmp_path, figures(adequate=2.0))))


def test_without_expectations_the_company_s_own_targets(tmp_path):
    at = drawn(company(tmp_path, target=True), "nps")
    said = words(at)
    assert "no [expectations] are configured" in said and "own targets, customers not asked" in said
    assert "Targets stand still" in said
    assert "our target (20)" in title(at)  # scores 0 to 10 at random: an NPS far below


def test_with_nothing_configured_one_sentence(tmp_path):
    at = drawn(company(tmp_path, days=False))
    assert title(at) == "Nothing to hold the numbers against yet."
    said = words(at)
    assert "Configure [expectations] in cx.toml" in said
    assert "What each day of delay costs needs [responses.promised] in cx.toml" in said


def test_a_source_that_fails_leaves_the_page_alive(tmp_path):
    said = words(drawn(company(tmp_path, figures(adequate=4.6)), broken=True))
    assert "No expectations for now: Source “db” does not answer." in said
    assert "this one comes back by itself" in said
    assert "Newest response" in said


def test_an_n_that_is_not_stated_is_said(tmp_path):
    given = figures(adequate=4.6).assign(n=None)
    said = words(drawn(company(tmp_path, given)))
    assert "No expectation says how many answers it rests on" in said
    assert "no interval: n not stated" in said


@pytest.mark.parametrize("hidden", ["<b>", "*bold*", "$x$"])
def test_words_of_the_data_are_shown_letter_by_letter(tmp_path, hidden):
    given = figures(adequate=4.6)
    given["segment"] = given["segment"].where(given["segment"].isna(), "Home")
    given["by"] = hidden
    at = drawn(company(tmp_path, given))
    tables = [str(element.value) for element in at.table]
    assert tables and all(hidden not in text for text in tables)
