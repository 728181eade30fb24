from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Assurance
from metrics.limits import RuleSignal, assurance, moving_range_signals, process_behaviour, rule_in_words
from metrics.metric import Better

ANY = (-np.inf, np.inf)
XMRIT = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
"""The demonstration data of xmrit (METHODS §3), Wheeler's own."""
DEVIATIONS = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
"""NHSRplotthedots, vignette "deviations"."""


def array(values) -> np.ndarray:
    return np.array(values, dtype=float)


def fired(values, rule: int, bounds=ANY) -> list[int]:
    return [signal.index for signal in process_behaviour(array(values), bounds).signals if signal.rule == rule]


# --- Published charts -------------------------------------------------------------------------------------------


def test_limits_xmrit() -> None:
    chart = process_behaviour(array(XMRIT), ANY)
    assert chart.centre[0] == pytest.approx(4135.50, abs=0.005)
    assert chart.mean_range == pytest.approx(355.93, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((3188.72, 5082.28), abs=0.01)
    assert chart.range_limit == pytest.approx(1163.19, abs=0.01)
    assert not chart.trial


def test_signals_xmrit() -> None:
    """The last point is outside on X and on mR; its longest run is 7, so rule 3 stays silent."""
    chart = process_behaviour(array(XMRIT), ANY)
    assert fired(XMRIT, 1) == [15]
    assert moving_range_signals(chart) == (15,)
    assert fired(XMRIT, 3) == []


def test_limits_nhsrplotthedots_deviations() -> None:
    chart = process_behaviour(array(DEVIATIONS), ANY)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((-3.06, 6.95), abs=0.005)
    assert fired(DEVIATIONS, 1) == [4]


def test_limits_screened_nhsrplotthedots_deviations() -> None:
    chart = process_behaviour(array(DEVIATIONS), ANY, screened=True)
    assert chart.centre[0] == pytest.approx(1.94, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((-0.72, 4.60), abs=0.005)


# --- The three rules --------------------------------------------------------------------------------------------

EVEN = [0, 2] * 6
"""Twelve quiet points around 1."""


def test_rule_3_fires_at_the_eighth_and_every_later_point() -> None:
    values = [-1, 1, -1, 1, -1, -1, -1, -1, -1] + [0.5] * 9 + [-1] * 2
    centre = process_behaviour(array(values), ANY).centre[0]
    assert -1 < centre < 0.5
    assert fired(values, 3) == [16, 17]
    assert fired(values[:16], 3) == []


def test_a_point_on_the_centre_neither_makes_nor_breaks_a_run() -> None:
    """Mean 0 by construction: 4 above, one on the line, 4 above; then 8 below: the eighth above is at index 8."""
    values = [1, 1, 1, 1, 0, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1]
    assert process_behaviour(array(values), ANY).centre[0] == 0
    assert fired(values, 3) == [8, 16]
    seven = [1, 1, 1, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1]
    assert fired(seven, 3) == []


def test_rule_2_fires_where_a_point_completes_three_of_four_on_its_side() -> None:
    """Mean 0, mR̄ 26/19, halfway to the limit 1.82. The 2s at 9, 10 and 12 are three of four: it fires at 12,
    although 11 lies between them; the −2s come in pairs only."""
    values = [0, 0, -2, -2, 0, 0, 0, 0, 0, 2, 2, 0, 2, 0, 0, 0, -2, 0, 0, 0]
    chart = process_behaviour(array(values), ANY)
    assert chart.centre[0] == 0
    assert chart.upper[0] / 2 < 2 < chart.upper[0]
    assert fired(values, 2) == [12]


def test_rule_2_is_measured_to_the_natural_limit_where_the_scale_clips() -> None:
    """On a scale that ends just above the centre nearly every point above is nearer its end: no signal."""
    values = [99, 100, 97, 99, 100, 98, 100, 99, 97, 100, 100, 98, 99, 100]
    chart = process_behaviour(array(values), (-100, 100))
    assert chart.upper[-1] == 100
    assert chart.signals == ()


def test_signals_tell_their_side() -> None:
    chart = process_behaviour(array([*EVEN, 30, *EVEN, -30]), ANY)
    assert [signal for signal in chart.signals if signal.rule == 1] == [
        RuleSignal(12, 1, True),
        RuleSignal(25, 1, False),
    ]


def slow_signals(values: list[float]) -> set[tuple[int, int, bool]]:
    """The rules of METHODS §3 read aloud, point by point, in integers scaled so that nothing rounds: with k points
    the centre is total/k and the limits lie 2.66·Σ|mR|/(k − 1) from it."""
    k, total = len(values), sum(values)
    reach = 266 * sum(abs(b - a) for a, b in pairwise(values)) * k
    offsets = [100 * (k - 1) * (value * k - total) for value in values]
    found = set()
    for i, offset in enumerate(offsets):
        high = offset > 0
        if abs(offset) > reach:
            found.add((i, 1, high))
        same = [(o > 0) == high and 2 * abs(o) > reach and o != 0 for o in offsets[max(0, i - 3) : i + 1]]
        if same[-1] and sum(same) >= 3:
            found.add((i, 2, high))
        run = 0
        for past in offsets[i::-1]:
            if past == 0:
                continue
            if offset == 0 or (past > 0) != high:
                break
            run += 1
        if run >= 8:
            found.add((i, 3, high))
    return found


@given(st.lists(st.integers(0, 12), min_size=6, max_size=40))
def test_rules_against_the_slow_reading(values: list[float]) -> None:
    chart = process_behaviour(array(values), ANY)
    assert {(s.index, s.rule, s.high) for s in chart.signals} == slow_signals(values)
    assert list(chart.signals) == sorted(chart.signals, key=lambda s: (s.index, s.rule))


@given(st.lists(st.sampled_from([0, 1, 1, 1, 2, 2, 2, 5]), min_size=12, max_size=60))
def test_rules_against_the_slow_reading_where_runs_are_long(steps: list[int]) -> None:
    values = [float(value) for value in sorted(steps[: len(steps) // 2]) + steps[len(steps) // 2 :]]
    chart = process_behaviour(array(values), ANY)
    assert {(s.index, s.rule, s.high) for s in chart.signals} == slow_signals([int(v) for v in values])


# --- Segments, gaps, few points ---------------------------------------------------------------------------------


def test_rebase_gives_each_segment_its_own_limits_and_runs() -> None:
    values = array([*EVEN, *[v + 50 for v in EVEN]])
    apart = process_behaviour(values, ANY, rebase_at=[12])
    alone = process_behaviour(values[12:], ANY)
    assert apart.centre.tolist() == [1.0] * 12 + [51.0] * 12
    assert apart.upper[-1] == alone.upper[-1]
    assert apart.mean_range == alone.mean_range
    assert apart.signals == ()
    assert apart.start == 12
    assert process_behaviour(values, ANY).signals != ()


def test_rebase_places_outside_the_series_and_repeated_change_nothing() -> None:
    plain = process_behaviour(array(EVEN), ANY)
    odd = process_behaviour(array(EVEN), ANY, rebase_at=[0, -3, 12, 99])
    assert odd.centre.tolist() == plain.centre.tolist()
    assert process_behaviour(array(EVEN * 2), ANY, rebase_at=[12, 12]).start == 12


def test_moving_ranges_do_not_cross_a_rebase() -> None:
    chart = process_behaviour(array([*EVEN, *[v + 50 for v in EVEN]]), ANY, rebase_at=[12])
    assert moving_range_signals(chart) == ()
    assert moving_range_signals(process_behaviour(array([*EVEN, *[v + 50 for v in EVEN]]), ANY)) == (12,)


@pytest.mark.parametrize(("points", "has_limits", "trial"), [(0, False, True), (1, False, True), (5, False, True)])
def test_no_limits_below_six_points(points: int, has_limits: bool, trial: bool) -> None:
    chart = process_behaviour(array(EVEN[:points]), ANY)
    assert np.isnan(chart.centre).all()
    assert np.isnan(chart.lower).all()
    assert (chart.mean_range, chart.range_limit, chart.signals) == (None, None, ())
    assert chart.trial
    assert moving_range_signals(chart) == ()


@pytest.mark.parametrize(("points", "trial"), [(6, True), (11, True), (12, False)])
def test_trial_below_twelve_points(points: int, trial: bool) -> None:
    chart = process_behaviour(array(EVEN[:points]), ANY)
    assert not np.isnan(chart.upper).any()
    assert chart.trial is trial


def test_a_young_segment_has_no_limits_while_the_old_one_keeps_its_own() -> None:
    chart = process_behaviour(array([*EVEN, 50, 51, 50]), ANY, rebase_at=[12])
    assert not np.isnan(chart.upper[:12]).any()
    assert np.isnan(chart.upper[12:]).all()
    assert (chart.mean_range, chart.trial) == (None, True)


def test_periods_without_a_value_are_passed_over() -> None:
    """The limits are those of the values there are; indexes stay those of the periods."""
    full = array([*EVEN, 30])
    gaps = np.insert(full, [0, 3, 7, 12], np.nan)
    chart, plain = process_behaviour(gaps, ANY), process_behaviour(full, ANY)
    assert (chart.centre[0], chart.upper[0], chart.mean_range) == (plain.centre[0], plain.upper[0], plain.mean_range)
    assert not np.isnan(chart.upper).any()
    assert [s.index for s in chart.signals if s.rule == 1] == [16]
    assert moving_range_signals(chart) == (16,)
    assert process_behaviour(np.insert(array(EVEN[:5]), 2, np.nan), ANY).mean_range is None


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -77.7])
def test_a_series_that_never_moves_has_no_signals(value: float) -> None:
    chart = process_behaviour(np.full(30, value), ANY)
    assert chart.signals == ()
    assert moving_range_signals(chart) == ()
    assert chart.upper[0] == pytest.approx(value)


def test_limits_are_clipped_to_the_scale() -> None:
    chart = process_behaviour(array([0, 60, 0, 60, 0, 60]), (-100, 100))
    assert (chart.lower[0], chart.upper[0]) == (-100, 100)


def test_more_than_one_series_is_refused() -> None:
    with pytest.raises(ValueError, match="one value a period, got an array of shape"):
        process_behaviour(np.zeros((2, 3)), ANY)


# --- Assurance and words ----------------------------------------------------------------------------------------

LEVEL = process_behaviour(array([40, 42] * 10), (-100, 100))
"""Centre 41, limits 35.68 and 46.32 (mR̄ 2)."""


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    [
        (50, Better.HIGHER, Assurance.WILL_MISS),
        (30, Better.HIGHER, Assurance.WILL_MEET),
        (45, Better.HIGHER, Assurance.HIT_AND_MISS),
        (50, Better.LOWER, Assurance.WILL_MEET),
        (30, Better.LOWER, Assurance.WILL_MISS),
        (36, Better.LOWER, Assurance.HIT_AND_MISS),
        (41 + 2.66 * 2, Better.HIGHER, Assurance.HIT_AND_MISS),
        (None, Better.HIGHER, Assurance.UNKNOWN),
    ],
)
def test_assurance_making_data_count(target: float | None, better: Better, expected: Assurance) -> None:
    assert assurance(LEVEL, target, better) is expected


def test_assurance_is_not_known_without_limits() -> None:
    assert assurance(process_behaviour(array(EVEN[:5]), ANY), 1, Better.HIGHER) is Assurance.UNKNOWN
    assert assurance(process_behaviour(array([]), ANY), 1, Better.HIGHER) is Assurance.UNKNOWN
    young = process_behaviour(array([*EVEN, 50, 51, 50]), ANY, rebase_at=[12])
    assert assurance(young, 99, Better.HIGHER) is Assurance.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "high", "words"),
    [
        (1, True, "above the upper limit"),
        (1, False, "below the lower limit"),
        (2, True, "three of four nearer the upper limit than the centre"),
        (2, False, "three of four nearer the lower limit than the centre"),
        (3, True, "eight or more in a row above the centre"),
        (3, False, "eight or more in a row below the centre"),
    ],
)
def test_rule_in_words(rule: int, high: bool, words: str) -> None:
    assert rule_in_words(RuleSignal(0, rule, high)) == words


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule 4"):
        rule_in_words(RuleSignal(0, 4, True))


# --- Laws -------------------------------------------------------------------------------------------------------

series = st.lists(st.integers(-100, 100), min_size=6, max_size=60)


@given(series, st.sampled_from([-3, -1, 0.5, 2]), st.integers(-50, 50))
def test_limits_move_and_stretch_with_the_values(values: list[int], stretch: float, shift: int) -> None:
    plain = process_behaviour(array(values), ANY)
    moved = process_behaviour(array(values) * stretch + shift, ANY)
    expected = sorted((plain.lower[0] * stretch + shift, plain.upper[0] * stretch + shift))
    assert (moved.lower[0], moved.upper[0]) == pytest.approx(expected, abs=1e-9)


@given(series)
def test_limits_lie_inside_the_scale_around_the_centre(values: list[int]) -> None:
    chart = process_behaviour(array(values), (-100, 100))
    assert -100 <= chart.lower[0] <= chart.centre[0] + 1e-9
    assert chart.centre[0] - 1e-9 <= chart.upper[0] <= 100
