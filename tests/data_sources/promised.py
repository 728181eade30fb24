"""A small company with promised and actual days and expectations of the same customers, on any engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.view import View
from metrics.access import OWNER
from metrics.slices import EVERYTHING, Scope
from tests.data_sources.engines import make_source

NOW = datetime(2026, 4, 15, 9, 30)
START, WEEKS = datetime(2025, 2, 3), 62
CONFIG = """
company = "Parcels"
{sources}
[responses]
source = "db"
table = "{prefix}answers"
id = "id"
customer = "customer"
time = "at"
touchpoint = "touchpoint"
promised = "promised"
actual = "actual"
[responses.dimensions]
segment = "segment"
[metrics.stars]
label = "Stars"
kind = "mean"
column = "stars"
scale = [1, 5]
[metrics.nps]
label = "NPS"
kind = "nps"
column = "nps"
target = 20
[cube]
folder = "{cube}"
refresh_minutes = 0
{expectations}
"""
EXPECTATIONS = """
[expectations]
source = "{source}"
table = "{prefix}hopes"
form = "responses"
time = "asked"
level = "level"
customer = "who"
[expectations.metrics]
stars = "hope"
nps = "hope_nps"
[expectations.dimensions]
segment = "segment"
"""


def answers(seed: int = 11, size: int = 4_000) -> pd.DataFrame:
    """Fourteen months of answers; late parcels score lower, some parcels never came, some scores are off the scale."""
    rng = np.random.default_rng(seed)
    at = pd.Series([START + timedelta(minutes=int(m)) for m in rng.integers(0, WEEKS * 7 * 1440, size)])
    promised = at.dt.normalize() - pd.to_timedelta(rng.integers(0, 20, size), unit="D")
    late = np.round(rng.normal(-4, 9, size)).astype(int)
    hour = rng.integers(0, 1440, size)
    hour[:200] = 0
    hour[200:300] = 1439
    actual = promised + pd.to_timedelta(late, unit="D") + pd.to_timedelta(hour, unit="min")
    actual = actual.mask(rng.random(size) < 0.1)
    stars = np.clip(np.round(4.2 - 0.3 * np.clip(late, 0, 7) + rng.normal(0, 0.7, size)), 1, 5)
    stars[rng.random(size) < 0.2] = np.nan
    stars[:7] = 9
    return pd.DataFrame(
        {
            "id": np.arange(size),
            "customer": [f"c{i}" for i in rng.integers(0, 700, size)],
            "at": at.dt.as_unit("us"),
            "touchpoint": rng.choice(["web", "shop"], size),
            "segment": np.where(rng.random(size) < 0.5, "Home", "Office"),
            "promised": promised.dt.as_unit("us"),
            "actual": actual.dt.as_unit("us"),
            "stars": stars,
            "nps": rng.integers(0, 11, size).astype(float),
        }
    )


def hopes(seed: int = 12, size: int = 900) -> pd.DataFrame:
    """Expectations at two levels, several times by one customer, some by strangers, some after now."""
    rng = np.random.default_rng(seed)
    at = pd.Series([START + timedelta(seconds=int(s)) for s in rng.integers(0, (WEEKS + 4) * 7 * 86_400, size)])
    return pd.DataFrame(
        {
            "who": [f"c{i}" for i in rng.integers(0, 900, size)],
            "asked": at.dt.as_unit("us"),
            "level": rng.choice(np.array(["desired", "adequate", None], dtype=object), size, p=[0.6, 0.3, 0.1]),
            "hope": rng.integers(1, 7, size).astype(float),
            "hope_nps": rng.integers(0, 11, size).astype(float),
            "segment": rng.choice(["Home", "Office"], size),
        }
    )


def room(
    kind: str, folder: Path, request: pytest.FixtureRequest, *, elsewhere: bool = False, expectations: bool = True
) -> Room:
    """A room on one kind of source; `elsewhere` puts the expectations into a folder of their own."""
    given = {"answers": answers(), **({} if elsewhere else {"hopes": hopes()})}
    stored = make_source(kind, given, folder, request)
    sources, source, prefix = stored.section, "db", stored.prefix
    if elsewhere:
        other = make_source("folder", {"hopes": hopes()}, folder, request, name="panel")
        sources, source, prefix = sources + other.section, "panel", other.prefix
    asked = EXPECTATIONS.format(source=source, prefix=prefix) if expectations else ""
    path = folder / "cx.toml"
    path.write_text(
        CONFIG.format(sources=sources, prefix=stored.prefix, cube=folder / "cube", expectations=asked), encoding="utf-8"
    )
    return Room(load_settings(path), now=lambda: NOW)


def view(given: Room, scope: Scope | None = None, metric: str = "stars") -> View:
    """The newest closed week."""
    return View(given, given.closed_weeks()[-1], scope or EVERYTHING, given.catalog.metric(metric), OWNER)


def in_year(frame: pd.DataFrame, column: str, seen: View) -> pd.DataFrame:
    """The rows of the 52 weeks up to the view's."""
    first = seen.weeks[-52:][0].start
    return frame[(frame[column] >= pd.Timestamp(first)) & (frame[column] < pd.Timestamp(seen.week.end))]
