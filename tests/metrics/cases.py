"""Small histories written out cell by cell, for tests that plant one thing."""

from __future__ import annotations

import numpy as np

from metrics.history import History
from metrics.metric import Metric
from metrics.sums import SumsTable
from tests.metrics.sample import NPS
from tests.metrics.simulate import weeks

REGIONS = ("East", "North", "South")
TOUCHPOINTS = ("Billing", "Delivery & installation", "Email")
COUNT = 61


def grid(per_cell: int = 100, mean: float = 35.0) -> tuple[np.ndarray, np.ndarray]:
    """n and mean by week × region × touchpoint; the means wobble by a fixed pattern of about one standard error."""
    rng = np.random.default_rng(7)
    n = np.full((COUNT, len(REGIONS), len(TOUCHPOINTS)), per_cell)
    return n, mean + rng.normal(0, 78 / np.sqrt(per_cell), n.shape)


def history(n: np.ndarray, means: np.ndarray, metric: Metric = NPS, spread: float = 78.0) -> History:
    """The history of week × region × touchpoint counts and means; every response spreads by `spread`."""
    stamps = tuple(week.start.isoformat() for week in weeks(n.shape[0]))
    labels = (stamps, REGIONS, TOUCHPOINTS)
    total = n * (means - metric.centre)
    squares = n * (spread**2 + (means - metric.centre) ** 2)
    pair = SumsTable(("week", "region", "touchpoint"), labels, n, total, squares)
    by_region, by_touchpoint = pair.over("touchpoint"), pair.over("region")
    tables = {("region",): by_region, ("touchpoint",): by_touchpoint, ("region", "touchpoint"): pair}
    return History(metric, weeks(n.shape[0]), by_region.over("region"), tables)


NORTH, DELIVERY = REGIONS.index("North"), TOUCHPOINTS.index("Delivery & installation")
LABELS = {"region": "Region", "touchpoint": "Touchpoint"}
