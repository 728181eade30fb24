"""The voices of the demo company: counts reconcile with the cube, planted words are found, stories make sense."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

import pytest

from data_sources.demo import demo_folder
from data_sources.demo.truths import HELPFUL_EMPLOYEE, INSTALLATION_FAILURE
from data_sources.paging import Order
from data_sources.pseudonyms import Pseudonyms
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.timelines import Timelines
from data_sources.verbatims import Verbatims
from metrics.metric import Metric
from metrics.periods import Period
from metrics.phrases import telling_phrases
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, Filters
from metrics.story import around, curve
from metrics.themes import Origin, by_topic, themes

UNTIL = date(2026, 11, 15)
NAMES = Pseudonyms(b"tests")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CX_SOURCES__DEMO__FOLDER", str(demo_folder(UNTIL)))
        patch.setenv("CX_CUBE__FOLDER", str(tmp_path_factory.mktemp("cube")))
        settings = load_settings(Path("data_sources/demo/cx.toml"))
    made = Room(settings, now=lambda: datetime(2026, 11, 16, 8))
    made.cube()
    return made


@pytest.fixture(scope="module")
def voices(room: Room) -> Verbatims:
    return Verbatims(room.sources, room.datasets, room.catalog, NAMES)


@pytest.fixture(scope="module")
def nps(room: Room) -> Metric:
    return room.catalog.metric("nps")


def test_the_n_of_any_card_is_the_number_of_its_responses(room: Room, voices: Verbatims) -> None:
    rng, weeks = random.Random(4), room.cube().weeks
    for _ in range(25):
        metric, week = rng.choice(room.catalog.metrics), rng.choice(weeks)
        axes = rng.sample(room.catalog.axes, rng.randint(0, 2))
        kept = {axis.id: rng.sample(axis.values, rng.randint(1, len(axis.values))) for axis in axes}
        wanted = Slice(metric, week, EVERYTHING.filtered(Filters.of(kept)))
        n = room.sums(metric, (week,), wanted.scope).at(0).n
        assert voices.count_responses(wanted) == n
        assert sum(count for _, count in voices.distribution(wanted)) == n


def test_the_helpful_employee_is_found_by_name(voices: Verbatims, nps: Metric) -> None:
    weeks = Period(date(2026, 10, 5), date(2026, 11, 16))
    said = voices.sample(Slice(nps, weeks, EVERYTHING))
    before = voices.sample(Slice(nps, Period(date(2026, 4, 6), date(2026, 10, 5)), EVERYTHING), limit=2_000)
    found = telling_phrases(nps, said.texts, said.scores, 8, elsewhere=before.texts)
    assert HELPFUL_EMPLOYEE.name in list(found)[:3]
    theme = themes(nps, said.scores, {HELPFUL_EMPLOYEE.name: found[HELPFUL_EMPLOYEE.name]}, Origin.PHRASE, 8)[0]
    assert theme.count >= HELPFUL_EMPLOYEE.comments
    assert theme.impact.lower is not None
    assert theme.impact.lower > 0
    named = parse(HELPFUL_EMPLOYEE.name)
    assert voices.count_comments(Slice(nps, weeks, EVERYTHING), named) == theme.count


def test_themes_tell_the_installation_failure(voices: Verbatims, nps: Metric) -> None:
    failure = INSTALLATION_FAILURE
    where = EVERYTHING.filtered(Filters.of({"region": [failure.region], "touchpoint": [failure.touchpoint]}))
    said = voices.sample(Slice(nps, Period(date(2026, 11, 2), date(2026, 11, 16)), where))
    worst = min(
        (t for t in themes(nps, said.scores, by_topic(said.topics), Origin.TOPIC, 8) if t.value.value is not None),
        key=lambda theme: theme.impact.value or 0.0,
    )
    assert worst.label == "Missed visit"
    assert worst.impact.upper is not None
    assert worst.impact.upper < 0
    usual = voices.sample(Slice(nps, Period(date(2026, 4, 6), date(2026, 10, 5)), EVERYTHING), limit=2_000)
    assert "contractor" in telling_phrases(nps, said.texts, said.scores, 8, elsewhere=usual.texts)


def test_from_a_comment_to_a_story_and_on_to_the_next(room: Room, voices: Verbatims, nps: Metric) -> None:
    stories = Timelines(room.sources, room.datasets, room.catalog, NAMES, "£")
    wanted = Slice(nps, Period(date(2026, 11, 9), date(2026, 11, 16)), EVERYTHING, "detractors")
    first = voices.page(wanted, order=Order.LOWEST).items[0]
    story = stories.story_of(first.id, wanted.scope)
    assert story.pseudonym == first.pseudonym
    assert first.text in [entry.comment for entry in story.timeline]
    assert story.value is not None
    assert story.since is not None
    assert not story.missing
    assert curve(story.timeline).remembered is not None
    assert around(story)
    following = stories.similar(first.id, EVERYTHING, nps)
    assert following is not None
    other = stories.story_of(following, EVERYTHING)
    assert other.pseudonym != story.pseudonym
    told = next(entry for entry in other.timeline if entry.response == following)
    assert told.touchpoint == first.touchpoint
    assert told.scores["nps"] <= 6
