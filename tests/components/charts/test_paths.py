"""The picture of the paths: every step in order, the numbers beside it, and nothing that must not be shown."""

from __future__ import annotations

import json
from dataclasses import replace

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.charts import paths
from components.charts.chart import Chart
from metrics.journeys import LONGEST_PATH
from tests.components.journey_company import BACK, LONG, STRAIGHT, path
from tests.pages.company import EASE, NPS

STAGES = ("awareness", "purchase", "use")


def drawn(chosen: str = "") -> Chart:
    return paths.chart(NPS, (STRAIGHT, BACK, LONG), STAGES, chosen)


def parts(chart: Chart, part: str) -> list[dict[str, object]]:
    return [row for row in chart.data.to_pylist() if row["part"] == part]


def test_the_spec_is_valid_constant_and_without_data_or_colours() -> None:
    chart = drawn()
    assert chart.spec is drawn(BACK.key).spec
    assert "data" not in chart.spec and "#" not in json.dumps(chart.spec)
    alt.Chart.from_dict({**chart.spec, "data": {"name": "main"}})  # validated against Vega-Lite's schema


def test_steps_in_order_with_what_leads_back_marked_by_sign_and_role() -> None:
    chips = [row for row in parts(drawn(), "chip") if row["where"] == BACK.key]
    assert [(row["step"], row["word"], row["role"]) for row in chips] == [
        (0, "purchase", "interval"), (1, "use", "interval"), (2, "↩ purchase", "us"),
    ]  # fmt: skip
    assert [row["last"] for row in chips] == [0, 0, 1]


def test_rows_stand_as_given_with_a_bar_by_their_journeys() -> None:
    rows = parts(drawn(), "row")
    assert [row["where"] for row in rows] == [STRAIGHT.key, BACK.key, LONG.key]
    assert [row["bar"] for row in rows] == [1, 25 / 60, 8 / 60]
    assert (rows[1]["journeys"], rows[1]["hand_offs"], rows[1]["repeats"]) == ("25", "2", "1")
    assert rows[1]["success"] == "20\u202f% (9 to 39)", "R: binom::binom.wilson(5, 25)"
    assert rows[2]["score"] == "too few" and rows[2]["success"] == "–"


def test_the_chosen_path_alone_is_marked() -> None:
    assert [row["chosen"] for row in parts(drawn(BACK.key), "row")] == [0, 1, 0]
    assert not any(row["chosen"] for row in parts(drawn(), "row"))


def test_the_sentence_and_the_table_behind() -> None:
    chart = drawn()
    assert "purchase › use › ↩ purchase: 25, 0 (" in chart.alt and chart.alt.endswith(".")
    behind = chart.behind().to_pylist()
    assert behind[0]["Path"] == "purchase › use" and behind[0]["Share of journeys"] == "60\u202f% (50 to 69)"
    assert list(behind[0]) == ["Path", "Share of journeys", "Journeys", "NPS", "Success", "Hand-offs", "Repeats"]
    assert "Ease" in paths.chart(EASE, (STRAIGHT,)).behind().column_names
    assert paths.chart(NPS, ()).alt == "The most travelled paths: none to show."


@given(
    st.integers(1, LONGEST_PATH), st.booleans(), st.sampled_from([330.0, 390.0, 750.0, 999.0, 1000.0, 1280.0, 2400.0])
)
def test_chips_never_reach_the_numbers(steps: int, longer: bool, width: float) -> None:
    """The layout that Vega works out, worked out by hand: right of the last chip the numbers' columns begin, or, on a
    narrow page, the picture ends."""
    one = replace(path(*(f"s{i}" for i in range(steps)), journeys=9), longer=longer)
    slots = parts(paths.chart(NPS, (one,)), "row")[0]["slots"]
    wide = width >= 1000
    room = width - 14 - (paths.NUMBERS_WIDE if wide else 0)
    slot = min(paths.LONGEST_CHIP, room / float(str(slots)))
    first_number = width - paths.COLUMNS[0].wide - paths.LONGEST_NUMBER - 110 if wide else width
    assert 10 + steps * slot - paths.CHIP_GAP <= first_number


@pytest.mark.parametrize("width", [345.0, 750.0, 1280.0])
def test_columns_of_numbers_have_room(width: float) -> None:
    """The widest of each at 12 pixels a letter of 6: "12,345", "−31 (−36 to −26)", "82 % (79 to 85)", heads."""
    needs = {"journeys": 8, "score": 15, "success": 15, "hand_offs": 9, "repeats": 7}
    wide = width >= 1000
    edge = 0.0
    for column in paths.COLUMNS:
        right = width - column.wide if wide else width * column.narrow
        assert right - 6.0 * needs[column.field] >= edge - 1, column
        edge = right
