"""The charts of the Expectations page: valid constant specs, a sentence, a table behind, and what they leave out."""

from __future__ import annotations

import json
from datetime import date

import altair as alt
import pytest

from components.charts import delay_cost, expectation_gaps, expectation_trend
from components.charts.chart import Chart
from components.charts.expectation_gaps import Line
from metrics.catalog import Thresholds
from metrics.delays import CAP, delays
from metrics.estimate import Estimate
from metrics.expectation import Expected
from metrics.expectation_trend import LevelTrend
from metrics.figures import ADEQUATE, DESIRED
from metrics.intervals import estimate
from metrics.metric import Better, Metric, MetricKind
from metrics.servqual import item, judged
from metrics.sums import Sums

STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)


def of(mean: float, n: int = 400) -> Sums:
    off = mean - 3
    return Sums(n, n * off, n * off * off + 0.6 * (n - 1))


def line(name: str, mean: float, n: int = 400, adequate: float | None = 3.0) -> Line:
    levels = {DESIRED: 4.0, ADEQUATE: adequate}
    expected = [Expected(level, estimate(STARS, of(value)), of(value)) for level, value in levels.items() if value]
    return Line(name, name, judged([item(STARS, (of(mean, n), 1), expected, {}, Thresholds())])[0][0])


def gaps() -> Chart:
    return expectation_gaps.chart([line("Web", 2.2), line("Shop", 3.5), line("Post", 4.6), line("Fair", 3.5, 3)])


def trend() -> Chart:
    def at(value: float) -> Estimate:
        return Estimate(value, value - 0.1, value + 0.1, 300, "t")

    levels = LevelTrend(STARS, DESIRED, ((date(2025, 10, 1), at(4.2)), (date(2026, 10, 1), at(4.4))))
    return expectation_trend.chart(STARS, [levels], [(date(2026, 9, 1), at(3.9)), (date(2026, 10, 1), at(3.8))])


def cost() -> Chart:
    days = {day: of(4.2 if day <= 0 else 3.6 - 0.3 * min(day, 7)) for day in range(-9, 12)}
    return delay_cost.chart(delays(STARS, {**days, 20: of(2.0, 3), 21: of(2.0, 4), CAP: of(1.6, 30)}, 5))


MAKERS = [pytest.param(make, id=make.__name__) for make in (gaps, trend, cost)]


@pytest.mark.parametrize("make", MAKERS)
def test_a_chart_keeps_its_promises(make):
    first, second = make(), make()
    assert first.spec is second.spec and "data" not in first.spec and "#" not in json.dumps(first.spec)
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})  # validated against Vega-Lite's schema
    fields = set(_fields(first.spec))
    assert fields and fields <= set(first.data.column_names)
    assert first.alt.endswith(".") and "None" not in first.alt and "nan" not in first.alt
    assert first.behind().num_rows > 1


def _fields(node: object):
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            yield node["field"]
        for value in node.values():
            yield from _fields(value)
    if isinstance(node, list):
        for value in node:
            yield from _fields(value)


def test_a_row_is_loud_below_must_and_above_should_only():
    rows = {row["name"]: row for row in gaps().data.to_pylist() if row["part"] == "row"}
    assert [rows[name]["role"] for name in ("Web", "Shop", "Post", "Fair")] == ["concern", "us", "improvement", "us"]
    assert rows["Web"]["words"].startswith("▼") and rows["Post"]["words"].startswith("▲")
    assert rows["Shop"]["words"] == "in between"
    assert rows["Fair"]["value"] is None and rows["Fair"]["n"] == "" and rows["Fair"]["words"] == "too few"
    assert (rows["Web"]["floor"], rows["Web"]["ceiling"]) == (pytest.approx(3), pytest.approx(4))
    assert "acceptable −0.80" in rows["Web"]["apart"] and "signal" in rows["Web"]["apart"]


def test_where_lower_is_better_short_of_what_must_be_is_too_high():
    minutes = Metric("effort", "Minutes", MetricKind.MEAN, (1, 5), better=Better.LOWER)
    levels = [Expected(level, estimate(minutes, of(value)), of(value)) for level, value in
              ((DESIRED, 2.0), (ADEQUATE, 3.0))]  # fmt: skip

    def drawn(mean: float) -> Chart:
        found = judged([item(minutes, (of(mean), 1), levels, {}, Thresholds())])[0][0]
        return expectation_gaps.chart([Line("Web", "Web", found)])

    slow, fast = drawn(4.2), drawn(1.4)
    assert "▼ too high" in slow.data["words"].to_pylist() and "Web 4.20, above what must be" in slow.alt
    assert "▲ better" in fast.data["words"].to_pylist() and "below what should be" in fast.alt


def test_the_key_names_what_is_drawn():
    heads = [row["words"] for row in gaps().data.to_pylist() if row["part"] == "head"]
    assert heads == [expectation_gaps.KEY]
    assert expectation_gaps.chart([]).data.num_rows == 0


def test_a_day_with_too_few_answers_is_not_drawn_and_the_ends_are_named():
    drawn = cost()
    days = {row["day"]: row["name"] for row in drawn.data.to_pylist() if row["part"] == "day"}
    assert 20 not in days and days[CAP] == "30 or more days late" and days[0] == "on the promised day"
    assert (days[1], days[-1]) == ("1 day late", "1 day early")
    ends = [(row["day"], row["value"]) for row in drawn.data.to_pylist() if row["part"] == "line"]
    assert ends == [(1, pytest.approx(3.3)), (7, pytest.approx(1.5))]
    assert delay_cost.chart(delays(CSAT, {}, 5)).data.num_rows == 0


def test_every_line_is_labelled_at_its_end():
    labels = [row["text"] for row in trend().data.to_pylist() if row["part"] == "label"]
    assert sorted(labels) == ["Us 3.80", "hoped for 4.40"]
