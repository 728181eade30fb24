"""Invented figures of an invented company, the same at every run: what the gallery and the chart tests draw."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from components.charts import (
    breakdown,
    emotional_curve,
    movers,
    process_behaviour,
    score_distribution,
    six_twelve,
    volume,
)
from components.charts.chart import Chart
from components.charts.spark import Spark, spark
from metrics.catalog import DeclaredEvent
from metrics.contributions import Contribution
from metrics.estimate import Direction, Estimate, Verdict
from metrics.limits import ProcessBehaviour
from metrics.limits import process_behaviour as limits_of
from metrics.metric import Metric, MetricKind
from metrics.people import TimelineEntry
from metrics.periods import Period, month_of
from metrics.sums import Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10), target=45)
CSAT = Metric("csat", "Satisfaction", MetricKind.TOP_BOX, (1, 5), threshold=4)
EFFORT = Metric("effort", "Effort", MetricKind.MEAN, (1, 7))
LAST_WEEK = date(2026, 11, 9)
CALM, WORSE, BETTER = (
    (Verdict.ROUTINE, Direction.NONE),
    (Verdict.SIGNAL, Direction.CONCERN),
    (Verdict.SIGNAL, Direction.IMPROVEMENT),
)


def weeks(count: int) -> tuple[Period, ...]:
    first = LAST_WEEK - timedelta(weeks=count - 1)
    starts = [first + timedelta(weeks=i) for i in range(count)]
    return tuple(Period(start, start + timedelta(days=7)) for start in starts)


def estimate(value: float, half: float = 4.6, n: int = 1204) -> Estimate:
    return Estimate(value, value - half, value + half, n, "invented")


def behaviour(
    seed: int = 7, level: float = 40.0, spread: float = 2.2, last: float | None = 31.0, count: int = 52
) -> ProcessBehaviour:
    values = np.random.default_rng(seed).normal(level, spread, count)
    if last is not None:
        values[-1] = last
    return limits_of(values, (-100.0, 100.0))


def trend(seed: int = 7) -> Chart:
    shape, periods = behaviour(seed), weeks(52)
    rival = [(date(2025, 11, 1) + timedelta(days=31 * i), 45.0 + (i % 3) * 0.6) for i in range(12)]
    events = (DeclaredEvent(date(2026, 3, 2), "New tariff"), DeclaredEvent(date(2026, 6, 29), "App 5.0", rebase=True))
    against = process_behaviour.Against(
        [estimate(float(v)) for v in shape.values], "Brightwave", rival, [(date(2026, 1, 1), 50.0)], events
    )
    return process_behaviour.chart(NPS, shape, periods, against)


def plain_trend() -> Chart:
    shape = behaviour(11, 82.0, 1.1, 87.0)
    return process_behaviour.chart(CSAT, shape, weeks(52))


def year() -> Chart:
    rng = np.random.default_rng(3)
    six = [
        six_twelve.Place(p, estimate(v), estimate(v + 3), 46.0, 50.0)
        for p, v in zip(weeks(6), [41, 40, 42, 39, 40, 31], strict=True)
    ]
    starts = [date(2025 + (10 + i) // 12, (10 + i) % 12 + 1, 1) for i in range(1, 13)]
    now, ago = rng.normal(40, 1.5, 12), rng.normal(43, 1.2, 12)
    months = [
        six_twelve.Place(month_of(start), estimate(now[i], 1.9, 5200), estimate(ago[i]), 45.0 + i % 3, 50.0)
        for i, start in enumerate(starts)
    ]  # fmt: skip
    return six_twelve.chart(NPS, six, months, "Brightwave")


def moved() -> Chart:
    def bar(label: str, experience: float, mix: float, n: int, verdict: tuple[Verdict, Direction] = CALM) -> movers.Bar:
        return movers.Bar(Contribution(label, experience, mix, Sums(n, 0.0, 0.0), Sums(n, 0.0, 0.0)), label, *verdict)

    rest = movers.Bar(Contribution("", -0.6, -0.2, Sums(9, 0.0, 0.0), Sums(9, 0.0, 0.0)))
    return movers.chart(
        NPS,
        [
            bar("Delivery & installation · North", -5.2, -0.9, 182, WORSE),
            bar("Billing & payment", -1.9, 0.3, 240, WORSE),
            bar("Delivery & installation · East", -0.7, -0.2, 96),
            bar("Mobile app", 0.9, 0.2, 133, BETTER),
            bar("Sales · West", 0.1, 0.3, 77),
            rest,
        ],
    )


def slices() -> Chart:
    few, stale = Estimate(None, None, None, 3, "invented"), Estimate(22.0, 15.0, 29.0, 40, "invented")
    return breakdown.chart(
        NPS,
        [
            breakdown.Slice("Delivery & installation", estimate(12.0, 7.0, 182), *WORSE, 36.0),
            breakdown.Slice("Billing & payment", estimate(24.0, 6.0, 240), *WORSE, 33.0),
            breakdown.Slice("Call centre", estimate(34.0, 5.0, 404), *CALM, 35.0),
            breakdown.Slice("Website & forms", estimate(41.0, 8.0, 121), *CALM, 40.0),
            breakdown.Slice("Mobile app", estimate(52.0, 6.0, 133), *BETTER, 43.0),
            breakdown.Slice("Social media", few, Verdict.TOO_FEW),
            breakdown.Slice("Online help", stale, Verdict.STALE),
        ],
    )


def scores() -> Chart:
    return score_distribution.chart(NPS, dict(enumerate([61, 12, 18, 25, 30, 71, 84, 161, 232, 268, 242])))


def feelings() -> Chart:
    felt = [5.1, 5.0, None, 6.1, 2.9, 3.4, 2.2]
    places = ["Website & forms", "Sales", "Email", "Sales", "Delivery & installation", "Call centre", "Call centre"]
    said = [
        None,
        "Easy to compare.",
        None,
        "Ordered in five minutes, lovely.",
        None,
        "Told to ring again.",
        "I took the day off for nothing.",
    ]
    day = datetime(2026, 10, 20, 9)
    entries = [
        TimelineEntry(day + timedelta(days=4 * i), "response", "use", place, "survey", {}, feeling, comment, f"r{i}")
        for i, (place, feeling, comment) in enumerate(zip(places, felt, said, strict=True))
    ]  # fmt: skip
    return emotional_curve.chart(entries, "r6")


def rows_arriving() -> Chart:
    values = np.random.default_rng(5).normal(1600, 60, 52)
    values[-3:] = 0.0
    return volume.chart("Responses", limits_of(values, (0.0, 1e9)), weeks(52))


def steady_rows() -> Chart:
    values = np.random.default_rng(6).normal(310, 14, 52)
    return volume.chart("Comments", limits_of(values, (0.0, 1e9)), weeks(52))


def sparks() -> list[tuple[str, str, Spark]]:
    return [
        ("NPS", "31", spark(NPS, behaviour(), *WORSE)),
        ("Satisfaction", "82\u202f%", spark(CSAT, behaviour(2, 82, 1.0, None), *CALM)),
        ("Effort", "5.6", spark(EFFORT, behaviour(3, 5.4, 0.1, 5.9), *BETTER)),
        ("Success", "58", spark(NPS, behaviour(4, 58, 2.0, None), *CALM)),
        ("Emotion", "44", spark(NPS, behaviour(5, 44, 2.0, None), *CALM)),
    ]


ALL = {
    "process_behaviour": trend, "process_behaviour_plain": plain_trend, "six_twelve": year, "movers": moved,
    "breakdown": slices,
    "score_distribution": scores, "emotional_curve": feelings, "volume": rows_arriving, "volume_steady": steady_rows,
}  # fmt: skip
