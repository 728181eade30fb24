"""What all tests share: servers and data found where they are, and an honest last line about what was left out."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from tests.needs import SHARED, chromium, require
from tests.postgres import Postgres
from tests.security import holds_a_control

NEEDS = ("browser", "engines", "mariadb", "nginx", "postgres", "shared", "spark")
STATUS = pytest.StashKey[int]()

# a starved machine took 284 ms for a test of 1 ms; pytest-timeout ends what never ends
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


@pytest.fixture(autouse=True)
def _no_configuration_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own CX_… variables must not reach the tests."""
    for name in list(os.environ):
        if name.startswith("CX_") and name not in ("CX_TEST_POSTGRES", "CX_NOTHING_LEFT_OUT", "CX_TEST_SHARED"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL database that holds nothing: CX_TEST_POSTGRES, else one started here. Each of
    several pytest workers has a database of its own."""
    require("postgres")
    given = os.environ.get("CX_TEST_POSTGRES")
    if given:
        yield _own_database(given, os.environ.get("PYTEST_XDIST_WORKER", ""))
        return
    server = Postgres()
    server.start()
    yield server.url
    server.remove()


def _own_database(url: str, worker: str) -> str:
    if not worker:
        return url
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"create database worker_{worker}"))
    engine.dispose()
    return sa.make_url(url).set(database=f"worker_{worker}").render_as_string(hide_password=False)


@pytest.fixture
def postgres_server() -> Iterator[Postgres]:
    """A running server of the test's own, to stop and start."""
    require("postgres")
    server = Postgres()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is."""
    require("browser")
    path = chromium()
    assert path is not None
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data, outside the repository."""
    require("shared")
    return SHARED


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `make security` runs is said in one place (tests/security.py)."""
    for item in items:
        if holds_a_control(item.nodeid):
            item.add_marker(pytest.mark.security)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for need in NEEDS:
        if item.get_closest_marker(need):
            require(need)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After everything else: what was left out and why."""
    yield
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line("")
    if not reasons:
        terminalreporter.write_line("Nothing was left out.")
    for reason, count in sorted(reasons.items()):
        tests = "1 test" if count == 1 else f"{count} tests"
        terminalreporter.write_line(f"Left out {tests}: {reason}", yellow=True)


def _reason(report: pytest.TestReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ").removeprefix("left out: ")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the exit status for the very end."""
    session.config.stash[STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave with pytest's summary as the last line: DuckDB 2.0's binding (nanobind) prints some sixty lines of leaked
    types when the interpreter is taken down after Streamlit has run in it."""
    status = config.stash.get(STATUS, None)
    if status is not None and not hasattr(config, "workerinput"):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
