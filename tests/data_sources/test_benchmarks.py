"""Competitors' figures in both forms, through settings → sources → one statement, against rows written by hand."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from data_sources import figures as reading
from data_sources.benchmarks import read_benchmarks
from data_sources.connections import Sources
from data_sources.errors import RefusedQuery, Unavailable
from data_sources.settings import load_settings
from metrics.figures import Figure
from metrics.metric import Metric, MetricKind
from metrics.periods import months_between
from metrics.published import sums_of
from metrics.slices import NOT_RECORDED

MONTHS = months_between(date(2025, 1, 1), date(2026, 10, 31))
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
product = "product"
channel = "channel"
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.ease]
kind = "mean"
column = "ease"
scale = [1, 7]
[metrics.kept]
kind = "rate"
column = "kept"
"""
FIGURES = """
[benchmarks]
source = "here"
table = "published"
company = "who"
time = "month"
metric = "metric"
value = "value"
n = "n"
publisher = "by"
touchpoint = "where"
own = "Northlight"
[benchmarks.dimensions]
product = "product"
"""
ANSWERS = """
[benchmarks]
source = "here"
form = "responses"
table = "panel"
company = "who"
time = "at"
publisher_name = "The Panel"
own = "Northlight"
[benchmarks.metrics]
nps = "recommend"
ease = "ease"
kept = "kept"
[benchmarks.dimensions]
product = "product"
channel = "channel"
"""


def setup(folder: Path, config: str, **tables: pd.DataFrame):
    (folder / "files").mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(folder / "files" / f"{name}.parquet")
    (folder / "cx.toml").write_text(BASE + config)
    settings = load_settings(folder / "cx.toml")
    return settings, Sources(settings)


def published(*rows) -> pd.DataFrame:
    names = ["who", "month", "metric", "value", "n", "by", "where", "product"]
    return pd.DataFrame(rows, columns=names).astype({"value": "float64", "n": "float64"})


def test_figures_are_read_as_they_stand(tmp_path):
    table = published(
        ("Rival", "2026-10-01", "nps", 41.0, 350, "Press", None, "Fibre"),
        ("Rival", "2026-09-01", "nps", 40.0, None, "Press", "sales", None),
    )
    found = read_benchmarks(*setup(tmp_path, FIGURES, published=table), MONTHS)
    assert set(found) == {
        Figure("nps", "Rival", date(2026, 10, 1), 41.0, 350, None, "", "Press", (("product", "Fibre"),)),
        Figure("nps", "Rival", date(2026, 9, 1), 40.0, None, None, "", "Press", (("touchpoint", "sales"),)),
    }


def test_what_says_nothing_is_left_out(tmp_path):
    table = published(
        ("Northlight", "2026-10-01", "nps", 41.0, 350, "Press", None, None),  # ourselves
        (None, "2026-10-01", "nps", 41.0, 350, "Press", None, None),  # nobody
        ("Rival", "2026-10-01", "stars", 41.0, 350, "Press", None, None),  # a metric that is not ours
        ("Rival", "2026-10-01", "nps", None, 350, "Press", None, None),  # no value
        ("Rival", "2026-10-01", "nps", 141.0, 350, "Press", None, None),  # off the bounds
        ("Rival", None, "nps", 41.0, 350, "Press", None, None),  # no day
    )
    assert read_benchmarks(*setup(tmp_path, FIGURES, published=table), MONTHS) == ()


def panel(size: int = 4_000) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 660, size), unit="D")
    return pd.DataFrame(
        {
            "who": rng.choice(["Rival", "Other", "Northlight"], size),
            "at": days,
            "product": pd.Series(rng.choice(["Fibre", "TV", None], size, p=[0.5, 0.4, 0.1]), dtype="object"),
            "channel": rng.choice(["Web", "Shop"], size),
            "recommend": pd.Series(rng.integers(0, 12, size)).where(rng.random(size) > 0.2).astype("float64"),
            "ease": rng.integers(1, 8, size).astype("float64"),
            "kept": rng.integers(0, 2, size),
        }
    )


def expected_sums(rows: pd.DataFrame, metric: Metric, column: str) -> tuple[int, float, float]:
    scores = rows[column][rows[column].between(*metric.scale)].to_numpy(dtype=float)
    values = metric.values(scores) - metric.centre
    return len(values), values.sum(), (values**2).sum()


