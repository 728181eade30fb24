"""Apache Superset beside ours, on the same PostgreSQL: `python -m benchmarks.superset`.

Not part of `make bench`: it installs Superset from PyPI into an environment of its own in the folder of kept companies
(1 GB, minutes), never into ours. Superset runs as its documentation says, under gunicorn, here with one worker,
metadata in SQLite, answers cached in the worker's memory. What it is asked is the same page's figures through its
chart-data API, logged in: for each of five KPIs a big number with its weekly line, and of the first KPI the six weeks
and the twelve months, all of one segment. A click on a dashboard's filter asks all of these; ours is a click on the
weekly review, which shows the slices, signals and comments besides.

Processor time is of Superset's processes and of our server; what PostgreSQL works for Superset is not counted, it shows
in the milliseconds. Superset's own CPU without a cached answer is asked with "force".
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests
import sqlalchemy as sa

from benchmarks import large, report
from benchmarks.clicks import right
from benchmarks.company import Company, room, view
from benchmarks.figures import RATIO, Figure
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import open_viewer
from tests.e2e.server import free_port

SUBJECT = "Superset"
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
WEEKS, MONTHS, SHORT = 61, 12, 6
"""Weeks of a card's line and months and weeks of the 6–12 chart: what our page reads."""
KPIS = {
    "nps": "100.0 * avg(CASE WHEN nps >= 9 THEN 1 WHEN nps <= 6 THEN -1 WHEN nps IS NOT NULL THEN 0 END)",
    "csat": "100.0 * avg(CASE WHEN csat >= 4 THEN 1 WHEN csat IS NOT NULL THEN 0 END)",
    **{
        name: f"100.0 * avg(CASE WHEN {name} >= 6 THEN 1 WHEN {name} <= 3 THEN -1 WHEN {name} IS NOT NULL THEN 0 END)"
        for name in ("success", "effort", "emotion")
    },
}
"""The demo company's KPIs as somebody types them into Superset."""
SEGMENT, TIME = "segment", "submitted_at"
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


def measure(company: Company, url: str) -> list[Figure]:
    """Superset and ours on the PostgreSQL at `url`, which holds this company's responses."""
    with room(company) as opened:
        values, week = opened.catalog.axis(SEGMENT).values, opened.newest_telling_week()
        levels = {value: view(opened, segment=value).review().cards[0].reading.estimate.value for value in values}
    with running(_installed(), company.scratch, url) as superset:
        asked = {value: dashboard(value, week.end) for value in values}
        for value, queries in asked.items():
            _same(superset.ask(queries[0], force=True)[-1], levels[value])
        off = [_click(superset, queries, force=True) for queries in asked.values()]
        on = [_click(superset, queries, force=False) for queries in asked.values()]
    with serve(ROOT / "app.py", company.scratch, **environment(company), **_from(url)) as served:
        first, before = asyncio.run(_ours(served, values))
    return _figures(company, off, on, first, before)


def _from(url: str) -> dict[str, str]:
    """Our responses from the same PostgreSQL; the small tables stay files."""
    return {"CX_SOURCES__WAREHOUSE__URL": url, "CX_RESPONSES__SOURCE": "warehouse"}


def dashboard(segment: str, end: date) -> list[Query]:
    """What the charts of the page ask after a click: a weekly line for each KPI, six weeks, twelve months."""
    first, *_ = KPIS
    return [
        *(_query(name, "P1W", end - timedelta(weeks=WEEKS), end, segment) for name in KPIS),
        _query(first, "P1W", end - timedelta(weeks=SHORT), end, segment),
        _query(first, "P1M", end - timedelta(days=MONTHS * 31), end, segment),
    ]


def _query(kpi: str, grain: str, start: date, end: date, segment: str) -> Query:
    time_axis = {"columnType": "BASE_AXIS", "expressionType": "SQL", "sqlExpression": TIME, "label": TIME}
    return {
        "columns": [{**time_axis, "timeGrain": grain}],
        "metrics": [{"expressionType": "SQL", "sqlExpression": KPIS[kpi], "label": kpi}],
        "filters": [
            {"col": TIME, "op": "TEMPORAL_RANGE", "val": f"{start.isoformat()} : {end.isoformat()}"},
            {"col": SEGMENT, "op": "IN", "val": [segment]},
        ],
        "orderby": [],
        "row_limit": 10_000,
    }


def _same(newest: dict[str, object], ours: float | None) -> None:
    assert ours is not None
    assert abs(float(str(newest["nps"])) - ours) < 1e-6, (newest, ours)


def _click(superset: Superset, queries: list[Query], *, force: bool) -> tuple[float, float]:
    """Seconds and seconds of processor of all the requests of a click, one after the other."""
    began, spent = time.perf_counter(), superset.processor()
    for query in queries:
        superset.ask(query, force=force)
    return time.perf_counter() - began, superset.processor() - spent


async def _ours(served: Served, values: tuple[str, ...]) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The same clicks on our weekly review, for the first time and again."""
    viewer, opened = await open_viewer(served.url)
    right(opened)
    taken = []
    for value in values * 2:
        spent = served.processor()
        answer = right(await viewer.choose(SEGMENT, [value]))
        taken.append((answer.seconds, served.processor() - spent))
    await viewer.close()
    return taken[: len(values)], taken[len(values) :]


def _figures(company: Company, *taken: list[tuple[float, float]]) -> list[Figure]:
    off, on, first, before = taken
    requests_each = len(dashboard("", date.today()))

    def say(what: str, unit: str, runs: list[float], how: str) -> Figure:
        return Figure(SUBJECT, what, unit, tuple(runs), how, at=company.responses)

    figures = []
    for name, clicks in (("cache off", off), ("cache on", on)):
        how = f"of {requests_each} requests a click, one after the other"
        figures += [
            say(f"a request, {name}", "ms", [1000 * wall / requests_each for wall, _ in clicks], how),
            say(f"a request, {name}", "CPU ms", [1000 * cpu / requests_each for _, cpu in clicks], "Superset alone"),
        ]
    for name, clicks, ours in (("cache off ÷ seen first", off, first), ("cache on ÷ seen before", on, before)):
        for i, unit in enumerate(("time", "CPU")):
            mine = median(one[i] for one in ours)
            figures.append(
                say(f"a click, {name}: {unit}", RATIO, [one[i] / mine for one in clicks], f"ours {1000 * mine:.0f} ms")
            )
    return figures


# -- installing and running it -------------------------------------------------------------------------------------


def _installed() -> Path:
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


def main() -> None:
    """`python -m benchmarks.superset [responses]`: install it where it is missing, measure, print the table."""
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else large.BIG
    with tempfile.TemporaryDirectory(prefix="cx-superset-") as folder:
        company = large.company(responses, Path(folder))
        with large.postgres(company) as url:
            figures = measure(company, url)
    sys.stdout.write(report.table(figures, []) + "\n")


if __name__ == "__main__":
    main()
