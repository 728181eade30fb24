"""Every number that the pages print, against SQL on the files and formulas written out again (tests/audit/company.py).

Weeks, scopes and KPIs are drawn at random with a seed; a new seed must pass as well.
"""

import random
from datetime import date

import numpy as np
import pytest

from components.charts import process_behaviour as pb_chart
from data_sources.health import health
from data_sources.metric_report import metric_report
from data_sources.view import View
from data_sources.voices import Request, voices
from metrics.access import OWNER
from metrics.bands import bands
from metrics.estimate import Verdict
from metrics.slices import EVERYTHING, Filters
from tests.audit.company import AXES, FILTERS, POINTS, WEEK, apart, by, count, usual_span, where

SEED = 2026
DRAWS = 6
TOO_FEW = 5


def drawn(room):
    """Weeks and filters: the newest week whole, then anything, early weeks and thin slices among it."""
    rng = random.Random(SEED)
    weeks = room.closed_weeks()
    found = [(weeks[-1], {}), (weeks[7], {"region": ("Wales",)}), (weeks[2], {})]
    while len(found) < DRAWS:
        axes = rng.sample(FILTERS, rng.choice([1, 1, 2, 3]))
        values = {axis: room.catalog.axis(axis).values for axis in axes}
        kept = {axis: tuple(rng.sample(values[axis], rng.choice([1, 1, 2]))) for axis in axes}
        found.append((rng.choice(weeks[60:]), kept))
    return found


@pytest.fixture(scope="module")
def views(room):
    room.cube()
    return [
        (View(room, week, EVERYTHING.filtered(Filters.of(kept)), room.catalog.headline_metric, OWNER), kept)
        for week, kept in drawn(room)
    ]


def same(estimate, tally):
    """An estimate says exactly what the rows say."""
    assert (estimate.n, estimate.value) == (tally.n, pytest.approx(tally.value))
    if tally.n > 1:
        assert (estimate.lower, estimate.upper) == pytest.approx(tally.interval)


def test_cards(views, files):
    """Value, n, interval, usual level, change, last week and last year; a hidden number is hidden wholly."""
    for view, kept in views:
        week = view.week.start
        for card in view.review().cards:
            metric, reading = card.reading.metric.id, card.reading
            now = count(files, metric, kept, week, week + WEEK)
            usual = count(files, metric, kept, *usual_span(metric, week - (reading.weeks - 1) * WEEK))
            assert (reading.estimate.n, now.n == 0) == (now.n, reading.estimate.n == 0)
            if now.n < TOO_FEW:
                assert reading.verdict in (Verdict.TOO_FEW, Verdict.STALE)
                continue
            same(reading.estimate, now)
            if usual.n:
                same(reading.usual, usual)
                found = (reading.change.value, reading.change.lower, reading.change.upper)
                assert found == pytest.approx(apart(now, usual))
            for label, back in (("last week", 1), ("same week last year", 52)):
                past = count(files, metric, kept, week - back * WEEK, week - (back - 1) * WEEK)
                told = [c for c in card.comparators if c.label == label]
                assert len(told) == (week - back * WEEK >= view.room.cube().weeks[0].start)
                if told and past.n >= TOO_FEW:
                    same(told[0].theirs, past)
                    gap = told[0].gap
                    assert (gap.value, gap.lower, gap.upper) == pytest.approx(apart(now, past))


def test_what_cards_are_held_against(views, files):
    """The best competitor's newest month, its products weighted by n; the newest quarter of what is hoped for, by
    segment, or by touchpoint where only that is asked: two cuts of the same answers are not added."""
    for view, kept in views:
        last = view.week.last_day
        products = kept.get("product")
        chosen = f"AND product IN {(*products, '')}" if products else ""
        axis = "touchpoint" if "touchpoint" in kept and "segment" not in kept else "segment"
        asked = f"AND {axis} IN {(*kept[axis], '')}" if axis in kept else f"AND {axis} IS NOT NULL"
        for card in view.review().cards:
            metric, ours = card.reading.metric.id, card.reading.estimate
            if (ours.n or 0) < view.catalog.thresholds.low_n:
                continue
            rivals = files.execute(
                "SELECT company, sum(value * n) / sum(n), sum(n) FROM benchmarks WHERE metric = ? AND month ="
                f" (SELECT max(month) FROM benchmarks WHERE month <= ?) {chosen} GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
                [metric, last],
            ).fetchone()
            hoped = files.execute(
                "SELECT sum(value * n) / sum(n), sum(n) FROM expectations WHERE metric = ? AND level = 'desired' AND"
                f" quarter = (SELECT max(quarter) FROM expectations WHERE quarter <= ?) {asked}",
                [metric, last],
            ).fetchone()
            told = {c.kind: c for c in reversed(card.comparators)}
            for kind, (*name, value, n) in (("competitor", rivals), ("expectation", hoped)):
                if value is None:
                    continue
                assert (told[kind].theirs.value, told[kind].theirs.n) == (pytest.approx(value), n)
                assert told[kind].gap.value == pytest.approx(ours.value - value)
                assert [told[kind].label] == (name or ["hoped for"])


