"""The demo company written to a folder, week by week, one Parquet file a table."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data_sources.demo import effects, tables
from data_sources.demo.around import bounds, with_threads
from data_sources.demo.comments import TOPIC_KNOWN, Teller, comment
from data_sources.demo.company import SEGMENTS, TOUCHPOINTS, WEEKS, BoolArray, IntArray
from data_sources.demo.declared import event_rows
from data_sources.demo.expected import expectation_rows
from data_sources.demo.figures import Levels, benchmark_table, panel_rows
from data_sources.demo.happenings import happenings
from data_sources.demo.histories import (
    DAYS_A_WEEK,
    Histories,
    customer_rows,
    fates,
    joined_days,
    outcome_rows,
    years_with_us,
)
from data_sources.demo.incidents import DETAILS, OCCASIONS, choose, incidents, kind_of
from data_sources.demo.population import Population, populate
from data_sources.demo.promises import promises
from data_sources.demo.studies import study_rows
from data_sources.demo.truths import APP_RELEASE, HELPFUL_EMPLOYEE
from data_sources.demo.voices import voice_of
from data_sources.demo.weeks import Week, draw_week, weekly_counts

SEED = 20_310
RESPONSES = 250_000
COMMENTS_BY_MOOD = np.array([0.248, 0.111, 0.153])
"""Who was let down writes most often: about 16 % of all."""
COMMENTS_ON_FAILURE = 0.42
BAD, GOOD = 0, 2
Progress = Callable[[float, str], None]


def seed_of(planted: bool) -> int:
    """The company's own seed. The quiet company is another one: the next seed whose charts show no rule in the newest
    weeks (tests/data_sources/demo/test_truths.py); one week in twenty of any such company has a false alarm."""
    return SEED if planted else SEED + 2


def generate(
    folder: Path,
    *,
    until: date,
    seed: int | None = None,
    responses: int = RESPONSES,
    planted: bool = True,
    progress: Progress | None = None,
) -> None:
    """Write the tables of Larkmere for the 156 weeks that end with the week (Monday to Sunday) of `until`.

    The same arguments give the same rows; what is planted (truths.py) has the same size for any `until`. Memory
    grows by customers and by one week, not by responses. `progress` is told the part done (0…1) and what is next.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seed = seed_of(planted) if seed is None else seed
    tell = progress or _silently
    monday = until - timedelta(days=until.weekday())
    start = datetime.combine(monday - timedelta(weeks=WEEKS - 1), time())
    people = populate(seed, responses, planted)
    usual = effects.usual_volume(people.share)
    volumes = [effects.planted_volume(usual, ago) if planted else usual for ago in range(WEEKS)]
    counts = weekly_counts(seed, responses, np.array([volume.sum() for volume in reversed(volumes)]))
    histories, levels, first, first_event = Histories(len(people)), Levels(), 0, 0
    with (
        tables.TimeOrderedFile(folder / "responses.parquet") as response_file,
        tables.TimeOrderedFile(folder / "journey_events.parquet") as event_file,
    ):
        for place, size in enumerate(counts):
            tell(place / WEEKS, f"week {place + 1} of {WEEKS}")
            ago, monday_of = WEEKS - 1 - place, start + timedelta(weeks=place)
            week = draw_week(people, volumes[ago], int(size), ago, seed=seed, planted=planted)
            rng = np.random.default_rng([seed, 4, ago])
            occasion = _occasions(week, rng) if planted else np.zeros(len(week), dtype=np.int64)
            incident = choose(week.touchpoint, week.felt, week.product, occasion, rng)
            told = incident, rng.integers(0, DETAILS, len(week))
            written = _comments(week, people, histories, told, rng)
            own = happenings(week, *told, rng)
            within = bounds(joined_days(people)[week.customer], week, place * DAYS_A_WEEK, planted=planted)
            events = with_threads(own, week, told, within, np.random.default_rng([seed, 8, ago]))
            promised = promises(week, told, own, events, np.random.default_rng([seed, 9, ago]))
            response_file.add(tables.response_rows(week, people, monday_of, first + 1, written, promised=promised))
            event_file.add(tables.event_rows(events, week, people, monday_of, first_event + 1))
            first, first_event = first + len(week), first_event + len(events)
            histories.remember(week)
            levels.add(week)
    tell(1.0, "customers and figures")
    left = fates(people, histories, seed)
    last = monday + timedelta(days=6)
    _write(folder, "customers", customer_rows(people, left, start))
    _write(folder, "outcomes", outcome_rows(people, left, start))
    figures = panel_rows(levels, start.date(), last, seed, planted) + study_rows(levels, start.date(), last, seed)
    _write(folder, "benchmarks", benchmark_table(figures))
    _write(folder, "expectations", expectation_rows(levels, start.date(), last, seed))
    _write(folder, "events", event_rows(monday, planted))


