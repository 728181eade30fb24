"""How a reading is put into words and colours (LOOK.md 2 and 4: colour for signals only, every number its evidence)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.reading import arrow_of, change_words, colour_of, evidence_words, value_words, verdict_words
from metrics.estimate import NO_ESTIMATE, Direction, Estimate, Verdict
from metrics.metric import Metric, MetricKind
from metrics.review import Reading

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)
FELL = Reading(
    NPS,
    Estimate(31.2, 26.4, 36.0, 1_204, "score"),
    Estimate(40.1, 38.0, 42.0, 60_000, "score"),
    Estimate(-8.9, -13.5, -4.3, 1_204, "difference"),
    Verdict.SIGNAL,
    Direction.CONCERN,
    "below the lower limit",
)


def test_a_signal_has_value_interval_n_change_verdict_colour_and_arrow() -> None:
    assert value_words(FELL) == "31"
    assert evidence_words(FELL) == "26 to 36 · n 1,204"
    assert change_words(FELL) == "−9 ± 4.6"
    assert verdict_words(FELL) == "signal: concern"
    assert (colour_of(FELL), arrow_of(FELL)) == ("red", "down")


def test_an_improvement_is_green_whichever_way_the_number_went() -> None:
    quicker = replace(FELL, direction=Direction.IMPROVEMENT)
    assert (colour_of(quicker), arrow_of(quicker)) == ("green", "down")


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.SIGNAL])
def test_without_a_signal_there_is_no_colour_and_no_direction(verdict: Verdict) -> None:
    routine = replace(FELL, verdict=verdict)
    assert colour_of(routine) == "gray"
    assert verdict_words(routine) == verdict.value


def test_words_stand_in_the_place_of_a_number_that_may_not_be_shown() -> None:
    few = replace(FELL, verdict=Verdict.TOO_FEW, estimate=Estimate(80.0, 1.0, 99.0, 3, "score"))
    assert value_words(few) == "too few"
    assert evidence_words(few) == "n 3", "no interval that would give the value away"
    stale = replace(FELL, verdict=Verdict.STALE, estimate=NO_ESTIMATE)
    assert value_words(stale) == "stale"
    assert value_words(replace(FELL, verdict=Verdict.STALE)) == "31", "an old number is shown beside its verdict"


def test_few_answers_and_an_unknown_number_of_answers_are_said() -> None:
    assert evidence_words(replace(FELL, estimate=Estimate(31.0, None, None, 12, "")), low_n=30) == "n 12 · low n"
    assert evidence_words(replace(FELL, estimate=Estimate(31.0, None, None, 30, "")), low_n=30) == "n 30"
    assert evidence_words(replace(FELL, estimate=Estimate(31.0, None, None, None, ""))) == "n not stated"


def test_a_share_has_its_unit_and_a_change_of_it_none() -> None:
    share = replace(FELL, metric=CSAT, estimate=Estimate(82.0, 80.0, 84.0, 900, "wilson"))
    assert value_words(share) == "82\u202f%"
    assert "%" not in change_words(share)


@given(st.floats(-200, 200))
def test_the_arrow_agrees_with_the_printed_change(change: float) -> None:
    moved = replace(FELL, change=Estimate(change, None, None, 10, ""))
    printed = change_words(moved)
    expected = {"+": "up", "−": "down", "±": "off"}[printed[0]]
    assert arrow_of(moved) == expected
