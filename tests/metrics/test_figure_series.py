"""Figures combined by n within a day; thin days and absent figures are no points."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.figure_series import figure_series, held
from metrics.figures import Figure
from metrics.slices import Filters

JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)


def figure(day: date, value: float, n: int | None, product: str) -> Figure:
    return Figure("nps", "Rival", day, value, n, where=(("product", product),))


def test_a_day_is_the_mean_by_n() -> None:
    series = figure_series([figure(JAN, 10, 100, "A"), figure(JAN, 40, 300, "B")], Filters())
    assert series == ((JAN, pytest.approx(32.5)),)


def test_filters_choose_the_figures() -> None:
    figures = [figure(JAN, 10, 100, "A"), figure(JAN, 40, 300, "B")]
    assert figure_series(figures, Filters.of({"product": ["A"]})) == ((JAN, 10),)


def test_an_unstated_n_makes_a_plain_mean_and_a_thin_day_no_point() -> None:
    figures = [figure(JAN, 10, None, "A"), figure(JAN, 40, 300, "B"), figure(FEB, 1, 1, "A")]
    assert figure_series(figures, Filters(), fewest=5) == ((JAN, 25),)


def test_the_newest_figure_holds_until_the_next() -> None:
    series = ((JAN, 10.0), (FEB, 20.0))
    assert held(series, date(2025, 12, 31)) is None
    assert held(series, date(2026, 1, 31)) == 10
    assert held(series, date(2026, 3, 1)) == 20