@pytest.mark.parametrize(
    ("metric", "column"),
    [
        (Metric("nps", "NPS", MetricKind.NPS, (0, 10)), "recommend"),
        (Metric("ease", "Ease", MetricKind.MEAN, (1, 7)), "ease"),
        (Metric("kept", "Kept", MetricKind.RATE, (0, 1)), "kept"),
    ],
)
@pytest.mark.parametrize("most_cells", [50_000, 250], ids=["all at once", "one dimension at a time"])
def test_answers_are_summed_by_month_company_and_slice(tmp_path, monkeypatch, metric, column, most_cells):
    """Every cell against pandas on the raw rows, scores off the scale (11 of 0–10) counted as not answered."""
    monkeypatch.setattr(reading, "MOST_CELLS", most_cells)
    rows = panel()
    found = read_benchmarks(*setup(tmp_path, ANSWERS, panel=rows), MONTHS)
    assert {figure.company for figure in found} == {"Rival", "Other"}
    assert {figure.publisher for figure in found} == {"The Panel"}
    mine = [figure for figure in found if figure.metric == metric.id]
    rows = rows.assign(product=rows["product"].fillna(NOT_RECORDED), month=rows["at"].dt.to_period("M"))
    at_once = most_cells == 50_000
    products, channels = ("Fibre", "TV", NOT_RECORDED), ("Shop", "Web")
    pairs = {(("channel", c), ("product", p)) for c in channels for p in products}
    apart = {(), *((("product", p),) for p in products), *((("channel", c),) for c in channels)}
    assert {figure.where for figure in mine} == (pairs if at_once else apart)
    for figure in mine:
        cell = rows[(rows["who"] == figure.company) & (rows["month"] == pd.Period(figure.day, "M"))]
        for axis, value in figure.where:
            cell = cell[cell[axis] == value]
        sums = sums_of(metric, figure)
        assert (sums.n, sums.total, sums.squares) == pytest.approx(expected_sums(cell, metric, column), abs=1e-4)
    whole = sum(figure.n for figure in mine if at_once or not figure.where)
    assert whole == expected_sums(rows[rows["who"] != "Northlight"], metric, column)[0]


def test_a_dimension_that_is_too_wide_is_left_out_and_others_stay(tmp_path, monkeypatch):
    """22 months × 3 companies are 66 cells, × 2 channels 132, × 3 products 198."""
    monkeypatch.setattr(reading, "MOST_CELLS", 150)
    found = read_benchmarks(*setup(tmp_path, ANSWERS, panel=panel()), MONTHS)
    assert {axis for figure in found for axis, _ in figure.where} == {"channel"}
    monkeypatch.setattr(reading, "MOST_CELLS", 20)
    with pytest.raises(RefusedQuery, match="companies × months"):
        read_benchmarks(*setup(tmp_path, ANSWERS, panel=panel()), MONTHS)


def test_answers_outside_the_months_are_not_read(tmp_path):
    october = months_between(date(2026, 10, 1), date(2026, 10, 1))
    found = read_benchmarks(*setup(tmp_path, ANSWERS, panel=panel()), october)
    assert {figure.day for figure in found} == {date(2026, 10, 1)}


def test_not_configured_is_no_figures_and_not_there_is_unavailable(tmp_path):
    assert read_benchmarks(*setup(tmp_path, ""), MONTHS) == ()
    with pytest.raises(Unavailable, match="here"):
        read_benchmarks(*setup(tmp_path, FIGURES), MONTHS)


def test_a_table_of_answers_taken_for_figures_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FIGURES", 1)
    table = published(*[("Rival", "2026-10-01", "nps", 41.0, 350, "Press", None, None)] * 2)
    with pytest.raises(RefusedQuery, match="form = "):
        read_benchmarks(*setup(tmp_path, FIGURES, published=table), MONTHS)


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_other_engines_give_the_same_figures(tmp_path, engine):
    """The same rows from a database file and from a folder."""
    rows = panel(500)
    from_folder = read_benchmarks(*setup(tmp_path, ANSWERS, panel=rows), MONTHS)
    file = tmp_path / f"panel.{engine}"
    if engine == "sqlite":
        import sqlite3

        with sqlite3.connect(file) as connection:
            rows.assign(at=rows["at"].dt.strftime("%Y-%m-%d %H:%M:%S")).to_sql("panel", connection, index=False)
        connection.close()
    else:
        with duckdb.connect(str(file)) as connection:
            connection.register("rows", rows)
            connection.execute("CREATE TABLE panel AS SELECT * FROM rows")
    config = f'[sources.other]\nurl = "{engine}:///{file}"\n' + ANSWERS.replace('"here"', '"other"')
    from_engine = read_benchmarks(*setup(tmp_path, config), MONTHS)

    def ordered(figures):
        return sorted((f.metric, f.company, f.day, f.where, f.n, round(f.value, 9), f.standard_error) for f in figures)

    assert ordered(from_engine) == ordered(from_folder)
