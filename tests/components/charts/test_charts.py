"""What every chart promises: a valid constant spec, a sentence, a table behind it, and cheapness."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import altair as alt
import numpy as np
import pyarrow as pa
import pytest

from components.charts import (
    breakdown,
    emotional_curve,
    grammar,
    movers,
    process_behaviour,
    score_distribution,
    six_twelve,
    volume,
)
from components.charts.chart import Chart
from components.charts.spark import spark
from metrics.contributions import Contribution
from metrics.estimate import NO_ESTIMATE, Direction, Verdict
from metrics.limits import process_behaviour as limits_of
from metrics.metric import Better
from metrics.people import TimelineEntry
from metrics.sums import NOTHING, Sums
from tests.components.charts import invented
from tests.components.charts.invented import CSAT, NPS

MAKERS = [pytest.param(make, id=name) for name, make in invented.ALL.items()]
CHEAP = 1 / 4
"""Share of the first drawing: STREAMLIT.md measured 20–45 ms a chart with Altair, under 3 ms with a ready spec."""


def rows(chart: Chart, part: str) -> list[dict[str, object]]:
    return [row for row in chart.data.to_pylist() if row["part"] == part]


@pytest.mark.parametrize("make", MAKERS)
def test_the_spec_is_valid_constant_and_without_data(make: Callable[[], Chart]) -> None:
    first, second = make(), make()
    assert first.spec is second.spec
    assert "data" not in first.spec and "datasets" not in first.spec
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})  # validated against Vega-Lite's schema
    before = json.dumps(first.spec)
    make()
    assert json.dumps(first.spec) == before


@pytest.mark.parametrize("make", MAKERS)
def test_every_field_of_the_spec_is_a_column_of_the_data(make: Callable[[], Chart]) -> None:
    chart = make()

    def fields(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["field"]} if isinstance(node.get("field"), str) else set()
            return own.union(*(fields(value) for value in node.values()))
        return set().union(*(fields(value) for value in node)) if isinstance(node, list) else set()

    assert fields(chart.spec) <= set(chart.data.column_names)


@pytest.mark.parametrize("make", MAKERS)
def test_no_colour_is_written_into_a_spec(make: Callable[[], Chart]) -> None:
    """Colours are the theme's: a hex value would be wrong in light or in dark."""
    assert "#" not in json.dumps(make().spec)


@pytest.mark.parametrize("make", MAKERS)
def test_the_sentence_and_the_table_behind(make: Callable[[], Chart]) -> None:
    chart = make()
    assert chart.alt.endswith(".") and "None" not in chart.alt and "nan" not in chart.alt
    behind = chart.behind()
    assert behind.num_rows > 0 and all(name[0].isupper() or name[0].isdigit() for name in behind.column_names)


@pytest.mark.parametrize("make", MAKERS)
def test_after_the_first_a_chart_is_cheap(make: Callable[[], Chart]) -> None:
    """Against authoring the same picture with Altair, in the same run: machines are noisy, ratios are not."""
    for module in (breakdown, emotional_curve, movers, process_behaviour, score_distribution, six_twelve, volume):
        module.spec.cache_clear()
    authored = _milliseconds(make)
    again = min(_milliseconds(make) for _ in range(15))
    assert again < CHEAP * authored, f"{again:.2f} ms against {authored:.2f} ms"


def test_charts_know_neither_streamlit_nor_the_data_path() -> None:
    names = "process_behaviour, six_twelve, movers, breakdown, spark, score_distribution, emotional_curve, volume"
    unwanted = "[name for name in ('streamlit', 'data_sources') if name in sys.modules]"
    code = f"from components.charts import {names}; import sys; print({unwanted})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_process_behaviour_says_what_it_shows() -> None:
    assert invented.trend().alt.startswith("NPS over 52 weeks: 31 in the week of 9–15 Nov 2026; natural limits ")
    for phrase in ("1 week with a signal", "Brightwave 46", "customers expect 50", "target 45"):
        assert phrase in invented.trend().alt


