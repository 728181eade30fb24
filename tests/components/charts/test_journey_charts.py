"""The strip, its volume and the touchpoint map: what every chart promises, and what these three must show."""

from __future__ import annotations

import json
from collections.abc import Callable

import altair as alt
import pytest

from components.charts import heat_map, journey_strip, journey_volume
from components.charts.chart import Chart
from metrics.estimate import HELD_BACK, NO_ESTIMATE, Direction, Estimate, Verdict
from metrics.journey_strip import Strip, StripRow
from metrics.journeys import StageFlow, StageFlows
from metrics.metric import Metric, MetricKind
from metrics.periods import Period
from metrics.review import Reading
from tests.components.charts.invented import NPS, weeks

EMOTION = Metric("emotion", "Emotion", MetricKind.NET, (1, 7))
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)
STAGES = ("purchase", "use", "advocacy")


def reading(metric: Metric, value: float, verdict: Verdict = Verdict.ROUTINE, n: int = 64) -> Reading:
    direction = Direction.CONCERN if verdict is Verdict.SIGNAL else Direction.NONE
    said = Estimate(value, value - 9, value + 9, n, "invented")
    change = Estimate(-8.0, -15.0, -1.0, n, "invented")
    return Reading(metric, said, Estimate(value + 8, None, None, 900, "invented"), change, verdict, direction, "why")


def few(metric: Metric, n: int) -> Reading:
    said = Estimate(None, None, None, n, HELD_BACK) if n else NO_ESTIMATE
    return Reading(metric, said, NO_ESTIMATE, NO_ESTIMATE, Verdict.TOO_FEW, Direction.NONE, "too few to say")


def strip(against: Period | None = None) -> Chart:
    rows = (
        StripRow(NPS, reading(NPS, 26), (reading(NPS, 30), reading(NPS, -4, Verdict.SIGNAL), few(NPS, 3))),
        StripRow(EMOTION, reading(EMOTION, 9), (reading(EMOTION, 41), reading(EMOTION, 7), few(EMOTION, 0)), 0, 1),
    )
    return journey_strip.chart(Strip(STAGES, rows, 2142, against))


def volume() -> Chart:
    share = Estimate(25.0, 14.2, 40.2, 40, "Wilson")
    flows = tuple(StageFlow(stage, 43, 30, 0, 10, 3, share) for stage in STAGES)
    return journey_volume.chart(StageFlows(weeks(1)[0], 30, 60, 50, 9, flows))


def touchpoints() -> Chart:
    rows = [
        heat_map.HeatRow(
            "sales", (reading(CSAT, 82), few(CSAT, 2)), reading(CSAT, 80), Estimate(0.2, 0.1, 0.3, 99, "r")
        ),
        heat_map.HeatRow("delivery & installation", (reading(CSAT, 51, Verdict.SIGNAL), few(CSAT, 0)), few(CSAT, 4)),
        heat_map.HeatRow("social media", (few(CSAT, 0), few(CSAT, 0)), few(CSAT, 0), None, "silent since 26 Oct"),
    ]
    return heat_map.chart(CSAT, STAGES[:2], rows)


MAKERS = [pytest.param(make, id=make.__name__) for make in (strip, volume, touchpoints)]


def cells(chart: Chart) -> list[dict[str, object]]:
    return [row for row in chart.data.to_pylist() if row["part"] == "cell"]


@pytest.mark.parametrize("make", MAKERS)
def test_the_spec_is_valid_constant_and_without_data_or_colours(make: Callable[[], Chart]) -> None:
    first, second = make(), make()
    assert first.spec is second.spec
    assert "data" not in first.spec and "datasets" not in first.spec
    assert "#" not in json.dumps(first.spec)
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})  # validated against Vega-Lite's schema


@pytest.mark.parametrize("make", MAKERS)
def test_every_field_of_the_spec_is_a_column_of_the_data(make: Callable[[], Chart]) -> None:
    chart = make()
    text = json.dumps(chart.spec)
    named = set(json.loads(f"[{','.join(found)}]")) if (found := _fields(text)) else set()
    assert named and named <= set(chart.data.column_names)


def _fields(text: str) -> list[str]:
    import re

    return re.findall(r'"field": ("[^"]+")', text) + [f'"{name}"' for name in re.findall(r"datum\.(\w+)", text)]


