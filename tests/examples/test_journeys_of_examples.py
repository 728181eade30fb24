"""The journey page's numbers on public data: Olist has stages and no touchpoints, the airlines the other way round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from components.journey_page import sentence
from data_sources.errors import NotConfigured
from data_sources.journey_report import across_axes, journey_report, touchpoint_map
from data_sources.room import Room
from data_sources.view import View
from metrics.access import OWNER
from metrics.slices import EVERYTHING

pytestmark = pytest.mark.shared
BLACK_FRIDAY_WEEK = date(2017, 11, 20)
STAGES_BY_HAND = """
select case when o.order_delivered_customer_date <> '' then 'Delivery'
            when o.order_delivered_carrier_date <> '' then 'Carrier'
            when o.order_approved_at <> '' then 'Approval' else 'Purchase' end as stage,
       count(*), avg(cast(r.review_score as double))
from olist_order_reviews_dataset r join olist_orders_dataset o on o.order_id = r.order_id
where cast(o.order_purchase_timestamp as timestamp) >= timestamp '2017-11-20'
  and cast(o.order_purchase_timestamp as timestamp) < timestamp '2017-11-27'
group by 1
"""


def view_of(room: Room, monday: date) -> View:
    week = next(week for week in room.cube().weeks if week.start == monday)
    return View(room, week, EVERYTHING, room.catalog.headline_metric, OWNER)


def test_olist_s_strip_is_the_raw_files_own(
    opened: Callable[[str, str, str], Room], raw: Callable[[str], duckdb.DuckDBPyConnection]
) -> None:
    seen = view_of(opened("olist", "olist", "olist15k"), BLACK_FRIDAY_WEEK)
    by_hand = {stage: (n, mean) for stage, n, mean in raw("olist15k").execute(STAGES_BY_HAND).fetchall()}
    report = journey_report(seen, seen.metric)
    assert report.strip is not None and report.strip.stages[:4] == ("Purchase", "Approval", "Carrier", "Delivery")
    row = report.strip.rows[0]
    counted = {s: cell.estimate for s, cell in zip(report.strip.stages, row.cells, strict=True) if cell.estimate.n}
    assert {stage: estimate.n for stage, estimate in counted.items()} == {s: n for s, (n, _) in by_hand.items()}
    shown = {stage: estimate.value for stage, estimate in counted.items() if estimate.value is not None}
    assert "Delivery" in shown and shown == pytest.approx({stage: by_hand[stage][1] for stage in shown})
    assert sentence(report).endswith(".")
    with pytest.raises(NotConfigured, match="touchpoint"):
        across_axes(seen)


def test_the_airlines_have_a_map_and_no_strip(opened: Callable[[str, str, str], Room]) -> None:
    room = opened("airlines", "reviews", "airline_competitors")
    seen = View(room, room.newest_telling_week(), EVERYTHING, room.catalog.headline_metric, OWNER)
    report = journey_report(seen, seen.metric)
    assert report.strip is None and report.axis == "touchpoint"
    found = touchpoint_map(seen, seen.metric, across_axes(seen)[0])
    assert [row.touchpoint for row in found.rows] == list(room.catalog.touchpoints.values)
    answers = [cell.estimate.n or 0 for row in found.rows for cell in row.cells]
    assert sum(answers) == sum(row.whole.estimate.n or 0 for row in found.rows) == report.whole.estimate.n
