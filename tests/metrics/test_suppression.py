from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from metrics.suppression import Hidden, beside_shown_columns, suppress

THRESHOLD = 5


def with_totals(n: np.ndarray) -> np.ndarray:
    return np.block([[n, n.sum(axis=1, keepdims=True)], [n.sum(axis=0, keepdims=True), n.sum()]])


def mask(hidden: Hidden) -> np.ndarray:
    return np.block([[hidden.cells, hidden.rows[:, None]], [hidden.columns[None, :], np.array([[hidden.total]])]])


def follows(equations: np.ndarray, hidden: np.ndarray) -> list[int]:
    """Independent of the module: hidden cell k follows from Σ = total exactly if its unit vector lies in the row
    space of the equations over the hidden cells, that is if every null vector is 0 at k."""
    open_equations = equations[:, np.flatnonzero(hidden)]
    _, sizes, directions = np.linalg.svd(open_equations, full_matrices=True)
    null = directions[(sizes > 1e-9).sum() :]
    return [int(k) for i, k in enumerate(np.flatnonzero(hidden)) if (np.abs(null[:, i]) < 1e-9).all()]


def equations_of(rows: int, columns: int) -> np.ndarray:
    """Each row of the table with totals: cells − total = 0; each column the same."""
    places = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    found = []
    for line in (*places, *places.T):
        equation = np.zeros(places.size)
        equation[line[:-1]], equation[line[-1]] = 1, -1
        found.append(equation)
    return np.array(found)


# --- By hand ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ([10, 20, 30], []),
        ([3, 20, 30], [0, 1]),
        ([3, 30, 20], [0, 2]),
        ([2, 2, 30, 40], [0, 1, 2]),
        ([4, 4, 30], [0, 1]),
        ([3, 0, 30, 40], [0, 2]),
        ([3, 30], [0, 1]),
        ([0, 0, 40], []),
        ([5, 30], []),
        ([2], [0]),
        ([], []),
    ],
    ids=[
        "none few",
        "one few hides the next smallest",
        "wherever it is",
        "two that come to too few together",
        "two that come to enough",
        "an empty cell hides nothing",
        "both of two",
        "nothing to hide",
        "the threshold is enough",
        "total too few as well",
        "no cells",
    ],
)
def test_lists_by_hand(n: list[int], hidden: list[int]) -> None:
    found = suppress(np.array(n, dtype=int), THRESHOLD)
    assert np.flatnonzero(found.cells).tolist() == hidden
    assert found.total == (0 < sum(n) < THRESHOLD)


def test_without_a_shown_total_only_the_few_are_hidden() -> None:
    assert suppress(np.array([3, 20, 30]), THRESHOLD, total_shown=False).cells.tolist() == [True, False, False]
    table = suppress(np.array([[3, 20], [30, 40]]), THRESHOLD, total_shown=False)
    assert table.cells.tolist() == [[True, False], [False, False]]


def test_table_hides_the_cheapest_rectangle() -> None:
    """One few cell needs three more: the rectangle of its row, its column and a corner. Of all rectangles with the
    2, (row 1, columns 0 and 1) costs least: 9 + 8 + 7."""
    n = np.array([[2, 9, 50], [8, 7, 60], [70, 80, 90]])
    found = suppress(n, THRESHOLD)
    assert np.argwhere(found.cells).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert not found.rows.any()
    assert not found.columns.any()
    assert not found.total


def test_table_where_every_line_has_two_hidden_but_one_cell_is_a_bridge() -> None:
    """Two rectangles joined by one cell: each of its lines hides others, yet it follows from rows and columns."""
    n = np.full((4, 4), 50)
    n[:2, :2] = 3
    n[2:, 2:] = 3
    n[1, 2] = 3
    before = n < THRESHOLD
    assert before.sum(axis=1).min() >= 2
    assert follows(equations_of(4, 4), np.pad(before, ((0, 1), (0, 1))).ravel()) == [1 * 5 + 2]
    after = mask(suppress(n, THRESHOLD)).ravel()
    assert follows(equations_of(4, 4), after) == []


def test_row_with_one_cell_hides_totals_too() -> None:
    """A region with one touchpoint and 3 responses: its total is as few, and one more total must not give it away."""
    found = suppress(np.array([[3, 0], [20, 40]]), THRESHOLD)
    assert found.cells[0, 0]
    assert found.rows[0]
    assert found.rows.sum() > 1 or found.total


@pytest.mark.parametrize("n", [np.zeros((2, 2, 2), dtype=int), np.array([3, -1])])
def test_no_counts_are_refused(n: np.ndarray) -> None:
    with pytest.raises(ValueError, match="give counts of a list or a table"):
        suppress(n, THRESHOLD)


