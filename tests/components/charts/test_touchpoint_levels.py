"""The lines of is, must be and should be: what every chart promises, and words where a number may not stand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import altair as alt

from components.charts import touchpoint_levels as levels_chart
from components.charts.chart import Chart
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.metric import Better
from metrics.minimum_gap import Level
from metrics.sums import Sums
from metrics.touchpoint_levels import Standard, TouchpointLevel
from tests.components.charts.invented import CSAT, NPS, estimate

MUST = Level(15.0, Sums(1204, 18060.0, 8e6), date(2026, 7, 1))
SHOULD = Level(50.0)
GAP = Estimate(-56.0, -70.0, -42.0, 125, "adjusted Wald, both sides")
ROWS = (
    TouchpointLevel("sales", estimate(43.0), 1, MUST, SHOULD, estimate(28.0), Standard.MEETS, 0.001),
    TouchpointLevel("delivery & installation", estimate(-41.0), 1, MUST, SHOULD, GAP, Standard.BELOW, 1e-9),
    TouchpointLevel("email", estimate(20.0), 4, MUST, None, estimate(5.0, 9.0), Standard.UNSURE, 0.3),
    TouchpointLevel("social media", NO_ESTIMATE, 8, MUST, SHOULD, NO_ESTIMATE, Standard.SILENT,
                    last_heard=date(2026, 10, 25)),
    TouchpointLevel("app", Estimate(None, None, None, 3, "held back"), 52, MUST, SHOULD, NO_ESTIMATE,
                    Standard.TOO_FEW),
    TouchpointLevel("shop", estimate(20.0), 1, None, None, NO_ESTIMATE, Standard.NO_MINIMUM),
)  # fmt: skip


def drawn(rows: tuple[TouchpointLevel, ...] = ROWS) -> Chart:
    return levels_chart.chart(NPS, rows)


def row(name: str, chart: Chart | None = None) -> dict[str, object]:
    return next(it for it in (chart or drawn()).data.to_pylist() if it["name"] == name)


def test_the_spec_is_valid_constant_without_data_and_without_colours() -> None:
    first, second = drawn(), drawn(ROWS[:2])
    assert first.spec is second.spec
    alt.Chart.from_dict({**first.spec, "data": {"name": "main"}})
    assert "#" not in json.dumps(first.spec)
    assert levels_chart.spec(CSAT.unit) is not first.spec


def test_every_field_of_the_spec_is_a_column() -> None:
    def fields(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["field"]} if isinstance(node.get("field"), str) else set()
            return own.union(*(fields(value) for value in node.values()))
        return set().union(*(fields(value) for value in node)) if isinstance(node, list) else set()

    assert fields(drawn().spec) <= set(drawn().data.column_names)


def test_only_the_broken_one_is_coloured_and_it_has_a_word_and_a_shape() -> None:
    loud = [it["name"] for it in drawn().data.to_pylist() if it["role"] == "concern"]
    assert loud == ["delivery & installation"]
    broken = row("delivery & installation")
    assert (broken["said"], broken["ink"], broken["text"]) == ("▼ below", "concern", "−41")
    assert broken["gap"] == "−56 (−70 to −42)"


def test_words_stand_where_a_number_may_not() -> None:
    silent, few = row("social media"), row("app")
    assert (silent["value"], silent["text"], silent["n"], silent["said"]) == (None, "", "", "silent")
    assert silent["standard"] == "silent since 25 Oct 2026"
    assert (few["value"], few["n"], few["said"]) == (None, "", "too few")
    assert (row("shop")["must"], row("shop")["said"]) == (None, "not known")
    assert silent["must"] == 15.0, "what customers need is known of a silent touchpoint too"


def test_the_sentence_and_the_table_behind() -> None:
    chart = drawn()
    assert "delivery & installation −41 (below minimum)" in chart.alt
    assert "social media without a score (silent since 25 Oct 2026)" in chart.alt
    assert "None" not in chart.alt and "nan" not in chart.alt
    behind = chart.behind().to_pylist()
    assert len(behind) == len(ROWS)
    assert behind[0]["Must be"] == "15"
    assert behind[0]["From"] == "stated by customers for all, n 1,204, Jul 2026"
    assert behind[2]["Over"] == "4 weeks"
    assert drawn(()).alt.endswith("nothing to show.")
    assert drawn(()).data.num_rows == 0


def test_where_lower_is_better_the_broken_one_is_above_its_limit() -> None:
    days = replace(NPS, better=Better.LOWER)
    chart = levels_chart.chart(days, ROWS[1:2], "Stage")
    assert row("delivery & installation", chart)["said"] == "▼ above"
    assert "(above the limit)" in chart.alt
    assert chart.alt.startswith("NPS by stage")


def test_a_gap_without_an_interval_says_why() -> None:
    bare = replace(ROWS[0], gap=Estimate(28.0, None, None, None, "no interval: n of the level not stated"))
    assert levels_chart.gap_words(NPS, bare) == "+28 (no interval: n of the level not stated)"
