"""Pages over times that a wall clock to the microsecond does not tell apart: every comment once and in order, against
the rows as they were stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data_sources.paging import Order
from data_sources.verbatims import Verbatims
from metrics.periods import Period
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING
from tests.data_sources.engines import make_source
from tests.data_sources.voices import configured, raw_rows, stored_rows, verbatims_of

ROWS, PAGE = 100, 7
ORDERS = (Order.NEWEST, Order.LOWEST, Order.HIGHEST)


def rows_at(times: pd.Series) -> pd.DataFrame:
    rows = (
        raw_rows(size=2 * ROWS)
        .head(ROWS)
        .assign(submitted_at=times, nps=[float(i % 3) for i in range(ROWS)], free_text="said")
    )
    return rows.sample(frac=1, random_state=1)


def ids_in_pages(wanted: Slice, order: Order, voices: Verbatims, *, told: bool) -> list[int]:
    known, after, found = voices.heard_of(wanted) if told else None, None, []
    for _ in range(ROWS // PAGE + 1):
        page = voices.page(wanted, order=order, after=after, limit=PAGE, told=known)
        found += [int(one.id) for one in page.items]
        after = page.after
        if after is None:
            break
    return found


def expected(rows: pd.DataFrame, order: Order) -> list[int]:
    by = ["submitted_at", "response_id"] if order is Order.NEWEST else ["nps", "submitted_at", "response_id"]
    up = [False, False] if order is Order.NEWEST else [order is Order.LOWEST, False, False]
    return list(rows.sort_values(by, ascending=up)["response_id"])


@pytest.mark.parametrize("kind", ["folder", "postgresql"])
def test_the_hour_that_occurs_twice_is_read_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """In Berlin 02:00 to 03:00 of 26 October 2025 comes twice; 72 seconds apart, each time of it does too."""
    first = pd.Timestamp("2025-10-26 00:00", tz="UTC")
    times = pd.Series([first + pd.Timedelta(seconds=72 * i) for i in range(ROWS)]).dt.as_unit("us")
    rows = rows_at(times)
    settings = stored_rows(kind, rows, tmp_path, request).model_copy(update={"time_zone": "Europe/Berlin"})
    voices = verbatims_of(settings)
    wanted = Slice(settings.catalog().metric("nps"), Period(date(2025, 10, 20), date(2025, 10, 27)), EVERYTHING)
    walls = [one.time for one in voices.page(wanted, limit=ROWS).items]
    assert len(walls) == ROWS and len(set(walls)) == ROWS // 2
    for order in ORDERS:
        for told in (False, True):
            assert ids_in_pages(wanted, order, voices, told=told) == expected(rows, order)


def test_times_within_a_microsecond_are_told_apart(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    times = pd.Series(pd.to_datetime([1_761_300_000_000_000_000 + i // 2 * 300 for i in range(ROWS)], unit="ns"))
    rows = rows_at(times)
    source = make_source("folder", {"responses": rows}, tmp_path, request)
    path = tmp_path / "source_db" / "responses.parquet"
    kind = duckdb.connect().execute(f"SELECT typeof(submitted_at) FROM '{path}' LIMIT 1").fetchone()
    assert kind == ("TIMESTAMP_NS",)
    settings = configured(tmp_path, source)
    wanted = Slice(settings.catalog().metric("nps"), Period(date(2025, 10, 20), date(2025, 10, 27)), EVERYTHING)
    for order in ORDERS:
        assert ids_in_pages(wanted, order, verbatims_of(settings), told=True) == expected(rows, order)
