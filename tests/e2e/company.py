"""A small company of a test's own: half a year of answers, written to a folder or a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

WEEKS, WEEKLY = 26, 60
TOUCHPOINTS = ("call centre", "mobile app", "sales")

CONFIG = """
company = "Smallville"
week_start = "monday"
time_zone = "UTC"
[sources.warehouse]
{source}
[responses]
source = "warehouse"
table = "responses"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
touchpoint = "touchpoint"
comment = "free_text"
[responses.dimensions]
region = "region"
[metrics.nps]
kind = "nps"
column = "nps"
owner = "Chief Customer Officer"
[metrics.ease]
kind = "net"
column = "ease"
[thresholds]
show_comments = 5
[cube]
refresh_minutes = 60
"""


def answers(comments: Sequence[str] = (), regions: Sequence[str] = ("North", "South")) -> pd.DataFrame:
    """Sixty answers a week with nothing going on, up to the last complete week; the comments, in turn, with all."""
    rng = np.random.default_rng(11)
    today = date.today()
    monday = datetime.combine(today - timedelta(days=today.weekday() + 7 * WEEKS), datetime.min.time())
    size = WEEKS * WEEKLY
    minutes = np.repeat(np.arange(WEEKS), WEEKLY) * 7 * 1440 + rng.integers(8 * 60, 7 * 1440 - 60, size)
    said = list(comments) or [f"They answered after {i} minutes and were kind." for i in range(2, 40)]
    return pd.DataFrame(
        {
            "response_id": [f"A{i:05d}" for i in range(size)],
            "customer_id": [f"c{i}" for i in rng.integers(0, 400, size)],
            "submitted_at": pd.Series([monday + timedelta(minutes=int(m)) for m in minutes]).dt.as_unit("us"),
            "region": rng.choice(np.array(regions, dtype=object), size),
            "touchpoint": rng.choice(TOUCHPOINTS, size),
            "nps": rng.integers(0, 11, size),
            "ease": rng.integers(1, 8, size),
            "free_text": [said[i % len(said)] for i in range(size)],
        }
    )


def in_folder(place: Path, rows: pd.DataFrame) -> Path:
    """A configuration on a folder that holds these rows."""
    folder = place / "files"
    folder.mkdir()
    rows.to_parquet(folder / "responses.parquet")
    return _configuration(place, f'folder = "{folder}"')


def in_database(place: Path, rows: pd.DataFrame, url: str) -> Path:
    """A configuration on a database, into which these rows are written."""
    engine = sa.create_engine(url)
    rows.to_sql("responses", engine, index=False, if_exists="replace", method="multi", chunksize=1_000)
    engine.dispose()
    return _configuration(place, f'url = "{url}"')


def _configuration(place: Path, source: str) -> Path:
    path = place / "cx.toml"
    path.write_text(CONFIG.format(source=source), encoding="utf-8")
    return path
