"""The mean yearly value against scipy's t interval."""

import pytest
from scipy import stats

from metrics.customer_value import mean_value
from metrics.sums import NOTHING, Sums

VALUES = [120.0, 640.0, 310.5, 95.0, 1220.0, 480.0]


def sums(values: list[float]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


def test_the_t_interval_is_scipys() -> None:
    found = mean_value(sums(VALUES), 5)
    low, high = stats.t.interval(0.95, len(VALUES) - 1, loc=sum(VALUES) / 6, scale=stats.sem(VALUES))
    assert found.value == pytest.approx(sum(VALUES) / 6)
    assert (found.lower, found.upper, found.n) == (pytest.approx(low), pytest.approx(high), 6)


def test_few_none_and_alike() -> None:
    assert mean_value(NOTHING, 5).value is None
    assert (mean_value(sums(VALUES[:4]), 5).value, mean_value(sums(VALUES[:4]), 5).n) == (None, 4)
    alike = mean_value(sums([60.0] * 8), 5)
    assert (alike.value, alike.lower, alike.n) == (60.0, None, 8)
