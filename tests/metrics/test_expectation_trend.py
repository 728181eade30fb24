"""Whether expectations move: each level by period, and the newest against the year before."""

from datetime import date

import pytest

from metrics.estimate import Verdict
from metrics.expectation_trend import judged_trends, level_trends
from metrics.figures import ADEQUATE, DESIRED, SELF, Figure
from metrics.intervals import difference
from metrics.metric import Metric, MetricKind
from metrics.published import sums_of
from metrics.slices import Filters

CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)
TODAY = date(2026, 11, 15)
QUARTERS = [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)]


def figure(day: date, value: float, n: int | None = 600, level: str = DESIRED, **more) -> Figure:
    return Figure("csat", "", day, value, n, None, level, **more)


def trends(*figures: Figure, filters: Filters | None = None, fewest: int = 5):
    return level_trends(CSAT, figures, filters or Filters(), TODAY, fewest)


def test_the_newest_is_held_against_the_same_quarter_a_year_before():
    """Newcombe's interval of the two shares (metrics/intervals.py, tested there against published examples)."""
    given = [figure(day, value) for day, value in zip(QUARTERS, (80, 81, 82, 83, 88), strict=True)]
    (found,) = trends(*given)
    assert [day for day, _ in found.points] == QUARTERS and found.before == QUARTERS[0]
    assert found.change == difference(CSAT, sums_of(CSAT, given[-1]), sums_of(CSAT, given[0]))
    (told,), tested = judged_trends([found])
    assert tested == 1 and told.verdict is Verdict.SIGNAL


def test_a_survey_of_another_kind_is_no_change():
    """A relationship survey, then a transactional one: asked of other people (metrics/kinds.py)."""
    asked = [figure(QUARTERS[0], 60, kind="relationship"), figure(QUARTERS[-1], 84, kind="transactional")]
    (found,) = trends(*asked)
    assert [day for day, _ in found.points] == QUARTERS[-1:]
    assert found.change.value is None


def test_levels_that_stand_still_are_routine():
    found = trends(
        *(figure(day, 80 + i % 2, level=level) for level in (ADEQUATE, DESIRED) for i, day in enumerate(QUARTERS))
    )
    told, tested = judged_trends(found)
    assert [each.level for each in told] == [DESIRED, ADEQUATE] and tested == 2
    assert {each.verdict for each in told} == {Verdict.ROUTINE}


def test_without_a_figure_of_about_a_year_before_nothing_is_compared():
    (found,) = trends(figure(date(2026, 7, 1), 80), figure(date(2026, 10, 1), 90))
    assert found.before is None and found.change.value is None and found.p is None
    (told,), tested = judged_trends([found])
    assert tested == 0 and told.verdict is Verdict.TOO_FEW


def test_an_n_that_is_not_stated_gives_a_change_without_interval():
    (found,) = trends(figure(QUARTERS[0], 80, None), figure(QUARTERS[-1], 84))
    assert found.change.value == pytest.approx(4) and found.change.lower is None and found.p is None
    assert judged_trends([found])[0][0].verdict is Verdict.ROUTINE


def test_slices_are_added_up_by_n_and_filters_narrow_them():
    parts = [
        figure(QUARTERS[-1], value, n, where=(("segment", name),))
        for name, value, n in (("A", 90, 300), ("B", 60, 100))
    ]
    assert trends(*parts)[0].points[0][1].value == pytest.approx((90 * 300 + 60 * 100) / 400)
    narrowed = trends(*parts, filters=Filters.of({"segment": ["B"]}))
    assert narrowed[0].points[0][1].value == pytest.approx(60)


def test_another_panel_is_no_change_of_expectations():
    (found,) = trends(figure(QUARTERS[0], 60, publisher="Old panel"), figure(QUARTERS[-1], 84, publisher="New panel"))
    assert [day for day, _ in found.points] == [QUARTERS[-1]] and found.before is None


def test_few_answers_hide_a_point_and_later_figures_are_not_known_yet():
    (found,) = trends(figure(QUARTERS[0], 80, 4), figure(QUARTERS[-1], 84), figure(date(2027, 1, 1), 99))
    assert [each.value for _, each in found.points] == [None, pytest.approx(84)]
    assert found.change.value is None
    assert trends(figure(QUARTERS[-1], 84, level=SELF))[0].label == "what we believe"
    assert trends() == ()
