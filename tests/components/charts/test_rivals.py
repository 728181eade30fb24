"""The charts of the Competitors page: valid constant specs, sentences, tables behind, and what they must not draw."""

import json
from datetime import date
from itertools import pairwise
from math import inf

import altair as alt
import pytest

from components.charts import funnel, rank, rival_lines, rivals
from components.charts.chart import Chart
from metrics.estimate import NO_ESTIMATE, Direction, Estimate, Verdict
from metrics.funnel import funnel as funnel_of
from metrics.rank import Contender, ranks
from metrics.sums import Sums
from tests.components.charts.invented import NPS


def given(value: float, reach: float = 4.0, n: int | None = 300) -> Estimate:
    return Estimate(value, value - reach, value + reach, n, "t")


def dots() -> Chart:
    return rivals.chart(
        NPS,
        [
            rivals.Dot("Brightwave", given(46), "▼ they lead", ink=rivals.ink_of(Verdict.SIGNAL, Direction.CONCERN)),
            rivals.Dot("Us", given(31), "us", "us", "us"),
            rivals.Dot("Silent", Estimate(20, None, None, None, ""), "no interval"),
            rivals.Dot("Few", NO_ESTIMATE, "too few"),
        ],
        "us and competitors",
    )


def gaps() -> Chart:
    return rivals.chart(NPS, [rivals.Dot("TV", given(-9), "▼ they lead", "concern")], "our gap", gaps=True)


def places() -> Chart:
    return rank.chart(ranks(NPS, [Contender("Us", 31, 2), Contender("A", 33, 2), Contender("B", 5, 1)]), "Us")


def lines() -> Chart:
    months = [date(2026, month, 1) for month in range(1, 10)]
    of = {
        name: tuple((day, given(level)) for day in months) for name, level in (("Us", 31.0), ("A", 40.0), ("B", 20.0))
    }
    return rival_lines.chart(NPS, of, "Us", "A")


def units() -> Chart:
    sums = [
        (f"u{i}", Sums(n, 100.0 * up, 1e4 * n * 0.7)) for i, (n, up) in enumerate([(900, 300), (900, 310), (900, 90)])
    ]
    found = funnel_of(NPS, sums)
    assert found is not None
    return funnel.chart(NPS, found)


MAKERS = {"rivals": dots, "gaps": gaps, "rank": places, "rival_lines": lines, "funnel": units}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_spec_is_valid_constant_colourless_and_draws_its_table(make):
    first, second = make(), make()
    assert first.spec is second.spec and "data" not in first.spec
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})
    assert "#" not in json.dumps(first.spec)

    def fields(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["field"]} if isinstance(node.get("field"), str) else set()
            return own.union(*(fields(value) for value in node.values()))
        return set().union(*(fields(value) for value in node)) if isinstance(node, list) else set()

    assert fields(first.spec) <= set(first.data.column_names)
    assert first.alt.endswith(".") and "None" not in first.alt and first.behind().num_rows > 0


def test_words_stand_where_there_is_no_number():
    rows = {row["name"]: row for row in dots().data.to_pylist() if row["part"] == "row"}
    assert (rows["Few"]["value"], rows["Few"]["words"], rows["Few"]["n"]) == (None, "too few", "")
    assert rows["Silent"]["lower"] is None and rows["Silent"]["range"] == "–"
    assert "Few too few" in dots().alt and "Brightwave 46" in dots().alt
    assert {row["role"] for row in rows.values()} == {"us", "competitor"}


def test_a_rank_says_each_place_and_never_rounds_chance_away():
    assert rank.share_words(0.0) == "0\u202f%" and rank.share_words(0.001) == "<1\u202f%"
    assert rank.share_words(0.9999) == ">99\u202f%" and rank.share_words(1.0) == "100\u202f%"
    behind = places().behind()
    assert behind.column_names == ["Company", "1st", "2nd", "3rd"] and behind.num_rows == 3


def test_labels_at_line_ends_do_not_touch():
    close = {name: ((date(2026, 1, 1), given(30.0)), (date(2026, 2, 1), given(30.1))) for name in "ABC"}
    chart = rival_lines.chart(NPS, close, "A", "B")
    ends = sorted(row["value"] for row in chart.data.to_pylist() if row["part"] == "label")
    assert min(b - a for a, b in pairwise(ends)) > 0
    roles = {row["text"].split()[-1]: row["role"] for row in chart.data.to_pylist() if row["part"] == "label"}
    assert roles == {"A": "us", "B": "competitor", "C": "muted"}


def test_only_units_outside_the_limits_are_named_and_limits_narrow():
    rows = units().data.to_pylist()
    loud = [row["name"] for row in rows if row["part"] == "unit" and row["role"] != "us"]
    assert "u2" in loud and "outside the 99.8 % limits u2" in units().alt
    widths = [row["upper"] - row["lower"] for row in rows if row["part"] == "limit"]
    assert widths == sorted(widths, reverse=True) and max(widths) < inf


def test_nothing_to_show_is_said():
    assert rivals.chart(NPS, [], "us").alt == "NPS, us: nothing to show."
    assert rival_lines.chart(NPS, {"Us": ()}, "Us", "").alt == "NPS over time: nothing to show."
