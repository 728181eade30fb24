"""Days of delay, counted by the database, against pandas on the raw rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data_sources.delays import DAY, by_day, delays
from data_sources.errors import NotConfigured
from data_sources.room import Room
from metrics.delays import CAP
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import EVERYTHING, Filters
from metrics.sums import Sums
from tests.data_sources import promised
from tests.data_sources.engines import ENGINES

HOME_WEB = EVERYTHING.filtered(Filters.of({"segment": ["Home"], "touchpoint": ["web"]}))


@pytest.fixture(scope="module", params=ENGINES)
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return promised.room(str(request.param), tmp_path_factory.mktemp("rows"), request)


def counted(frame: pd.DataFrame, metric: Metric) -> dict[int, tuple[int, float, float]]:
    """Day → n, Σ(v − c), Σ(v − c)²."""
    low, high = metric.scale
    kept = frame[frame[metric.id].between(low, high) & frame["actual"].notna()]
    days = (kept["actual"].dt.normalize() - kept["promised"].dt.normalize()).dt.days.clip(-CAP, CAP)
    values = metric.values(kept[metric.id].to_numpy()) - metric.centre
    found = pd.DataFrame({"day": days, "v": values, "w": values**2}).groupby("day").agg(
        n=("v", "size"), total=("v", "sum"), squares=("w", "sum")
    )  # fmt: skip
    return {int(day): (int(row.n), float(row.total), float(row.squares)) for day, row in found.iterrows()}


@pytest.mark.parametrize("metric_id", ["stars", "nps"])
@pytest.mark.parametrize("scope", [EVERYTHING, HOME_WEB], ids=["all", "slice"])
def test_every_day_of_delay_equals_pandas(room, metric_id, scope):
    seen = promised.view(room, scope, metric_id)
    rows = promised.in_year(promised.answers(), "at", seen)
    for axis, values in scope.filters.kept:
        rows = rows[rows[axis].isin(values)]
    truth = counted(rows, seen.metric)
    year = Period(seen.weeks[-52:][0].start, seen.week.end)
    responses = room.datasets["responses"]
    table = room.sources.run("db", by_day(responses, seen.metric, year, scope)).to_pylist()
    assert sorted(row[DAY] for row in table) == sorted(truth)
    assert min(truth) == -CAP and max(truth) >= 15
    found = delays(seen, seen.metric)
    late = [truth[day] for day in truth if day > 0]
    assert found.late.n == sum(n for n, _, _ in late)
    whole = estimate(seen.metric, Sums(*(sum(column) for column in zip(*late, strict=True))))
    assert found.late.value == pytest.approx(whole.value)
    assert (found.late.lower, found.late.upper) == (pytest.approx(whole.lower), pytest.approx(whole.upper))
    shown = {day: each for day, each in found.days if each.value is not None}
    assert len(shown) > 20
    for day, each in shown.items():
        assert each == estimate(seen.metric, Sums(*truth[day])) or np.isclose(
            each.value, estimate(seen.metric, Sums(*truth[day])).value
        )
        assert each.n == truth[day][0]


def test_the_slope_is_that_of_the_raw_rows(room):
    seen = promised.view(room)
    rows = promised.in_year(promised.answers(), "at", seen)
    rows = rows[rows["stars"].between(1, 5) & rows["actual"].notna()]
    days = (rows["actual"].dt.normalize() - rows["promised"].dt.normalize()).dt.days
    week = days.between(1, 7)
    truth = np.polyfit(days[week], rows["stars"][week], 1)[0]
    found = delays(seen, seen.metric).slope
    assert found.value == pytest.approx(truth) and found.n == week.sum()


def test_without_both_days_the_key_is_named(tmp_path, request):
    room = promised.room("folder", tmp_path, request)
    responses = room.datasets["responses"]
    kept = {word: column for word, column in responses.columns.items() if word != "actual"}
    room.datasets["responses"] = type(responses)(responses.role, responses.source, responses.from_clause, kept)
    with pytest.raises(NotConfigured, match=r"\[responses\.actual\]"):
        delays(promised.view(room), room.catalog.metric("stars"))
