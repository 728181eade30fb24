from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from metrics.catalog import Thresholds
from metrics.estimate import Assurance, Direction, Verdict
from metrics.history import History
from metrics.metric import Better
from metrics.mix import _worth_telling, mix_shifts
from metrics.scan import MIX_RATE
from metrics.weekly import EVERYTHING_ELSE, ROWS, review
from tests.metrics.cases import COUNT, DELIVERY, LABELS, NORTH, grid, history
from tests.metrics.sample import CSAT, NPS
from tests.metrics.simulate import company, weeks

FAILED = ("Delivery & installation", "North")


def calm(per_cell=100):
    """A history whose total hardly moves."""
    n, means = grid(per_cell)
    return n, means


def values(mover):
    return tuple(value for _, value in mover.where)


def test_one_failing_cell_is_one_story_not_three():
    """North, Delivery and their cross all signal; only the cross says something of its own."""
    n, means = calm()
    means[-1, NORTH, DELIVERY] -= 120
    result = review([history(n, means)], labels=LABELS)
    assert [values(mover) for mover in result.movers] == [FAILED]
    assert result.movers[0].reading.direction is Direction.CONCERN
    assert result.headline.startswith("NPS fell ")
    assert "Delivery & installation in the North explains" in result.headline


def test_a_failing_region_is_one_story_not_four():
    """Every touchpoint of the North mirrors the North."""
    n, means = calm()
    means[-1, NORTH] -= 45
    result = review([history(n, means)], labels=LABELS)
    assert [values(mover) for mover in result.movers] == [("North",)]
    assert "The North explains" in result.headline


def test_a_parent_that_adds_something_stays():
    """The whole North fell, and Delivery there far more."""
    n, means = calm(400)
    means[-1, NORTH] -= 25
    means[-1, NORTH, DELIVERY] -= 60
    told = {values(mover) for mover in review([history(n, means)], labels=LABELS).movers}
    assert told == {FAILED, ("North",)}


def test_a_fall_everywhere_blames_no_slice():
    n, means = calm()
    means[-1] -= 25
    result = review([history(n, means)], labels=LABELS)
    assert result.movers == ()
    assert result.headline.endswith("No single slice stands out behind it.")
    assert result.signals == 1


def test_breakdown_adds_up_to_the_change_exactly():
    for seed in range(3):
        result = review(company(seed, -3))
        rows = [*result.breakdown, *([result.rest] if result.rest else [])]
        assert sum(row.points for row in rows) == pytest.approx(result.change, abs=1e-9)
        assert len(result.breakdown) <= ROWS + (result.rest is None)
        if result.rest:
            assert result.rest.label == EVERYTHING_ELSE
        assert sum(row.after.n for row in rows) == result.card.reading.level.n


def test_breakdown_shows_the_axes_of_what_explains_most():
    n, means = calm()
    means[-1, NORTH, DELIVERY] -= 120
    result = review([history(n, means)], labels=LABELS)
    assert result.axes == ("region", "touchpoint")
    assert result.breakdown[0].label == "Delivery & installation · North" == result.movers[0].label
    assert result.breakdown[0].points == pytest.approx(result.movers[0].contribution.points)


def test_cards_come_in_the_order_given_with_assurance():
    histories = company(4)
    aimed = replace(histories[0], metric=replace(histories[0].metric, target=90))
    result = review([aimed, *histories[1:]])
    assert [card.reading.metric.id for card in result.cards] == [one.metric.id for one in histories]
    assert result.cards[0].assurance is Assurance.WILL_MISS
    assert result.cards[1].assurance is Assurance.UNKNOWN
    assert result.cards[0].chart.values.size == COUNT


def with_metric(source: History, metric) -> History:
    return replace(source, metric=metric)


def test_another_kpi_opens_the_review_only_when_the_first_is_routine():
    n, means = calm()
    low = means.copy()
    low[-1] -= 25
    quiet, loud = history(n, means), with_metric(history(n, low), replace(NPS, id="effort", label="Effort"))
    assert review([quiet, loud]).chosen.id == "effort"
    assert review([quiet, loud], first="nps").chosen.id == "effort"
    lower = means.copy()
    lower[-1] -= 15
    assert review([history(n, lower), loud], first="nps").chosen.id == "nps"


def test_signals_of_other_kpis_are_listed_elsewhere():
    n, means = calm()
    one, two = means.copy(), means.copy()
    one[-1, NORTH, DELIVERY] -= 120
    two[-1, 0, 0] += 63
    result = review([history(n, one), with_metric(history(n, two), replace(NPS, id="effort", label="Effort"))])
    assert [values(mover) for mover in result.elsewhere] == [("Billing", "East")]
    assert result.elsewhere[0].reading.metric.id == "effort"


