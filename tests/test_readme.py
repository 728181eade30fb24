"""The README is true: its commands are exercised, its configuration works as it stands, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from pages import NAVIGATION

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PLAIN_OPTIONS = ("--quiet", "--disable-pip-version-check")
"""What the Makefile adds to keep its output short."""
WEEKS, A_WEEK = 40, 60
"""Rows of the stranger's own database: enough for limits and for numbers that may be shown."""

EXERCISED = {
    "make run": "tests/test_readme.py::test_make_run_opens_the_app",
    "make test": ".ci/run",
    "export CX_SOURCES__WAREHOUSE__PASSWORD='…'": "tests/test_readme.py::test_the_configuration_works_as_it_stands",
    ".venv/bin/python -m data_sources check --config cx.toml": (
        "tests/test_readme.py::test_the_configuration_works_as_it_stands"
    ),
    "CX_CONFIG=cx.toml make run": "tests/test_readme.py::test_make_run_opens_the_app",
    "python3 -m venv .venv": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/python -m pip install -r requirements.txt": (
        "tests/test_readme.py::test_plain_commands_are_what_make_does"
    ),
    ".venv/bin/python -m streamlit run serve.py": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/python -m pip install -r requirements-dev.txt": (
        "tests/test_readme.py::test_plain_commands_are_what_make_does"
    ),
    ".venv/bin/python -m pytest": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/ruff check .": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/ruff format --check .": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/mypy": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/lint-imports": "tests/test_readme.py::test_plain_commands_are_what_make_does",
    ".venv/bin/python -m benchmarks": "tests/test_benchmarks.py::test_the_whole_benchmark_on_a_small_company",
}
"""Every command that the README shows, and what runs it. The plain commands are make's own, line by line, and CI runs
`make lint` and `make test` on a fresh virtual environment."""


def pages_of_text() -> list[Path]:
    """Every Markdown page of the repository."""
    folders = (ROOT, ROOT / "docs", ROOT / "benchmarks", *(ROOT / "examples").iterdir())
    return [path for folder in folders for path in folder.glob("*.md")]


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.S | re.M)


def commands() -> list[str]:
    """Every command of every shell block, without its remark."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line.split("  #")[0].split(" # ")[0].strip() for line in lines if line.strip()]


# -- commands -----------------------------------------------------------------------------------------------------


def test_every_command_is_exercised_somewhere() -> None:
    assert set(commands()) == set(EXERCISED)
    for command, where in EXERCISED.items():
        file, _, test = where.partition("::")
        text = (ROOT / file).read_text()
        assert (f"def {test}(" in text) if test else (command in text), (command, where)


@pytest.mark.parametrize("page", ["examples/olist/README.md", "examples/airlines/README.md", "docs/operations.md"])
def test_commands_elsewhere_are_the_readmes(page: str) -> None:
    """The other pages show the same commands, with a file of their own."""
    text = (ROOT / page).read_text()
    shown = re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M) + re.findall(r"^    (python .*)$", text, re.M)
    lines = [line for block in shown for line in block.splitlines() if line.strip()]
    known = {command.removeprefix(".venv/bin/") for command in EXERCISED}
    assert lines
    assert {re.sub(r"[\w/]+/cx\.toml", "cx.toml", line).removeprefix(".venv/bin/") for line in lines} <= known


def test_plain_commands_are_what_make_does(tmp_path: Path) -> None:
    """`make -n` where nothing has been made yet says what it would run: exactly the README's last block."""
    require_make()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "run", "test", "lint", "bench"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    made = {" ".join(word for word in line.split() if word not in PLAIN_OPTIONS) for line in said.splitlines()}
    made = {line for line in made if not line.startswith("touch ")}
    plain = {line for line in blocks("sh")[-1].splitlines() if line}
    assert made == {line.split("  #")[0].strip() for line in plain}


@pytest.mark.parametrize("target", ["run", "test", "check", "lint", "bench", "docs"])
def test_the_readme_names_every_make_target(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)
    assert f"make {target}" in README