def test_contributions_add_up_and_are_those_of_the_rows(views, files):
    for view, kept in views:
        review = view.review()
        week, reading = view.week.start, review.card.reading
        parts = [*review.breakdown, *([review.rest] if review.rest else [])]
        if not parts:
            continue
        assert sum(part.points for part in parts) == pytest.approx(review.change)
        assert review.change == pytest.approx(reading.shift.value)
        metric, span = review.chosen.id, reading.weeks
        now = (week - (span - 1) * WEEK, week + WEEK)
        first = usual_span(metric, now[0])
        key = " || '|' || ".join(review.axes)
        before, after = (by(files, metric, kept, *side, key) for side in (first, now))
        whole0, whole1 = (count(files, metric, kept, *side) for side in (first, now))
        for part in review.breakdown:
            values = dict(part.where)
            name = "|".join(values[axis] for axis in review.axes)
            old, new = before.get(name), after.get(name)
            assert (part.before.n, part.after.n) == (old.n if old else 0, new.n if new else 0)
            value0 = old.value if old else new.value
            value1 = new.value if new else old.value
            share0, share1 = part.before.n / whole0.n, part.after.n / whole1.n
            assert part.experience == pytest.approx((share0 + share1) / 2 * (value1 - value0))
            level = (value0 + value1) / 2 - (whole0.value + whole1.value) / 2
            assert part.mix == pytest.approx(level * (share1 - share0))


def test_six_weeks_and_twelve_months(views, files):
    for view, kept in views:
        metric = view.metric
        picture = view.six_twelve(metric)
        end = view.week.end
        for pair in (*picture.weeks, *picture.months):
            start, stop = pair.period.start, min(pair.period.end, end)
            told = count(files, metric.id, kept, start, stop)
            if told.n >= TOO_FEW:
                same(pair.now, told)
            else:
                assert pair.now.value is None
            if pair.partial:
                continue
            back = 52 * WEEK if pair in picture.weeks else None
            last = (start - back, stop - back) if back else (_year_back(start), _year_back(stop))
            past = count(files, metric.id, kept, *last)
            if past.n >= TOO_FEW and last[0] >= view.room.cube().weeks[0].start:
                same(pair.year_before, past)
            elif past.n < TOO_FEW:
                assert pair.year_before.value is None


def _year_back(day):
    return date(day.year - 1, day.month, 1)


def test_breakdowns_and_the_weeks_on_the_chart(views, files):
    """The sum over any breakdown is the whole; a hidden slice shows no number, and none that follows from others."""
    rng = random.Random(SEED)
    for view, kept in views:
        metric = view.catalog.metric(rng.choice(list(POINTS)))
        report, week = metric_report(view, metric), view.week.start
        whole = count(files, metric.id, kept, week, week + WEEK)
        assert set(report.breakdowns) == {axis for axis in AXES if len(kept.get(axis, "both")) > 1}
        for axis, rows in report.breakdowns.items():
            told = by(files, metric.id, kept, week, week + WEEK, axis)
            assert sum(reading.estimate.n or 0 for _, reading in rows) == whole.n
            hidden = [reading.estimate.n for _, reading in rows if reading.estimate.value is None]
            assert not any(hidden) or sum(hidden) >= min(TOO_FEW, whole.n)
            for value, reading in rows:
                assert reading.estimate.n == (told[value].n if value in told else 0)
                if reading.estimate.value is not None:
                    assert told[value].n >= TOO_FEW
                    same(reading.estimate, told[value])
        first = report.periods[0].start
        number = f"date_diff('day', TIMESTAMP '{first}', submitted_at) // 7"
        weekly = by(files, metric.id, kept, first, week + WEEK, number)
        for place, (value, estimate) in enumerate(zip(report.chart.values, report.estimates, strict=True)):
            n = weekly[place].n if place in weekly else 0
            assert np.isnan(value) == (n < TOO_FEW)
            assert estimate.n == n
            if n >= TOO_FEW:
                assert value == pytest.approx(weekly[place].value)
                same(estimate, weekly[place])


