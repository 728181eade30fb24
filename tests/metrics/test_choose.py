from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime

from metrics.choose import Why, choose_stories, lies_in, seed_of, wanted
from metrics.contributions import Contribution
from metrics.estimate import NO_ESTIMATE, Direction, Verdict
from metrics.metric import Better
from metrics.people import Verbatim
from metrics.periods import week_of
from metrics.review import Mover, Reading
from metrics.sums import NOTHING
from tests.metrics.sample import NPS

WEEK = week_of(date(2026, 11, 11), 0)
LONG = "They said between eight and twelve and nobody came, nobody rang, and I had taken the day off."


def comment(number: int, score: float, region: str = "North", text: str = LONG, who: str | None = None) -> Verbatim:
    return Verbatim(
        str(number), who or f"Heron-{number}", datetime(2026, 11, 10), text, {"nps": score},
        touchpoint="Delivery", dimensions={"region": region},
    )  # fmt: skip


def mover(region: str, direction: Direction, points: float) -> Mover:
    reading = Reading(NPS, NO_ESTIMATE, NO_ESTIMATE, NO_ESTIMATE, Verdict.SIGNAL, direction, "")
    return Mover((("region", region),), reading, Contribution(region, points, 0.0, NOTHING, NOTHING))


CONCERN, IMPROVEMENT = Direction.CONCERN, Direction.IMPROVEMENT
NORTH, SOUTH = mover("North", CONCERN, -6.0), mover("South", IMPROVEMENT, 2.0)
PEOPLE = [comment(1, 2), comment(2, 9), comment(3, 0, "South"), comment(4, 10, "South"), comment(5, 10, "East")]


def test_worst_and_best_signal_and_one_at_random():
    worst, best, chance = choose_stories(PEOPLE, NPS, (NORTH, SOUTH), WEEK)
    assert (worst.why, worst.verbatim.id, worst.where) == (Why.WORST, "1", NORTH.where)
    assert (best.why, best.verbatim.id, best.where) == (Why.BEST, "4", SOUTH.where)
    assert (chance.why, chance.seed) == (Why.RANDOM, 202646)
    assert chance.verbatim.id in {"2", "3", "5"}


def test_without_signals_the_lowest_and_highest_score_speak():
    worst, best, _ = choose_stories(PEOPLE, NPS, (), WEEK)
    assert (worst.why, worst.verbatim.id, worst.where) == (Why.LOWEST, "3", ())
    assert (best.why, best.verbatim.scores["nps"]) == (Why.HIGHEST, 10)


def test_lower_is_better_turns_worst_and_best():
    worst, best, _ = choose_stories(PEOPLE, replace(NPS, better=Better.LOWER), (), WEEK)
    assert worst.verbatim.scores["nps"] == 10
    assert best.verbatim.scores["nps"] == 0


def test_a_signal_without_comments_falls_back_to_the_week():
    assert choose_stories(PEOPLE, NPS, (mover("Wales", CONCERN, -9.0),), WEEK)[0].why is Why.LOWEST


def test_the_order_of_candidates_does_not_matter_and_the_week_does():
    crowd = [comment(number, 8) for number in range(40)]
    shuffled = random.Random(1).sample(crowd, len(crowd))
    assert choose_stories(crowd, NPS, (), WEEK) == choose_stories(shuffled, NPS, (), WEEK)
    weeks = [week_of(date(2026, 11, day), 0) for day in (4, 11, 18)]
    assert len({choose_stories(crowd, NPS, (), week)[-1].verbatim.id for week in weeks}) > 1


def test_one_customer_speaks_once():
    same = [comment(1, 0, who="Wren-7"), comment(2, 10, who="Wren-7"), comment(3, 5)]
    told = choose_stories(same, NPS, (), WEEK)
    assert len({story.verbatim.pseudonym for story in told}) == len(told) == 2


def test_of_equal_scores_one_that_says_something_goes_first():
    assert choose_stories([comment(1, 0, text="bad"), comment(2, 0)], NPS, (), WEEK)[0].verbatim.id == "2"


def test_fewer_comments_fewer_stories():
    assert choose_stories([], NPS, (NORTH,), WEEK) == ()
    assert len(choose_stories(PEOPLE[:1], NPS, (NORTH,), WEEK)) == 1
    unscored = replace(PEOPLE[0], scores={})
    assert [story.why for story in choose_stories([unscored], NPS, (), WEEK)] == [Why.RANDOM]
    assert choose_stories([comment(1, 0, text="  ")], NPS, (), WEEK) == ()


def test_wanted_takes_what_explains_most_in_each_direction():
    assert wanted((mover("East", CONCERN, -1.0), NORTH, SOUTH)) == (NORTH, SOUTH)
    assert wanted(()) == (None, None)


def test_where_a_comment_lies():
    assert lies_in(PEOPLE[0], (("region", "North"), ("touchpoint", "Delivery")))
    assert not lies_in(PEOPLE[0], (("region", "South"),))
    assert lies_in(PEOPLE[0], (("stage", "not recorded"),))


def test_the_seed_is_the_year_and_week_on_the_page():
    assert seed_of(WEEK) == 202646
    assert seed_of(week_of(date(2026, 12, 31), 0)) == 202653
    assert seed_of(week_of(date(2027, 1, 3), 6)) == 202701  # a Sunday week belongs to the year of its Wednesday
