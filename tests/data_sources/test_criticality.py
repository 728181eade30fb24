"""The weight of a touchpoint on every engine: r and n equal pandas on the raw rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data_sources.criticality import criticality, journey_axis
from data_sources.errors import NotFilterable
from data_sources.view import View
from metrics.access import OWNER
from metrics.metric import Metric
from metrics.slices import EVERYTHING, Filters
from tests.data_sources.test_three_engines import engine_kind, expected, raw_rows, room_on

__all__ = ["engine_kind"]
KINDS = ("nps", "stars", "easy")


def rows_with_moods(seed: int = 5) -> pd.DataFrame:
    """Raw rows in which a happy customer is happy at every touchpoint; some name no customer, some no touchpoint."""
    rows = raw_rows(seed)
    rng = np.random.default_rng(seed)
    mood = rows["customer_id"].str[1:].astype(int) % 11
    rows["nps"] = np.where(rng.random(len(rows)) < 0.5, mood, rows["nps"])
    rows["stars"] = np.clip((mood / 2.75 + 1 + rng.normal(0, 1, len(rows))).round(2), 1, 5)
    rows.loc[::17, "customer_id"] = None
    rows.loc[::23, "touchpoint"] = None
    return rows


def of_pandas(rows: pd.DataFrame, metric: Metric, view: View, axis: str = "touchpoint") -> dict[str, tuple[float, int]]:
    """r and n per place: a customer's mean there against the mean everywhere else."""
    scope = EVERYTHING.filtered(view.scope.filters.without(axis))
    kept = pd.concat(expected(rows, metric, week, scope) for week in view.weeks).dropna(subset=["customer_id"])
    found = {}
    for place in kept[axis].dropna().unique():
        there = kept[kept[axis] == place].groupby("customer_id")["value"].mean()
        elsewhere = kept[kept[axis] != place].groupby("customer_id")["value"].mean()
        both = pd.concat([there, elsewhere], axis=1, keys=["x", "y"]).dropna()
        found[place] = (stats.pearsonr(both["x"], both["y"]).statistic, len(both))
    return found


def looked_at(room: object, metric: str, filters: Filters | None = None) -> View:
    week = room.cube().weeks[-2]  # type: ignore[attr-defined]
    return View(room, week, EVERYTHING.filtered(filters or Filters()), room.catalog.metric(metric), OWNER)  # type: ignore[attr-defined,arg-type]


@pytest.mark.parametrize("form", ["wide", "long"])
def test_r_and_n_equal_pandas(
    engine_kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    rows = rows_with_moods()
    room = room_on(engine_kind, rows, tmp_path, request, form=form)
    for name in KINDS:
        for filters in (Filters(), Filters.of({"region": ["North", "O'Hare & Söhne"], "touchpoint": ["sales"]})):
            view = looked_at(room, name, filters)
            want = of_pandas(rows, view.metric, view)
            got = criticality(view, view.metric)
            assert got.keys() == want.keys()
            for place, (r, n) in want.items():
                assert got[place].n == n >= 30
                assert got[place].value == pytest.approx(r, abs=1e-9)
                assert got[place].lower is not None and got[place].lower < r
    room.close()


def test_below_low_n_customers_there_is_no_value(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = rows_with_moods()
    few = rows["touchpoint"] == "mobile app"
    rows = rows[~few | (few.cumsum() <= 30)]
    room = room_on("duckdb", rows, tmp_path, request)
    view = looked_at(room, "nps")
    got = criticality(view, view.metric)["mobile app"]
    assert 0 < (got.n or 0) < 30
    assert got.value is None
    room.close()


def test_customers_who_answer_once_weigh_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = rows_with_moods().assign(customer_id=lambda it: [f"one{i}" for i in range(len(it))])
    room = room_on("sqlite", rows, tmp_path, request)
    view = looked_at(room, "nps")
    assert criticality(view, view.metric) == {}
    room.close()


def test_stages_may_be_weighed_and_an_unrecorded_axis_is_refused(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    rows = rows_with_moods()
    room = room_on("duckdb", rows, tmp_path, request)
    view = looked_at(room, "stars")
    assert journey_axis(view.catalog) == "touchpoint"
    got, want = criticality(view, view.metric, "stage"), of_pandas(rows, view.metric, view, "stage")
    assert {place: one.n for place, one in got.items()} == {place: n for place, (_, n) in want.items()}
    with pytest.raises(NotFilterable):
        criticality(view, view.metric, "product")
    room.close()