def test_a_signal_is_coloured_by_what_is_better_not_by_its_side() -> None:
    periods, fell = invented.weeks(52), invented.behaviour(last=31.0)
    roles = {}
    for better in Better:
        chart = process_behaviour.chart(replace(NPS, better=better), fell, periods)
        roles[better] = rows(chart, "us")[-1]["role"]
    assert roles == {Better.HIGHER: "concern", Better.LOWER: "improvement"}


def test_process_behaviour_with_gaps_few_points_and_none() -> None:
    gap = limits_of(np.array([40.0, np.nan, 41.0]), (-100.0, 100.0))
    chart = process_behaviour.chart(NPS, gap, invented.weeks(3))
    assert rows(chart, "us")[1]["value"] is None and not rows(chart, "limits")
    assert "natural limits" not in chart.alt
    empty = process_behaviour.chart(NPS, limits_of(np.array([]), (-100.0, 100.0)), ())
    assert empty.data.num_rows == 0 and empty.alt == "NPS by week: no weeks to show."


def test_figures_hold_as_long_as_they_are_the_newest() -> None:
    periods = invented.weeks(4)
    first, last = periods[0].start, periods[-1].start
    assert process_behaviour.within([(date(2020, 1, 1), 5.0)], periods) == [(first, 5.0), (last, 5.0)]
    assert process_behaviour.within([], periods, hold=True) == []
    middle = periods[1].start
    assert process_behaviour.within([(middle, 7.0)], periods, hold=True) == [(middle, 7.0), (last, 7.0)]


def test_labels_at_line_ends_never_touch() -> None:
    places = grammar.spread({"a": 45.0, "b": 45.2, "c": 46.0, "d": 20.0}, 20.0, 50.0, 240)
    heights = sorted(value * 240 / 30 for value in places.values())
    assert min(np.diff(heights)) >= grammar.LINE_HEIGHT - 1e-6
    assert places["a"] < places["b"] < places["c"] and places["d"] == pytest.approx(20.0)
    assert grammar.spread({}, 0, 1, 240) == {}


def test_names_fit_two_lines() -> None:
    assert grammar.wrapped("Delivery & installation · North") == "Delivery & installation\nNorth"
    assert grammar.wrapped("Sales · West") == "Sales · West"
    assert len(grammar.wrapped("a very long name " * 6).split("\n")) == 2


def test_six_twelve_names_every_place_once_and_marks_the_gap() -> None:
    chart = invented.year()
    places = [row["place"] for row in rows(chart, "us")]
    assert len(places) == len(set(places)) == 6 + 1 + 12 and places[6] == six_twelve.GAP
    assert chart.behind().num_rows == 18
    assert "last 6 weeks from 41 to 31, a year ago 34" in chart.alt
    nothing = six_twelve.chart(CSAT, (), ())
    assert nothing.alt == "Satisfaction: nothing to show."


def test_mover_bars_stack_or_stand_back_to_back() -> None:
    def ends(experience: float, mix: float) -> list[tuple[object, object]]:
        made = movers.chart(NPS, [movers.Bar(Contribution("x", experience, mix, NOTHING, Sums(9, 0.0, 0.0)), "x")])
        return [(row["from"], row["to"]) for row in made.data.to_pylist()[:2]]

    assert ends(-5.0, -1.0) == [(0.0, -5.0), (-5.0, -6.0)]
    assert ends(-5.0, 1.0) == [(0.0, -5.0), (0.0, 1.0)]


def test_movers_state_both_parts_and_the_rest() -> None:
    chart = invented.moved()
    behind = chart.behind().to_pylist()
    assert behind[0] == {
        "Slice": "Delivery & installation · North",
        "Explains": "▼ −6.1", "Experience": "−5.2", "Mix": "−0.9", "Responses": "182", "Verdict": "signal",
    }  # fmt: skip
    assert behind[-1]["Slice"] == "Everything else" and "Everything else −0.8" in chart.alt
    assert movers.chart(NPS, []).alt.startswith("Nothing explains")


