"""Competition through settings → sources → one view, against pandas on three engines; the planted overtaking of the
demo company (data_sources/demo/truths.py) and nothing on its quiet variant."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.competition import ALL, LEVELS, NEWEST, YEAR, competition
from data_sources.demo import generate
from data_sources.demo.truths import OVERTAKING
from data_sources.errors import Unavailable
from data_sources.room import OWN_FIGURES, Room
from data_sources.settings import load_settings
from data_sources.units import units
from data_sources.view import View
from metrics.access import OWNER
from metrics.estimate import Direction, Verdict
from metrics.figures import RELATIONSHIP, STUDY, TRANSACTIONAL
from metrics.slices import EVERYTHING, Filters
from tests.data_sources.engines import make_source

ENGINES = ("duckdb", "postgresql", "sqlite")
NOW = datetime(2026, 4, 1, 9)
CONFIG = """
company = "Northlight"
[responses]
source = "db"
table = "{prefix}responses"
id = "id"
customer = "customer"
time = "at"
{kind}
[responses.dimensions]
product = "product"
region = "region"
[benchmarks]
source = "db"
table = "{prefix}published"
company = "who"
time = "month"
metric = "metric"
value = "value"
n = "n"
kind = "kind"
own = "Northlight plc"
[benchmarks.dimensions]
product = "product"
[metrics.nps]
kind = "nps"
column = "nps"
[benchmark_metrics.aware]
kind = "rate"
label = "Awareness"
{section}
"""
ANSWERS = """
company = "Northlight"
[responses]
source = "db"
table = "{prefix}responses"
id = "id"
customer = "customer"
time = "at"
[responses.dimensions]
product = "product"
region = "region"
[benchmarks]
source = "db"
form = "responses"
table = "{prefix}panel"
company = "who"
time = "at"
own = "Northlight"
[benchmarks.metrics]
nps = "nps"
[benchmarks.dimensions]
product = "product"
[metrics.nps]
kind = "nps"
column = "nps"
{section}
"""


def responses(size: int = 6_000) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    at = pd.Timestamp("2025-10-01") + pd.to_timedelta(rng.integers(0, 182 * 86_400, size), unit="s")
    return pd.DataFrame(
        {
            "id": np.arange(size), "customer": [f"c{i}" for i in range(size)], "at": at.as_unit("us"),
            "product": rng.choice(["TV", "SIM"], size), "region": rng.choice(["North", "South"], size, p=[0.8, 0.2]),
            "nps": rng.choice(11, size, p=[0.04] * 5 + [0.05, 0.05, 0.1, 0.15, 0.25, 0.2]).astype(float),
        }
    )  # fmt: skip


def published() -> pd.DataFrame:
    every_month = [
        ("Rival", "nps", 0.0, 400, TRANSACTIONAL, "TV"),
        ("Rival", "nps", 70.0, 400, TRANSACTIONAL, "SIM"),
        ("Other", "nps", 20.0, 300, STUDY, "TV"),
        ("Northlight plc", "nps", 35.0, 500, STUDY, "TV"),
        ("Rival", "aware", 60.0, 1_000, STUDY, None),
        ("Northlight plc", "aware", 40.0, 900, STUDY, None),
    ]
    rows = [(who, month, *rest) for month in ("2026-01-01", "2026-02-01", "2026-03-01") for who, *rest in every_month]
    frame = pd.DataFrame(rows, columns=["who", "month", "metric", "value", "n", "kind", "product"])
    return frame.assign(month=pd.to_datetime(frame["month"]).dt.as_unit("us"))


def view_on(
    engine: str,
    folder: Path,
    request: pytest.FixtureRequest,
    kind: str = "",
    config: str = CONFIG,
    **tables: pd.DataFrame,
) -> View:
    stored = make_source(engine, {"responses": responses(), "published": published(), **tables}, folder, request)
    said = f'kind = "{kind}"' if kind else ""
    text = config.format(prefix=stored.prefix, kind=said, section=stored.section)
    (folder / "cx.toml").write_text(text + f'[cube]\nfolder = "{folder / "cube"}"\n')
    room = Room(load_settings(folder / "cx.toml"), now=lambda: NOW)
    request.addfinalizer(room.close)
    room.cube()
    return View(room, room.closed_weeks()[-1], EVERYTHING, room.catalog.metric("nps"), OWNER)


def nps(scores: pd.Series) -> float:
    return 100 * float((scores >= 9).mean() - (scores <= 6).mean())


@pytest.mark.parametrize("engine", ENGINES)
def test_ours_over_the_figures_own_month_and_nobody_rivals_itself(engine, tmp_path, request):
    view = view_on(engine, tmp_path, request, TRANSACTIONAL)
    found = competition(view, view.metric)
    rows = responses()
    march = rows[(rows["at"] >= "2026-03-01") & (rows["at"] < view.week.end.isoformat())]
    assert (found.kind, found.refusal, found.kinds) == (TRANSACTIONAL, "", (TRANSACTIONAL, STUDY))
    assert (found.ours.estimate.value, found.ours.estimate.n) == (pytest.approx(nps(march["nps"])), len(march))
    assert [rival.name for rival in found.rivals] == ["Rival"]
    (axis, places), *more = found.where
    assert axis.id == "product" and not more
    for place in places:
        inside = march[march["product"] == place.value]["nps"]
        assert place.ours.value == pytest.approx(nps(inside)) and place.ours.n == len(inside)
        assert place.rival.gap.value == pytest.approx(nps(inside) - {"TV": 0.0, "SIM": 70.0}[place.value])
        assert place.rival.direction is (Direction.IMPROVEMENT if place.value == "TV" else Direction.CONCERN)
    assert dict(found.lines or {}).keys() == {"Rival", "Northlight"}
    assert [value.n for day, value in found.lines["Northlight"] if day == date(2026, 2, 1)] == [
        int(((rows["at"] >= "2026-02-01") & (rows["at"] < "2026-03-01")).sum())
    ]
    for figures in view.room.figures("benchmarks").values():
        assert all(figure.company != "Northlight plc" for figure in figures)
    for figures in view.room.figures(OWN_FIGURES).values():
        assert {figure.company for figure in figures} == {"Northlight plc"}
    assert all(comparator.label != "Northlight plc" for comparator in view.comparators(view.metric))


@pytest.mark.parametrize("engine", ENGINES)
def test_another_kind_takes_the_studys_own_figure_or_is_refused(engine, tmp_path, request):
    view = view_on(engine, tmp_path, request, RELATIONSHIP)
    study = competition(view, view.metric, STUDY)
    assert study.from_study and not study.refusal and study.ours.estimate.value == pytest.approx(35)
    (other,) = study.rivals
    assert (other.name, other.gap.value, other.verdict) == ("Other", pytest.approx(15), Verdict.SIGNAL)
    refused = competition(view, view.metric, TRANSACTIONAL)
    assert refused.refusal.startswith("Ours is a relationship study, theirs transactional")
    assert refused.ranks is None and refused.where == () and refused.changes == ()
    assert all(rival.gap.value is None for rival in refused.rivals)
    assert set(refused.lines or {}) == {"Rival"}, "ours is no line of that picture"
    aware = competition(view, view.catalog.benchmark_metrics[0])
    assert aware.from_study and aware.ours.estimate.value == pytest.approx(40)
    assert aware.rivals[0].gap.value == pytest.approx(-20) and aware.rivals[0].direction is Direction.CONCERN
    assert set(aware.lines or {}) == {"Rival", "Northlight"}


@pytest.mark.parametrize("engine", ENGINES)
def test_answers_are_held_against_exactly_their_own_days(engine, tmp_path, request):
    panel = responses(2_000).assign(who=np.where(np.arange(2_000) % 4 == 0, "Northlight", "Rival"))
    panel = panel[(panel["at"] >= "2025-11-12") & (panel["at"] < "2026-02-20")]
    view = view_on(engine, tmp_path, request, config=ANSWERS, panel=panel)
    found = competition(view, view.metric, level=ALL)
    assert found.window is not None
    assert (found.window.start, found.window.last_day) == (panel["at"].min().date(), panel["at"].max().date())
    rows = responses()
    inside = rows[(rows["at"].dt.date >= found.window.start) & (rows["at"].dt.date <= found.window.last_day)]["nps"]
    assert (found.ours.estimate.value, found.ours.estimate.n) == (pytest.approx(nps(inside)), len(inside))
    (rival,) = found.rivals
    theirs = panel[panel["who"] == "Rival"]["nps"]
    assert (rival.side.estimate.value, rival.side.estimate.n) == (pytest.approx(nps(theirs)), len(theirs))
    own = sum(figure.n or 0 for figure in view.room.figures(OWN_FIGURES)["nps"])
    assert own == int((panel["who"] == "Northlight").sum())


def test_a_filter_that_benchmarks_do_not_record_is_said_and_finds_no_change(tmp_path, request):
    view = view_on("duckdb", tmp_path, request, TRANSACTIONAL)
    north = View(view.room, view.week, EVERYTHING.filtered(Filters.of({"region": ["North"]})), view.metric, OWNER)
    found = competition(north, view.metric)
    assert "not by region: figure for all" in found.rivals[0].side.marks
    assert north.overtakings() == ()


def test_a_failing_benchmark_source_leaves_the_rest_and_is_not_kept(tmp_path, request, monkeypatch):
    view = view_on("duckdb", tmp_path, request, TRANSACTIONAL)

    def down(_role: str) -> None:
        raise Unavailable("market", "gives no answer", "Start it.")

    with monkeypatch.context() as patch:
        patch.setattr(view.room, "figures", down)
        assert competition(view, view.metric).rivals == () and "benchmarks" in view.room.troubles
    assert [rival.name for rival in competition(view, view.metric).rivals] == ["Rival"]


def test_the_rival_asked_for_else_configured_else_best(tmp_path, request):
    two = pd.concat(
        [published(), published().query("who == 'Rival' and metric == 'nps'").assign(who="Second", value=-5.0)]
    )
    config = CONFIG.replace('own = "Northlight plc"', 'own = "Northlight plc"\nrival = "Second"')
    view = view_on("duckdb", tmp_path, request, TRANSACTIONAL, config, published=two)
    assert view.catalog.rival == "Second"
    assert (competition(view, view.metric).best, competition(view, view.metric).chosen) == ("Rival", "Second")
    assert competition(view, view.metric, rival="Rival").chosen == "Rival"
    assert competition(view, view.metric, rival="Nobody").chosen == "Second"
    labels = [c.label for c in view.comparators(view.metric) if c.kind == "competitor"]
    assert labels == ["Rival", "Second"]


def test_units_reconcile_with_the_rows_and_few_are_held_back(tmp_path, request):
    view = view_on("duckdb", tmp_path, request)
    rows = responses()
    for level in LEVELS:
        found = units(view, view.metric, "region", level)
        kept = rows[(rows["at"] >= found.weeks.start.isoformat()) & (rows["at"] < found.weeks.end.isoformat())]
        assert found.funnel is not None
        counted = kept.groupby("region")["nps"].agg(["size", nps])
        assert {u.name: (u.n, pytest.approx(u.value)) for u in found.funnel.units} == {
            name: (int(row["size"]), row["nps"]) for name, row in counted.iterrows()
        }
        assert found.funnel.overall == pytest.approx(nps(kept["nps"])) and not found.held_back


# -- the demo company ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[True, False], ids=["planted", "nothing planted"])
def larkmere(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, until=date(2026, 11, 15), planted=request.param)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CX_SOURCES__DEMO__FOLDER", str(folder))
        environment.setenv("CX_CUBE__FOLDER", str(tmp_path_factory.mktemp("cube")))
        room = Room(load_settings(), now=lambda: datetime(2026, 11, 16, 9))
        room.cube()
        yield request.param, View(room, room.closed_weeks()[-1], EVERYTHING, room.catalog.metric("nps"), OWNER)
        room.close()


def test_the_planted_overtaking_is_found_whole_and_in_its_product_and_nowhere_else(larkmere):
    planted, view = larkmere
    found = {metric.id: competition(view, metric).changes for metric in view.catalog.metrics}
    passed = [(m, c.what.company, c.what.where) for m, cs in found.items() for c in cs if c.what.by_them]
    where = (("product", OVERTAKING.product),)
    assert passed == ([(OVERTAKING.metric, OVERTAKING.company, where)] if planted else [])
    narrowed = View(
        view.room, view.week, EVERYTHING.filtered(Filters.of({"product": [OVERTAKING.product]})), view.metric, OWNER
    )
    inside = [(one.what.company, one.what.where) for one in competition(narrowed, view.metric).changes]
    assert inside == ([(OVERTAKING.company, ())] if planted else [])
    if planted:
        (change,) = found[OVERTAKING.metric]
        assert change.theirs.value > change.ours.value and change.ours.n >= 30
        (_, places), *_ = competition(view, view.metric, rival=OVERTAKING.company).where
        led = {place.value for place in places if place.rival.direction is Direction.CONCERN}
        assert led == {OVERTAKING.product}


def test_every_level_and_metric_of_the_demo_has_its_standing(larkmere):
    _, view = larkmere
    for metric in view.catalog.metrics:
        for level in (NEWEST, YEAR, ALL):
            found = competition(view, metric, level=level)
            assert len(found.rivals) == 4 and found.ranks is not None and found.compared == 4
            assert found.ranks.shares.sum(axis=0) == pytest.approx(1)
