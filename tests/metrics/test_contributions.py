from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from metrics.contributions import change, contributions, mix_shift, slice_labels
from metrics.sums import SumsTable

NAMES = ("a", "b", "c", "d")


def table(n: list[int], means: list[float]) -> SumsTable:
    count, mean = np.array(n), np.array(means, dtype=float)
    return SumsTable(("slice",), (NAMES[: len(n)],), count, count * mean, count * mean * mean)


def whole_change(before: SumsTable, after: SumsTable) -> float:
    """The change from the raw sums, by no formula of ours."""
    return after.total.sum() / after.n.sum() - before.total.sum() / before.n.sum()


def test_by_hand() -> None:
    """METHODS §5. Shares .5/.5 → .75/.25, means 40/20 → 50/20: M 30 → 42.5. Experience a: ½·1.25·10 = 6.25.
    Mix a: ½(90 − 72.5)·.25 = 2.1875; mix b: ½(40 − 72.5)·(−.25) = 4.0625. Together 12.5."""
    parts = contributions(("a", "b"), table([50, 50], [40, 20]), table([75, 25], [50, 20]))
    assert [part.experience for part in parts] == pytest.approx([6.25, 0])
    assert [part.mix for part in parts] == pytest.approx([2.1875, 4.0625])
    assert change(parts) == pytest.approx(12.5)
    assert [(part.label, part.before.n, part.after.n) for part in parts] == [("a", 50, 75), ("b", 50, 25)]


def test_same_shares_leave_experience_only() -> None:
    parts = contributions(("a", "b"), table([30, 70], [10, 0]), table([60, 140], [20, 0]))
    assert [part.mix for part in parts] == pytest.approx([0, 0])
    assert [part.experience for part in parts] == pytest.approx([3, 0])


def test_same_means_leave_mix_only() -> None:
    parts = contributions(("a", "b"), table([50, 50], [10, 0]), table([80, 20], [10, 0]))
    assert [part.experience for part in parts] == [0, 0]
    assert change(parts) == pytest.approx(3)


def test_a_slice_that_is_new_or_gone_is_all_mix() -> None:
    before, after = table([50, 50, 0], [10, 0, 0]), table([50, 0, 50], [10, 0, 40])
    parts = contributions(NAMES[:3], before, after)
    assert [part.experience for part in parts] == [0, 0, 0]
    assert change(parts) == pytest.approx(20)
    assert parts[2].mix == pytest.approx(0.5 * (80 - 30) * 0.5)


def test_a_slice_absent_on_both_sides_keeps_its_place_with_nothing() -> None:
    parts = contributions(NAMES[:2], table([10, 0], [1, 0]), table([10, 0], [2, 0]))
    assert (parts[1].label, parts[1].points, parts[1].before.n) == ("b", 0, 0)


def test_nothing_to_explain_without_responses_on_a_side() -> None:
    assert contributions(NAMES[:1], table([0], [0]), table([5], [1])) == ()
    assert contributions(NAMES[:1], table([5], [1]), table([0], [0])) == ()
    assert change(()) == 0
    assert not mix_shift(())


def test_tables_of_other_places_are_refused() -> None:
    with pytest.raises(ValueError, match="3 labels for tables"):
        contributions(NAMES[:3], table([1, 1], [0, 0]), table([1, 1], [0, 0]))
    other = SumsTable(("slice",), (("a", "z"),), *(np.ones(2, dtype=int), np.ones(2), np.ones(2)))
    with pytest.raises(ValueError, match="same places"):
        contributions(NAMES[:2], table([1, 1], [0, 0]), other)


def test_two_axes_flattened_last_axis_fastest() -> None:
    n = np.array([[1, 2], [3, 4]])
    both = SumsTable(("stage", "region"), (("Use", "Buy"), ("North", "South")), n, n * 1.0, n * 1.0)
    labels = slice_labels(both)
    assert labels == ("Use · North", "Use · South", "Buy · North", "Buy · South")
    assert [part.before.n for part in contributions(labels, both, both)] == [1, 2, 3, 4]