# --- Laws -------------------------------------------------------------------------------------------------------

cells = st.one_of(st.integers(0, 8), st.integers(0, 200))
lists = arrays.arrays(np.int64, st.integers(0, 12), elements=cells)
tables = arrays.arrays(np.int64, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=cells)


@given(lists, st.integers(2, 10))
def test_list_gives_nothing_away(n: np.ndarray, threshold: int) -> None:
    found = suppress(n, threshold)
    assert found.cells[(n > 0) & (n < threshold)].all()
    assert not found.cells[n == 0].any()
    if found.cells.any() and not found.total:
        assert found.cells.sum() >= 2
        assert n[found.cells].sum() >= threshold
        assert follows(np.ones((1, n.size)), found.cells) == []


@given(lists, st.integers(2, 10))
def test_list_hides_no_more_than_it_must(n: np.ndarray, threshold: int) -> None:
    """Showing the largest complementary cell again would give something away."""
    found = suppress(n, threshold)
    extra = np.flatnonzero(found.cells & (n >= threshold))
    if extra.size:
        less = found.cells.copy()
        less[extra[np.argmax(n[extra])]] = False
        assert n[less].sum() < threshold or less.sum() < 2


@given(tables, st.integers(2, 10))
@example(np.array([[3, 0], [0, 50]]), 5)
@example(np.array([[3]]), 5)
@example(np.array([[3, 50]]), 5)
def test_no_hidden_cell_follows_by_subtraction(n: np.ndarray, threshold: int) -> None:
    """By linear algebra over all rows, columns and totals; empty cells count as known."""
    found, whole = suppress(n, threshold), with_totals(n)
    hidden = mask(found)
    assert hidden[(whole > 0) & (whole < threshold)].all()
    assert not hidden[whole == 0].any()
    assert follows(equations_of(*n.shape), hidden.ravel()) == []


@given(tables, st.integers(2, 10))
@example(np.array([[0, 21, 2], [21, 0, 20]]), 5)
def test_no_small_cell_follows_beside_totals_that_are_shown_elsewhere(n: np.ndarray, threshold: int) -> None:
    """The strip above the map shows its columns by the rule of a list, and the page its whole."""
    found = beside_shown_columns(n, threshold)
    strip = suppress(n.sum(axis=0), threshold).cells
    shown = Hidden(found.cells, found.rows, strip, bool(0 < n.sum() < threshold))
    whole, hidden = with_totals(n), mask(shown).ravel()
    hidden &= whole.ravel() > 0  # that nobody answered is no secret
    small = {int(k) for k in np.flatnonzero((whole.ravel() > 0) & (whole.ravel() < threshold))}
    assert not small & set(follows(equations_of(*n.shape), hidden))
    assert small <= set(np.flatnonzero(hidden).tolist())


@given(tables, st.integers(2, 10))
def test_what_is_hidden_in_a_line_comes_to_enough(n: np.ndarray, threshold: int) -> None:
    """Where a line's total is shown, the common score of its hidden cells follows: they must be enough to show."""
    whole, hidden = with_totals(n), mask(suppress(n, threshold))
    for counts, shut in ((whole, hidden), (whole.T, hidden.T)):
        for line, shut_line in zip(counts, shut, strict=True):
            if not shut_line[-1] and shut_line.any():
                assert line[:-1][shut_line[:-1]].sum() >= threshold


@given(tables, st.integers(2, 10))
def test_nothing_few_nothing_hidden(n: np.ndarray, threshold: int) -> None:
    roomy = n + threshold
    assert not mask(suppress(roomy, threshold)).any()


def test_every_small_table_by_exhaustion() -> None:
    """All 3⁶ tables of 2 × 3 with cells 0, 2 and 9."""
    equations = equations_of(2, 3)
    for values in product((0, 2, 9), repeat=6):
        n = np.array(values).reshape(2, 3)
        hidden = mask(suppress(n, THRESHOLD))
        whole = with_totals(n)
        assert hidden[(whole > 0) & (whole < THRESHOLD)].all()
        assert follows(equations, hidden.ravel()) == [], n


def test_a_large_table_is_quick() -> None:
    """12 stages × 40 regions with many few cells in well under a second."""
    n = np.random.default_rng(2).poisson(6, (12, 40))
    begun = time.perf_counter()
    found = suppress(n, THRESHOLD)
    assert time.perf_counter() - begun < 1
    assert follows(equations_of(12, 40), mask(found).ravel()) == []
