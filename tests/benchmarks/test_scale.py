"""The page on paper does its sums right: a few of them again by hand."""

from __future__ import annotations

import re

import pytest

from benchmarks import scale
from benchmarks.scale import Measured, page


@pytest.fixture(scope="module")
def said() -> str:
    return page(Measured(cells=750_000, cell_bytes=100, core_rows=1e6, idle=0.5, gain=1.7))


def test_seconds_are_responses_by_core_and_speed(said: str) -> None:
    assert "| the whole cube, once | 30,000,000,000 | 469 |" in said, "3e10 / 1e6 / 64 + 0.5"
    assert "| the open week | 191,649,555 | 3 |" in said


def test_bigquery_is_bytes_by_price(said: str) -> None:
    row = 8 + 5 * 14 + 5 * 8 + 0.16 * 112
    refresh = 1e10 / (365.25 / 7) * row / 2**40 * 6.25
    assert f"| BigQuery, on demand | ${refresh:.2f} | ${3000 * refresh:,.0f} |" in said


def test_a_warehouse_is_paid_by_the_minute_at_least() -> None:
    quick = page(Measured(cells=1, cell_bytes=1, core_rows=1e9, idle=0, gain=2))
    assert "| Snowflake, X-Small | $0.05 | $150 |" in quick, "60 s of 3 dollars an hour"


def test_the_ceiling_is_combinations_by_pieces(said: str) -> None:
    found = re.search(r"have ([\d,]+) combinations, and 3 years have (\d+) pieces.*?at most ([\d,]+) cells", said, re.S)
    assert found is not None
    places, pieces, ceiling = (int(number.replace(",", "")) for number in found.groups())
    assert places * pieces == ceiling
    assert 3 * 62 <= pieces <= 3 * 64, "weeks and the month ends that cut them"


def test_a_figure_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    empty = tmp_path / "results.json"
    empty.write_text('{"figures": []}')
    monkeypatch.setattr(scale, "RESULTS", empty)
    monkeypatch.setattr(scale, "SPARK", empty)
    with pytest.raises(KeyError):
        scale._measured()
