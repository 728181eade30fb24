"""British Airways and ten competitors through the app's own data path, against the truths published in
../shared/data/README.md (2.2)."""

from dataclasses import replace
from datetime import date

import pytest

from components.rival_words import finer
from data_sources import query
from data_sources.benchmarks import read_benchmarks
from data_sources.competition import ALL, competition
from data_sources.expectations import read_expectations
from data_sources.view import View
from metrics.access import OWNER
from metrics.catalog import Thresholds
from metrics.comparators import COMPETITOR, Ours, competitors
from metrics.estimate import Direction, Verdict
from metrics.intervals import estimate
from metrics.periods import Period, months_between
from metrics.published import by_metric, matching, sums_of
from metrics.slices import EVERYTHING, Filters
from metrics.sums import NOTHING, Sums

pytestmark = pytest.mark.shared

WINDOW = Period(date(2016, 3, 22), date(2024, 3, 7))
"""The competitors' file, first day to last."""
TEN = {
    "Turkish Airlines": (3.68, 29), "Air France": (4.64, 40), "Emirates": (4.67, 39),
    "Cathay Pacific Airways": (6.17, 60), "Korean Air": (6.49, 65), "Singapore Airlines": (6.54, 64),
    "Japan Airlines": (7.10, 69), "Qatar Airways": (7.20, 73), "EVA Air": (7.42, 77), "All Nippon Airways": (7.95, 83),
}  # fmt: skip


@pytest.fixture(scope="module")
def room(opened):
    return opened("airlines", "reviews", "airline_competitors")


@pytest.fixture(scope="module")
def figures(room):
    return read_benchmarks(room.settings, room.sources, months_between(WINDOW.start, WINDOW.last_day))


def within(room, metric_id, period, **kept) -> Sums:
    """Our sums in any period, by the statement that the cube is built with."""
    metric = room.catalog.metric(metric_id)
    statement = query.cells(room.datasets["responses"], [metric], (), [period], EVERYTHING.filtered(Filters.of(kept)))
    row = room.sources.run("reviews", statement).to_pylist()[0]
    n = row[f"{metric_id}__n"]
    if metric.rule.high is None:
        return Sums(n, row[f"{metric_id}__total"], row[f"{metric_id}__squares"])
    return Sums(n, 100.0 * row[f"{metric_id}__up"], 1e4 * row[f"{metric_id}__up"])


def theirs(room, figures, metric_id, company, **kept):
    """A competitor's estimate over the whole window: every month's sums added up."""
    metric, total = room.catalog.metric(metric_id), NOTHING
    own = [figure for figure in by_metric(figures)[metric_id] if figure.company == company]
    for figure in matching(own, Filters.of(kept))[0]:
        total += sums_of(metric, figure) or NOTHING
    return estimate(metric, total)


def test_british_airways_over_the_window(room):
    """Mean 4.22, 32.9 % recommend, n 2,413 after the exact duplicates are gone."""
    rating = estimate(room.catalog.metric("rating"), within(room, "rating", WINDOW))
    recommended = estimate(room.catalog.metric("recommended"), within(room, "recommended", WINDOW))
    assert (round(rating.value, 2), rating.n) == (4.22, 2_413)
    assert (round(recommended.value, 1), recommended.n) == (32.9, 2_413)


def test_the_ten_competitors_to_the_digit(room, figures):
    found = {
        company: (
            round(theirs(room, figures, "rating", company).value, 2),
            round(theirs(room, figures, "recommended", company).value),
        )
        for company in TEN
    }
    assert found == TEN
    assert {figure.company for figure in figures} == set(TEN)
    assert sum(figure.n or 0 for figure in figures if figure.metric == "rating") == 8_100


def test_figures_add_up_to_raw_sql_in_any_slice(room, figures, raw):
    counted = raw("airline_competitors").execute(
        """SELECT avg("Seat Comfort"::DOUBLE), stddev_samp("Seat Comfort"::DOUBLE), count(*) FROM ten_airlines_reviews
           WHERE "Airline" = 'Qatar Airways' AND "Class" = 'Business Class' AND "Type of Traveller" = 'Business'"""
    )
    mean, deviation, n = counted.fetchone()
    found = theirs(room, figures, "seat_comfort", "Qatar Airways", cabin=["Business Class"], traveller=["Business"])
    assert (found.value, found.n) == (pytest.approx(mean), n)
    total = NOTHING
    own = [f for f in by_metric(figures)["seat_comfort"] if f.company == "Qatar Airways"]
    for figure in matching(own, Filters.of({"cabin": ["Business Class"], "traveller": ["Business"]}))[0]:
        total += sums_of(room.catalog.metric("seat_comfort"), figure) or NOTHING
    assert total.variance == pytest.approx(deviation**2)


