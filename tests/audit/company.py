"""The demo company recounted: SQL on its files and textbook formulas, nothing of the app's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

UNTIL = date(2026, 11, 15)
WEEK = timedelta(days=7)
Z = 1.959963984540054
FILTERS = ("region", "segment", "product")
AXES = (*FILTERS, "stage", "touchpoint")
POINTS = {
    "nps": "CASE WHEN nps >= 9 THEN 100 WHEN nps <= 6 THEN -100 WHEN nps IS NOT NULL THEN 0 END",
    "csat": "CASE WHEN csat >= 4 THEN 100 WHEN csat IS NOT NULL THEN 0 END",
    **{
        name: f"CASE WHEN {name} >= 6 THEN 100 WHEN {name} <= 3 THEN -100 WHEN {name} IS NOT NULL THEN 0 END"
        for name in ("success", "effort", "emotion")
    },
}
"""What a score is worth, as the company's definitions say it."""
REBASED = {"effort": date(2026, 6, 29)}
"""The app release after which the usual level of ease starts anew."""


@dataclass(frozen=True)
class Tally:
    """Answers by what they are worth."""

    high: int
    middle: int
    low: int
    share: bool

    @property
    def n(self) -> int:
        return self.high + self.middle + self.low

    @property
    def value(self) -> float | None:
        return 100 * (self.high - self.low) / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson for shares, adjusted Wald for net scores, cut at the scale's ends and widened to hold the value."""
        value = self.value
        assert value is not None
        if self.share:
            p, n = self.high / self.n, self.n
            middle, reach = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
            ends = [100 * (middle + side * reach) / (1 + Z * Z / n) for side in (-1, 1)]
        else:
            centre, error = self.adjusted
            ends = [100 * (centre + side * Z * error) for side in (-1, 1)]
        return max(0 if self.share else -100, min(ends[0], value)), min(100, max(ends[1], value))

    @property
    def adjusted(self) -> tuple[float, float]:
        """Centre and standard error with ¾ promoter, ¾ detractor and 1½ passives more."""
        p, d, n = (self.high + 0.75), (self.low + 0.75), self.n + 3
        return (p - d) / n, sqrt(((p + d) / n - ((p - d) / n) ** 2) / n)


def apart(a: Tally, b: Tally) -> tuple[float, float, float]:
    """a − b with its interval: adjusted Wald on both sides, or Newcombe's hybrid."""
    assert a.value is not None
    assert b.value is not None
    value = a.value - b.value
    if a.share:
        (low_a, high_a), (low_b, high_b) = a.interval, b.interval
        low = value - sqrt((a.value - low_a) ** 2 + (high_b - b.value) ** 2)
        return value, low, value + sqrt((high_a - a.value) ** 2 + (b.value - low_b) ** 2)
    (centre_a, error_a), (centre_b, error_b) = a.adjusted, b.adjusted
    centre, reach = 100 * (centre_a - centre_b), 100 * Z * sqrt(error_a**2 + error_b**2)
    return value, max(-200.0, min(value, centre - reach)), min(200.0, max(value, centre + reach))


def where(kept: dict[str, tuple[str, ...]], start: date, end: date) -> str:
    """The rows of a slice and a span of days, the end excluded."""
    sides = [f"submitted_at >= TIMESTAMP '{start}'", f"submitted_at < TIMESTAMP '{end}'"]
    sides += [f"{axis} IN ({', '.join(_quoted(value) for value in values)})" for axis, values in kept.items()]
    return " AND ".join(sides)


def count(files, metric: str, kept, start: date, end: date) -> Tally:
    """Every answer of a slice and a span."""
    return by(files, metric, kept, start, end, "'all'").get("all", Tally(0, 0, 0, metric == "csat"))


def by(files, metric: str, kept, start: date, end: date, parts: str) -> dict[str, Tally]:  # noqa: PLR0917
    """The same by the values of an expression."""
    points = POINTS[metric]
    rows = files.execute(
        f"SELECT {parts}, count_if({points} = 100), count_if({points} = 0), count_if({points} = -100)"
        f" FROM responses WHERE {where(kept, start, end)} AND {metric} IS NOT NULL GROUP BY 1"
    ).fetchall()
    return {part: Tally(high, middle, low, metric == "csat") for part, high, middle, low in rows}


def usual_span(metric: str, week: date) -> tuple[date, date]:
    """The 52 weeks before a week, not behind a rebase."""
    first = week - 52 * WEEK
    rebased = REBASED.get(metric)
    return (rebased if rebased is not None and first < rebased <= week else first), week


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
