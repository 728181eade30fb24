"""The table of expectations is gone for a while; the page goes on without it and shows it again by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e import company
from tests.e2e.browser import Window
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

EXPECTATIONS = """
[expectations]
source = "warehouse"
table = "expected"
time = "day"
metric = "metric"
value = "value"
n = "n"
level = "level"
publisher_name = "House study"
"""
BACK_WITHIN = 20_000
"""Milliseconds: the page asks every six seconds, on a busy machine."""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A company that asked what its customers put up with."""
    config = company.in_folder(tmp_path, company.answers())
    day = date.today() - timedelta(days=20)
    rows = [{"day": day, "metric": "nps", "value": 90.0, "n": 400, "level": "adequate"}]
    pd.DataFrame(rows).to_parquet(tmp_path / "files" / "expected.parquet")
    config.write_text(config.read_text(encoding="utf-8") + EXPECTATIONS, encoding="utf-8")
    return config


def test_expectations_come_back_by_themselves(start_app: Callable[..., Server], asked: Path, window: Window) -> None:
    table = asked.parent / "files" / "expected.parquet"
    app = start_app(asked)
    table.rename(table.with_suffix(".away"))
    window.open(f"{app.url}/expectations?metric=nps")
    assert "No expectations for now" in window.words and "Newest response" in window.words
    window.page.evaluate("window.__sameDocument = true")
    table.with_suffix(".away").rename(table)
    window.page.locator("h1", has_text="what customers put up with").wait_for(timeout=BACK_WITHIN)
    window.settle()
    assert "No expectations for now" not in window.words
    assert window.page.evaluate("window.__sameDocument"), "it came back without a reload"
    assert not window.complaints
