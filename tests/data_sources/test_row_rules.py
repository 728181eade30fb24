"""Row rules cannot be got round: what a viewer is told of the whole company is what the same viewer is told of one from
which the rows outside the rule are gone (tests/data_sources/ruled.py), on three engines.

Non-interference (Goguen and Meseguer 1982, doi:10.1109/SP.1982.10014): nothing outside the rule has any effect on what
is seen. So no row, count, option, story, theme, search hit or suppressed total can contain or imply one.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from data_sources.room import Room
from data_sources.view import View
from metrics.access import OWNER, SIGHTS, Right, Viewer
from metrics.row_rules import parse
from metrics.slices import ALL_ROWS, NO_ROWS, Filters
from tests.data_sources import ruled

pytestmark = pytest.mark.security

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("folder", "postgresql", "sqlite")
RULES = {
    "one region": "region == 'North'",
    "a region and a segment": "region in user.regions and segment == 'Family'",
    "a region or a segment": "region == 'North' or segment == 'Business'",
    "a touchpoint of two regions": "touchpoint in ['app', 'sales'] and region in ['Isles', 'South']",
    "few rows": "region == 'Isles' and segment == 'Family'",
}
DRAWN = {"folder": tuple(RULES), "postgresql": tuple(RULES)[2:4], "sqlite": tuple(RULES)[1:2]}
"""A folder is asked all; the others what differs most."""
FILTERS = (
    Filters(),
    Filters.of({"region": ["South"]}),
    Filters.of({"segment": ["Family"], "touchpoint": ["sales", "app"]}),
    Filters.of({"region": ["North", "Isles"], "stage": ["use"]}),
)
NEVER_TOLD = {"South": ("secretsouth", "southern staff", "topic South"), "Isles": ("islandword", "topic Isles")}


def viewer(rule: str, rights: frozenset[Right] = SIGHTS - {Right.SEE_ROLLUP}) -> Viewer:
    rules = parse([rule]).bound({"regions": ("North", "Isles")})
    return replace(OWNER, person="lead", rights=rights, rules=rules)


def look(room: Room, who: Viewer, filters: Filters, back: int, metric: str) -> View:
    week = room.closed_weeks()[-1 - back]
    return View(room, week, who.scope(filters), room.catalog.metric(metric), who)


@pytest.fixture(scope="module")
def whole() -> Mapping[str, pd.DataFrame]:
    return ruled.tables()


@pytest.fixture(scope="module", params=ENGINES)
def company(
    request: pytest.FixtureRequest, whole: Mapping[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Room]:
    kind = str(request.param)
    return kind, ruled.room(kind, whole, tmp_path_factory.mktemp(kind), request)


@pytest.mark.parametrize("rule", RULES)
def test_nothing_outside_the_rule_has_any_effect(
    company: tuple[str, Room],
    whole: Mapping[str, pd.DataFrame],
    rule: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    kind, room = company
    if rule not in DRAWN[kind]:
        return
    who = viewer(RULES[rule])
    alone = ruled.room(kind, ruled.cut(whole, who.rules), tmp_path / "cut", request)
    draw = Random(f"{kind} {rule}")
    asked = [(FILTERS[0], 0, "nps"), (draw.choice(FILTERS[1:]), draw.randrange(4), draw.choice(("nps", "stars")))]
    for filters, back, metric in asked:
        told = ruled.everything(look(room, who, filters, back, metric))
        expected = ruled.everything(look(alone, who, filters, back, metric))
        assert told.keys() == expected.keys()
        for name, answer in expected.items():
            parted = ruled.first_difference(told[name], answer) if told[name] != answer else ""
            assert not parted, f"{name} of {filters} tells of rows outside {RULES[rule]}: {parted}"
        outside = [word for region, words in NEVER_TOLD.items() if _only_region(who) == "North" for word in words]
        assert not [word for word in outside if word in repr(told)]
    alone.close()


def test_nor_where_axes_are_left_out_of_the_cube(
    whole: Mapping[str, pd.DataFrame], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """South alone answers about a shop: a table that the database makes names it as little as the cube's."""
    frames = dict(whole)
    answers = frames["answers"].copy()
    answers.loc[(answers["region"] == "South") & (answers["touchpoint"] == "app"), "touchpoint"] = "southern shop"
    frames["answers"] = answers
    who = viewer(RULES["one region"])
    rooms = [ruled.room("folder", some, tmp_path / name, request, cells=400)
             for name, some in (("whole", frames), ("cut", ruled.cut(frames, who.rules)))]  # fmt: skip
    assert not rooms[0].cube().holds(("region", "touchpoint", "segment", "stage"))
    names = (
        "catalog",
        "sums",
        "review",
        "scan",
        "histories",
        "metric_report",
        "units",
        "touchpoint_map",
        "competition",
    )
    views = [look(one, who, Filters(), 0, "nps") for one in rooms]
    asked = ruled.questions()
    told, expected = (
        {name: ruled.plain(ruled.attempt(partial(asked[name], view))) for name in names} for view in views
    )
    for name in names:
        parted = ruled.first_difference(told[name], expected[name]) if told[name] != expected[name] else ""
        assert not parted, f"{name}: {parted}"
    assert "southern shop" not in repr(told)


def _only_region(who: Viewer) -> str:
    regions = {value for rule in who.rules for value in rule.get("region") or ("every",)}
    return regions.pop() if len(regions) == 1 else ""


