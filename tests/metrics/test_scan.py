from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import numpy as np
import pytest

from metrics.catalog import DeclaredEvent, Thresholds
from metrics.cells import cells, rebases
from metrics.estimate import Direction, Verdict
from metrics.metric import Better
from metrics.scan import scan
from metrics.scanned import State
from tests.metrics.cases import DELIVERY, NORTH, grid, history
from tests.metrics.sample import CSAT, NPS
from tests.metrics.simulate import METRICS, company, weeks

WHERE = (("region", "North"), ("touchpoint", "Delivery & installation"))


def planted(points: float, lasting: int, *, per_cell: int = 100):
    n, means = grid(per_cell)
    means[-lasting:, NORTH, DELIVERY] += points
    return history(n, means)


def test_cells_hold_every_slice_in_order():
    company_cells = cells(company(1)[0])
    assert len(company_cells.where) == 1 + 512
    history_ = company(1)[0]
    place = company_cells.places[(("region", "region 2"), ("segment", "segment 3"))]
    assert company_cells.sums(place, slice(5, 6)) == history_.slices[("region", "segment")].at(5, 1, 2)
    assert company_cells.sums(0, slice(0, 61)) == history_.total.whole()


@pytest.mark.parametrize(
    ("points", "lasting", "window", "why"),
    [
        (-80, 1, 1, "outside its normal range this week"),
        (+65, 1, 1, "outside its normal range this week"),
        (-28, 3, 3, "below its usual level"),
        (-16, 8, 8, "below its usual level"),
    ],
)
def test_a_planted_departure_is_read_with_its_window_direction_and_words(points, lasting, window, why):
    reading = scan([planted(points, lasting)]).of("nps").reading_of(WHERE)
    assert reading.verdict is Verdict.SIGNAL
    assert reading.direction is (Direction.CONCERN if points < 0 else Direction.IMPROVEMENT)
    assert reading.weeks == window
    assert why in reading.why
    assert reading.shift.value == pytest.approx(reading.level.value - reading.usual.value)
    assert reading.change.value == pytest.approx(reading.estimate.value - reading.usual.value)


def test_axes_of_a_slice_may_be_named_in_any_order():
    scanned = scan([planted(-80, 1)]).of("nps")
    assert scanned.reading_of(WHERE[::-1]) == scanned.reading_of(WHERE)
    assert scanned.reading_of((("region", "Nowhere"),)) is None


def test_lower_is_better_turns_the_direction():
    bad = planted(+65, 1)
    complaints = replace(bad, metric=replace(bad.metric, better=Better.LOWER))
    assert scan([complaints]).of("nps").reading_of(WHERE).direction is Direction.CONCERN


def test_too_few_answers_this_week_are_words_not_a_test():
    n, means = grid()
    n[-1, NORTH, DELIVERY] = 2
    n[-1, NORTH, 0] = 0
    scanned = scan([history(n, means)], Thresholds(show_number=5)).of("nps")
    assert scanned.reading_of(WHERE).why == "2 answers: too few to say"
    silent = scanned.reading_of((("region", "North"), ("touchpoint", "Billing")))
    assert (silent.verdict, silent.why) == (Verdict.TOO_FEW, "no answers this week")


def test_a_touchpoint_that_stopped_is_stale_with_its_last_day():
    n, means = grid()
    n[-3:, :, DELIVERY] = 0
    scanned = scan([history(n, means)]).of("nps")
    reading = scanned.reading_of((("touchpoint", "Delivery & installation"),))
    last = weeks()[-4].last_day
    assert (reading.verdict, reading.why) == (Verdict.STALE, f"no answers since {last.day} {last:%b}")
    assert reading.estimate.value is None
    assert len(scanned.found(State.STALE)) == 4  # the touchpoint and its three regions


def test_a_slice_that_was_always_patchy_is_not_stale():
    n, means = grid(per_cell=4)
    n[::2, NORTH, DELIVERY] = 0
    n[-3:, NORTH, DELIVERY] = 0
    assert scan([history(n, means)]).of("nps").reading_of(WHERE).verdict is Verdict.TOO_FEW


