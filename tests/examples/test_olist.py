"""Olist through the app's own data path, against the truths published in ../shared/data/README.md (2.1) and raw SQL."""

from datetime import date

import numpy as np
import pytest

from data_sources import query
from data_sources.benchmarks import read_benchmarks
from data_sources.cube.store import months_of
from data_sources.delays import DAY, by_day
from data_sources.delays import delays as delay_report
from data_sources.expectation_report import expectation_report
from data_sources.expectations import read_expectations
from data_sources.view import View
from metrics.access import OWNER
from metrics.comparators import EXPECTATION, comparators
from metrics.delays import delays
from metrics.estimate import Verdict
from metrics.expectation import Zone
from metrics.history import History
from metrics.intervals import estimate
from metrics.periods import Period, months_between
from metrics.slices import EVERYTHING, Filters
from metrics.sums import Sums

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def room(opened):
    return opened("olist", "olist", "olist15k")


@pytest.fixture(scope="module")
def files(raw):
    return raw("olist15k")


def scored(room, metric_id, **kept):
    """The estimate over the whole span in a slice, from the cube."""
    metric = room.catalog.metric(metric_id)
    weeks = room.cube().weeks
    return estimate(metric, room.sums(metric, weeks, EVERYTHING.filtered(Filters.of(kept))).whole())


def by_month(room, metric_id):
    """Month → estimate, from the cube."""
    metric, months = room.catalog.metric(metric_id), months_of(room.cube())
    table = room.sums(metric, months, EVERYTHING)
    return {f"{month.start:%Y-%m}": estimate(metric, table.at(i)) for i, month in enumerate(months)}


def rows(room, statement):
    return room.sources.run("olist", statement).to_pylist()


def test_every_review_counts_once_though_orders_have_many_items(room, files):
    """14,944 reviews, 20 repeated ids, 163 orders with several sellers; three stragglers after August 2018."""
    (raw_reviews,) = files.execute("SELECT count(*) FROM olist_order_reviews_dataset").fetchone()
    left_out = files.execute(
        "SELECT order_status FROM olist_order_reviews_dataset JOIN olist_orders_dataset USING (order_id)"
        " WHERE order_purchase_timestamp >= '2018-09-01'"
    ).fetchall()
    assert (raw_reviews, left_out) == (14_944, [("canceled",)] * 3)
    assert scored(room, "review_score").n == 14_941
    responses = room.datasets["responses"]
    ids = query.sa.select(responses["id"].label("id")).select_from(responses.from_clause)
    found = [row["id"] for row in rows(room, ids)]
    assert len(found) == len(set(found)) == 14_941


def test_score_shares(room):
    """5/4/3/2/1 = 57.5/19.3/8.6/3.2/11.4 %."""
    responses = room.datasets["responses"]
    score = query.score(responses, room.catalog.metric("review_score"))
    statement = query.sa.select(score.label("score"), query.sa.func.count().label("n"))
    found = {row["score"]: row["n"] for row in rows(room, statement.select_from(responses.from_clause).group_by(score))}
    shares = [round(100 * found[stars] / sum(found.values()), 1) for stars in (5, 4, 3, 2, 1)]
    assert shares == [57.5, 19.3, 8.6, 3.2, 11.4]
    assert scored(room, "satisfied").value == pytest.approx(100 * (found[5] + found[4]) / 14_941)


def test_on_time_and_late(room):
    """On time 4.28 (n 13,383), late 2.60 (n 1,135), by the timestamp against the promise's midnight."""
    in_time, late = (scored(room, "review_score", arrival=[kept]) for kept in ("in time", "late"))
    assert (round(in_time.value, 2), in_time.n) == (4.28, 13_383)
    assert (round(late.value, 2), late.n) == (2.60, 1_135)
    on_time = scored(room, "on_time")
    assert (on_time.n, on_time.value) == (14_518, pytest.approx(100 * 13_383 / 14_518))


def test_orders_that_never_came_are_not_lost(room):
    """Non-delivered orders score 1–2, so leaving them out would flatter the mean."""
    missing = scored(room, "review_score", arrival=["not delivered"])
    assert missing.n == 423 and 1 < missing.value < 2
    assert scored(room, "on_time", arrival=["not delivered"]).n == 0


def test_months_of_late_deliveries_and_their_dips(room):
    """Late 14.4 % Nov 2017, 15.4 % Feb 2018, 19.5 % Mar 2018; scores 3.93, 3.86, 3.84."""
    on_time, score = by_month(room, "on_time"), by_month(room, "review_score")
    months = ("2017-11", "2018-02", "2018-03")
    assert [round(100 - on_time[month].value, 1) for month in months] == [14.4, 15.4, 19.5]
    assert [round(score[month].value, 2) for month in months] == [3.93, 3.86, 3.84]


def test_empty_months_stay_gaps(room):
    """November and December 2016 are empty: no value, not zero."""
    score = by_month(room, "review_score")
    assert [score[month].value for month in ("2016-11", "2016-12")] == [None, None]
    assert score["2016-11"].n == 0 and score["2016-10"].n == 46


