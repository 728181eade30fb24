"""The charts of feelings: peak and end, gaps in words, signals only where the scan saw one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import altair as alt
import pytest

from components.charts import emotion_by_stage, emotion_over_time
from components.charts.chart import Chart
from metrics.estimate import HELD_BACK, NO_ESTIMATE, Direction, Estimate, Verdict
from metrics.metric import Better, Metric, MetricKind
from metrics.review import Reading, held_back
from metrics.stage_feelings import FeelingsOverTime, StageFeeling, StageFeelings, peak_place
from tests.components.charts.invented import LAST_WEEK, estimate, weeks

EMOTION = Metric("emotion", "Emotion", MetricKind.NET, (1, 7))
CALM = (Verdict.ROUTINE, Direction.NONE)
CONCERN = (Verdict.SIGNAL, Direction.CONCERN)
HOPE = Estimate(33.0, 30.0, 36.0, 400, "published")


def reading(value: float, said: tuple[Verdict, Direction] = CALM) -> Reading:
    return Reading(EMOTION, estimate(value), estimate(20.0), NO_ESTIMATE, *said, "within its normal range")


def stages(hoped: Estimate = HOPE) -> tuple[StageFeeling, ...]:
    return (
        StageFeeling("Purchase", reading(61.0), hoped),
        StageFeeling("Delivery & installation", held_back(reading(0.0)), hoped),
        StageFeeling("Use", reading(-70.0, CONCERN), hoped),
        StageFeeling("Advocacy", reading(6.0), hoped),
    )


def by_stage(given: tuple[StageFeeling, ...] | None = None) -> Chart:
    kept = stages() if given is None else given
    told = [place for place, it in enumerate(kept) if it.reading.estimate.value is not None]
    peak = peak_place(EMOTION, [it.reading for it in kept])
    return emotion_by_stage.chart(StageFeelings(EMOTION, kept, peak, told[-1] if told else None, False, (), 90))


def over_time() -> Chart:
    few = Estimate(None, None, None, 3, HELD_BACK)
    lines = ((60.0, 61.0), (None, None), (-10.0, -70.0), (None, 6.0))
    made = tuple(tuple(few if value is None else estimate(value) for value in line) for line in lines)
    return emotion_over_time.chart(FeelingsOverTime(EMOTION, weeks(2), made, stages()))


def rows(chart: Chart, part: str) -> list[dict[str, object]]:
    return [row for row in chart.data.to_pylist() if row["part"] == part]


@pytest.mark.parametrize("make", [by_stage, over_time])
def test_what_every_chart_promises(make: Callable[[], Chart]) -> None:
    first = make()
    before = json.dumps(first.spec)
    assert make().spec is first.spec
    assert json.dumps(first.spec) == before
    assert "data" not in first.spec
    assert "#" not in before, "colours are the theme's"
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})
    assert first.alt.endswith(".") and "None" not in first.alt and "nan" not in first.alt
    assert first.behind().num_rows >= len(stages())


def test_peak_and_end_carry_their_values_and_the_signal_its_shape() -> None:
    found = {row["where"]: row for row in rows(by_stage(), "stage")}
    assert found["Use"]["mark"] == "peak −70"
    assert found["Advocacy"]["mark"] == "end 6"
    assert found["Purchase"]["mark"] == "61"
    assert [row["role"] for row in found.values()] == ["us", "us", "concern", "us"]
    assert "peak at Use" in by_stage().alt and "end at Advocacy" in by_stage().alt
    assert "customers hope for 33" in by_stage().alt


def test_too_few_is_a_gap_with_words_and_no_number_leaves_the_server() -> None:
    for chart in (by_stage(), over_time()):
        few = [row for row in chart.data.to_pylist() if row["where"] == "Delivery & installation"]
        assert few and all(row["value"] is None and not row["n"] for row in few)
    (row,) = [row for row in rows(by_stage(), "stage") if row["value"] is None]
    assert row["words"] == "too few"
    assert [row["text"] for row in rows(over_time(), "label")][1] == "too few this week"


def test_what_nobody_was_asked_is_not_drawn() -> None:
    chart = by_stage(stages(NO_ESTIMATE))
    assert not rows(chart, "hoped") and not rows(chart, "label")
    assert "hope" not in chart.alt


def test_nothing_to_show_is_said() -> None:
    chart = by_stage(tuple(replace(it, reading=held_back(it.reading)) for it in stages(NO_ESTIMATE)))
    assert not any(row["mark"] for row in rows(chart, "stage"))
    assert "peak" not in chart.alt


def test_only_the_newest_week_may_be_a_signal_and_lanes_share_a_scale() -> None:
    chart = over_time()
    (filled,) = rows(chart, "newest")
    assert (filled["role"], str(filled["time"])[:10]) == ("concern", LAST_WEEK.isoformat())
    values = {(row["where"], row["text"]): row["value"] for row in rows(chart, "week")}
    span = values["Purchase", "61"] - values["Purchase", "60"]  # type: ignore[operator]
    assert span == pytest.approx((values["Use", "−10"] - values["Use", "−70"]) / 60)  # type: ignore[operator]
    lanes = {"Purchase": 3, "Use": 1, "Advocacy": 0}
    for (stage, _), value in values.items():
        assert value is None or lanes[str(stage)] <= float(str(value)) < lanes[str(stage)] + 1


def test_the_peak_is_furthest_from_the_middle_then_the_worse_then_the_later() -> None:
    """As metrics/peak_end.py for one customer: METHODS §6, "peak = max |e − 4|, tie → the negative"."""
    assert peak_place(EMOTION, [reading(value) for value in (40.0, -40.0, 10.0)]) == 1
    assert peak_place(EMOTION, [reading(value) for value in (-40.0, 5.0, -40.0)]) == 2
    lower = replace(EMOTION, better=Better.LOWER)
    assert peak_place(lower, [reading(value) for value in (40.0, -40.0)]) == 0
    assert peak_place(EMOTION, []) is None
