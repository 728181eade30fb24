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
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks import large, report
from benchmarks.clicks import right
from benchmarks.company import Company, room, view
from benchmarks.figures import RATIO, Figure
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.superset_server import Query, Superset, installed, running
from benchmarks.wire import open_viewer

SUBJECT = "Superset"
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


def measure(company: Company, url: str) -> list[Figure]:
    """Superset and ours on the PostgreSQL at `url`, which holds this company's responses."""
    with room(company) as opened:
        values, week = opened.catalog.axis(SEGMENT).values, opened.newest_telling_week()
        levels = {value: view(opened, segment=value).review().cards[0].reading.estimate.value for value in values}
    with running(installed(), company.scratch, url) as superset:
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
