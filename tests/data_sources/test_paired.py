"""Pairs of perception and expectation, joined by the database, against pandas on the raw rows."""

from __future__ import annotations

import pandas as pd
import pytest

from data_sources.expectation_report import expectation_report
from data_sources.paired import paired, pairing
from data_sources.room import Room
from data_sources.view import View
from metrics.expectation import PAIRED, TWO_SAMPLES
from metrics.intervals import estimate
from metrics.metric import Metric
from metrics.slices import EVERYTHING, Filters, Scope
from metrics.sums import Sums
from tests.data_sources import promised
from tests.data_sources.engines import ENGINES

SCOPES = {
    "all": EVERYTHING,
    "home": EVERYTHING.filtered(Filters.of({"segment": ["Home"]})),
    "web": EVERYTHING.filtered(Filters.of({"touchpoint": ["web"]})),
    "ruled": Scope(Filters(), (Filters.of({"segment": ["Office"]}),)),
}
COLUMNS = {"stars": "hope", "nps": "hope_nps"}


@pytest.fixture(scope="module", params=ENGINES)
def room(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Room:
    return promised.room(str(request.param), tmp_path_factory.mktemp("rows"), request)


def expected(seen: View, metric: Metric, scope: Scope, axis: str = "") -> dict[tuple[str, str], pd.Series]:
    """(level, value) → differences by customer."""
    rows, hopes = promised.in_year(promised.answers(), "at", seen), promised.hopes()
    column = COLUMNS[metric.id]
    low, high = metric.scale
    rows = rows[rows[metric.id].between(low, high)]
    hopes = hopes[hopes[column].between(low, high) & (hopes["asked"] < pd.Timestamp(seen.week.end))]
    for kept in (scope.filters, *scope.rules):
        for name, values in kept.kept:
            rows = rows[rows[name].isin(values)]
            hopes = hopes[hopes[name].isin(values)] if name in hopes else hopes
    by = [axis] if axis else []
    ours = rows.assign(v=metric.values(rows[metric.id].to_numpy())).groupby(["customer", *by])["v"].mean()
    hopes = hopes.assign(e=metric.values(hopes[column].to_numpy()), level=hopes["level"].fillna(""))
    newest = hopes.sort_values("asked").groupby(["who", "level", *by]).tail(1).rename(columns={"who": "customer"})
    both = newest.merge(ours.reset_index(), on=["customer", *by])
    both = both.assign(d=both["v"] - both["e"], place=both[axis] if axis else "")
    return {key: group["d"] for key, group in both.groupby(["level", "place"])}


@pytest.mark.parametrize("metric_id", ["stars", "nps"])
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("axis", ["", "segment"])
def test_every_pair_equals_pandas(room, metric_id, scope, axis):
    seen = promised.view(room, SCOPES[scope], metric_id)
    found, truth = paired(seen, seen.metric, axis), expected(seen, seen.metric, SCOPES[scope], axis)
    assert set(found) == set(truth) and {level for level, _ in truth} == {"", "adequate", "desired"}
    for key, d in truth.items():
        sums = found[key].differences
        assert (sums.n, sums.total, sums.squares) == (
            len(d), pytest.approx(d.sum(), abs=1e-6), pytest.approx((d**2).sum(), abs=1e-6),
        )  # fmt: skip


def test_the_report_uses_the_pairs_and_says_so(tmp_path, request):
    room = promised.room("folder", tmp_path, request)
    seen = promised.view(room)
    item = expectation_report(seen).item("stars")
    truth = expected(seen, seen.metric, EVERYTHING)
    for gap in item.gaps:
        d = truth[gap.expected.level, ""]
        assert gap.pairing == PAIRED and gap.gap.n == len(d) >= 30
        assert gap.gap.value == pytest.approx(d.mean())


def test_across_two_sources_both_sides_count_as_samples_of_their_own(tmp_path, request):
    room = promised.room("sqlite", tmp_path, request, elsewhere=True)
    seen = promised.view(room)
    assert paired(seen, seen.metric) == {}
    report = expectation_report(seen)
    assert "“panel”" in report.unpaired and "cannot be joined" in report.unpaired
    assert {gap.pairing for gap in report.item("stars").gaps} == {TWO_SAMPLES}


def test_without_expectations_there_is_nothing_to_pair(tmp_path, request):
    room = promised.room("folder", tmp_path, request, expectations=False)
    seen = promised.view(room)
    assert pairing(seen).expectations is None and paired(seen, seen.metric) == {}


def test_the_report_s_perception_is_pooled_from_raw_rows(tmp_path, request):
    """The newest weeks' answers, as many weeks as make 30, in every slice."""
    room = promised.room("folder", tmp_path, request)
    seen = promised.view(room)
    report, rows = expectation_report(seen), promised.answers()
    rows = rows[rows["stars"].between(1, 5)]
    places = [
        ("", "", report.item("stars")),
        *((axis, i.where[0][1], i) for axis, items in report.slices["stars"].items() for i in items),
    ]
    assert {axis for axis, _, _ in places} == {"", "segment"}
    for axis, value, item in places:
        own = rows if not axis else rows[rows[axis] == value]
        for weeks in range(1, 53):
            since = seen.weeks[-weeks].start
            kept = own[(own["at"] >= pd.Timestamp(since)) & (own["at"] < pd.Timestamp(seen.week.end))]["stars"]
            if len(kept) >= 30:
                break
        off = kept - 3
        assert item.weeks == weeks
        assert item.perception == estimate(seen.metric, Sums(len(kept), float(off.sum()), float((off**2).sum())))
