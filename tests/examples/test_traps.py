"""The damaged files of ../shared/data/traps, mapped as a hurried person would: the doctor has to say what is wrong
before a number does."""

import gzip
import shutil
from pathlib import Path

import pytest

from data_sources.connections import Sources
from data_sources.doctor import examine
from data_sources.settings import load_settings
from tests.needs import SHARED

pytestmark = pytest.mark.shared

TWEETS = {
    "id": "tweet_id", "customer": "name", "time": "tweet_created", "comment": "text",
    "dimension": "airline", "score": "airline_sentiment_confidence", "scale": "[0, 1]",
}  # fmt: skip
REVIEWS = {
    "id": "review_id", "customer": "order_id", "time": "review_answer_timestamp", "comment": "review_comment_message",
    "dimension": "review_comment_title", "score": "review_score", "scale": "[1, 5]",
}  # fmt: skip
PARKS = {
    "id": "Review_ID", "customer": "Review_ID", "time": "Year_Month", "comment": "Review_Text",
    "dimension": "Reviewer_Location", "score": "Rating", "scale": "[1, 5]",
}  # fmt: skip
AIRLINES = {
    "id": "id", "customer": "id", "time": "date", "comment": "airline_name",
    "dimension": "cabin_flown", "score": "inflight_entertainment_rating", "scale": "[1, 5]",
}  # fmt: skip


def diagnosis(folder: Path, table: str, columns: dict[str, str], encoding: str = ""):
    """What the doctor says about one trap file alone in a folder; with an encoding, after it was saved as UTF-8."""
    trap = SHARED / "traps" / f"{table}.csv.gz"
    if encoding:
        text = gzip.decompress(trap.read_bytes()).decode(encoding)
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    else:
        shutil.copy(trap, folder)
    (folder / "cx.toml").write_text(f"""
company = "Trap"
[sources.traps]
folder = "."
[responses]
source = "traps"
table = "{table}"
id = "{columns["id"]}"
customer = "{columns["customer"]}"
time = "{columns["time"]}"
comment = "{columns["comment"]}"
[responses.dimensions]
kind = "{columns["dimension"]}"
[metrics.score]
kind = "mean"
column = "{columns["score"]}"
scale = {columns["scale"]}
""")
    settings = load_settings(folder / "cx.toml")
    sources = Sources(settings)
    try:
        return examine(settings, sources)
    finally:
        sources.dispose()


def graves(examination) -> str:
    return "\n".join(problem.text() for problem in examination.problems if problem.grave)


def says(examination, words: str) -> bool:
    """Whether one grave problem has all these words: its key and what was found."""
    return any(all(word in line for word in words.split()) for line in graves(examination).splitlines())


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        ("disney_broken_quoting", PARKS, "disney_broken_quoting"),
        ("olist_reviews_95k_blank_rows", REVIEWS, "responses.time 95,961"),
        ("tweets_excel_serial_dates", TWEETS, "tweets_excel_serial_dates"),
        ("tweets_isodate_nonutf8_ids_lost", TWEETS, "tweets_isodate_nonutf8_ids_lost"),
        ("tweets_utf8_ids_lost", TWEETS, "responses.id 12,206"),
        ("skytrax_airlines_median_imputed", AIRLINES, "responses.time"),
    ],
)
def test_a_damaged_file_is_a_problem_that_names_it(tmp_path, table, columns, said):
    found = diagnosis(tmp_path, table, columns)
    assert not found.healthy
    assert says(found, said), graves(found)


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        ("disney_broken_quoting", PARKS, "metrics.score.column “Rating”"),
        ("tweets_excel_serial_dates", TWEETS, "responses.time number"),
        ("tweets_isodate_nonutf8_ids_lost", TWEETS, "responses.id 12,172"),
    ],
)
def test_saved_as_utf_8_the_next_fault_is_found(tmp_path, table, columns, said):
    """The first remedy followed: broken quotes, serial dates and lost ids are still no numbers."""
    found = diagnosis(tmp_path, table, columns, "cp1252" if table.startswith("disney") else "latin-1")
    assert not found.healthy
    assert says(found, said), graves(found)


@pytest.mark.parametrize(
    ("example", "source", "data"),
    [("olist", "olist", "olist15k"), ("airlines", "reviews", "airline_competitors")],
)
def test_the_examples_themselves_are_healthy(monkeypatch, example, source, data):
    """Nothing of the cleaned data would make a number wrong."""
    monkeypatch.setenv(f"CX_SOURCES__{source.upper()}__FOLDER", str(SHARED / data))
    settings = load_settings(Path(__file__).parents[2] / "examples" / example / "cx.toml")
    sources = Sources(settings)
    found = examine(settings, sources)
    sources.dispose()
    assert found.healthy, graves(found)
    assert not [
        problem.text() for problem in found.problems if "stale" in problem.text() and "responses" in problem.key
    ]
