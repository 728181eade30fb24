"""The catalog: everything a company has configured that a page can name, without where it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from metrics.metric import Metric
from metrics.slices import STAGE, TOUCHPOINT, Filters


@dataclass(frozen=True, slots=True)
class Axis:
    """Something responses are cut by: a dimension, the stages or the touchpoints. `values` are ordered where
    the configuration orders them, otherwise as found."""

    id: str
    label: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredEvent:
    """Something the company did or suffered on a day. `rebase` starts new limits there for the named metrics
    (all when empty)."""

    day: date
    label: str
    rebase: bool = False
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Persona:
    """A named rule over dimensions."""

    id: str
    label: str
    rule: Filters


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a number may be shown (METHODS §8) and when data counts as old."""

    show_number: int = 5
    show_comments: int = 8
    low_n: int = 30
    competitor_n: int = 100
    stale_days: int = 14
    benchmark_stale_days: int = 120


@dataclass(frozen=True, slots=True)
class Catalog:
    """A company: its name, KPIs in the order of the cards, axes in the order of the filter bar, and rules."""

    company: str
    metrics: tuple[Metric, ...]
    dimensions: tuple[Axis, ...]
    stages: Axis = field(default_factory=lambda: Axis(STAGE, "Stage"))
    touchpoints: Axis = field(default_factory=lambda: Axis(TOUCHPOINT, "Touchpoint"))
    personas: tuple[Persona, ...] = ()
    events: tuple[DeclaredEvent, ...] = ()
    thresholds: Thresholds = Thresholds()
    first_weekday: int = 0
    headline: str = ""
    benchmark_metrics: tuple[Metric, ...] = ()
    """Figures that only benchmarks hold, of this company as of others; no KPI cards."""
    rival: str = ""
    """The competitor that every KPI is held against beside the best one; "" = the best alone."""
    kind: str = ""
    """What kind of survey our responses are (metrics/kinds.py); "" where it is not stated."""
    own_words: tuple[str, ...] = ()
    """Words of the company that are never taken for somebody's name, beside its axes (data_sources/masking)."""

    @property
    def headline_metric(self) -> Metric:
        """The KPI that the review opens on: the one configured, else the first."""
        return self.metric(self.headline) if self.headline else self.metrics[0]

    def metric(self, metric_id: str) -> Metric:
        """The metric of that id; KeyError names the known ones."""
        for metric in self.metrics:
            if metric.id == metric_id:
                return metric
        raise KeyError(f"no metric {metric_id!r}; configured: {', '.join(m.id for m in self.metrics)}")

    @property
    def every_axis(self) -> tuple[Axis, ...]:
        """Dimensions, stages and touchpoints, also where the company records none."""
        return (*self.dimensions, self.stages, self.touchpoints)

    def with_axes(self, changed: Callable[[Axis], Axis]) -> Catalog:
        """The same catalog with every axis changed."""
        dimensions = tuple(map(changed, self.dimensions))
        return replace(self, dimensions=dimensions, stages=changed(self.stages), touchpoints=changed(self.touchpoints))

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Dimensions, then stage and touchpoint where the company records them."""
        journey = tuple(axis for axis in (self.stages, self.touchpoints) if axis.values)
        return self.dimensions + journey

    def axis(self, axis_id: str) -> Axis:
        """The axis of that id; KeyError names the known ones."""
        for axis in self.axes:
            if axis.id == axis_id:
                return axis
        raise KeyError(f"no axis {axis_id!r}; configured: {', '.join(a.id for a in self.axes)}")

    def personas_of(self, values: dict[str, str]) -> tuple[Persona, ...]:
        """The personas whose rule a customer with these dimension values meets."""
        return tuple(
            persona for persona in self.personas if all(values.get(axis) in kept for axis, kept in persona.rule.kept)
        )