def test_a_zero_means_not_rated(room, figures):
    """One Air France review has 0 for entertainment: off the scale of 1 to 5."""
    assert theirs(room, figures, "entertainment", "Air France").n == 798 - 1


def test_duplicates_and_na_are_gone(room):
    """3,830 rows, 17 exact duplicates, five ratings "na"."""
    cube = room.cube()
    flights = cube.over(cube.weeks, EVERYTHING.filtered(Filters.of({"touchpoint": ["Flight"]})))
    assert flights.counts(query.ROWS).sum() == 3_813
    assert flights.sums(room.catalog.metric("rating")).whole().n == 3_808
    responses = room.datasets["responses"]
    ids = query.sa.select(responses["id"].label("id")).select_from(responses.from_clause)
    found = [row["id"] for row in room.sources.run("reviews", ids).to_pylist()]
    assert len(found) == len(set(found)) == 3_813 + 223


def test_no_score_from_before_the_lounges_changed_their_scale(room, raw):
    """Never above 5 up to 2014, up to 10 from 2015: only the later ratings count, and not among the flights'."""
    ceilings = raw("airline_competitors").execute(
        """SELECT max(rating) FILTER (day < '2015-01-01'), max(rating) FILTER (day >= '2015-01-01')
           FROM (SELECT "Date" AS day, nullif("Rating", 'na')::DOUBLE AS rating FROM ba2024_lounge_reviews)"""
    )
    assert ceilings.fetchone() == (5, 10)
    before = Period(date(2000, 1, 1), date(2015, 1, 1))
    assert within(room, "lounge_rating", before).n == 0
    assert within(room, "lounge_rating", Period(before.end, date(2025, 1, 1))).n > 200
    assert within(room, "rating", Period(date(2000, 1, 1), date(2025, 1, 1)), touchpoint=["Lounge"]).n == 0


def test_words_without_their_mark_and_authors_by_file(room):
    responses = room.datasets["responses"]
    columns = [responses[word].label(word) for word in ("comment", "customer", "touchpoint")]
    found = room.sources.run("reviews", query.sa.select(*columns).select_from(responses.from_clause)).to_pylist()
    assert not [row["comment"] for row in found if "erified |" in row["comment"][:40] or "\xa0" in row["comment"]]
    assert all(row["comment"] == row["comment"].strip() for row in found)
    assert sum("\n" in row["comment"] for row in found) >= 5, "lines inside a text stay"
    assert {row["customer"].split("-")[0] for row in found if row["touchpoint"] == "Lounge"} == {"lounge"}
    both = {row["customer"].split("-")[1] for row in found if row["touchpoint"] == "Lounge"}
    assert both & {row["customer"].split("-")[1] for row in found if row["touchpoint"] == "Flight"}, "same number twice"


def test_nobodys_name_is_read(room):
    """The competitors' file holds names; no mapped column can hold one."""
    mapped = room.settings.benchmarks.mapped()
    assert "name" not in {column.lower() for column in mapped.values()}
    assert '"Name"' not in (room.settings.benchmarks.sql or "")


def test_the_best_competitor_on_a_card(room, figures):
    """The week of 26 February 2024: Japan, Qatar, EVA and All Nippon lead; enough answers decide who is best."""
    metric, week = room.catalog.metric("rating"), Period(date(2024, 2, 26), date(2024, 3, 4))
    quarter = within(room, "rating", Period(date(2023, 12, 4), week.end))
    ours = Ours(metric, quarter, week.last_day, Filters(), room.catalog.thresholds, weeks=13)
    best, chosen = competitors(ours, figures, "Turkish Airlines")
    assert (best.kind, best.label) == (COMPETITOR, "Qatar Airways")
    assert best.source == "Reviews on airlinequality.com" and (best.theirs.n or 0) >= 100
    assert "periods pooled" in best.note
    assert chosen.label == "Turkish Airlines" and chosen.gap.lower is not None
    few = Ours(metric, within(room, "rating", week), week.last_day, Filters(), room.catalog.thresholds)
    assert few.sums.n < 5 and competitors(few, figures)[0].gap.value is None, "our own number would follow from it"


