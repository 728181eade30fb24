"""Peak–end and mean per customer, summed in SQL on four kinds of source, against metrics.peak_end on raw rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.connections import Sources
from data_sources.feelings import moment_sums
from data_sources.settings import Settings, load_settings
from data_sources.tables import datasets
from metrics.metric import Better, Metric
from metrics.peak_end import peak_end
from metrics.periods import Period
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters, Scope
from tests.data_sources.engines import ENGINES, make_source

PERIOD = Period(date(2026, 1, 5), date(2026, 3, 30))
CONFIG = """
company = "Test"
{section}
[responses]
source = "db"
table = "{table}"
id = "response_id"
customer = "customer_id"
time = "submitted_at"
stage = "stage"
[responses.dimensions]
region = "region"
[metrics.emotion]
kind = "net"
column = "emotion"
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.trouble]
kind = "mean"
column = "trouble"
scale = [1, 5]
better = "lower"
"""


def raw_rows(seed: int = 8, size: int = 900) -> pd.DataFrame:
    """Few customers with many moments: ties in time, equal distances from the middle, nulls, scores off the scale."""
    rng = np.random.default_rng(seed)
    seconds = rng.integers(0, 90 * 86_400, size)
    seconds[:300] = rng.integers(0, 6, 300) * 86_400 * 15
    emotion = rng.integers(1, 8, size).astype(float)
    emotion[rng.random(size) < 0.2] = np.nan
    emotion[:3] = 9
    return pd.DataFrame(
        {
            "response_id": rng.permutation(size) + 1_000,
            "customer_id": pd.array([None if i % 61 == 0 else int(i) for i in rng.integers(0, 300, size)], "Int64"),
            "submitted_at": pd.Series([datetime(2026, 1, 2) + timedelta(seconds=int(s)) for s in seconds]).dt.as_unit(
                "us"
            ),
            "stage": rng.choice(["purchase", "use"], size),
            "region": rng.choice(np.array(["North", "Öst", None], dtype=object), size),
            "emotion": emotion,
            "nps": rng.integers(0, 11, size),
            "trouble": rng.integers(1, 6, size),
        }
    )


def oracle(rows: pd.DataFrame, metric: Metric, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """Peak–end and mean of every customer with two moments, by metrics.peak_end."""
    kept = rows[(rows["submitted_at"] >= "2026-01-05") & (rows["submitted_at"] < "2026-03-30")]
    kept = kept[kept[metric.id].between(*metric.scale) & kept["customer_id"].notna()]
    for axis, values in scope.filters.kept:
        kept = kept[kept[axis].fillna(NOT_RECORDED).isin(values)]
    low, high = metric.scale
    sign = 1 if metric.better is Better.HIGHER else -1
    off = sign * (kept[metric.id] - (low + high) / 2)
    # halves of whole steps are exact, so that 3 and 7 of 10 are equally far from the middle
    kept = kept.assign(exact=4 + off / 2, felt=4 + off * 6 / (high - low)).sort_values(["submitted_at", "response_id"])
    ends, means = [], []
    for _, his in kept.groupby("customer_id"):
        found, felt = peak_end(his["exact"].tolist()), his["felt"].to_numpy()
        if found is not None and len(felt) > 1:
            ends.append((felt[found.peak_index] + felt[found.end_index]) / 2)
            means.append(felt.mean())
    return np.array(ends), np.array(means)


def configured(kind: str, rows: pd.DataFrame, folder: Path, request: pytest.FixtureRequest) -> Settings:
    source = make_source(kind, {"responses": rows}, folder, request)
    path = folder / "cx.toml"
    path.write_text(CONFIG.format(section=source.section, table=source.table("responses")))
    return load_settings(path)


@pytest.mark.parametrize("kind", ENGINES)
def test_sums_over_customers_equal_pandas(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows()
    settings = configured(kind, rows, tmp_path, request)
    responses, sources = datasets(settings)["responses"], Sources(settings)
    for metric in settings.catalog().metrics:
        for kept in ({}, {"region": ["Öst", NOT_RECORDED]}, {"stage": ["use"], "region": ["North"]}):
            scope = EVERYTHING.filtered(Filters.of(kept))
            ends, means = oracle(rows, metric, scope)
            (row,) = sources.run(responses.source, moment_sums(responses, metric, PERIOD, scope)).to_pylist()
            assert row["n"] == len(ends) > 10
            for name, values in (("peak_end", ends - 4), ("mean", means - 4), ("apart", ends - means)):
                assert row[name] == pytest.approx(values.sum(), abs=1e-6)
                assert row[f"{name}_squares"] == pytest.approx((values * values).sum(), abs=1e-6)
    sources.dispose()


@pytest.mark.parametrize("kind", ENGINES)
def test_a_worked_example_and_nobody(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """METHODS §6: 5, 1, 6, 5, 6 → peak–end (1 + 6)/2 = 3.5 where the mean is 4.6; one moment is not counted."""
    rows = raw_rows().head(6).assign(
        customer_id=pd.array([1, 1, 1, 1, 1, 2], "Int64"), emotion=[5.0, 1, 6, 5, 6, 2],
        submitted_at=pd.Series([datetime(2026, 2, 1 + i) for i in range(6)]).dt.as_unit("us"), region="North",
    )  # fmt: skip
    settings = configured(kind, rows, tmp_path, request)
    responses, sources = datasets(settings)["responses"], Sources(settings)
    emotion = settings.catalog().metric("emotion")
    (row,) = sources.run("db", moment_sums(responses, emotion, PERIOD, EVERYTHING)).to_pylist()
    assert (row["n"], row["peak_end"], row["mean"]) == (1, pytest.approx(-0.5), pytest.approx(0.6))
    assert row["apart"] == pytest.approx(-1.1)
    nobody = EVERYTHING.filtered(Filters.of({"region": ["Öst"]}))
    (empty,) = sources.run("db", moment_sums(responses, emotion, PERIOD, nobody)).to_pylist()
    assert set(empty.values()) == {0}
    sources.dispose()
