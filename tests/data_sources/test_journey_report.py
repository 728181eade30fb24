"""The strip and the map of a company in memory, held against pandas, and what must never be given away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources.errors import NotConfigured
from data_sources.journey_report import UNSCANNED, WIDEST, across_axes, journey_report, touchpoint_map
from data_sources.view import View
from metrics.catalog import Axis
from metrics.estimate import Direction, Verdict
from metrics.listening import Listening
from metrics.metric import Metric
from metrics.review import Reading
from metrics.slices import EVERYTHING, NOT_RECORDED, Filters
from metrics.sums import Sums
from tests.pages import company
from tests.pages.company import EASE, NPS
from tests.pages.journey_company import CATALOG, STAGES, TOUCHPOINTS, fallen, rows, silenced, view

NEWEST = company.WEEKS - 1
FEWEST = CATALOG.thresholds.show_number


def net(answers: pd.DataFrame, metric: Metric) -> float | None:
    """The plain net score of these rows, recounted by pandas."""
    high, low = (9, 6) if metric is NPS else (6, 3)
    scores = answers[metric.id]
    return None if scores.empty else 100 * float((scores >= high).mean() - (scores <= low).mean())


def same(reading: Reading, answers: pd.DataFrame) -> bool:
    """Whether a reading is the score and the n of these rows."""
    expected = net(answers, reading.metric)
    value = reading.estimate.value
    return (
        reading.estimate.n == len(answers)
        and (value is None) == (expected is None)
        and value == pytest.approx(expected)
    )


def test_every_cell_of_the_strip_is_pandas_own() -> None:
    newest, strip = rows().query("week == @NEWEST"), journey_report(view(), NPS).strip
    assert strip is not None and strip.stages == STAGES
    assert [row.metric for row in strip.rows] == [NPS, EASE]
    for row in strip.rows:
        assert same(row.whole, newest)
        assert all(same(cell, newest[newest["stage"] == s]) for s, cell in zip(STAGES, row.cells, strict=True))


def test_the_verdicts_are_the_scans() -> None:
    seen = view(fallen())
    report, scan = journey_report(seen, NPS), seen.scan()
    assert report.strip is not None and report.looked_at == scan.looked_at
    hit = report.strip.rows[1].cells[STAGES.index("use")]
    assert (hit.verdict, hit.direction) == (Verdict.SIGNAL, Direction.CONCERN)
    assert hit == scan.of("ease").reading_of((("stage", "use"),))
    others = [cell for row in report.strip.rows for cell in row.cells if cell is not hit]
    assert not any(cell.verdict is Verdict.SIGNAL for cell in others)


def test_against_another_week_the_change_is_pandas_own() -> None:
    seen = view(fallen())
    week = seen.weeks[-5]
    strip = journey_report(seen, NPS, week).strip
    given = fallen()
    assert strip is not None and strip.against == week and strip.compared == 8, "2 metrics × (3 stages and all)"
    for row in strip.rows:
        for stage, cell in zip(STAGES, row.cells, strict=True):
            now, then = (given[(given["week"] == w) & (given["stage"] == stage)] for w in (NEWEST, NEWEST - 4))
            assert same(cell, now) and cell.usual.n == len(then)
            assert cell.change.value == pytest.approx((net(now, row.metric) or 0) - (net(then, row.metric) or 0))
    assert strip.rows[1].cells[1].verdict is Verdict.SIGNAL


def test_a_later_week_may_be_compared_with_too() -> None:
    seen = view()
    earlier = replace(seen, week=seen.weeks[-5])
    strip = journey_report(earlier, NPS, seen.weeks[-1]).strip
    assert strip is not None and strip.rows[0].whole.usual.n == 240


def test_narrowed_to_one_stage_its_cell_is_the_whole() -> None:
    seen = view(scope=EVERYTHING.filtered(Filters.of({"stage": ["use"]})))
    strip = journey_report(seen, NPS).strip
    assert strip is not None and strip.stages == ("use",)
    assert strip.rows[0].cells[0].estimate == strip.rows[0].whole.estimate
    assert same(strip.rows[0].whole, rows().query("week == @NEWEST and stage == 'use'"))


def test_every_cell_of_the_map_is_pandas_own_and_narrows_to_itself() -> None:
    newest, seen = rows().query("week == @NEWEST"), view()
    found = touchpoint_map(seen, NPS, "stage")
    assert found.columns == STAGES and [row.touchpoint for row in found.rows] == list(TOUCHPOINTS)
    for row in found.rows:
        here = newest[newest["touchpoint"] == row.touchpoint]
        assert same(row.whole, here)
        for stage, cell in zip(found.columns, row.cells, strict=True):
            assert same(cell, here[here["stage"] == stage])
            narrowed = seen.narrowed("touchpoint", row.touchpoint).narrowed("stage", stage)
            assert narrowed.scan().of("nps").reading().estimate.n == cell.estimate.n, "the card it opens has its n"


@pytest.mark.parametrize("axis", ["region", "segment"])
def test_the_map_goes_across_any_axis(axis: str) -> None:
    newest = rows().query("week == @NEWEST")
    for row in touchpoint_map(view(), EASE, axis).rows:
        here = newest[newest["touchpoint"] == row.touchpoint]
        pairs = zip(CATALOG.axis(axis).values, row.cells, strict=True)
        assert all(same(cell, here[here[axis] == value]) for value, cell in pairs)


def test_the_axes_to_lay_across_begin_with_the_stages() -> None:
    assert across_axes(view()) == ("stage", "region", "segment")
    assert across_axes(view(scope=EVERYTHING.filtered(Filters.of({"stage": ["use"], "region": ["North"]})))) == (
        "segment",
    )


def test_touchpoints_alone_and_none_at_all() -> None:
    assert [len(row.cells) for row in touchpoint_map(view(), NPS, None).rows] == [0] * len(TOUCHPOINTS)
    bare = replace(CATALOG, touchpoints=Axis("touchpoint", "Touchpoint"))
    for asked in (lambda seen: touchpoint_map(seen, NPS, "stage"), across_axes):
        with pytest.raises(NotConfigured, match=r"responses\.touchpoint"):
            asked(view(catalog=bare))


def test_silent_and_never_heard_touchpoints_stay_as_rows() -> None:
    found = {row.touchpoint: row for row in touchpoint_map(view(silenced()), NPS, "stage").rows}
    silent = found["call centre"]
    assert silent.heard.state is Listening.SILENT and silent.heard.silent_since == view().weeks[-3]
    assert not any(cell.estimate.n for cell in (*silent.cells, silent.whole))
    assert found["letters"].heard.state is Listening.NEVER


def test_what_the_scan_does_not_look_at_is_shown_without_a_verdict() -> None:
    """Pairs wider than data_sources.view.WIDEST_PAIR are not scanned; and of many values the twelve widest stay."""
    many = tuple(f"r{i:03d}" for i in range(700))
    given = rows().assign(region=lambda it: np.where(it.index % 3 == 0, "r000", "r001"))
    catalog = replace(CATALOG, dimensions=(Axis("region", "Region", many), CATALOG.dimensions[1]))
    found = touchpoint_map(view(given, catalog=catalog), NPS, "region")
    assert len(found.columns) == WIDEST and {"r000", "r001"} <= set(found.columns) and found.left_out == 700 - WIDEST
    cell = found.rows[0].cells[0]
    assert not found.scanned and cell.why == UNSCANNED and cell.verdict is Verdict.ROUTINE
    assert same(cell, given.query("week == @NEWEST and touchpoint == 'sales' and region == 'r000'"))


def test_the_sentence_speaks_of_stages_else_of_touchpoints_else_of_neither() -> None:
    bare = replace(CATALOG, stages=Axis("stage", "Stage"))
    nothing = replace(bare, touchpoints=Axis("touchpoint", "Touchpoint"))
    assert [journey_report(view(catalog=it), NPS).axis for it in (CATALOG, bare, nothing)] == [
        "stage",
        "touchpoint",
        "",
    ]
    assert journey_report(view(catalog=bare), NPS).strip is None


def test_what_has_no_name_or_no_number_of_its_own_is_neither_best_nor_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    """All answers of one stage are the worst there can be, but it is hidden beside another of a few, which would follow
    from the total; or its name is not recorded."""
    given, last = rows(), STAGES[-1]
    newest = given["week"] == NEWEST
    bad = given.assign(nps=np.where(newest & (given["stage"] == last), 0, given["nps"]))
    bad = bad.assign(ease=np.where(newest & (given["stage"] == last), 1, given["ease"]))
    found = journey_report(view(bad), NPS).extremes
    assert found is not None and found.worst == last
    few = bad[newest & (bad["stage"] == STAGES[0])].head(2)
    beside = bad[newest & (bad["stage"] == last)].head(20)
    rest = bad[newest & bad["stage"].isin(STAGES[1:-1])]
    found = journey_report(view(pd.concat([bad[~newest], few, beside, rest])), NPS).extremes
    assert found is None or last not in (found.best, found.worst)
    cells = Sums(90, 4_500.0, 9e5), Sums(90, 0.0, 9e5), Sums(90, -8_000.0, 9e5)
    monkeypatch.setattr("data_sources.journey_report._cells", lambda *_: (("a", "b", NOT_RECORDED), cells))
    found = journey_report(view(), NPS).extremes
    assert found is not None and (found.best, found.worst) == ("a", "b")


sizes = st.lists(st.lists(st.sampled_from([0, 1, 2, 4, 5, 9]), min_size=3, max_size=3), min_size=3, max_size=3)


def thinned(n: list[list[int]], before: list[list[int]] | None = None) -> View:
    """The newest week (and the one before it) holds exactly so many answers by touchpoint and stage."""
    given = rows()
    parts = [given[given["week"] < NEWEST - 1]]
    for week, counts in ((NEWEST, n), (NEWEST - 1, before or n)):
        for touchpoint, row in zip(TOUCHPOINTS, counts, strict=False):
            for stage, count in zip(STAGES, row, strict=True):
                parts.append(given[given["week"] == week].head(count).assign(touchpoint=touchpoint, stage=stage))
    return view(pd.concat(parts, ignore_index=True))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sizes, sizes)
def test_no_hidden_cell_follows_from_what_is_shown(n: list[list[int]], before: list[list[int]]) -> None:
    """METHODS §8: too few stay hidden, and what is hidden beside a shown total comes to enough by itself. On the map
    for every touchpoint with its total, on the strip for every row with its end-to-end score, in either week."""
    seen = thinned(n, before)
    lines = [(row.whole, row.cells) for row in touchpoint_map(seen, NPS, "stage").rows]
    for against in (None, seen.weeks[-2]):
        strip = journey_report(seen, NPS, against).strip
        assert strip is not None
        lines += [(row.whole, row.cells) for row in strip.rows]
    for whole, cells in lines:
        hidden = [cell.estimate.n or 0 for cell in cells if cell.estimate.value is None and cell.estimate.n]
        assert all(cell.estimate.value is None or (cell.estimate.n or 0) >= FEWEST for cell in (whole, *cells))
        if whole.estimate.value is not None and hidden:
            assert sum(hidden) >= FEWEST
