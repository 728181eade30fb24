"""The planted overtaking of the demo company is found through the app's own data path, and nothing where nothing is
planted (METHODS §3, §4; data_sources/demo/truths.py)."""

from datetime import date, timedelta

import pytest

from data_sources.benchmarks import read_benchmarks
from data_sources.cube.store import months_of
from data_sources.demo import generate
from data_sources.demo.truths import APP_RELEASE, OVERTAKING
from data_sources.expectations import read_expectations
from data_sources.room import Room
from data_sources.settings import load_settings
from metrics.comparators import COMPETITOR, EXPECTATION, PAST, comparators
from metrics.history import History
from metrics.overtaking import overtakings
from metrics.published import by_metric
from metrics.slices import EVERYTHING, Filters

UNTIL = date(2026, 11, 15)


@pytest.fixture(scope="module", params=[True, False], ids=["planted", "nothing planted"])
def company(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, until=UNTIL, planted=request.param)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CX_SOURCES__DEMO__FOLDER", str(folder))
        environment.setenv("CX_CUBE__FOLDER", str(tmp_path_factory.mktemp("cube")))
        room = Room(load_settings())
        yield request.param, room
        room.close()


def test_the_planted_overtaking_and_no_other(company):
    planted, room = company
    months, metrics = months_of(room.cube()), room.catalog.metrics
    figures = by_metric(read_benchmarks(room.settings, room.sources, months))
    ours = {m.id: [room.sums(m, months, EVERYTHING, by) for by in ((), ("product",))] for m in metrics}
    found = overtakings(metrics, figures, ours)
    if not planted:
        assert found == ()
        return
    passed_us = [o for o in found if o.by_them]
    assert [(o.metric.id, o.company, o.where) for o in passed_us] == [
        (OVERTAKING.metric, OVERTAKING.company, (("product", OVERTAKING.product),))
    ]
    newest = max(figure.day for figure in figures[OVERTAKING.metric])
    first = (newest - timedelta(days=31 * (OVERTAKING.since_months - 1))).replace(day=1)
    assert first <= passed_us[0].month <= newest
    assert all(o.metric.id == APP_RELEASE.metric for o in found if not o.by_them), "only the app's ease gained a lead"


def test_every_kpi_has_its_three_comparators(company):
    """Own past twice, the best competitor, what customers hope for and what they put up with, for the whole and,
    with its limits said, for a region."""
    _, room = company
    months, weeks = months_of(room.cube()), room.cube().weeks[-60:]
    figures = read_benchmarks(room.settings, room.sources, months)
    asked = read_expectations(room.settings, room.sources, months)
    for metric in room.catalog.metrics:
        history = History(metric, weeks, room.sums(metric, weeks, EVERYTHING))
        found = comparators(history, figures, asked, Filters(), room.catalog.thresholds)
        assert [c.kind for c in found] == [PAST, PAST, COMPETITOR, EXPECTATION, EXPECTATION], metric.id
        assert all(c.gap.lower is not None and (c.theirs.n or 0) >= 100 for c in found), metric.id
        north = comparators(history, figures, asked, Filters.of({"region": ["North"]}), room.catalog.thresholds)
        assert all("not by region: figure for all" in c.note for c in north if c.kind != PAST), metric.id
