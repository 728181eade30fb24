from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from metrics.contributions import Contribution
from metrics.estimate import Direction, Estimate, Verdict
from metrics.headline import Findings, amount, mix_words, sentence, subline
from metrics.metric import Better, Metric, MetricKind
from metrics.mix import MixShift
from metrics.periods import Period
from metrics.review import Mover, Reading
from metrics.sums import NOTHING, Sums
from metrics.words import fraction, number_word, plural, slice_words
from tests.metrics.sample import CSAT, NPS, STARS

COMPLAINTS = Metric("complaints", "Complaints", MetricKind.RATE, (0, 1), Better.LOWER)
LABELS = {"region": "Region", "touchpoint": "Touchpoint", "segment": "Segment", "stage": "Stage", "product": "Product"}
DELIVERY_NORTH = (("region", "North"), ("touchpoint", "Delivery & installation"))
SIGNAL, ROUTINE = Verdict.SIGNAL, Verdict.ROUTINE


def known(value, n=1000):
    return Estimate(value, None, None, n, "given")


def reading(metric=NPS, value=31.0, usual=40.0, verdict=SIGNAL, *, weeks=1, why="", n=1000, p=0.0001, level=None):
    level = value if level is None else level
    gap = None if value is None else level - usual
    return Reading(
        metric, known(value, n), known(usual), known(None if value is None else value - usual), verdict,
        Direction.NONE, why, p, weeks, known(level), known(gap),
    )  # fmt: skip


def mover(where, points, **given):
    return Mover(where, reading(**given), Contribution("", points, 0.0, NOTHING, NOTHING))


NORTH = mover(DELIVERY_NORTH, -6.0, value=-12.0, usual=28.0)
SILENT = mover((("touchpoint", "Email"),), 0.0, value=None, verdict=Verdict.STALE, why="no answers since 1 Nov")
STEADY = reading(value=38.0, usual=38.4, verdict=ROUTINE)
SENTENCES = [
    ("the sentence of LOOK", reading(), Findings((NORTH,)),
     "NPS fell 9 points to 31. Delivery & installation in the North explains two thirds of it."),
    ("nothing stands out", reading(), Findings(),
     "NPS fell 9 points to 31. No single slice stands out behind it."),
    ("a slice that explains next to nothing is not said to explain", reading(),
     Findings((mover(DELIVERY_NORTH, -0.5, value=-12.0, usual=28.0),)),
     "NPS fell 9 points to 31. No single slice explains it;"
     " Delivery & installation in the North fell 40 points to −12."),
    ("a slice that moved the other way explains nothing", reading(),
     Findings((mover((("region", "Wales"),), 3.0, value=60.0, usual=40.0),)),
     "NPS fell 9 points to 31. No single slice explains it; Wales rose 20 points to 60."),
    ("improvement", reading(value=46.0), Findings(), "NPS rose 6 points to 46. No single slice stands out behind it."),
    ("several weeks running", reading(value=36.0, level=36.0, weeks=3, why="three weeks below its usual level"),
     Findings(), "NPS has run 4 points below its usual 40 for three weeks. No single slice stands out behind it."),
    ("several weeks together",
     reading(value=36.0, weeks=8, why="below its usual level over the last eight weeks together"),
     Findings(), "NPS has run 4 points below its usual 40 over the last eight weeks."
     " No single slice stands out behind it."),
    ("lower is better, worse", reading(COMPLAINTS, 12.0, 9.0), Findings(),
     "Complaints rose 3 points to 12\u202f%, for the worse. No single slice stands out behind it."),
    ("lower is better, better", reading(COMPLAINTS, 8.0, 9.0), Findings(),
     "Complaints fell 1 point to 8\u202f%, for the better. No single slice stands out behind it."),
    ("a mean moves in its own unit", reading(STARS, 4.1, 4.28), Findings(),
     "Stars fell 0.18 to 4.10. No single slice stands out behind it."),
    ("steady", STEADY, Findings(), "NPS is steady at 38: everything moved within its normal range."),
    ("steady but for a slice", STEADY, Findings((NORTH,)),
     "NPS is steady at 38, but Delivery & installation in the North fell 40 points to −12."),
    ("steady but another KPI's slice moved", STEADY,
     Findings(elsewhere=(mover((("touchpoint", "Mobile app"),), 4.0, metric=CSAT, value=80.0, usual=70.0),)),
     "NPS is steady at 38. Satisfied for Mobile app rose 10 points to 80\u202f%."),
    ("steady but silent", STEADY, Findings(silent=(SILENT,)),
     "NPS is steady at 38, but Email is silent: no answers since 1 Nov."),
    ("stale", reading(value=None, verdict=Verdict.STALE, why="no answers since 1 Nov", n=0), Findings(),
     "NPS is stale: no answers since 1 Nov."),
    ("too few", reading(value=100.0, verdict=Verdict.TOO_FEW, n=3), Findings(),
     "Only 3 answers on NPS this week: too few to say."),
    ("none at all", reading(value=None, verdict=Verdict.TOO_FEW, n=0), Findings(), "Nobody answered on NPS this week."),
    ("no verdict yet",
     reading(value=38.0, verdict=ROUTINE, why="no verdict yet: 3 weeks to compare with", p=None), Findings(),
     "NPS is at 38; no verdict yet: 3 weeks to compare with."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "findings", "said"), [case[1:] for case in SENTENCES], ids=[c[0] for c in SENTENCES])
