"""A card's comparators and layout; the page tests look at a whole card."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.kpi_card import GAP, MOST_CARDS, PAGE_WIDTH, card_width, comparator_words, limits, shown_comparators
from metrics.estimate import Comparator, Estimate, Verdict
from metrics.metric import Metric, MetricKind

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
RIVAL = Comparator(
    "competitor", "Halden", Estimate(46.0, 40.0, 52.0, 300, ""), Estimate(-15.2, -20.0, -10.0, 300, ""), Verdict.ROUTINE
)


def test_a_gap_beyond_chance_is_bold_and_another_is_not() -> None:
    assert comparator_words(NPS, RIVAL) == "Halden 46 (−15)"
    assert comparator_words(NPS, replace(RIVAL, verdict=Verdict.SIGNAL)) == "Halden 46 (**−15**)"


def test_what_limits_figures_is_said_once_under_them() -> None:
    """In one line, so that a card is as high with a note as without one."""
    noted = replace(RIVAL, note="pooled over 3 weeks; n not stated; not by region: figure for all")
    hoped = replace(RIVAL, kind="expectation", note="not by region: figure for all")
    assert limits([noted]) == "competitor: n not stated, not by region"
    assert limits([noted, hoped]) == "competitor: n not stated · their figures: not by region"
    assert limits([RIVAL, hoped]) == "expectation: not by region"
    assert limits([replace(RIVAL, kind="past"), noted, hoped]) == limits([noted, hoped])
    assert limits([RIVAL, replace(RIVAL, kind="expectation")]) == limits([]) == ""


def test_a_competitors_name_is_text() -> None:
    assert r"\*\*Loud\*\* \[x\]" in comparator_words(NPS, replace(RIVAL, label="**Loud** [x](javascript:1)"))


def test_own_past_twice_then_one_competitor_and_one_expectation() -> None:
    kinds = ["competitor", "competitor", "expectation", "past", "past", "past", "expectation"]
    shown = shown_comparators([replace(RIVAL, kind=kind, label=str(i)) for i, kind in enumerate(kinds)])
    assert [(one.kind, one.label) for one in shown] == [
        ("past", "3"), ("past", "4"), ("competitor", "0"), ("expectation", "2"),
    ]  # fmt: skip
    assert shown_comparators([]) == []


@pytest.mark.parametrize("cards", range(1, MOST_CARDS + 1))
def test_all_cards_stand_beside_each_other_at_1440(cards: int) -> None:
    assert cards * card_width(cards) + (cards - 1) * GAP <= PAGE_WIDTH
