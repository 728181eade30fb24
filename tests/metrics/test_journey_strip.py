"""The journey strip's arithmetic: which metrics, where the peak and the end are, and two weeks side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimate import NO_ESTIMATE, Direction, Estimate, Verdict
from metrics.intervals import z_test
from metrics.journey_strip import TwoWeeks, asks_effort, asks_success, extremes, strip_metrics, strip_row, two_weeks
from metrics.metric import Better, Metric, MetricKind
from metrics.periods import Period
from metrics.review import Reading
from metrics.slices import NOT_RECORDED
from metrics.sums import NOTHING, Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)
SUCCESS = Metric("success", "Success", MetricKind.NET, (1, 7))
EASE = Metric("effort", "Ease", MetricKind.NET, (1, 7))
EMOTION = Metric("emotion", "Emotion", MetricKind.NET, (1, 7))
STARS = Metric("rating", "Rating", MetricKind.MEAN, (1, 5))
BEFORE = Period(date(2026, 11, 2), date(2026, 11, 9))


def net(promoters: int, passives: int, detractors: int) -> Sums:
    """Sums of a net score from its counts (METHODS §1)."""
    n = promoters + passives + detractors
    return Sums(n, 100.0 * (promoters - detractors), 100.0**2 * (promoters + detractors))


def reading(metric: Metric, value: float | None) -> Reading:
    verdict = Verdict.TOO_FEW if value is None else Verdict.ROUTINE
    said = NO_ESTIMATE if value is None else Estimate(value, value - 1, value + 1, 50, "invented")
    return Reading(metric, said, NO_ESTIMATE, NO_ESTIMATE, verdict, Direction.NONE, "")


@pytest.mark.parametrize(
    ("label", "success", "effort"),
    [
        ("Success", True, False), ("Issue resolved", True, False), ("First contact resolution", True, False),
        ("Customer effort score", False, True), ("CES", False, True), ("Ease of use", False, True),
        ("Easy to buy", False, True), ("Pleased with us", False, False), ("Price increase", False, False),
        ("Release notes", False, False), ("NPS", False, False),
    ],
)  # fmt: skip
def test_success_and_effort_are_found_by_their_words(label: str, success: bool, effort: bool) -> None:
    metric = replace(NPS, id="m1", label=label)
    assert (asks_success(metric), asks_effort(metric)) == (success, effort)


def test_the_three_e_s_come_after_the_chosen_kpi_each_once() -> None:
    every = (NPS, CSAT, SUCCESS, EASE, EMOTION)
    assert strip_metrics(every, NPS) == (NPS, SUCCESS, EASE, EMOTION)
    assert strip_metrics(every, EMOTION) == (EMOTION, SUCCESS, EASE)
    assert strip_metrics((NPS, EASE), NPS) == (NPS, EASE)


def test_a_company_without_them_shows_its_own_metrics_up_to_four() -> None:
    others = tuple(replace(CSAT, id=f"m{i}", label=f"Seat {i}") for i in range(5))
    assert strip_metrics(others, others[4]) == (others[4], *others[:3])
    assert strip_metrics((NPS,), NPS) == (NPS,)


def marks(metric: Metric, *values: float | None, last: str = "last") -> tuple[int | None, int | None]:
    stages = [*(f"stage {i}" for i in range(len(values) - 1)), last]
    row = strip_row(metric, stages, [reading(metric, 0.0), *(reading(metric, value) for value in values)])
    return row.peak, row.end


def test_the_peak_is_furthest_from_neutral_and_a_tie_goes_to_the_worse() -> None:
    """METHODS §6, on the stages' net scores: neutral is 0."""
    assert marks(EMOTION, 10, -60, 50, 20) == (1, 3)
    assert marks(EMOTION, 60, -60, 20, None) == (1, 2), "a tie goes to the negative; a stage without value is no end"
    assert marks(EMOTION, 40, 40) == (1, 1), "then to the later"
    assert marks(EMOTION, None, None) == (None, None)


def test_neutral_is_the_middle_of_the_scale_and_lower_may_be_better() -> None:
    """5, 1, 6, 5, 6 on 1–7: the peak is the 1, the end the last 6 (METHODS §6)."""
    felt = replace(EMOTION, kind=MetricKind.MEAN)
    assert marks(felt, 5, 1, 6, 5, 6) == (1, 4)
    assert marks(replace(felt, better=Better.LOWER), 1, 7, 6) == (1, 2), "a tie goes to the worse, here the 7"


def test_only_a_metric_of_feeling_has_peak_and_end_and_only_at_a_stage() -> None:
    assert marks(NPS, 10, -60) == (None, None)
    assert marks(EMOTION, 10, 20, -90, last=NOT_RECORDED) == (1, 1)


