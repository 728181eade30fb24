"""What the touchpoint map says of weights around nothing."""

from __future__ import annotations

from components.charts import heat_map
from metrics.estimate import Estimate
from tests.components.charts.invented import NPS
from tests.components.charts.test_journey_charts import reading


def test_a_weight_below_nothing_has_a_true_minus_and_nothing_has_no_sign() -> None:
    def weight(value: float) -> heat_map.HeatRow:
        return heat_map.HeatRow("sales", (), reading(NPS, 1), Estimate(value, value - 0.1, value + 0.1, 99, "r"))

    drawn = heat_map.chart(NPS, (), [weight(-0.05), weight(-0.001)])
    assert {"−0.05", "0.00"} <= set(drawn.data["text"].to_pylist())
    assert not any("-0" in str(text) for text in drawn.data["text"].to_pylist())
