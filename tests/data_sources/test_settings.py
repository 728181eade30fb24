"""cx.toml: what is accepted, what is refused, and that nobody ever sees a password."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_sources.problems import Problem, did_you_mean
from data_sources.settings import ConfigurationError, Settings, load_settings
from data_sources.settings.reference import reference
from metrics.metric import Better, MetricKind

ROOT = Path(__file__).resolve().parents[2]
VALID = """
company = "Northlight"
[sources.files]
folder = "exports"
[responses]
source = "files"
table = "answers"
id = "id"
customer = "customer"
time = "at"
[responses.dimensions]
region = "sales_region"
[metrics.nps]
kind = "nps"
column = "nps"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "cx.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str) -> dict[str, Problem]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(folder, text))
    return {problem.key: problem for problem in caught.value.problems}


def test_the_smallest_configuration_has_every_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, VALID))
    assert settings.sources["files"].folder == str(tmp_path / "exports")
    assert (settings.week_start, settings.time_zone, settings.cube.refresh_minutes) == ("monday", "UTC", 15)
    catalog = settings.catalog()
    assert [(axis.id, axis.label, axis.values) for axis in catalog.dimensions] == [("region", "Region", ())]
    assert catalog.metric("nps").label == "NPS"
    assert catalog.metric("nps").scale == (0, 10)
    assert catalog.headline_metric.id == "nps"


def test_everything_configured_reaches_the_catalog(tmp_path: Path) -> None:
    text = (
        VALID
        + """
[metrics.effort_score]
kind = "top_box"
column = "effort"
scale = [1, 5]
threshold = 4
better = "lower"
target = 70
minimum = 50
aspiration = 90
owner = "Chief Operating Officer"
definition = "How easy was it?"
headline = true
[dimensions.region]
label = "Sales region"
values = ["North", "South"]
[stages]
order = ["purchase", "use"]
[personas.family]
label = "Families"
rule = { region = ["North"] }
[thresholds]
low_n = 40
[[event]]
day = 2026-06-29
label = "App 5.0"
rebase = true
metrics = ["effort_score"]
"""
    )
    settings = load_settings(write(tmp_path, 'week_start = "Sunday"\ntouchpoints = ["sales", "shop"]\n' + text))
    catalog = settings.catalog()
    metric = catalog.headline_metric
    assert (metric.id, metric.label, metric.kind) == ("effort_score", "Effort score", MetricKind.TOP_BOX)
    assert (metric.better, metric.threshold, metric.target) == (Better.LOWER, 4, 70)
    assert (metric.minimum, metric.aspiration) == (50, 90)
    assert catalog.first_weekday == 6
    assert catalog.axis("region").label == "Sales region"
    assert catalog.stages.values == ("purchase", "use")
    assert catalog.touchpoints.values == ("sales", "shop")
    assert catalog.personas_of({"region": "North"})[0].label == "Families"
    assert catalog.thresholds.low_n == 40
    assert catalog.events[0].day == date(2026, 6, 29)
    assert catalog.events[0].metrics == ("effort_score",)


def test_all_problems_are_listed_at_once_with_key_finding_and_remedy(tmp_path: Path) -> None:
    text = """
week_strat = "monday"
time_zone = "Europe/Lundon"
[sources.files]
folder = "exports"
url = "sqlite:///x.db"
[responses]
source = "flies"
table = "answers"
tiem = "at"
id = "id"
customer = "c"
[metrics.nps]
kind = "npss"
column = "nps"
[metrics.csat]
kind = "top_box"
column = "csat"
targt = 4
[metrics.stars]
kind = "mean"
column = "stars"
scale = [5, 1]
[metrics.easy]
kind = "net"
column = "easy"
target = 400
[personas.family]
rule = { regon = ["North"] }
[responses.dimensions]
region = "r"
[[event]]
day = "tomorrow"
label = "x"
"""
    found = problems_of(tmp_path, text)
    expected = {
        "company": "", "week_strat": "week_start", "time_zone": "", "responses.tiem": "time", "responses.time": "",
        "sources.files": "exactly one", "responses.source": "files", "metrics.nps.kind": "",
        "metrics.csat.targt": "target", "metrics.csat.scale": "lowest", "metrics.stars.scale": "lowest",
        "metrics.easy.target": "unit", "personas.family.rule.regon": "region", "event.0.day": "",
    }  # fmt: skip
    assert set(found) == set(expected)
    for key, near in expected.items():
        assert near in found[key].remedy
        assert found[key].found
        assert found[key].grave


