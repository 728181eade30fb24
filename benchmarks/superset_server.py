"""Apache Superset from PyPI in an environment of its own, on a PostgreSQL, and its chart-data API."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from benchmarks import large
from benchmarks.served import Served
from tests.e2e.server import free_port

VERSION = "6.1.0"
PINNED = (f"apache-superset=={VERSION}", "flask-caching==2.3.1", "rich", "cachetools", "psycopg2-binary")
"""Its release of 2026 names neither rich nor cachetools, which it imports, nor flask-caching below 2.4, without which
its metadata cache fails."""
KEY = "only-for-a-benchmark-on-this-machine-and-thrown-away"
PERSON = "benchmark"
CONFIG = """
SECRET_KEY = "{key}"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 86400}}
"""
START_SECONDS = 120
APP = "superset.app:create_app()"
Query = dict[str, object]


@dataclass(frozen=True, slots=True)
class Superset:
    """A running Superset, logged in; `group` holds its processes, `dataset` is the responses table."""

    url: str
    group: int
    person: requests.Session
    dataset: int

    def processor(self) -> float:
        """Seconds of processor of gunicorn and its worker."""
        return sum(Served("", pid).processor() for pid in _members(self.group))

    def ask(self, query: Query, *, force: bool) -> list[dict[str, object]]:
        """One chart's rows, from the database where it is forced."""
        body = {
            "datasource": {"id": self.dataset, "type": "table"},
            "force": force,
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
        }
        result = _posted(self.person, f"{self.url}/api/v1/chart/data", body)["result"][0]
        assert not result["error"], result["error"]
        assert bool(result["is_cached"]) is not force, "a cached answer was asked for and not given, or the reverse"
        return list(result["data"])


def installed() -> Path:
    """The folder with Superset's environment and its metadata as new; made where it is not there."""
    folder = large.kept() / f"superset-{VERSION}"
    if (folder / "whole").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *PINNED], check=True)
    known = _environment(folder, folder)
    named = ["--username", PERSON, "--firstname", PERSON, "--lastname", PERSON, "--email", f"{PERSON}@example.org"]
    for command in (["db", "upgrade"], ["fab", "create-admin", *named, "--password", PERSON], ["init"]):
        subprocess.run([str(folder / "bin" / "superset"), *command], env=known, check=True, capture_output=True)
    (folder / "whole").touch()
    return folder


def _environment(folder: Path, home: Path) -> dict[str, str]:
    config = home / "superset_config.py"
    config.write_text(CONFIG.format(key=KEY, home=home))
    told = {"SUPERSET_CONFIG_PATH": str(config), "SUPERSET_HOME": str(home), "FLASK_APP": APP}
    return {**os.environ, **told, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


@contextmanager
def running(folder: Path, home: Path, database: str) -> Iterator[Superset]:
    """Superset with the responses table of a PostgreSQL as its dataset; `home` is where it writes."""
    shutil.copy(folder / "superset.db", home / "superset.db")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["gunicorn", "-w", "1", "-k", "gthread", "--threads", "4", "--timeout", "300", "-b", url[7:], APP]
    with (home / "superset.log").open("wb") as log:
        process = subprocess.Popen(
            [str(folder / "bin" / command[0]), *command[1:]],
            env=_environment(folder, home),
            cwd=home,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        person = _logged_in(url)
        place = sa.make_url(database).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
        source = _posted(person, f"{url}/api/v1/database/", {"database_name": "cx", "sqlalchemy_uri": place})
        table = {"database": source["id"], "schema": "public", "table_name": "responses"}
        dataset = _posted(person, f"{url}/api/v1/dataset/", table)
        yield Superset(url, process.pid, person, int(dataset["id"]))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _logged_in(url: str) -> requests.Session:
    person, until = requests.Session(), time.monotonic() + START_SECONDS
    while True:
        try:
            person.get(f"{url}/health", timeout=60).raise_for_status()
            break
        except requests.RequestException:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
    who = {"username": PERSON, "password": PERSON, "provider": "db", "refresh": True}
    token = _posted(person, f"{url}/api/v1/security/login", who)["access_token"]
    person.headers["Authorization"] = f"Bearer {token}"
    return person


def _posted(person: requests.Session, address: str, body: dict[str, object]) -> dict[str, Any]:
    answer = person.post(address, json=body, timeout=300)
    if not answer.ok:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.text[:500]}")
    said: dict[str, Any] = answer.json()
    return said


def _members(group: int) -> list[int]:
    """The processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(after_name[2]) == group:
            found.append(int(stat.parent.name))
    return found
