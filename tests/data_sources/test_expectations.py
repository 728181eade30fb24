"""What customers expect, in both forms."""

from datetime import date

import pandas as pd
import pytest

from data_sources.connections import Sources
from data_sources.expectations import read_expectations
from data_sources.settings import load_settings
from metrics.figures import ADEQUATE, DESIRED, Figure
from metrics.metric import Metric, MetricKind
from metrics.periods import months_between
from metrics.published import sums_of

MONTHS = months_between(date(2026, 1, 1), date(2026, 10, 31))
EASE = Metric("ease", "Ease", MetricKind.MEAN, (1, 7))
BASE = """
company = "Northlight"
[sources.here]
folder = "files"
[responses]
source = "here"
table = "responses"
id = "id"
customer = "customer"
time = "at"
[responses.dimensions]
segment = "segment"
[metrics.ease]
kind = "mean"
column = "ease"
scale = [1, 7]
[expectations]
source = "here"
table = "expected"
time = "at"
level = "level"
"""
FIGURES = 'metric = "metric"\nvalue = "value"\nn = "n"\n'
ANSWERS = 'form = "responses"\npublisher_name = "Spring survey"\n[expectations.metrics]\nease = "should_be"\n'


def read(folder, config: str, table: pd.DataFrame) -> tuple[Figure, ...]:
    (folder / "files").mkdir()
    table.to_parquet(folder / "files" / "expected.parquet")
    (folder / "cx.toml").write_text(BASE + config + '[expectations.dimensions]\nsegment = "segment"\n')
    settings = load_settings(folder / "cx.toml")
    return read_expectations(settings, Sources(settings), MONTHS)


def test_published_levels(tmp_path):
    rows = [
        ("ease", date(2026, 7, 1), DESIRED, 6.1, 200.0, None),
        ("ease", date(2026, 7, 1), ADEQUATE, 4.9, None, "Home"),
    ]
    table = pd.DataFrame(rows, columns=["metric", "at", "level", "value", "n", "segment"])
    assert set(read(tmp_path, FIGURES, table)) == {
        Figure("ease", "", date(2026, 7, 1), 6.1, 200, None, DESIRED),
        Figure("ease", "", date(2026, 7, 1), 4.9, None, None, ADEQUATE, "", (("segment", "Home"),)),
    }


def test_answers_by_level_and_segment(tmp_path):
    """Three of five answers in one cell: mean 6, variance 1; one alone; one off the scale (9 of 1–7)."""
    at = pd.Timestamp("2026-03-05")
    rows = [(at, DESIRED, s, "Home") for s in (5.0, 6.0, 7.0)] + [
        (at, ADEQUATE, 4.0, "Home"),
        (at, ADEQUATE, 9.0, "Home"),
    ]
    found = read(tmp_path, ANSWERS, pd.DataFrame(rows, columns=["at", "level", "should_be", "segment"]))
    by_level = {figure.level: figure for figure in found}
    desired, adequate = by_level[DESIRED], by_level[ADEQUATE]
    assert (desired.value, desired.n, desired.day) == (6.0, 3, date(2026, 3, 1))
    assert desired.standard_error == pytest.approx((1 / 3) ** 0.5)
    assert (adequate.value, adequate.n, adequate.where) == (4.0, 1, (("segment", "Home"),))
    assert sums_of(EASE, adequate).squares == pytest.approx((4.0 - EASE.centre) ** 2)
    assert {figure.publisher for figure in found} == {"Spring survey"}