def _occasions(week: Week, rng: np.random.Generator) -> IntArray:
    """Which planted truth a response can tell of (a place in incidents.OCCASIONS)."""
    occasion = np.zeros(len(week), dtype=np.int64)
    where = (week.touchpoint, week.region, week.product, week.ago)
    bad: BoolArray = week.felt <= 8  # noqa: PLR2004  NPS's own band
    occasion[effects.spilling(*where) & bad & (rng.random(len(week)) < 0.7)] = OCCASIONS.index("spill")  # noqa: PLR2004
    occasion[effects.failing(*where) & bad] = OCCASIONS.index("failure")
    share = rng.random(len(week))
    if week.ago < APP_RELEASE.since_weeks:
        app = week.touchpoint == TOUCHPOINTS.index(APP_RELEASE.touchpoint)
        occasion[app & (share < 0.45)] = OCCASIONS.index("release")  # noqa: PLR2004
    if week.ago < HELPFUL_EMPLOYEE.since_weeks:
        helped = np.isin(week.touchpoint, [TOUCHPOINTS.index(name) for name in HELPFUL_EMPLOYEE.touchpoints])
        named: BoolArray = helped & (week.felt >= 9) & (share < HELPFUL_EMPLOYEE.share)  # noqa: PLR2004
        occasion[named] = OCCASIONS.index("employee")
    return occasion


def _comments(
    week: Week, people: Population, histories: Histories, told: tuple[IntArray, IntArray], rng: np.random.Generator
) -> tables.Words:
    """Texts, topics and languages of a week's responses, None where nothing was written; `told` is what happened:
    places of incidents and of sets of details."""
    incident, detail = told
    mood = (week.felt >= 7).astype(np.int64) + (week.felt >= 9)  # noqa: PLR2004
    occasion = np.array([entry.occasion for entry in incidents()])[incident]
    chance = np.where(occasion == OCCASIONS.index("failure"), COMMENTS_ON_FAILURE, COMMENTS_BY_MOOD[mood])
    chance = np.where(occasion == OCCASIONS.index("employee"), 2 * chance, chance)
    writes, known = rng.random(len(week)) < chance, rng.random(len(week)) < TOPIC_KNOWN
    words = random.Random(int(rng.integers(2**62)))  # noqa: S311  the same seed gives the same words
    kind = kind_of(week.product)
    years = years_with_us(people, week.customer, WEEKS - 1 - week.ago)
    texts: list[str | None] = [None] * len(week)
    topics, languages = texts.copy(), texts.copy()
    for place in np.flatnonzero(writes):
        customer, segment = week.customer[place], SEGMENTS[week.segment[place]]
        voice = voice_of(int(people.number[customer]), segment == "Students", segment == "Retired")
        let_down = 0 <= histories.felt[customer] <= 6  # noqa: PLR2004
        teller = Teller(
            int(week.region[place]),
            int(week.segment[place]),
            int(kind[place]),
            int(week.felt[place]),
            int(years[place]),
            bool(let_down),
            voice,
        )
        story = incidents()[incident[place]]
        texts[place], languages[place] = comment(story, int(mood[place]), int(detail[place]), teller, words)
        topics[place] = story.topic if known[place] else None
    return texts, topics, languages


def _write(folder: Path, name: str, table: pa.Table) -> None:
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _silently(_part: float, _what: str) -> None:
    """Say nothing."""
