"""A step at a declared event is found with its size; a steady series has none; neighbours share the chart's error."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from metrics.catalog import DeclaredEvent
from metrics.estimate import Verdict
from metrics.event_effects import LEAST_WEEKS, event_effects
from metrics.history import History
from metrics.metric import Metric, MetricKind
from metrics.periods import weeks_between
from metrics.sums import SumsTable

STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
FIRST = date(2026, 1, 5)


def history(levels: list[float], n: int = 200, seed: int = 1) -> History:
    rng = np.random.default_rng(seed)
    weeks = weeks_between(FIRST, FIRST + timedelta(weeks=len(levels) - 1), 0)
    rows = [np.clip(np.rint(rng.normal(level, 1.0, n)), 1, 5) - STARS.centre for level in levels]
    table = SumsTable(
        ("week",), (tuple(w.start.isoformat() for w in weeks),), np.full(len(levels), n),
        np.array([row.sum() for row in rows]), np.array([(row**2).sum() for row in rows]),
    )  # fmt: skip
    return History(STARS, weeks, table)


def test_a_step_of_half_a_star_is_found_with_its_size() -> None:
    event = DeclaredEvent(FIRST + timedelta(weeks=20), "New app")
    (effect,) = event_effects(history([3.0] * 20 + [3.5] * 15), [event])
    assert effect.verdict is Verdict.SIGNAL
    assert effect.change.value == pytest.approx(0.5, abs=0.06)
    assert effect.change.lower is not None and effect.change.lower > 0.35


def test_nothing_happened_is_routine_in_nineteen_of_twenty_charts() -> None:
    event = DeclaredEvent(FIRST + timedelta(weeks=20, days=3), "Nothing")
    called = [event_effects(history([3.0] * 35, seed=s), [event])[0].verdict is Verdict.SIGNAL for s in range(100)]
    assert sum(called) <= 9  # binomial(100, .05): P(more than 9) = .028


def test_the_week_of_the_event_belongs_to_neither_side() -> None:
    levels = [3.0] * 20 + [5.0] + [3.0] * 14
    (effect,) = event_effects(history(levels), [DeclaredEvent(FIRST + timedelta(weeks=20, days=2), "Odd week")])
    assert abs(effect.change.value or 0) < 0.1


def test_too_few_weeks_on_a_side_is_not_tested() -> None:
    early = DeclaredEvent(FIRST + timedelta(weeks=LEAST_WEEKS - 1), "Early")
    assert event_effects(history([3.0] * 30), [early]) == ()