counts = st.tuples(*[st.integers(0, 60)] * 3).map(lambda it: net(*it))


@given(st.lists(st.tuples(counts, counts, st.booleans()), min_size=1, max_size=12))
def test_signals_are_what_benjamini_and_hochberg_reject_over_all_cells(cells: list[tuple[Sums, Sums, bool]]) -> None:
    """Authority: scipy.stats.false_discovery_control on the p of the cells that are shown."""
    now, then, hidden = zip(*cells, strict=True)
    (row,), compared = two_weeks([TwoWeeks(EMOTION, now, then, hidden)], BEFORE)
    tests = [None if shut else z_test(EMOTION, a, b) for a, b, shut in cells]
    p = [test[1] for test in tests if test is not None]
    assert compared == len(p)
    rejected = iter(stats.false_discovery_control(p) <= 0.05 if p else ())
    for cell, test, (a, b, shut) in zip(row, tests, cells, strict=True):
        assert (cell.verdict is Verdict.SIGNAL) == (False if test is None else bool(next(rejected)))
        if shut or not a.n or not b.n:
            assert cell.verdict is Verdict.TOO_FEW and cell.change.value is None
        else:
            assert cell.change.value == pytest.approx(a.total / a.n - b.total / b.n)
        if shut:
            assert cell.estimate.value is None and cell.usual.value is None, "neither week is given away"


def test_the_published_difference_of_two_weeks() -> None:
    """20/0/10 against 12/0/18: 53.33 points, p .0371 on the adjusted counts (METHODS §2): a signal when it is the only
    cell, none among twenty quiet ones."""
    hit = (net(20, 0, 10), net(12, 0, 18))
    (alone,), compared = two_weeks([TwoWeeks(EMOTION, hit[:1], hit[1:], (False,))], BEFORE)
    assert compared == 1
    assert alone[0].change.value == pytest.approx(53.333, abs=1e-3)
    assert alone[0].p == pytest.approx(0.0371, abs=1e-4)
    assert (alone[0].verdict, alone[0].direction) == (Verdict.SIGNAL, Direction.IMPROVEMENT)
    calm = net(10, 10, 10)
    many = TwoWeeks(EMOTION, (hit[0], *[calm] * 20), (hit[1], *[calm] * 20), (False,) * 21)
    (row,), compared = two_weeks([many], BEFORE)
    assert compared == 21 and row[0].verdict is Verdict.ROUTINE


def test_direction_follows_what_is_better() -> None:
    pair = TwoWeeks(replace(EMOTION, better=Better.LOWER), (net(40, 0, 5),), (net(5, 0, 40),), (False,))
    (row,), _ = two_weeks([pair], BEFORE)
    assert row[0].direction is Direction.CONCERN


def test_no_answers_and_one_answer_are_said_not_tested() -> None:
    pair = TwoWeeks(EMOTION, (NOTHING, net(1, 0, 0)), (net(9, 9, 9), net(9, 9, 9)), (False, False))
    (row,), compared = two_weeks([pair], BEFORE)
    assert compared == 0
    assert (row[0].verdict, row[0].why) == (Verdict.TOO_FEW, "no answers this week")
    assert row[1].verdict is Verdict.ROUTINE and row[1].why.startswith("no verdict")
    assert two_weeks([], BEFORE) == ((), 0)


def test_best_and_worst_are_named_only_beyond_chance() -> None:
    good, middle, bad = net(60, 20, 20), net(50, 20, 30), net(20, 20, 60)
    found = extremes(EMOTION, ("a", "b", "c"), (middle, good, bad), 5)
    assert found is not None and (found.best, found.worst) == ("b", "c")
    upside = extremes(replace(EMOTION, better=Better.LOWER), ("a", "b", "c"), (middle, good, bad), 5)
    assert upside is not None and (upside.best, upside.worst) == ("c", "b")
    assert extremes(EMOTION, ("a", "b"), (good, middle), 5) is None, "40 against 20 of 100 each is p .09"
    assert extremes(EMOTION, ("a", "b"), (good, net(0, 0, 4)), 5) is None, "too few are no extreme"
    assert extremes(EMOTION, (), (), 5) is None


def test_when_nothing_differs_best_and_worst_are_rarely_named() -> None:
    """Eight stages of one truth, 2,000 weeks: at most one in twenty may name extremes (Bonferroni over 28 pairs)."""
    rng = np.random.default_rng(11)
    draws = rng.multinomial(120, [0.4, 0.3, 0.3], size=(2_000, 8))
    stages = [f"stage {i}" for i in range(8)]
    named = sum(extremes(EMOTION, stages, [net(*cell) for cell in week], 5) is not None for week in draws.tolist())
    assert named / len(draws) <= 0.05