def test_filters_that_the_competitors_lack_are_said(room, figures):
    metric, week = room.catalog.metric("rating"), Period(date(2024, 2, 26), date(2024, 3, 4))
    filters = Filters.of({"cabin": ["Economy Class"], "country": ["United Kingdom"]})
    ours = Ours(
        metric, within(room, "rating", week, **filters.as_dict()), week.last_day, filters, room.catalog.thresholds
    )
    (best,) = competitors(ours, figures)
    assert "not by country: figure for all" in best.note and "not by cabin" not in best.note


def test_later_weeks_say_how_old_the_competitors_are(room, figures):
    """British Airways' last week is five months after the competitors' file ends: stale by the usual 120 days, still
    compared with its date by the example's 183."""
    metric, week = room.catalog.metric("rating"), Period(date(2024, 7, 29), date(2024, 8, 5))
    ours = Ours(metric, within(room, "rating", week), week.last_day, Filters(), Thresholds())
    (best,) = competitors(ours, figures)
    assert best.verdict is Verdict.STALE and best.note.startswith("stale since Mar 2024")
    (best,) = competitors(replace(ours, thresholds=room.catalog.thresholds), figures)
    assert best.verdict is not Verdict.STALE and best.as_of == date(2024, 3, 1)


def test_no_expectations_are_no_figures(room):
    assert read_expectations(room.settings, room.sources, months_between(WINDOW.start, WINDOW.last_day)) == ()


def test_no_response_is_dropped_by_a_missing_value(room):
    """Traveller is missing on 20 % (asked since June 2015): a place of its own, never dropped."""
    metric, weeks = room.catalog.metric("rating"), room.cube().weeks
    whole = room.sums(metric, weeks, EVERYTHING).whole()
    parts = room.sums(metric, weeks, EVERYTHING, ("traveller",))
    assert "not recorded" in parts.labels[1] and parts.n.sum() == whole.n


def view_of(room):
    return View(room, room.newest_telling_week(), EVERYTHING, room.catalog.metric("rating"), OWNER)


def test_the_competitors_page_reproduces_the_published_table_to_the_digit(room):
    """All figures: ours over exactly the days of the competitors' file (22 March 2016 to 6 March 2024)."""
    view = view_of(room)
    rating, recommended = (competition(view, room.catalog.metric(m), level=ALL) for m in ("rating", "recommended"))
    assert (rating.window.start, rating.window.last_day) == (WINDOW.start, WINDOW.last_day)
    ours = rating.ours.estimate, recommended.ours.estimate
    assert (round(ours[0].value, 2), round(ours[1].value, 1), ours[0].n, ours[1].n) == (4.22, 32.9, 2_413, 2_413)
    share = {rival.name: rival.side.estimate.value for rival in recommended.rivals}
    found = {r.name: (round(r.side.estimate.value, 2), round(share[r.name])) for r in rating.rivals}
    assert found == TEN and sum(r.side.estimate.n for r in rating.rivals) == 8_100
    assert finer(rating.metric, ours[0].value) == "4.22" and finer(recommended.metric, ours[1].value) == "32.9\u202f%"


def test_our_place_among_eleven_is_almost_certain_and_a_lead_is_no_change(room):
    found = competition(view_of(room), room.catalog.metric("rating"), level=ALL)
    assert found.ranks.place("British Airways") == 10 and found.ranks.share("British Airways", 10) > 0.95
    assert found.compared == 10 and found.best == "All Nippon Airways"
    assert {rival.name for rival in found.rivals if rival.direction is Direction.IMPROVEMENT} == {"Turkish Airlines"}
    assert {axis.id for axis, _ in found.where} == {"cabin", "traveller"}


def test_places_of_the_chosen_rival_reconcile_with_raw_sql(room, raw):
    found = competition(view_of(room), room.catalog.metric("rating"), rival="Turkish Airlines", level=ALL)
    places = {place.value: place for axis, places in found.where if axis.id == "cabin" for place in places}
    counted = raw("airline_competitors").execute(
        """SELECT "Class", avg("Overall Rating"::DOUBLE), count(*) FROM ten_airlines_reviews
           WHERE "Airline" = 'Turkish Airlines' GROUP BY 1"""
    )
    for cabin, mean, n in counted.fetchall():
        theirs = places[cabin].rival.side.estimate
        assert (theirs.value, theirs.n) == (None if n < 5 else pytest.approx(mean), n)
        ours = within(room, "rating", WINDOW, cabin=[cabin])
        assert places[cabin].ours.n == ours.n


def test_a_handful_of_reviews_a_month_is_drawn_by_longer_stretches(room):
    found = competition(view_of(room), room.catalog.metric("rating"), level=ALL)
    assert found.step > 1
    assert sum(given.n for _, given in found.lines["Turkish Airlines"]) == 1_685