def test_the_company_would_tell_if_it_were_not_for_the_rule(company: tuple[str, Room]) -> None:
    """The comparison above can fail: without the rule nearly every answer is another."""
    kind, room = company
    if kind != "folder":
        return
    north, everybody = viewer(RULES["one region"]), viewer("region in ['North', 'South', 'Isles']")
    mine, all_of_it = (ruled.everything(look(room, who, Filters(), 0, "nps")) for who in (north, everybody))
    alike = {name for name in mine if mine[name] == all_of_it[name]}
    assert alike <= {
        "freshness",
        "why_not_scored",
        "across_axes",
        "kept",
        "stages_of",
        "telling_stage",
        "overtakings",
    }, alike
    assert "secretsouth" in repr(all_of_it)


def test_somebody_without_a_rule_is_told_nothing(company: tuple[str, Room]) -> None:
    kind, room = company
    if kind != "folder":
        return
    nobody = replace(OWNER, person="nobody", rules=NO_ROWS)
    view = look(room, nobody, Filters(), 0, "nps")
    told = ruled.everything(view)
    assert [axis.values for axis in view.catalog.axes] == [()] * 2  # stage and touchpoint are left out where empty
    assert view.sums(view.metric, view.weeks).whole().n == 0
    for word in ("queue", "secretsouth", "islandword", "topic North", "North", "South"):
        assert word not in repr({name: answer for name, answer in told.items() if name not in ("figures",)}), word


def test_every_public_function_that_answers_a_view_is_asked() -> None:
    """A function of data_sources with a View is part of the walk, or stands here with its reason."""
    elsewhere = {
        "asked": "says what is asked, and asks nothing",
        "configured": "the configuration",
        "audit_report": "the audit log, tested in test_audit.py",
        "comments_file": "the same comments as `voices` gives, tested in test_export.py",
        "table_file": "a table already shown, tested in test_export.py",
        "place": "where a look was, for the audit log",
        "story": "`stories`, with a note in the audit log",
        "walked": "notes a walk in the audit log",
        "searched": "notes a search in the audit log",
        "pairing": "which datasets, and no rows",
        "paired": "held against pandas with a rule in test_paired.py; here expectations are figures",
    }
    known = set(ruled.questions()) | elsewhere.keys()
    assert _public("View") <= known, _public("View") - known


def test_no_public_function_of_a_room_tells_of_rows_without_a_viewer_or_a_scope() -> None:
    """Whatever takes the room, the sources or a dataset and builds or sends a question takes a scope or viewer too."""
    reasons = {
        "affected": "conditions are handed in, by people_affected alone, which takes a view",
        "count_up_to": "conditions are handed in, by verbatims, which takes a slice",
        "tally": "conditions are handed in, by verbatims, which takes a slice",
        "counts": "the doctor: the datasets as a whole, on the data health page and the command line",
        "duplicates": "the doctor",
        "lean": "the doctor",
        "sample": "the doctor; and the cube's own estimate of its size",
        "values": "the doctor",
        "span": "from when to when the cube goes",
        "span_of_answers": "from when to when a benchmark's answers go",
        "read_events": "declared events, which are the company's own words",
    }
    taking = {name for kind in ("Room", "Sources", "Dataset") for name in _public(kind)}
    bare = {
        name
        for name in taking
        if not _public_with(name) & {"Scope", "Viewer", "View", "Slice", "Sequence[Slice]", "Told"}
    }
    assert {name for name in bare if _asks(name)} - reasons.keys() == set()


@cache
def _functions() -> list[tuple[Path, ast.FunctionDef]]:
    found = []
    for path in sorted((ROOT / "data_sources").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(path, node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    return found


def _kinds(node: ast.FunctionDef) -> set[str]:
    every = [*node.args.args, *node.args.kwonlyargs]
    return {ast.unparse(argument.annotation) for argument in every if argument.annotation is not None}


def _public(kind: str) -> set[str]:
    return {node.name for _, node in _functions() if kind in _kinds(node)}


def _public_with(name: str) -> set[str]:
    return {kind for _, node in _functions() if node.name == name for kind in _kinds(node)}


def _asks(name: str) -> bool:
    """Whether it builds a SELECT or sends one."""
    calls = [ast.unparse(call.func) for _, node in _functions() if node.name == name
             for call in ast.walk(node) if isinstance(call, ast.Call)]  # fmt: skip
    return any(call in ("sa.select", "sa.text") or call.endswith((".run", ".run_large")) for call in calls)


def test_a_scope_is_made_in_few_places_only() -> None:
    """`Scope(…)`, ALL_ROWS and EVERYTHING stand where a viewer's rules come from, where the company's own sums are
    built for everybody, and where a scope is narrowed; a new place must be added here with its reason."""
    reasons = {
        "metrics/slices.py": "where they are defined",
        "metrics/access.py": "where a viewer's scope is made",
        "data_sources/room.py": "rules of the viewer, or cells already in scope",
        "data_sources/view.py": "the company's total, for whoever has the right to it",
        "data_sources/cube/build.py": "the cube holds every row; slices of it carry a scope",
        "data_sources/cube/estimate.py": "how large the cube will be",
        "data_sources/figures.py": "figures; View.figures keeps those inside the rules",
        "data_sources/health.py": "the datasets as a whole, for those who see every row",
        "data_sources/paired.py": "the scope as far as expectations can say it; joined with answers in scope",
        "data_sources/journeys/statements.py": "which events are touched, among rows in scope",
    }
    found = set()
    for package in ("metrics", "data_sources", "components", "pages", "serving"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
            calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
            names = imported & {"EVERYTHING", "ALL_ROWS"} or "Scope" in calls
            if names:
                found.add(str(path.relative_to(ROOT)))
    assert found <= reasons.keys(), found - reasons.keys()
    assert (Filters(),) == ALL_ROWS