@pytest.mark.parametrize(("state", "mean"), [("SP", 4.17), ("RJ", 3.87), ("CE", 3.88)])
def test_states(room, state, mean):
    assert round(scored(room, "review_score", state=[state]).value, 2) == mean


def test_every_breakdown_adds_up_to_the_whole(room):
    metric, weeks = room.catalog.metric("review_score"), room.cube().weeks
    whole = room.sums(metric, weeks, EVERYTHING).whole()
    for axis in ("state", "category", "order_value", "payment", "arrival", "stage"):
        parts = room.sums(metric, weeks, EVERYTHING, (axis,))
        assert parts.n.sum() == whole.n and np.isclose(parts.total.sum(), whole.total), axis


def test_days_against_raw_sql(room, files):
    """Days to delivery and their promise: the mean in the files, reviewed and delivered orders."""
    (mean, n) = files.execute(
        """SELECT avg(epoch(order_delivered_customer_date::TIMESTAMP - order_purchase_timestamp::TIMESTAMP)) / 86400,
                  count(order_delivered_customer_date)
           FROM olist_order_reviews_dataset JOIN olist_orders_dataset USING (order_id)
           WHERE order_purchase_timestamp < '2018-09-01'"""
    ).fetchone()
    found = scored(room, "delivery_days")
    assert (found.value, found.n) == (pytest.approx(mean), n)


def test_impossible_days_count_as_not_answered(room):
    """Two parcels are recorded as delivered before the carrier had them: off the scale."""
    assert scored(room, "carrier_days").n == 14_518 - 1 - 1
    assert scored(room, "delivery_days").n == 14_518


def test_the_promise_is_an_expectation_that_is_beaten(room):
    """Median delivered 11 days (and some hours) before the promise: the gap is large and for the better."""
    figures = read_expectations(room.settings, room.sources, months_of(room.cube()))
    assert sum(figure.n or 0 for figure in figures) == 14_552  # delivered orders of the sample
    assert {(figure.metric, figure.level, figure.company) for figure in figures} == {("delivery_days", "promised", "")}
    metric, weeks = room.catalog.metric("delivery_days"), room.cube().weeks[:-1]
    history = History(metric, weeks, room.sums(metric, weeks, EVERYTHING))
    found = [c for c in comparators(history, (), figures, Filters(), room.catalog.thresholds) if c.kind == EXPECTATION]
    assert [c.label for c in found] == ["promised"]
    assert found[0].verdict is Verdict.SIGNAL and found[0].gap.upper is not None and found[0].gap.upper < 0
    assert read_benchmarks(room.settings, room.sources, months_of(room.cube())) == ()


def test_the_promise_in_a_state_is_that_states(room, files):
    (mean,) = files.execute(
        """SELECT avg(epoch(order_estimated_delivery_date::TIMESTAMP - order_purchase_timestamp::TIMESTAMP)) / 86400
           FROM olist_orders_dataset JOIN olist_customers_dataset USING (customer_id)
           WHERE customer_state = 'RJ' AND order_delivered_customer_date IS NOT NULL
             AND order_purchase_timestamp >= '2018-03-01' AND order_purchase_timestamp < '2018-04-01'"""
    ).fetchone()
    march = months_between(date(2018, 3, 1), date(2018, 3, 1))
    figures = read_expectations(room.settings, room.sources, march)
    rio = [figure.value for figure in figures if figure.where == (("state", "RJ"),)]
    assert rio == [pytest.approx(mean)]


def test_comments_keep_their_lines_and_their_language(room, files):
    """6,176 messages, 570 of several lines; 284 reviews have a title only; blanks are no comment."""
    (messages, multi_line) = files.execute(
        """SELECT count(review_comment_message), count(*) FILTER (review_comment_message LIKE '%' || chr(10) || '%')
           FROM olist_order_reviews_dataset"""
    ).fetchone()
    assert (messages, multi_line) == (6_176, 570)
    responses = room.datasets["responses"]
    columns = [responses[word].label(word) for word in ("comment", "language")]
    found = rows(room, query.sa.select(*columns).select_from(responses.from_clause).where(query.commented(responses)))
    assert {row["language"] for row in found} == {"pt"}
    raw_texts = files.execute(
        """SELECT review_comment_title, review_comment_message
           FROM olist_order_reviews_dataset JOIN olist_orders_dataset USING (order_id)
           WHERE order_purchase_timestamp < '2018-09-01'"""
    ).fetchall()
    stripped = (["", *(part.strip("\r\n ") for part in parts if part)] for parts in raw_texts)
    texts = ["\n".join(part for part in parts if part) for parts in stripped]
    assert sorted(row["comment"] for row in found) == sorted(text for text in texts if text)
    assert sum("ã" in row["comment"] for row in found) > 1_000
    commented = room.cube().over(room.cube().weeks, EVERYTHING).counts(query.COMMENTS)
    assert commented.sum() == len(found)