def test_a_rebase_starts_the_usual_level_anew():
    n, means = grid()
    means[-20:] += 25
    day = weeks()[-20].start
    rebased = scan([history(n, means)], None, [DeclaredEvent(day, "App 5.0", rebase=True)]).of("nps")
    assert rebased.cells.start == 41
    assert rebased.reading().verdict is Verdict.ROUTINE
    assert rebased.reading().usual.value == pytest.approx(60, abs=3)


def test_just_after_a_rebase_there_is_no_verdict_yet():
    n, means = grid()
    day = weeks()[-4].start
    reading = scan([history(n, means)], None, [DeclaredEvent(day, "App 5.0", rebase=True)]).of("nps").reading()
    assert (reading.verdict, reading.p) == (Verdict.ROUTINE, None)
    assert reading.why == "no verdict yet: 3 weeks to compare with"


def test_rebases_name_the_first_week_wholly_after_the_day():
    days = [weeks()[10].start, weeks()[20].start + timedelta(days=2), weeks()[0].start - timedelta(days=90)]
    events = [DeclaredEvent(day, "x", rebase=True, metrics=("nps",)) for day in days]
    assert rebases(events, NPS, weeks()) == (10, 21)
    assert rebases(events, CSAT, weeks()) == ()
    assert rebases([DeclaredEvent(days[0], "x")], NPS, weeks()) == ()


def test_a_total_carried_by_a_loud_slice_is_told():
    """Alone the total is a near miss; the slice that signals accounts for nearly all of it."""
    n, means = grid(per_cell=400)
    means[-1] = means[:-1].mean(axis=0)
    means[-1, NORTH, DELIVERY] -= 33
    scanned = scan([history(n, means), *company(3)[1:]]).of("nps")
    joint = scanned.departures.joint[0]
    assert 0.035 / 6 * 2 < joint <= 0.05
    assert scanned.reading().verdict is Verdict.SIGNAL


def test_scan_counts_what_it_looked_at_and_names_unknown_metrics():
    result = scan(company(1)[:2])
    testable = sum(int(np.isfinite(kpi.departures.joint[1:]).sum()) for kpi in result.kpis)
    few = sum(len(kpi.found(State.TOO_FEW)) for kpi in result.kpis)
    assert testable - few <= result.looked_at <= testable
    with pytest.raises(KeyError, match="scanned: nps, csat"):
        result.of("ces")


def test_one_week_of_history_is_readable():
    n, means = grid()
    reading = scan([history(n[:1], means[:1])]).of("nps").reading()
    assert reading.estimate.value is not None
    assert reading.usual.value is None
    assert reading.change.value is None
    assert reading.why == "no verdict yet: no weeks to compare with"


def test_every_kpi_of_a_company_has_a_reading():
    for kpi in scan(company(2)).kpis:
        assert kpi.reading().metric in METRICS


@pytest.mark.parametrize("count", [1, 2, 7, 9, 61])
@pytest.mark.parametrize("rebased", [None, 3, 55])
def test_a_kept_scan_reads_as_the_scan_itself_from_a_fraction_of_its_memory(count, rebased):
    """Weeks are put together where no reading looks between them; every reading of every cell stays what it was."""
    n, means = grid(60)
    means[-3:, NORTH, DELIVERY] -= 30
    n[-2:, NORTH, 0] = 0
    whole = history(n[-count:], means[-count:])
    day = None if rebased is None or rebased >= count else whole.weeks[rebased].start
    events = [DeclaredEvent(day, "new survey", True)] if day else []
    full = scan([whole], events=events)
    kept = full.kept()
    one, other = full.of("nps"), kept.of("nps")
    assert kept.looked_at == full.looked_at
    for place in range(len(one.cells.where)):
        mine, theirs = asdict(other.reading(place)), asdict(one.reading(place))
        for name in ("estimate", "usual", "change", "level", "shift"):
            assert mine.pop(name) == pytest.approx(theirs.pop(name), abs=1e-9), (name, one.cells.where[place])
        assert mine.pop("step") == pytest.approx(theirs.pop("step"), abs=1e-9)
        assert mine == theirs
    assert other.cells.n.shape[0] <= min(count, 14)


def test_weeks_that_were_put_together_cannot_be_read_apart():
    kept = scan([company(1)[0]]).kept().kpis[0].cells
    with pytest.raises(KeyError):
        kept.sums(0, slice(20, 21))
