"""A small company whose customers say things: rows, configuration, and the answers pandas gives."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.connections import Sources
from data_sources.pseudonyms import Pseudonyms
from data_sources.settings import Settings, load_settings
from data_sources.tables import datasets
from data_sources.verbatims import Verbatims
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters
from tests.data_sources.engines import Stored, make_source

NAMES = Pseudonyms(b"tests")
PERIOD = Period(date(2026, 1, 5), date(2026, 3, 2))
SAID = [
    "Waited 42 minutes, then the line went dead.",
    "ÜBERRASCHEND gut, çok iyi",
    "Çok kötü — überhaupt nicht gut",
    "late. LATE. Late again!",
    "100% happy_with the app",
    "100 per cent unhappy with the App",
    "don't call us, we'll call you",
    "Don’t bother",
    "Call-centre was fine",
    "call\ncentre kept me on hold",
    "No refund; no reply",
    "it's fine\\really",
]


def raw_rows(seed: int = 3, size: int = 700) -> pd.DataFrame:
    """Eight weeks and a bit, with midnights, ties in time, nulls, off-scale scores and a shared vocabulary."""
    rng = np.random.default_rng(seed)
    start = datetime(2026, 1, 2)
    seconds = rng.integers(0, 70 * 86_400, size)
    seconds[:120] = rng.integers(0, 70, 120) * 86_400
    seconds[120:200] = seconds[:80]
    nps = rng.integers(0, 11, size).astype(float)
    nps[rng.random(size) < 0.15] = np.nan
    nps[:4] = 12
    return pd.DataFrame(
        {
            "response_id": np.arange(size) + 1_000,
            "customer_id": pd.array([None if i % 97 == 0 else int(i) for i in rng.integers(0, 150, size)], "Int64"),
            "submitted_at": pd.Series([start + timedelta(seconds=int(s)) for s in seconds]).dt.as_unit("us"),
            "region": rng.choice(np.array(["North", "South", "Öst", None], dtype=object), size),
            "stage": rng.choice(["purchase", "use"], size),
            "touchpoint": rng.choice(np.array(["sales", "call centre", None], dtype=object), size),
            "nps": nps,
            "stars": np.round(rng.uniform(1, 5, size), 1),
            "free_text": [None if i % 3 else ("" if i % 30 == 0 else SAID[i // 3 % len(SAID)]) for i in range(size)],
            "topic": rng.choice(np.array(["delivery", "billing", None], dtype=object), size),
        }
    )


CONFIG = """
company = "Test"
currency = "£"
{sections}
[responses]
source = "db"
table = "{table}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
stage = "stage"
touchpoint = "touchpoint"
comment = "free_text"
topic = "topic"
{form}
[responses.dimensions]
region = "region"
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.stars]
kind = "mean"
column = "stars"
scale = [1, 5]
{more}
"""


def configured(folder: Path, source: Stored, *, form: str = "wide", more: str = "", sections: str = "") -> Settings:
    long = 'metric_column = "metric"\nscore_column = "score"' if form == "long" else ""
    path = folder / "cx.toml"
    path.write_text(
        CONFIG.format(sections=source.section + sections, table=source.table("responses"), form=long, more=more)
    )
    return load_settings(path)


def stored_rows(
    kind: str, rows: pd.DataFrame, folder: Path, request: pytest.FixtureRequest, form: str = "wide"
) -> Settings:
    keys = [column for column in rows.columns if column not in ("nps", "stars")]
    long = rows.melt(id_vars=keys, value_vars=["nps", "stars"], var_name="metric", value_name="score")
    source = make_source(kind, {"responses": rows if form == "wide" else long}, folder, request)
    return configured(folder, source, form=form)


def verbatims_of(settings: Settings) -> Verbatims:
    return Verbatims(Sources(settings), datasets(settings), settings.catalog(), NAMES)


def slice_(settings: Settings, metric: str = "nps", band: str | None = None, **kept: list[str]) -> Slice:
    return Slice(settings.catalog().metric(metric), PERIOD, EVERYTHING.filtered(Filters.of(kept)), band)


def truth(rows: pd.DataFrame, wanted: Slice) -> pd.DataFrame:
    """The rows a slice means, by pandas."""
    kept = rows[(rows["submitted_at"] >= "2026-01-05") & (rows["submitted_at"] < "2026-03-02")]
    for axis, values in wanted.scope.filters.kept:
        kept = kept[kept[axis].fillna(NOT_RECORDED).isin(values)]
    return kept[on_scale(kept, wanted.metric)]


def on_scale(rows: pd.DataFrame, metric: Metric) -> pd.Series:
    return rows[metric.id].between(*metric.scale)


def comments(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["free_text"].fillna("") != ""]