def test_lower_is_better_is_said():
    n, means = calm()
    means[-1] += 25
    result = review([with_metric(history(n, means), replace(NPS, better=Better.LOWER))])
    assert ", for the worse" in result.headline
    assert result.cards[0].reading.direction is Direction.CONCERN


def test_a_silent_touchpoint_is_named_once():
    n, means = calm()
    n[-3:, :, DELIVERY] = 0
    result = review([history(n, means)], labels=LABELS)
    assert [values(mover) for mover in result.silent] == [("Delivery & installation",)]
    assert "but Delivery & installation is silent: no answers since" in result.headline


def test_a_kpi_nobody_answers_any_more_is_stale():
    n, means = calm()
    n[-2:] = 0
    result = review([history(n, means)])
    assert result.headline.startswith("NPS is stale: no answers since ")
    assert result.cards[0].reading.verdict is Verdict.STALE


def test_three_answers_are_too_few():
    n, means = calm()
    n[-1] = 0
    n[-1, 0, 0] = 3
    assert review([history(n, means)]).headline == "Only 3 answers on NPS this week: too few to say."


def simpson(lasting=6, students=2.6):
    """In one region every segment improves by 5 while the answers move to a segment that scores 70 lower."""
    n, means = grid(300)
    means[:, NORTH, 2] -= 70
    means[-lasting:, NORTH] += 5
    n[-lasting:, NORTH, 2] = int(300 * students)
    return history(n, means)


def test_a_mix_shift_inside_one_region_is_found_and_said():
    source = simpson()
    told = mix_shifts([source], [0], MIX_RATE)
    assert (told[0].where, told[0].axis) == ((("region", "North"),), "touchpoint")
    assert told[0].change < 0
    assert all(part.experience > 0 for part in told[0].parts)
    assert sum(part.points for part in told[0].parts) == pytest.approx(told[0].change)
    result = review([source], labels=LABELS)
    assert result.mix_shift.startswith("In the North, NPS fell")
    assert "although every touchpoint improved" in result.mix_shift


def test_more_answers_from_a_low_scorer_without_disagreement_are_no_mix_shift():
    n, means = grid(300)
    means[:, NORTH, 2] -= 70
    means[-6:, NORTH] -= 5
    n[-6:, NORTH, 2] = 800
    assert mix_shifts([history(n, means)], [0], MIX_RATE) == ()


def test_a_rule_of_the_chart_alone_is_said_in_words_not_as_a_signal():
    """Eight weeks a little high: rule 3 fires, the scan finds it ordinary."""
    n, means = calm()
    flat = np.tile(means.mean(axis=(1, 2), keepdims=True), (1, 3, 3))
    usual = flat[:-8].mean()
    flat[-8:] = usual + 0.3
    flat[-9] = usual - 0.5
    reading = review([history(n, flat)]).cards[0].reading
    assert reading.verdict is Verdict.ROUTINE
    assert reading.why == "within its normal range; on its chart alone, eight or more in a row above the centre"


def test_a_history_without_slices_or_past_is_reviewed():
    n, means = calm()
    source = history(n[:1], means[:1])
    bare = History(CSAT, weeks(1), source.total)
    result = review([replace(bare, metric=NPS)], Thresholds())
    assert result.headline.startswith("NPS is at 3")
    assert (result.breakdown, result.rest, result.scanned) == ((), None, 0)


def test_no_kpi_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="configure at least one"):
        review([])


def test_a_handful_of_answers_is_nowhere_in_the_review():
    """Three answers in one slice and four in another: neither in a row nor followable from "everything else"."""
    n, means = calm()
    n[-1, 0, :], n[-1, 1, :] = [1, 1, 1], [2, 1, 1]
    result = review([history(n, means)])
    assert result.breakdown
    assert all(min(part.before.n, part.after.n) >= 5 for part in result.breakdown)
    assert result.rest is None or result.rest.after.n >= 5
    parts = [*result.breakdown, *([result.rest] if result.rest else [])]
    assert sum(part.points for part in parts) == pytest.approx(result.change)
    n[-1] = 0
    n[-1, 0, 0] = 3
    card = review([history(n, means)]).card
    assert np.isnan(card.chart.values[-1])
    assert (card.reading.estimate.value, card.reading.estimate.n) == (None, 3)
    assert (card.reading.change.value, card.reading.shift.value) == (None, None)


def test_a_mix_shift_that_moves_the_total_by_nothing_printed_is_not_told():
    shift = mix_shifts([simpson()], [0], MIX_RATE)[0]
    assert _worth_telling(shift, 5)
    assert not _worth_telling(replace(shift, change=-0.4), 5)
    assert not _worth_telling(shift, 10**9)
