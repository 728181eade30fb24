"""Too few to show: which cells and totals of a table stay hidden (METHODS §8).

Hiding the few is not enough: what is left can be subtracted from the total. So more is hidden, as little as a
greedy choice finds, until no hidden cell follows from what is shown (complementary suppression; Cox 1980,
doi:10.1080/01621459.1980.10477481; Willenborg & de Waal 2001, *Elements of Statistical Disclosure Control*, ch. 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

from metrics.sums import IntArray

BoolArray = npt.NDArray[np.bool_]
TABLE = 2
"""Axes of the largest table that has rules here."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What stays hidden. `cells` has the table's shape; `rows` and `columns` are the totals of each row and column
    (empty for a list), `total` the whole's."""

    cells: BoolArray
    rows: BoolArray
    columns: BoolArray
    total: bool


def suppress(n: IntArray, threshold: int, total_shown: bool = True) -> Hidden:
    """What to hide of a list or a table of responses per cell, `n`.

    Hidden at once: whatever counts 1 … threshold − 1 responses, totals included. Then, while totals are shown: in
    every row and column (and the list) what is hidden must itself come to at least `threshold` responses, because
    their common score follows by subtraction; and no single hidden cell may follow from any combination of rows and
    columns. Smallest cells go first, totals only where cells cannot do it; a list's total of at least `threshold`
    is never hidden. A cell with 0 responses has nothing to hide and hides nothing else. Without shown totals only the
    first rule applies. Raises ValueError for a negative n or more than two axes.
    """
    n = np.asarray(n, dtype=np.int64)
    if n.ndim not in (1, TABLE) or (n < 0).any():
        raise ValueError(f"n has shape {n.shape} and minimum {n.min(initial=0)}: give counts of a list or a table")
    if n.ndim == 1:
        return _list(n, threshold, total_shown)
    whole = np.pad(n, ((0, 1), (0, 1)))
    whole[:-1, -1], whole[-1, :-1], whole[-1, -1] = n.sum(axis=1), n.sum(axis=0), n.sum()
    hidden = (whole > 0) & (whole < threshold)
    if total_shown:
        _protect(whole, hidden, threshold)
    return Hidden(hidden[:-1, :-1], hidden[:-1, -1], hidden[-1, :-1], bool(hidden[-1, -1]))


def beside_shown_columns(n: IntArray, threshold: int) -> Hidden:
    """As `suppress` of a table whose column totals are on the page already by the rule of a list, and its whole unless
    it counts too few. Where the table's own rule would have hidden one of them, the totals of all rows are hidden
    instead, each column is protected by itself, and one whose total is hidden is hidden whole: then nothing joins the
    columns but what the list shows of them. The same errors."""
    found = suppress(n, threshold)
    n = np.asarray(n, dtype=np.int64)
    columns, total = n.sum(axis=0), int(n.sum())
    if not (found.columns & (columns >= threshold)).any() and not (found.total and total >= threshold):
        return found
    cells = np.stack([_list(column, threshold, True).cells for column in n.T], axis=1)
    shut = _list(columns, threshold, True)
    return Hidden(cells | (shut.cells[None, :] & (n > 0)), n.sum(axis=1) > 0, shut.cells, shut.total)


def _list(n: IntArray, threshold: int, total_shown: bool) -> Hidden:
    """One row of cells and its total. At least two cells are hidden once one is: fewer than `threshold` in one
    cell cannot reach it alone."""
    hidden = (n > 0) & (n < threshold)
    if total_shown:
        _fill(n, hidden, threshold)
    none = np.zeros(0, dtype=np.bool_)
    return Hidden(hidden, none, none, bool(0 < n.sum() < threshold))


def _fill(n: IntArray, hidden: BoolArray, threshold: int) -> bool:
    """Hides the smallest shown cells of one line, in place, until those hidden come to `threshold`; whether it
    changed anything. Nothing to do where nothing is hidden."""
    changed = False
    missing = np.where(hidden | (n == 0), np.iinfo(np.int64).max, n)
    for place in np.argsort(missing, kind="stable"):
        if not 0 < n[hidden].sum() < threshold or hidden[place] or n[place] == 0:
            break
        hidden[place] = changed = True
    return changed


def _protect(whole: IntArray, hidden: BoolArray, threshold: int) -> None:
    """Hides more of a table with its totals in the last row and column, in place, until both rules hold. Each round
    hides at least one more cell or is the last."""
    changed = True
    while changed:
        changed = False
        for n, shut in ((whole, hidden), (whole.T, hidden.T)):
            for line, shut_line in zip(n, shut, strict=True):
                if shut_line[-1]:
                    continue
                if _fill(line[:-1], shut_line[:-1], threshold):
                    changed = True
        for row, column in np.argwhere(hidden).tolist():
            for place in _way_round(whole, hidden, row, column):
                hidden[place] = changed = True


def _way_round(whole: IntArray, hidden: BoolArray, row: int, column: int) -> list[tuple[int, int]]:
    """Cells to hide so that a hidden cell does not follow from the totals; none where it already does not.

    Rows and columns are the nodes of a graph and hidden cells its edges: a cell follows exactly if no other path
    joins its row and its column, so the cheapest such path is looked for (Gusfield 1988, doi:10.1137/0217034).
    Hidden cells cost nothing, shown ones their n, totals more than all cells together. The totals' own row and
    column always leave a path.
    """
    rows, columns = whole.shape
    cost = whole.astype(np.float64)
    everything = float(whole[-1, -1]) + 1
    cost[-1, :] += everything
    cost[:, -1] += everything
    cost[hidden] = 0
    cost[whole == 0] = np.inf
    cost[row, column] = np.inf
    best, before = np.full(rows + columns, np.inf), np.full(rows + columns, -1)
    best[row], target = 0.0, rows + column
    queue = [(0.0, row)]
    while queue:
        so_far, node = heappop(queue)
        if node == target:
            break
        if so_far > best[node]:
            continue
        steps, first = (cost[node], rows) if node < rows else (cost[:, node - rows], 0)
        for place in np.flatnonzero(so_far + steps < best[first : first + steps.size]).tolist():
            best[first + place], before[first + place] = so_far + steps[place], node
            heappush(queue, (so_far + float(steps[place]), first + place))
    found, node = [], target
    while node != row:
        ends = (node, int(before[node]))
        cell = (min(ends), max(ends) - rows)
        if not hidden[cell]:
            found.append(cell)
        node = ends[1]
    return found