@pytest.mark.parametrize("make", MAKERS)
def test_the_sentence_and_the_table_behind(make: Callable[[], Chart]) -> None:
    chart = make()
    assert chart.alt.endswith(".") and "None" not in chart.alt and "nan" not in chart.alt
    behind = chart.behind()
    assert behind.num_rows > 0 and all(name[0].isupper() or name[0].isdigit() for name in behind.column_names)


def test_the_strip_says_value_n_verdict_peak_and_end() -> None:
    found = {(cell["metric"], cell["stage"]): cell for cell in cells(strip())}
    assert len(found) == 2 * (len(STAGES) + 1)
    signal = found["NPS", "use"]
    assert signal["text"] == "−4\u202f▼" and signal["second"] == "concern" and signal["ink"] == "concern"
    assert found["NPS", "purchase"]["second"] == "n 64" and found["NPS", "purchase"]["ink"] == "expectation"
    assert found["Emotion", "purchase"]["second"] == "peak" and found["Emotion", "use"]["short"] == "7\nend"
    assert found["NPS", "advocacy"]["text"] == "too few" and found["Emotion", "advocacy"]["text"] == "–"
    assert found["NPS", "use"]["where"] == "nps\nuse" and found["NPS", "All stages"]["where"] == "nps\n"
    assert "use −4, concern" in strip().alt and "peak at purchase and end at use" in strip().alt


def test_against_a_week_the_change_stands_in_the_cell_and_its_interval_behind() -> None:
    chart = strip(weeks(2)[0])
    cell = next(it for it in cells(chart) if it["stage"] == "purchase" and it["metric"] == "NPS")
    assert cell["second"] == "−8" and cell["change"] == "−8 (−15 to −1)"
    assert "against 2–8 Nov 2026" in chart.alt
    assert "−8 (−15 to −1)" in chart.behind()["Change"].to_pylist()


def test_the_shade_follows_the_value_row_by_row() -> None:
    tints = {cell["stage"]: cell["tint"] for cell in cells(strip()) if cell["metric"] == "NPS"}
    assert tints["use"] == pytest.approx(journey_strip.PALEST) and tints["purchase"] == pytest.approx(
        journey_strip.DARKEST
    )
    assert tints["advocacy"] == tints["All stages"] == 0.0


def test_the_volume_gives_no_drop_off_at_the_last_stage() -> None:
    found = {(cell["metric"], cell["stage"]): cell for cell in cells(volume())}
    assert found["Journeys in", "All stages"]["text"] == "60"
    assert found["Drop off", "use"]["text"] == "25\u202f%" and found["Drop off", "use"]["second"] == "14 to 40\u202f%"
    assert found["Drop off", "advocacy"]["text"] == "the end"
    assert volume().behind()["95 % interval"].to_pylist()[-1] == "–"
    assert not any(cell["where"] for cell in found.values()), "nothing to click"


def test_the_map_marks_too_few_silence_and_weight() -> None:
    found = {(cell["name"], cell["across"]): cell for cell in cells(touchpoints())}
    assert found["sales", "purchase"]["text"] == "82\u202f%" and found["sales", "purchase"]["brief"] == "82"
    assert found["sales", "use"]["text"] == "·" and found["sales", "use"]["words"] == "too few"
    assert found["delivery & installation", "purchase"]["mark"] == "▼"
    assert (
        found["delivery & installation", "use"]["text"] == ""
        and found["delivery & installation", "overall"]["text"] == "·"
    )
    assert found["sales", "weight on Satisfaction"]["text"] == "0.20"
    assert found["sales", "weight on Satisfaction"]["range"] == "0.10 to 0.30"
    assert found["sales", "use"]["where"] == heat_map.place("sales", "use") != heat_map.place("sales")
    chart = touchpoints()
    assert "social media silent since 26 Oct" in chart.alt and "delivery & installation at purchase 51" in chart.alt
    assert [row["text"] for row in chart.data.to_pylist() if row["part"] == "words"] == ["silent since 26 Oct"]


def test_empty_strips_and_maps_are_drawn_without_a_fault() -> None:
    assert heat_map.chart(CSAT, (), []).alt == "Satisfaction by touchpoint: nothing to show."
    assert journey_strip.chart(Strip((), (), 0)).data.num_rows == 1