def test_nothing_with_fewer_than_five_answers_is_drawn(room, files):
    """One thin slice after another: cards, sparklines, charts, the table behind a chart, 6–12, bars, comparators."""
    rng = random.Random(SEED)
    thin = 0
    for _ in range(8):
        kept = {axis: (rng.choice(room.catalog.axis(axis).values),) for axis in ("segment", "product", "touchpoint")}
        week = rng.choice(room.closed_weeks()[80:])
        view = View(room, week, EVERYTHING.filtered(Filters.of(kept)), room.catalog.headline_metric, OWNER)
        review = view.review()
        for card in review.cards:
            weekly = [
                count(files, card.reading.metric.id, kept, week.start - back * WEEK, week.start - (back - 1) * WEEK).n
                for back in (0, 1, 52)
            ]
            thin += weekly[0] < TOO_FEW
            assert np.isnan(card.chart.values[-1]) == (weekly[0] < TOO_FEW)
            for estimate in (card.reading.estimate, card.reading.level, card.reading.change, card.reading.shift):
                assert estimate.value is None or (estimate.n or TOO_FEW) >= TOO_FEW
            past = [c for c in card.comparators if c.kind == "past"]
            for told, n in zip(past, weekly[1:], strict=False):
                assert told.theirs.value is None or n >= TOO_FEW
                assert told.gap.value is None or min(n, weekly[0]) >= TOO_FEW
        for part in (*review.breakdown, *([review.rest] if review.rest else [])):
            assert part.after.n == 0 or part.after.n >= TOO_FEW
        picture = view.six_twelve(view.metric)
        for pair in (*picture.weeks, *picture.months):
            for estimate in (pair.now, pair.year_before):
                assert estimate.value is None or (estimate.n or 0) >= TOO_FEW
        report = metric_report(view, view.metric)
        behind = pb_chart.table(report.metric, report.chart, report.periods, pb_chart.Against(report.estimates))
        for row in behind.to_pylist():
            if row["part"] == "us" and row["n"] and int(str(row["n"]).replace(",", "")) < TOO_FEW:
                assert row["value"] is None
                assert row["range"] in (None, "", "–")
    assert thin > 5, "the slices drawn are not thin: nothing was tested"


def test_the_voices_list_exactly_the_rows_behind_the_card(views, files):
    """The card's n, the rows of the drill-down without a limit, the distribution: one and the same."""
    rng = random.Random(SEED)
    for view, kept in views:
        metric = view.catalog.metric(rng.choice(list(POINTS)))
        narrow = View(view.room, view.week, view.scope, metric, OWNER)
        reading = next(card.reading for card in view.review().cards if card.reading.metric == metric)
        found = voices(narrow, Request())
        rows = where(kept, view.week.start, view.week.end)
        scores = files.execute(
            f"SELECT {metric.id}, count(*) FROM responses WHERE {rows} AND {metric.id} IS NOT NULL"
            " GROUP BY 1 ORDER BY 1"
        ).fetchall()
        (said,) = files.execute(
            f"SELECT count(*) FROM responses WHERE {rows} AND {metric.id} IS NOT NULL AND trim(free_text) <> ''"
        ).fetchone()
        assert found.responses == reading.estimate.n == sum(n for _, n in scores)
        assert found.distribution == tuple((float(score), n) for score, n in scores)
        assert found.comments == said
        banded = [voices(narrow, Request(band=band.id)).comments for band in bands(metric)]
        assert sum(banded) == said


def test_data_health_counts_the_rows(room, files):
    seen = health(room, OWNER)
    for volume in seen.volumes:
        table, time = (
            ("journey_events", "occurred_at") if volume.role == "journey_events" else ("responses", "submitted_at")
        )
        first = volume.periods[0].start
        weekly = dict(
            files.execute(
                f"SELECT date_diff('day', TIMESTAMP '{first}', {time}) // 7, count(*) FROM {table}"
                f" WHERE {time} >= TIMESTAMP '{first}' GROUP BY 1"
            ).fetchall()
        )
        assert volume.chart.values.tolist() == [weekly.get(k, 0) for k in range(len(volume.periods))]
    (rows,) = files.execute("SELECT count(*) FROM responses").fetchone()
    assert next(p for p in seen.examination.profiles if p.role == "responses").rows == rows