@pytest.mark.parametrize("own", [False, True], ids=["the demo company", "the reader's own file"])
def test_make_run_opens_the_app(own: bool, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """`make run` and `CX_CONFIG=cx.toml make run`: the address is printed, and the app answers there."""
    require_make()
    if not (ROOT / ".venv" / ".ready").exists():
        leave_out(".venv was not made by make, and making it takes minutes")
    environment: dict[str, str] = {}
    if own:
        environment |= request.getfixturevalue("readers_database")
        (tmp_path / "cx.toml").write_text(configuration("wide"))
        environment["CX_CONFIG"] = str(tmp_path / "cx.toml")
    with running(["make", "run"], tmp_path / "log", environment) as log:
        address = waited_for(lambda: re.search(r"URL: (http://127\.0\.0\.1:\d+)", log.read_text()), 180)
        with urllib.request.urlopen(f"{address[1]}/_stcore/health", timeout=10) as answer:  # noqa: S310  our own server
            assert answer.read() == b"ok"


# -- the reader's own database ------------------------------------------------------------------------------------


def configuration(form: str) -> str:
    """The README's cx.toml as it stands; in the long form with the README's two lines put where it says."""
    text, more = blocks("toml")
    if form == "wide":
        return text
    return text.replace("[responses.dimensions]", f"{more}[responses.dimensions]")


def answers(form: str) -> pd.DataFrame:
    """What a company might hold in survey.responses: one row a response, or one row an answer."""
    rng = np.random.default_rng(5)
    monday = pd.Timestamp.now().normalize() - pd.Timedelta(days=pd.Timestamp.now().weekday())
    size = WEEKS * A_WEEK
    start = monday - pd.Timedelta(weeks=WEEKS)
    wide = pd.DataFrame(
        {
            "response_id": np.arange(size) + 1,
            "customer_id": rng.integers(1, 900, size),
            "submitted_at": start + pd.to_timedelta(np.arange(size) * (7 * 24 * 60 / A_WEEK), unit="min"),
            "free_text": [["Quick and friendly.", None, "I waited twice."][i % 3] for i in range(size)],
            "sales_region": rng.choice(["North", "South", "West"], size),
            "customer_segment": rng.choice(["Family", "Business"], size),
            "recommend_0_10": rng.integers(0, 11, size),
            "satisfaction_1_5": rng.integers(1, 6, size),
        }
    )
    if form == "wide":
        return wide
    questions = ["recommend_0_10", "satisfaction_1_5"]
    kept = [column for column in wide.columns if column not in questions]
    return wide.melt(id_vars=kept, value_vars=questions, var_name="question", value_name="score")


@pytest.fixture
def readers_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """survey.responses on a real PostgreSQL; gives the environment that leads the README's file there."""
    url = request.getfixturevalue("postgres_url")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA IF EXISTS survey CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA survey"))
        answers(getattr(request, "param", "wide")).to_sql("responses", connection, schema="survey", index=False)
    yield {"CX_SOURCES__WAREHOUSE__URL": url, "CX_SOURCES__WAREHOUSE__PASSWORD": "not needed here"}
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA survey CASCADE"))
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("readers_database", ["wide", "long"], indirect=True)
def test_the_configuration_works_as_it_stands(
    readers_database: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The README's cx.toml on a real PostgreSQL: the check finds nothing wrong, and the review shows the newest whole
    week with the numbers that raw rows give. Only the server's address comes from outside."""
    form = "long" if "long" in request.node.name else "wide"
    config = tmp_path / "cx.toml"
    config.write_text(configuration(form))
    environment = {**readers_database, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    checked = subprocess.run(
        [sys.executable, "-m", "data_sources", "check", "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "not needed here" not in checked.stdout + checked.stderr

    for name, value in {**environment, "CX_CONFIG": str(config), "CX_CUBE__REFRESH_MINUTES": "0"}.items():
        monkeypatch.setenv(name, value)
    app = AppTest.from_function(whole_app, default_timeout=60).run()
    assert not app.exception
    assert len(app.title) == 1
    assert [metric.label for metric in app.metric] == ["NPS", "Satisfaction"]
    wide = answers("wide")
    newest = wide[wide["submitted_at"] >= wide["submitted_at"].max().normalize() - pd.Timedelta(days=6)]
    nps = 100 * ((newest["recommend_0_10"] >= 9).mean() - (newest["recommend_0_10"] <= 6).mean())
    assert app.metric[0].value.replace("−", "-") == f"{nps:.0f}"
    assert any(f"n {len(newest)}" in caption.value for caption in app.caption)


def whole_app() -> None:
    from app import main

    main()


def test_the_long_form_only_adds_two_lines() -> None:
    assert set(tomllib.loads(blocks("toml")[1])) == {"metric_column", "score_column"}
    assert tomllib.loads(configuration("long"))["responses"]["metric_column"] == "question"


def test_the_readme_names_every_page() -> None:
    table = README[README.index("## The pages") : README.index("## How it is built")]
    assert re.findall(r"^\| ([A-Z][a-z ]+) \|", table, re.M) == list(dict.fromkeys(entry.title for entry in NAVIGATION))


# -- links and pictures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in pages_of_text()))
def test_every_link_leads_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text()):
        if "://" not in target and not target.startswith("#"):
            assert (folder / target.partition("#")[0]).exists(), f"{page} links to {target}"


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "images").glob("*.png"):
        assert picture.stat().st_size < 300_000, picture


# -- help ---------------------------------------------------------------------------------------------------------


def require_make() -> None:
    if shutil.which("make") is None:
        leave_out("make was not found")


def leave_out(reason: str) -> NoReturn:
    """Leave the running test out, or fail it where nothing may be left out (tests/needs.py)."""
    if os.environ.get("CX_NOTHING_LEFT_OUT"):
        pytest.fail(f"nothing may be left out, and {reason}", pytrace=False)
    pytest.skip(f"left out: {reason}")


@contextmanager
def running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[Path]:
    """A command in a group of its own, ended with all that it started."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def waited_for(look: Callable[[], re.Match[str] | None], seconds: float) -> re.Match[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not seen within {seconds} s")