def test_a_password_in_the_file_is_a_problem_and_never_printed(tmp_path: Path) -> None:
    text = (
        VALID
        + """
[sources.warehouse]
url = "postgresql+psycopg://reader:s3cr3t-w0rd@db/cx"
[sources.lake]
url = "snowflake://reader@db/cx?password=s3cr3t-w0rd"
[sources.mart]
url = "postgresql+psycopg://reader@db/cx"
password = "s3cr3t-w0rd"
"""
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(tmp_path, 'pseudonym_key = "s3cr3t-w0rd"\n' + text))
    keys = {problem.key for problem in caught.value.problems if problem.grave}
    assert keys == {"sources.warehouse.url", "sources.lake.url", "sources.mart.password", "pseudonym_key"}
    assert "CX_SOURCES__WAREHOUSE__PASSWORD" in str(caught.value)
    assert "s3cr3t" not in str(caught.value) + repr(caught.value)


def test_faulty_values_are_never_repeated(tmp_path: Path) -> None:
    found = problems_of(tmp_path, VALID.replace('kind = "nps"', 'kind = "s3cr3t"'))
    assert "s3cr3t" not in found["metrics.nps.kind"].text()


def test_passwords_come_from_the_environment_or_the_secrets_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, VALID + '[sources.a]\nurl = "postgresql://u@h/d"\n[sources.b]\nurl = "postgresql://u@h/d"')
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[sources.a]\npassword = "from-secrets"\n')
    monkeypatch.setenv("CX_SOURCES__B__PASSWORD", "from-environment")
    settings = load_settings(path)
    passwords = [settings.sources[name].password for name in "ab"]
    assert [password.get_secret_value() for password in passwords if password] == ["from-secrets", "from-environment"]
    assert "from-" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_a_password_in_a_url_from_the_environment_is_moved_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_SOURCES__A__URL", "postgresql://u:hidden@h/d")
    source = load_settings(write(tmp_path, VALID)).sources["a"]
    assert source.url == "postgresql://u@h/d"
    assert source.password is not None
    assert source.password.get_secret_value() == "hidden"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_COMPANY", "Southlight")
    monkeypatch.setenv("CX_METRICS__NPS__TARGET", "45")
    monkeypatch.setenv("CX_STAGES", '["purchase", "use"]')
    monkeypatch.setenv("CX_SOURCES__FILES__FOLDER", "/elsewhere")
    settings = load_settings(write(tmp_path, VALID))
    assert (settings.company, settings.metrics["nps"].target) == ("Southlight", 45)
    assert settings.stages.order == ("purchase", "use")
    assert settings.sources["files"].folder == "/elsewhere"


@pytest.mark.parametrize(
    ("variable", "near"), [("CX_METRIC__NPS__TARGET", "metrics"), ("CX_COMPNAY", "company"), ("CX_QQ__X", "Remove")]
)
def test_a_misspelt_variable_is_not_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, near: str
) -> None:
    monkeypatch.setenv(variable, "1")
    assert near in problems_of(tmp_path, VALID)[variable].remedy