def test_sentence(given, findings, said):
    assert sentence(given, findings, LABELS) == said


def parts(*rows):
    """(label, n before, n after, mean before, mean after) as contributions; experience by its sign."""
    return tuple(
        Contribution(label, after - before, 0.0, Sums(n0, n0 * before, 0.0), Sums(n1, n1 * after, 0.0))
        for label, n0, n1, before, after in rows
    )


MIXED = parts(("Students", 100, 300, -10.0, -5.0), ("Families", 900, 700, 50.0, 52.0))


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (
            MixShift(NPS, (("region", "Wales"),), "segment", 3, -6.0, MIXED),
            "In Wales, NPS fell 6 points over three weeks although every segment improved: the mix of answers changed,"
            " most of all the Students segment (10\u202f% of answers before, 30\u202f% now).",
        ),
        (
            MixShift(replace(NPS, better=Better.LOWER), (), "segment", 1, -6.0, MIXED),
            "NPS fell 6 points although every segment rose: the mix of answers changed,"
            " most of all the Students segment (10\u202f% of answers before, 30\u202f% now).",
        ),
        (
            MixShift(NPS, (), "segment", 1, -6.0, (*MIXED, *parts(("Retired", 10, 10, 20.0, 19.0)))),
            "NPS fell 6 points although 2 of 3 segments improved: the mix of answers changed,"
            " most of all the Students segment (10\u202f% of answers before, 30\u202f% now).",
        ),
    ],
)
def test_mix_words(shift, said):
    assert mix_words(shift, LABELS) == said


def test_a_mix_shift_of_the_whole_is_the_cause_and_one_elsewhere_is_not():
    whole = MixShift(NPS, (), "segment", 1, -9.0, MIXED)
    assert "although every segment improved" in sentence(reading(), Findings(shift=whole), LABELS)
    inside = replace(whole, where=(("region", "Wales"),))
    assert sentence(reading(), Findings(shift=inside), LABELS).endswith("No single slice stands out behind it.")
    assert sentence(STEADY, Findings(shift=inside), LABELS).startswith("NPS is steady at 38. In Wales, NPS fell")


WEEK = Period(date(2026, 11, 9), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("scanned", "signals", "said"),
    [
        (512, 3, "512 slices scanned, 3 signals · all else follows from these or moved within its normal range"),
        (512, 1, "512 slices scanned, 1 signal · all else follows from these or moved within its normal range"),
        (512, 0, "512 slices scanned, no signals · everything moved within its normal range"),
    ],
)
def test_subline(scanned, signals, said):
    assert subline(WEEK, 1204, scanned, signals) == f"Week 46 · 9–15 Nov 2026 · 1,204 responses · {said}"


def test_subline_of_a_week_without_slices():
    sunday = Period(date(2026, 11, 8), date(2026, 11, 15))
    assert subline(sunday, 1, 0, 0) == "Week 46 · 8–14 Nov 2026 · 1 response"


@pytest.mark.parametrize(
    ("share", "word"),
    [(0.1, ""), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third"), (0.42, "over a third"), (0.5, "half"),
     (0.6, "over half"), (2 / 3, "two thirds"), (0.75, "three quarters"), (0.85, "most"), (0.95, "nearly all"),
     (1.0, "all"), (1.4, "more than all")],
)  # fmt: skip
def test_fraction(share, word):
    assert fraction(share) == word


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (DELIVERY_NORTH, "Delivery & installation in the North"),
        ((("region", "Wales"),), "Wales"),
        ((("region", "South West"), ("segment", "Families")), "the Families segment in the South West"),
        ((("stage", "purchase"), ("touchpoint", "Email")), "Email at the purchase stage"),
        ((("product", "Fibre"), ("touchpoint", "Email")), "Email in the Fibre product"),
        ((("region", "not recorded"), ("touchpoint", "Email")), "Email without a recorded region"),
        ((("segment", "not recorded"),), "responses without a recorded segment"),
        ((("shop_type", "Kiosk"),), "the Kiosk shop type"),
        ((), "the whole"),
    ],
)
def test_slice_words(where, said):
    assert slice_words(where, LABELS) == said


def test_amounts_never_round_to_nothing():
    assert amount(NPS, -0.3) == "0.3 points"
    assert amount(NPS, 1.2) == "1 point"
    assert amount(STARS, 0.004) == "0.004"


def test_counts():
    assert (number_word(8), number_word(13)) == ("eight", "13")
    assert (plural(0, "answer"), plural(1, "answer"), plural(1204, "answer")) == (
        "no answers",
        "1 answer",
        "1,204 answers",
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (-9.0, "NPS fell 9 points to 31."),
        (-5.0, "NPS fell 9 points from its usual 40 to 31."),
        (0.0, "NPS is at 31, 9 points below its usual 40."),
        (2.0, "NPS is at 31, 9 points below its usual 40."),
    ],
)
def test_a_number_that_had_fallen_before_is_not_said_to_fall_now(step, said):
    """Beside the card's "last week 29 (+2)" a headline "fell 9 points" would be false."""
    assert sentence(replace(reading(), step=step), Findings()).startswith(f"{said} ")


def test_a_handful_of_answers_is_not_called_steady():
    few = reading(value=57.0, usual=35.0, verdict=ROUTINE, n=6)
    assert sentence(few, Findings(), enough=30) == (
        "NPS is at 57 from only 6 answers: everything moved within its normal range."
    )
