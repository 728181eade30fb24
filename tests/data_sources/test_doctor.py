"""The doctor against live databases: each planted fault is named once, with its key, and hides no other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from data_sources.__main__ import main
from data_sources.connections import Sources
from data_sources.doctor import Examination, examine
from data_sources.problems import Problem
from data_sources.profile import Type
from data_sources.report import aligned, report
from data_sources.settings import load_settings

NOW = datetime(2026, 3, 2, 12)
HEALTHY = pd.DataFrame(
    {
        "id": [f"r{i}" for i in range(400)],
        "customer": [f"c{i % 90}" for i in range(400)],
        "at": pd.Timestamp("2026-01-05") + pd.to_timedelta([i * 3 for i in range(400)], unit="h"),
        "stage": [["purchase", "use"][i % 2] for i in range(400)],
        "region": [["North", "South"][i // 7 % 2] for i in range(400)],
        "words": [None if i % 4 else ("" if i % 8 else "fine") for i in range(400)],
        "nps": [float(i % 11) for i in range(400)],
    }
)
CONFIG = """
company = "Test"
stages = ["purchase", "use"]
[sources.db]
{source}
[responses]
source = "db"
table = "{table}"
id = "id"
customer = "customer"
time = "at"
stage = "stage"
comment = "words"
[responses.dimensions]
region = "region"
[dimensions.region]
values = ["North", "South"]
[metrics.nps]
kind = "nps"
column = "nps"
"""
KINDS = ["folder", "sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def stored(kind: str, rows: pd.DataFrame, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """The source's line and the table's name."""
    if kind == "folder":
        (tmp_path / "files").mkdir(exist_ok=True)
        rows.to_parquet(tmp_path / "files" / "answers.parquet")
        return 'folder = "files"', "answers"
    if kind == "sqlite":
        is_time = "datetime64" in str(rows["at"].dtype)
        text = rows.assign(at=rows["at"].dt.strftime("%Y-%m-%d %H:%M:%S")) if is_time else rows
        text.to_sql("answers", sa.create_engine(f"sqlite:///{tmp_path}/x.sqlite"), index=False, if_exists="replace")
        return 'url = "sqlite:///x.sqlite"', "answers"
    url = request.getfixturevalue("postgres_url")
    rows.to_sql("doctor_answers", sa.create_engine(url), index=False, if_exists="replace")
    return f'url = "{url}"', "public.doctor_answers"


def examined(tmp_path: Path, source: str, table: str, extra: str = "", config: str = CONFIG) -> Examination:
    path = tmp_path / "cx.toml"
    path.write_text(config.format(source=source, table=table) + extra)
    settings = load_settings(path)
    sources = Sources(settings)
    examination = examine(settings, sources, NOW)
    sources.dispose()
    return examination


def by_key(examination: Examination) -> dict[str, Problem]:
    return {problem.key: problem for problem in examination.problems}


def test_a_healthy_dataset_is_profiled_and_has_no_problem(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    examination = examined(tmp_path, *stored(kind, HEALTHY, tmp_path, request))
    assert examination.problems == ()
    (profile,) = examination.profiles
    assert profile.rows == len(HEALTHY)
    assert (profile.first, profile.last) == (HEALTHY["at"].min(), HEALTHY["at"].max())
    assert (profile.duplicates, profile.future, profile.odd_times) == (0, 0, 0)
    assert profile.null_share("comment") == (HEALTHY["words"].fillna("") == "").mean()
    assert profile.null_share("customer") == 0
    assert profile.values["dim:region"] == HEALTHY["region"].value_counts().to_dict()
    assert profile.scores["nps"].answered == 400
    assert (profile.scores["nps"].lowest, profile.scores["nps"].highest) == (0, 10)
    assert profile.type_of("score:nps") is Type.NUMBER


def test_every_planted_fault_is_found(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = HEALTHY.copy()
    rows.loc[:9, "nps"] = 11
    rows.loc[20, "id"] = "r21"
    rows.loc[30:39, "stage"] = "usee"
    rows.loc[40, "region"] = "Nroth"
    rows.loc[50:59, "at"] = pd.Timestamp("2026-04-01")
    rows.loc[60:65, "at"] = pd.NaT
    examination = examined(tmp_path, *stored(kind, rows, tmp_path, request))
    found = by_key(examination)
    assert found["metrics.nps.scale"].found == "off the scale 0–10 (found 0 to 11), so not counted: 10 rows."
    assert found["responses.id"].found == "repeated, so counted more than once: 1 row."
    assert found["stages"].text() == "stages: responses have “usee” in 10 rows. Did you mean “use”?"
    assert found["dimensions.region"].remedy == "Did you mean “North”?"
    assert {problem.key for problem in examination.problems if problem.grave} == {
        "metrics.nps.scale", "responses.id", "responses.time",
    }  # fmt: skip
    times = [problem.found for problem in examination.problems if problem.key == "responses.time"]
    assert times == ["no time, so in no week: 6 rows.", "in the future, so left out until then: 10 rows."]


def test_wrong_columns_and_types_are_named_and_the_rest_is_still_counted(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = HEALTHY.assign(nps="ten", region=range(400)).rename(columns={"customer": "customer_no"})
    config = CONFIG.replace('values = ["North", "South"]', "")
    examination = examined(tmp_path, *stored(kind, rows, tmp_path, request), config=config)
    found = by_key(examination)
    assert set(found) == {"responses.customer", "metrics.nps.column", "responses.dimensions.region"}
    assert found["responses.customer"].remedy == "Did you mean “customer_no”?"
    assert "not a number" in found["metrics.nps.column"].found
    assert "not text" in found["responses.dimensions.region"].found
    assert examination.profiles[0].rows == 400


def test_a_time_that_is_a_number_or_loose_text_is_a_problem(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    examination = examined(tmp_path, *stored(kind, HEALTHY.assign(at=range(400)), tmp_path, request))
    assert "not a time" in by_key(examination)["responses.time"].found
    loose = HEALTHY.assign(at=HEALTHY["at"].dt.strftime("%d/%m/%Y"))
    examination = examined(tmp_path, *stored(kind, loose, tmp_path, request))
    assert by_key(examination)["responses.time"].grave


def test_a_table_that_is_not_there_is_found_again(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    source, table = stored(kind, HEALTHY, tmp_path, request)
    examination = examined(tmp_path, source, table + "s")
    assert by_key(examination)["responses.table"].remedy.startswith("Did you mean “")
    assert not examination.healthy
    assert examination.profiles[0].rows is None


def test_one_source_that_is_down_hides_no_other(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    down = '[sources.far]\nurl = "postgresql+psycopg://reader@127.0.0.1:1/cx"\n'
    roles = '[customers]\nsource = "far"\ntable = "c"\ncustomer = "c"\n[outcomes]\nsource = "far"\ntable = "o"\n'
    extra = down + roles + 'customer = "c"\ntime = "t"\noutcome = "o"\n'
    examination = examined(tmp_path, *stored("folder", HEALTHY, tmp_path, request), extra)
    assert [problem.key for problem in examination.problems] == ["sources.far"]
    assert [profile.rows for profile in examination.profiles] == [400, None, None]


def test_a_metric_without_a_single_score_is_grave(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = HEALTHY.assign(csat=pd.Series([None] * 400, dtype="float64"))
    extra = '[metrics.csat]\nkind = "net"\ncolumn = "csat"\n'
    examination = examined(tmp_path, *stored(kind, rows, tmp_path, request), extra)
    assert by_key(examination)["metrics.csat.column"].grave


def test_the_long_form_compares_metric_names_both_ways(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = HEALTHY.rename(columns={"nps": "score"}).assign(metric=["nps", "csta"] * 200)
    extra = '[metrics.csat]\nkind = "net"\ncolumn = "csat"\nscale = [0, 10]\n'
    config = CONFIG.replace('id = "id"', 'id = "id"\nmetric_column = "metric"\nscore_column = "score"')
    examination = examined(tmp_path, *stored(kind, long, tmp_path, request), extra, config)
    found = by_key(examination)
    assert found["responses.metric_column"].text().endswith("counted in no metric. Did you mean “csat”?")
    assert found["metrics.csat.column"].grave
    assert examination.profiles[0].scores["nps"].answered == 200


def test_no_rows_and_old_rows_are_said(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    examination = examined(tmp_path, *stored("folder", HEALTHY[:0], tmp_path, request))
    assert by_key(examination)["responses"].found == "has no rows."
    old = HEALTHY.assign(at=HEALTHY["at"] - pd.Timedelta(days=100))
    examination = examined(tmp_path, *stored("folder", old, tmp_path, request))
    assert "stale" in by_key(examination)["responses.time"].found
    assert examination.healthy


def test_figures_are_checked_for_metrics_levels_companies_and_repeats(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = stored("folder", HEALTHY, tmp_path, request)
    rows = [
        ("Rival", "nps", "2026-02-01", 30.0),
        ("Rival", "nps", "2026-02-01", 31.0),
        ("Us Ltd", "npz", "2026-02-01", 1.0),
    ]
    figures = pd.DataFrame(rows, columns=["company", "metric", "day", "value"]).assign(level="wished")
    figures["day"] = pd.to_datetime(figures["day"])
    figures.to_parquet(tmp_path / "files" / "figures.parquet")
    shared = 'source = "db"\ntable = "figures"\nmetric = "metric"\ntime = "day"\nvalue = "value"\n'
    extra = f'[benchmarks]\n{shared}company = "company"\nown = "Us"\n[expectations]\n{shared}level = "level"\n'
    found = by_key(examined(tmp_path, *source, extra))
    assert found["benchmarks.table"].found == "repeated, so counted more than once: 1 row."
    assert "“npz”" in found["benchmarks.metric"].found
    assert "“Us”" in found["benchmarks.own"].found
    assert found["expectations.level"].grave


def test_the_command_prints_both_and_exits_with_one_when_a_number_would_be_wrong(
    tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    examined(tmp_path, *stored("folder", HEALTHY.assign(nps=99.0), tmp_path, request))
    assert main(["check", "--config", str(tmp_path / "cx.toml")]) == 1
    printed = capsys.readouterr().out
    assert "WRONG  metrics.nps.scale" in printed
    assert "responses  score:nps = nps" in printed
    late = HEALTHY.assign(at=HEALTHY["at"] - pd.Timedelta(days=365))
    examined(tmp_path, *stored("folder", late, tmp_path, request))
    assert main(["check", "--config", str(tmp_path / "cx.toml")]) == 0
    (tmp_path / "cx.toml").write_text("compny = 1")
    assert main(["check", "--config", str(tmp_path / "cx.toml")]) == 1
    assert "Did you mean “company”?" in capsys.readouterr().out


def test_the_table_is_aligned() -> None:
    assert aligned([("a", "n"), ("bbb", "10"), ("c", "7")], numbers=(1,)) == "a     n\n---  --\nbbb  10\nc     7"
    assert report(Examination((), ())).endswith("No problem found.")