def test_a_variable_that_is_no_json_is_a_problem_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_PERSONAS", "{s3cr3t")
    found = problems_of(tmp_path, VALID)["environment"]
    assert "personas" in found.found
    assert "s3cr3t" not in found.text()


def test_cx_config_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_CONFIG", str(write(tmp_path, VALID)))
    assert load_settings().company == "Northlight"


@pytest.mark.parametrize(
    ("content", "found"), [(None, "no such file"), (b"a = ", "TOML"), (b'company = "\xff"', "UTF-8")]
)
def test_a_file_that_cannot_be_read_says_which_and_why(tmp_path: Path, content: bytes | None, found: str) -> None:
    path = tmp_path / "cx.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=found) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)


def test_relative_places_are_looked_for_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = (
        '[sources.lite]\nurl = "sqlite:///data/x.db"\n[sources.duck]\nurl = "duckdb:///y.duckdb"\n[cube]\nfolder = "c"'
    )
    path = write(tmp_path, VALID + extra)
    monkeypatch.chdir("/")
    settings = load_settings(path)
    assert settings.sources["lite"].url == f"sqlite:///{tmp_path}/data/x.db"
    assert settings.sources["duck"].url == f"duckdb:///{tmp_path}/y.duckdb"
    assert settings.cube_folder() == tmp_path / "c"


@pytest.mark.parametrize("name", ["Nps", "n__ps", "1nps", "n-ps", "_nps"])
def test_names_that_would_not_survive_a_variable_or_a_url_are_refused(tmp_path: Path, name: str) -> None:
    found = problems_of(tmp_path, VALID.replace("metrics.nps", f"metrics.{name}"))
    assert "underscores" in found[f"metrics.{name}"].remedy
    assert len(found) == 1


@pytest.mark.parametrize(
    ("gone", "key"),
    [
        ('company = "Northlight"', "company"), ('[sources.files]\nfolder = "exports"', "sources"),
        ('[metrics.nps]\nkind = "nps"\ncolumn = "nps"', "metrics"), ('kind = "nps"', "metrics.nps.kind"),
        ('column = "nps"', "metrics.nps.column"), ('id = "id"', "responses.id"), ('time = "at"', "responses.time"),
    ],
)  # fmt: skip
def test_one_gap_is_one_problem_and_hides_no_other(tmp_path: Path, gone: str, key: str) -> None:
    other = '[personas.family]\nrule = { regon = ["North"] }'
    assert gone in VALID
    found = problems_of(tmp_path, VALID.replace(gone, "") + other)
    assert set(found) == {key, "personas.family.rule.regon"} | ({"responses.source"} if key == "sources" else set())


def test_nothing_at_all_names_what_must_be_there(tmp_path: Path) -> None:
    assert set(problems_of(tmp_path, "# nothing")) == {"company", "sources", "responses", "metrics"}


def test_the_long_form_needs_both_its_columns(tmp_path: Path) -> None:
    found = problems_of(tmp_path, VALID.replace('time = "at"', 'time = "at"\nmetric_column = "m"'))
    assert set(found) == {"responses.score_column"}


def test_notes_do_not_stop_the_app(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, VALID + '[sources.unused]\nfolder = "x"')).company == "Northlight"


def test_now_is_company_time_without_a_zone(tmp_path: Path) -> None:
    here = load_settings(write(tmp_path, 'time_zone = "Pacific/Kiritimati"\n' + VALID)).now()
    there = load_settings(write(tmp_path, 'time_zone = "Pacific/Pago_Pago"\n' + VALID)).now()
    assert here.tzinfo is None
    assert round((here - there).total_seconds() / 3600) == 25  # UTC+14 and UTC−11


def test_did_you_mean_ignores_case_and_offers_nothing_far() -> None:
    assert did_you_mean("Custmer_ID", ["customer_id", "time"]) == "Did you mean “customer_id”?"
    assert did_you_mean("zzz", ["customer_id"]) == ""


def test_every_setting_is_described_and_the_reference_is_up_to_date() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert "|  |\n" not in reference()
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m data_sources reference > docs/configuration.md"
