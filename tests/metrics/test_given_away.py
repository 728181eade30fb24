"""Signals do not print what the breakdown beside them holds back. Authority: subtraction on the raw sums."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from metrics.given_away import given_away
from metrics.history import History
from metrics.metric import Metric, MetricKind
from metrics.periods import Period
from metrics.sums import SumsTable
from metrics.weekly import review

NPS = Metric("nps", "NPS", MetricKind.NPS, (0.0, 10.0))
REGIONS = ("North", "South", "West")
WEEKS = tuple(Period(date(2025, 6, 2) + timedelta(weeks=i), date(2025, 6, 9) + timedelta(weeks=i)) for i in range(30))


def history(last: tuple[int, int, int], fallen: float = -80.0) -> History:
    """Sixty answers a week of North and of West and as many of South as said in the last week; North falls there."""
    rng = np.random.default_rng(4)
    n = np.full((len(WEEKS), 3), 60)
    n[:, 1] = 20
    n[-1] = last
    level = np.array([30.0, 30.0, 30.0]) + rng.normal(0, 4, (len(WEEKS), 3))
    level[-1, 0] = fallen
    total = np.round(level * n / 100) * 100
    squares = np.minimum(np.abs(total) * 100 + 4_000 * n, 10_000.0 * n)
    starts = tuple(week.start.isoformat() for week in WEEKS)
    by_region = SumsTable(("week", "region"), (starts, REGIONS), n.astype(np.int64), total, squares)
    return History(NPS, WEEKS, by_region.over("region"), {("region",): by_region})


def test_a_signal_is_told_where_nobody_small_stands_beside_it() -> None:
    told = review([history((60, 20, 90))])
    assert [mover.label for mover in told.movers] == ["North"]


@pytest.mark.parametrize("few", [1, 4])
def test_a_signal_from_which_a_few_would_follow_is_not(few: int) -> None:
    given = history((60, few, 90))
    whole, shown = given.total.at(len(WEEKS) - 1), [given.slices[("region",)].at(len(WEEKS) - 1, i) for i in (0, 2)]
    assert whole.n - sum(one.n for one in shown) == few  # what would follow
    told = review([given])
    assert not told.movers and "North" not in told.headline


def test_a_slice_that_is_large_enough_to_hide_another_is_told_by_itself() -> None:
    """South's few are hidden with the smallest that suffices; the third stays."""
    given = history((60, 3, 90))
    wheres = [(("region", name),) for name in REGIONS]
    assert given_away(given, wheres, 5, (slice(-1, None),)) == {wheres[0], wheres[1]}
    assert given_away(given, wheres, 5, (slice(-2, -1),)) == frozenset()
    assert given_away(given, [(("elsewhere", "x"),)], 5, (slice(-1, None),)) == frozenset()