def test_customers_are_people_not_orders(room, files):
    """customer_id is one per order; 93 people of the sample bought more than once."""
    customers, events = room.datasets["customers"], room.datasets["journey_events"]
    statement = query.sa.select(customers["customer"].label("customer")).select_from(customers.from_clause)
    people = [row["customer"] for row in rows(room, statement)]
    (expected,) = files.execute("SELECT count(DISTINCT customer_unique_id) FROM olist_customers_dataset").fetchone()
    assert len(people) == len(set(people)) == expected == 14_904
    happened = rows(
        room,
        query.sa.select(events["stage"].label("stage"), query.sa.func.count().label("n"))
        .select_from(events.from_clause)
        .group_by(events["stage"]),
    )
    milestones = files.execute(
        """SELECT count(order_purchase_timestamp), count(order_approved_at), count(order_delivered_carrier_date),
                  count(order_delivered_customer_date) FROM olist_orders_dataset"""
    ).fetchone()
    stages = ("Purchase", "Approval", "Carrier", "Delivery", "Review")
    assert {row["stage"]: row["n"] for row in happened} == dict(zip(stages, (*milestones, 14_944), strict=True))
    assert milestones[0] == 15_000 and milestones[3] == 15_000 - 448


def test_the_week_before_the_data_ends_can_be_reviewed(room):
    """20–26 August 2018 is the last whole week: 170 reviews."""
    cube = room.cube()
    assert cube.weeks[-2] == Period(date(2018, 8, 20), date(2018, 8, 27))
    metric = room.catalog.metric("review_score")
    assert room.sums(metric, cube.weeks[-2:-1], EVERYTHING).whole().n == 170


# -- the promised day ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything(room):
    """A view whose last 52 weeks are the whole file: all orders, as the page's own statement counts them."""
    responses, metric = room.datasets["responses"], room.catalog.metric("review_score")
    weeks = room.cube().weeks
    whole = Period(weeks[0].start, weeks[-1].end)
    table = room.sources.run("olist", by_day(responses, metric, whole, EVERYTHING)).to_pylist()
    sums = {
        row[DAY]: Sums(row["review_score__n"], row["review_score__total"], row["review_score__squares"])
        for row in table
    }
    return delays(metric, sums, 1)


def test_on_time_and_late_by_calendar_day(everything):
    """By calendar day 4.28 (n 13,582) and 2.27 (n 936); by timestamp 4.28 (n 13,383) and 2.60 (n 1,135), above."""
    assert (round(everything.in_time.value, 2), everything.in_time.n) == (4.28, 13_582)
    assert (round(everything.late.value, 2), everything.late.n) == (2.27, 936)
    assert everything.share_late.value == pytest.approx(100 * 936 / 14_518)


def test_every_day_of_delay_against_raw_sql(everything, files):
    raw_days = files.execute(
        """SELECT greatest(-30, least(30, date_diff('day', order_estimated_delivery_date::DATE,
                  order_delivered_customer_date::TIMESTAMP::DATE))) AS late, avg(review_score::INTEGER), count(*)
           FROM olist_order_reviews_dataset JOIN olist_orders_dataset USING (order_id)
           WHERE order_purchase_timestamp < '2018-09-01' AND order_delivered_customer_date IS NOT NULL GROUP BY 1"""
    ).fetchall()
    found = {day: (each.value, each.n) for day, each in everything.days}
    assert found == {day: (pytest.approx(mean), n) for day, mean, n in raw_days}


def test_what_each_day_of_delay_costs(everything, files):
    """The first week's slope is DuckDB's own regression on the single reviews."""
    (slope, n) = files.execute(
        """SELECT regr_slope(review_score::INTEGER, late), count(*) FROM (
             SELECT review_score, date_diff('day', order_estimated_delivery_date::DATE,
                    order_delivered_customer_date::TIMESTAMP::DATE) AS late
             FROM olist_order_reviews_dataset JOIN olist_orders_dataset USING (order_id)
             WHERE order_purchase_timestamp < '2018-09-01') WHERE late BETWEEN 1 AND 7"""
    ).fetchone()
    found = everything.slope
    assert (found.value, found.n) == (pytest.approx(slope), n)
    assert found.lower < slope < found.upper < 0 and everything.verdict is Verdict.SIGNAL
    assert everything.later.value < 1.8  # later than a week: near the bottom, so no line beyond it


def test_the_expectations_page_says_that_the_promise_is_beaten(room):
    view = View(room, room.cube().weeks[-10], EVERYTHING, room.catalog.metric("delivery_days"), OWNER)
    report = expectation_report(view)
    item = report.item("delivery_days")
    assert item.zone is Zone.ABOVE and [gap.expected.level for gap in item.gaps] == ["promised"]
    assert set(report.slices["delivery_days"]) == {"state"}
    assert delay_report(view, room.catalog.metric("review_score")).verdict is Verdict.SIGNAL
