"""Paths in words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from components.path_words import in_words, per_cent, score_words, turned_back
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.journey_counts import share
from metrics.metric import MetricKind
from tests.components.journey_company import BACK, FEW, LONG
from tests.pages.company import NPS

RATE = replace(NPS, kind=MetricKind.RATE, scale=(0, 1), threshold=1)
STAGES = ("awareness", "purchase", "use", "advocacy")


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8))
def test_without_an_order_steps_that_lead_back_are_the_repeats(steps: list[str]) -> None:
    backs = turned_back(steps)
    assert sum(backs) == replace(BACK, steps=tuple(steps)).repeats
    assert not backs[0]


@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=8))
def test_with_an_order_only_steps_forward_to_new_ground_do_not_lead_back(steps: list[str]) -> None:
    ahead = [STAGES.index(steps[i]) >= STAGES.index(steps[i - 1]) if i else True for i in range(len(steps))]
    fresh = [steps[i] not in steps[:i] for i in range(len(steps))]
    assert turned_back(steps, STAGES) == tuple(not (a and f) for a, f in zip(ahead, fresh, strict=True))


def test_a_step_that_has_no_place_in_the_order_is_neither_early_nor_late() -> None:
    assert turned_back(("use", "elsewhere", "purchase"), STAGES) == (False, False, False)


def test_in_words() -> None:
    assert in_words(BACK) == "purchase › use › ↩ purchase"
    assert in_words(LONG) == "*use* › [x](javascript:1) › …"
    assert in_words(replace(BACK, steps=("use", "purchase")), STAGES) == "use › ↩ purchase"


def test_numbers_stand_with_their_interval_or_with_the_word_why_not() -> None:
    assert per_cent(share(82, 100)) == "82\u202f% (73 to 88)", "R: binom::binom.wilson(82, 100)"
    assert per_cent(NO_ESTIMATE) == "–"
    assert per_cent(FEW) == score_words(NPS, FEW) == "too few"
    assert score_words(NPS, Estimate(-30.4, -60.0, -0.2, 20, "")) == "−30 (−60 to 0)"
    assert score_words(NPS, Estimate(31.0, None, None, 1, "")) == "31"
    assert score_words(RATE, Estimate(50.0, 40.0, 60.0, 99, "")) == "50\u202f% (40 to 60)"
