"""Score bands: the groups that a metric's rule makes of the scores (promoters, passives, detractors …)."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.metric import Metric, MetricKind


@dataclass(frozen=True, slots=True)
class Band:
    """A run of scores. A cut point belongs to the band that `reaches` it: scores from `low` (without it where the
    band below reaches it) to `high` (without it unless `reaches`); None is the end of the scale. `id` is for the
    address, `label` for the screen."""

    id: str
    label: str
    low: float | None = None
    high: float | None = None
    above: bool = False
    reaches: bool = False

    def holds(self, score: float) -> bool:
        """Whether a score of the scale is in the band."""
        over = self.low is None or score > self.low or (score == self.low and not self.above)
        return over and (self.high is None or score < self.high or (score == self.high and self.reaches))


NAMES = {
    MetricKind.NPS: ("detractors", "passives", "promoters"),
    MetricKind.NET: ("low", "middle", "high"),
    MetricKind.MEAN: ("low", "middle", "high"),
    MetricKind.TOP_BOX: ("not_satisfied", "satisfied"),
    MetricKind.RATE: ("no", "yes"),
}


def bands(metric: Metric) -> tuple[Band, ...]:
    """The bands of a metric from the lowest scores to the highest; together they hold every score of the scale
    once. A mean has no cut points of its own: thirds of its scale (1–5 stars: 1–2, 3, 4–5)."""
    rule, names = metric.rule, NAMES[metric.kind]
    labels = [name.replace("_", " ").capitalize() for name in names]
    if rule.high is None:
        low, high = metric.scale
        third = (high - low) / 3
        first, second = low + third, high - third
        return (
            Band(names[0], labels[0], None, first),
            Band(names[1], labels[1], first, second, reaches=True),
            Band(names[2], labels[2], second, None, above=True),
        )
    if rule.low is None:
        return Band(names[0], labels[0], None, rule.high), Band(names[1], labels[1], rule.high, None)
    return (
        Band(names[0], labels[0], None, rule.low, reaches=True),
        Band(names[1], labels[1], rule.low, rule.high, above=True),
        Band(names[2], labels[2], rule.high, None),
    )


def band(metric: Metric, band_id: str) -> Band:
    """The band of that id; KeyError names the known ones."""
    for found in bands(metric):
        if found.id == band_id:
            return found
    raise KeyError(f"{metric.label} has no band {band_id!r}; it has {', '.join(b.id for b in bands(metric))}")


def band_of(metric: Metric, score: float) -> Band:
    """The band that holds a score of the scale; ValueError for a score off it."""
    low, high = metric.scale
    if not low <= score <= high:
        raise ValueError(f"score {score:g} is off the scale {low:g}–{high:g} of {metric.label}")
    return next(found for found in bands(metric) if found.holds(score))
