"""Rights are asked for where the data is: somebody without one is refused even what has just been worked out and kept
for somebody who has it. Authority: the rows themselves, and complete mediation (Saltzer and Schroeder 1975,
doi:10.1109/PROC.1975.9939, I.A.3 c: every access is checked, and what is remembered of a check is suspect)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from data_sources.export import comments_file
from data_sources.health import health
from data_sources.journeys.walks import walk
from data_sources.people_affected import people_affected
from data_sources.room import Room
from data_sources.stage_words import stage_words
from data_sources.view import View
from data_sources.voices import Request, heard, voices
from metrics.access import EVERY_RIGHT, OWNER, SIGHTS, NotPermitted, Right, Viewer
from metrics.journeys import StepGrain
from metrics.periods import Period
from metrics.rollup import COMPANY
from metrics.slices import ALL_ROWS, EVERYTHING, Filters, Rules
from tests.data_sources import ruled

NORTH: Rules = (Filters.of({"region": ["North"]}),)
RESPONSE = "r02500"
GUARDED: dict[Right, dict[str, Callable[[View], object]]] = {
    Right.SEE_COMMENTS: {
        "comments": lambda view: view.room.verbatims(view.viewer),
        "three stories": lambda view: view.three_stories(),
        "voices": lambda view: voices(view, Request()),
        "themes": lambda view: heard(view, Request()),
        "stage words": lambda view: stage_words(view, view.metric),
        "file": lambda view: comments_file(view, Request()),
    },
    Right.SEE_TIMELINE: {
        "stories": lambda view: view.room.timelines(view.viewer),
        "walks": lambda view: walk(view, view.metric, grain=StepGrain.STAGE, seed=3, place=0),
    },
    Right.EXPORT: {"file": lambda view: comments_file(view, Request())},
}


@pytest.fixture(scope="module")
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return ruled.room("folder", ruled.tables(), tmp_path_factory.mktemp("rights"), request)


def look(room: Room, without: Right | None = None, rules: Rules = ALL_ROWS, person: str = "somebody") -> View:
    rights = EVERY_RIGHT - {without} if without else EVERY_RIGHT
    viewer: Viewer = replace(OWNER, person=person, rights=frozenset(rights), rules=rules)
    return View(room, room.closed_weeks()[-1], viewer.scope(Filters()), room.catalog.metric("nps"), viewer)


@pytest.mark.parametrize(("right", "what"), [(right, what) for right, asked in GUARDED.items() for what in asked])
def test_what_is_kept_for_others_is_refused_all_the_same(room: Room, right: Right, what: str) -> None:
    ask = GUARDED[right][what]
    assert ask(look(room)) is not None
    with pytest.raises(NotPermitted) as refused:
        ask(look(room, without=right))
    assert refused.value.right is right


def test_a_story_without_words_or_worth(room: Room) -> None:
    def story(without: Right | None = None):
        view = look(room, without)
        return view.room.timelines(view.viewer).story_of(RESPONSE, view.scope)

    whole, wordless, worthless = story(), story(Right.SEE_COMMENTS), story(Right.SEE_VALUE)
    assert any(entry.comment for entry in whole.timeline) and whole.value is not None
    assert not any(entry.comment for entry in wordless.timeline) and wordless.value == whole.value
    assert [entry.time for entry in wordless.timeline] == [entry.time for entry in whole.timeline]
    assert worthless.value is None and any(entry.comment for entry in worthless.timeline)


def test_what_customers_are_worth_in_sum(room: Room) -> None:
    def asked(without: Right | None = None):
        view = look(room, without)
        return people_affected(view, view.metric, view.catalog.touchpoints, view.week)

    with_worth, without = asked(), asked(Right.SEE_VALUE)
    assert any(people.value.value is not None for people in with_worth.people.values())
    assert not any(people.value.value is not None for people in without.people.values())
    assert any("may not see what customers are worth" in note for note in without.notes)


def test_the_company_s_total_and_its_own_figures_need_the_right(room: Room) -> None:
    everybody = look(room)
    week = everybody.week
    lead, restricted = look(room, rules=NORTH), look(room, Right.SEE_ROLLUP, NORTH)
    (total,) = [one for one in lead.comparators(lead.metric) if one.kind == COMPANY]
    assert total.theirs.n == everybody.sums(lead.metric, (week,)).whole().n
    assert not [one for one in restricted.comparators(lead.metric) if one.kind == COMPANY]
    assert not [one for one in everybody.comparators(lead.metric) if one.kind == COMPANY]

    def places(view: View, role: str) -> set[object]:
        return {dict(figure.where).get("region") for figure in view.figures(role, view.metric)}

    for role in ("own figures", "expectations"):
        assert places(lead, role) == {"North", None}
        assert places(restricted, role) == {"North"}
        assert places(everybody, role) == {"North", "South", "Isles", None}
    assert places(restricted, "benchmarks") == {"North", None}


def test_the_datasets_as_a_whole_are_for_those_who_see_every_row(room: Room) -> None:
    assert health(room, look(room).viewer).volumes
    with pytest.raises(NotPermitted, match="as a whole"):
        health(room, look(room, rules=NORTH).viewer)


def test_answers_are_kept_apart_by_every_right_they_depend_on(room: Room) -> None:
    drawn: list[str] = []

    def work(name: str) -> Callable[[], str]:
        return lambda: drawn.append(name) or name

    for right in sorted(SIGHTS):
        look(room).once("apart", work("whole"))
        assert look(room, right).once("apart", work(right)) == right
        assert look(room, right, NORTH).once("apart", work(f"{right} north")) == f"{right} north"
        assert look(room, right, NORTH).once_a_week("week", work(f"{right} week")) == f"{right} week"
    assert look(room, Right.EXPORT, person="another").once("apart", work("again")) == "whole"
    assert drawn.count("whole") == 1


def test_few_who_are_outside_the_rule_follow_from_no_filter(room: Room) -> None:
    """Isles answer two or three times a week: known by subtraction, were the company's total shown to whoever sees all
    others, with a filter or without."""
    others: Rules = (Filters.of({"region": ["North", "South"]}),)

    def outside(week: Period) -> int:
        n = [room.sums(lead.metric, (week,), scope).whole().n for scope in (EVERYTHING, lead.scope)]
        return n[0] - n[1]

    lead = look(room, rules=others)
    week = next(week for week in reversed(room.closed_weeks()) if 0 < outside(week) < lead.fewest)
    lead = replace(lead, week=week)
    assert lead.rollup(lead.metric) == () == lead.narrowed("segment", "Family").rollup(lead.metric)
    north = look(room, rules=NORTH)
    assert north.rollup(north.metric) and north.narrowed("segment", "Family").rollup(north.metric)
