"""[benchmark_metrics], kinds and the rival: what the checks and the doctor say of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from data_sources.connections import Sources
from data_sources.doctor import examine
from data_sources.errors import ConfigurationError
from data_sources.problems import Problem
from data_sources.settings import load_settings
from data_sources.settings.checks import check
from metrics.metric import MetricKind

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
kind = "transactional"
[metrics.nps]
kind = "nps"
column = "nps"
"""
BENCHMARKS = """
[benchmarks]
source = "here"
table = "published"
company = "who"
time = "month"
metric = "metric"
value = "value"
n = "n"
kind = "kind"
own = "Northlight"
rival = "Tarnwick"
[benchmark_metrics.aware]
kind = "rate"
label = "Awareness"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "cx.toml"
    path.write_text(text)
    return path


def problems_of(folder: Path, text: str) -> dict[str, Problem]:
    try:
        problems = check(load_settings(write(folder, text)))
    except ConfigurationError as error:
        problems = list(error.problems)
    return {problem.key: problem for problem in problems}


def test_they_reach_the_catalog_apart_from_the_kpis(tmp_path: Path) -> None:
    catalog = load_settings(write(tmp_path, BASE + BENCHMARKS)).catalog()
    assert [metric.id for metric in catalog.metrics] == ["nps"]
    (aware,) = catalog.benchmark_metrics
    assert (aware.id, aware.label, aware.kind) == ("aware", "Awareness", MetricKind.RATE)
    assert (catalog.rival, catalog.kind) == ("Tarnwick", "transactional")
    assert problems_of(tmp_path, BASE + BENCHMARKS) == {}


def test_an_id_or_a_label_of_a_kpi_is_a_problem(tmp_path: Path) -> None:
    found = problems_of(tmp_path, BASE + BENCHMARKS.replace("benchmark_metrics.aware", "benchmark_metrics.nps"))
    assert found["benchmark_metrics.nps"].grave and "also a metric" in found["benchmark_metrics.nps"].found
    found = problems_of(tmp_path, BASE + BENCHMARKS.replace('"Awareness"', '"NPS"'))
    assert found["benchmark_metrics.aware.label"].found == "“NPS” is also metrics.nps."


def test_a_scale_and_a_target_are_checked_as_a_kpis(tmp_path: Path) -> None:
    found = problems_of(tmp_path, BASE + BENCHMARKS.replace('kind = "rate"\n', 'kind = "mean"\n'))
    assert found["benchmark_metrics.aware.scale"].grave
    found = problems_of(tmp_path, BASE + BENCHMARKS + "target = 140\n")
    assert "outside 0 to 100" in found["benchmark_metrics.aware.target"].found


def test_what_they_need_is_named(tmp_path: Path) -> None:
    alone = '[benchmark_metrics.aware]\nkind = "rate"\n'
    assert not problems_of(tmp_path, BASE + alone)["benchmark_metrics"].grave
    found = problems_of(tmp_path, BASE + BENCHMARKS.replace('own = "Northlight"\n', ""))
    assert not found["benchmarks.own"].grave and "is not set" in found["benchmarks.own"].found
    found = problems_of(tmp_path, BASE + BENCHMARKS.replace('"Tarnwick"', '"Northlight"'))
    assert found["benchmarks.rival"].grave


def test_answers_may_name_them_and_a_misspelling_is_corrected(tmp_path: Path) -> None:
    answers = BENCHMARKS.replace("[benchmark_metrics.aware]", "[benchmarks.metrics]\n{}\n[benchmark_metrics.aware]")
    answers = answers.replace('table = "published"', 'table = "published"\nform = "responses"')
    assert problems_of(tmp_path, BASE + answers.format('aware = "knows"')) == {}
    found = problems_of(tmp_path, BASE + answers.format('awaer = "knows"'))
    assert "aware" in found["benchmarks.metrics.awaer"].remedy


@pytest.mark.parametrize("long", [False, True])
def test_the_doctor_knows_them_and_names_kinds_and_rivals_that_are_nowhere(tmp_path: Path, long: bool) -> None:
    (tmp_path / "files").mkdir()
    answers = pd.DataFrame({"id": ["a", "b"], "customer": "c", "at": pd.Timestamp("2026-02-20"), "nps": [9.0, 3.0]})
    text = BASE
    if long:
        answers = answers.rename(columns={"nps": "score"}).assign(metric="nps")
        text = BASE.replace('time = "at"', 'time = "at"\nmetric_column = "metric"\nscore_column = "score"')
    answers.to_parquet(tmp_path / "files" / "responses.parquet")
    rows = [("Tarnwik", "nps", "panel"), ("Northlight", "aware", "benchmark study"), ("Other", "awre", "transactional")]
    published = pd.DataFrame(rows, columns=["who", "metric", "kind"])
    published = published.assign(month=pd.Timestamp("2026-02-01"), value=30.0, n=300)
    published.to_parquet(tmp_path / "files" / "published.parquet")
    settings = load_settings(write(tmp_path, text + BENCHMARKS))
    sources = Sources(settings)
    found = list(examine(settings, sources, datetime(2026, 3, 2)).problems)
    sources.dispose()
    said = {problem.key: problem for problem in found}
    assert "“awre”" in said["benchmarks.metric"].found and len([p for p in found if p.key == "benchmarks.metric"]) == 1
    assert "“panel”" in said["benchmarks.kind"].found and not said["benchmarks.kind"].grave
    assert said["benchmarks.rival"].found == "no row has the company “Tarnwick”."
    assert "Tarnwik" in said["benchmarks.rival"].remedy
    assert not [problem for problem in found if "aware" in problem.key], "a benchmark metric is no question of ours"