def test_mix_shift_berkeley_style() -> None:
    """Simpson's paradox, constructed: both slices gain 5, the total falls by 15 because the low one grew."""
    before, after = table([80, 20], [60, 10]), table([40, 60], [65, 15])
    parts = contributions(NAMES[:2], before, after)
    assert change(parts) == pytest.approx(35 - 50)
    assert sum(part.experience for part in parts) == pytest.approx(5)
    assert mix_shift(parts)


def test_mix_shift_in_the_kidney_stone_trial() -> None:
    """Charig et al. 1986 (doi:10.1136/bmj.292.6524.879), open surgery to percutaneous: small stones 81/87 → 234/270,
    large 192/263 → 55/80: each falls, the total rises from 78 % to 82.6 %."""
    before, after = table([87, 263], [8100 / 87, 19200 / 263]), table([270, 80], [23400 / 270, 5500 / 80])
    parts = contributions(("small", "large"), before, after)
    assert change(parts) == pytest.approx(100 * (289 / 350 - 273 / 350))
    assert all(part.experience < 0 for part in parts)
    assert mix_shift(parts)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (table([50, 50], [40, 20]), table([75, 25], [50, 20])),
        (table([50, 50], [40, 20]), table([50, 50], [30, 25])),
        (table([50, 50], [40, 20]), table([50, 50], [40, 20])),
        (table([80, 20], [60, 10]), table([40, 60], [60, 10])),
        (table([30, 40, 30], [60, 30, 10]), table([20, 20, 60], [75, 25, 10])),
    ],
    ids=["together", "no mix", "nothing", "mix alone", "half against"],
)
def test_no_mix_shift(before: SumsTable, after: SumsTable) -> None:
    assert not mix_shift(contributions(before.labels[0], before, after))


counts = arrays.arrays(np.int64, 4, elements=st.integers(0, 500)).filter(lambda n: n.sum() > 0)
means = arrays.arrays(np.float64, 4, elements=st.floats(-100, 100))


@given(counts, counts, means, means)
def test_both_columns_add_up_to_the_change(
    n0: np.ndarray, n1: np.ndarray, mean0: np.ndarray, mean1: np.ndarray
) -> None:
    """The law of METHODS §5, slices absent on either side included."""
    before, after = table(n0.tolist(), mean0.tolist()), table(n1.tolist(), mean1.tolist())
    parts = contributions(NAMES, before, after)
    assert change(parts) == pytest.approx(whole_change(before, after), abs=1e-9)


@given(counts, counts, means, means)
def test_turned_round_in_time_every_part_changes_its_sign(
    n0: np.ndarray, n1: np.ndarray, mean0: np.ndarray, mean1: np.ndarray
) -> None:
    before, after = table(n0.tolist(), mean0.tolist()), table(n1.tolist(), mean1.tolist())
    there, back = contributions(NAMES, before, after), contributions(NAMES, after, before)
    assert [part.experience for part in there] == pytest.approx([-part.experience for part in back])
    assert [part.mix for part in there] == pytest.approx([-part.mix for part in back])


@given(counts, counts, means, means, st.floats(-50, 50))
def test_a_shift_of_all_scores_is_experience_of_that_size(
    n0: np.ndarray, n1: np.ndarray, mean0: np.ndarray, mean1: np.ndarray, shift: float
) -> None:
    """Where the centre of the values lies does not matter; n0 twice so that every slice is on both sides or none."""
    before = table(n0.tolist(), mean0.tolist())
    parts = contributions(NAMES, before, table(n0.tolist(), (mean0 + shift).tolist()))
    assert sum(part.experience for part in parts) == pytest.approx(shift, abs=1e-9)
    moved = contributions(NAMES, before, table(n1.tolist(), mean1.tolist()))
    off = contributions(
        NAMES, table(n0.tolist(), (mean0 + shift).tolist()), table(n1.tolist(), (mean1 + shift).tolist())
    )
    assert [part.points for part in off] == pytest.approx([part.points for part in moved], abs=1e-7)