def test_hidden_numbers_do_not_leave_the_server() -> None:
    slices = [
        breakdown.Slice("Few", invented.estimate(77.0, n=3), Verdict.TOO_FEW, usual=70.0),
        breakdown.Slice("Old", invented.estimate(66.0, n=40), Verdict.STALE),
        breakdown.Slice("None", NO_ESTIMATE, Verdict.ROUTINE),
    ]
    chart = breakdown.chart(NPS, slices)
    for row in rows(chart, "row"):
        assert row["value"] is row["lower"] is row["upper"] is row["usual"] is None and row["text"] == ""
    assert rows(chart, "row")[0]["n"] == "" and "77" not in str(chart.data.to_pylist()) and "77" not in chart.alt
    assert "Few too few to show" in chart.alt and "Old stale" in chart.alt


@pytest.mark.parametrize(("score", "band"), [(0, "detractors"), (6, "detractors"), (7, "passives"), (9, "promoters")])
def test_bands_follow_reichheld(score: int, band: str) -> None:
    """Cut points of Reichheld 2003, as in metrics/metric.py."""
    assert score_distribution.band_of(NPS, score).id == band


def test_score_bands_agree_with_the_metric_values() -> None:
    counts = {1.0: 3, 4.0: 5, 5.0: 2}
    chart = score_distribution.chart(CSAT, counts)
    assert [row["n"] for row in rows(chart, "score")] == [3, 0, 0, 5, 2]
    assert chart.alt == "Satisfaction scores of 10 responses: not satisfied 30\u202f%, satisfied 70\u202f%."
    assert score_distribution.chart(CSAT, {}).alt == "Satisfaction scores: no responses."


def test_the_curve_marks_peak_and_end_and_where_one_came_from() -> None:
    chart = invented.feelings()
    assert [row["text"] for row in rows(chart, "peak")] == ["peak 6.1"]
    assert [row["text"] for row in rows(chart, "end")] == ["end 2.2"]
    assert [row["response"] for row in rows(chart, "moment") if row["kind"] == "here"] == ["r6"]
    one = [TimelineEntry(datetime(2026, 1, 1), "response", None, None, "survey", {}, 3.0)]
    assert [row["text"] for row in rows(emotional_curve.chart(one), "end")] == ["peak, end 3.0"]
    assert emotional_curve.chart([]).alt == "Feelings over time: none are known for this customer."


def test_a_feed_that_stops_is_outside_its_limits() -> None:
    chart = invented.rows_arriving()
    assert chart.alt.startswith("Responses, rows per week over 52 weeks: 0 rows in the last")
    assert rows(chart, "week")[-1]["verdict"] == "outside its limits"
    assert volume.chart("Comments", limits_of(np.array([]), (0.0, 1e9)), ()).alt == "Comments: no weeks to show."


def test_the_spark_marks_a_signal_by_shape_and_says_it() -> None:
    signal = spark(NPS, invented.behaviour(), Verdict.SIGNAL, Direction.CONCERN)
    calm = spark(NPS, invented.behaviour(), Verdict.ROUTINE, Direction.NONE)
    assert "<circle" in calm.svg and "<circle" not in signal.svg
    assert signal.alt.endswith("signal of concern.") and calm.alt.endswith("routine.")
    assert len(signal.svg.encode()) < 2_500 and "nan" not in signal.svg


@pytest.mark.parametrize("values", [[], [np.nan], [5.0], [5.0, 5.0], [np.nan, 5.0, np.nan, 6.0, 7.0]])
def test_the_spark_of_almost_nothing(values: list[float]) -> None:
    shape = limits_of(np.array(values, dtype=float), (-100.0, 100.0))
    picture = spark(NPS, shape, Verdict.ROUTINE, Direction.NONE)
    assert picture.svg.startswith("<svg ") and "nan" not in picture.svg and picture.alt.startswith("NPS")


def _milliseconds(make: Callable[[], Chart]) -> float:
    """Of process time, so that a busy machine does not decide."""
    start = time.process_time()
    made = make()
    assert isinstance(made.data, pa.Table)
    return (time.process_time() - start) * 1000
