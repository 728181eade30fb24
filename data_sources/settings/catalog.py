"""From the configuration to the catalog: what is configured, without where it is stored."""

from __future__ import annotations

from data_sources.settings.company import BenchmarkMetricSettings, MetricSettings, OrderSettings
from data_sources.settings.root import WEEKDAYS, Settings
from metrics.catalog import Axis, Catalog, DeclaredEvent, Persona, Thresholds
from metrics.metric import Metric, MetricKind
from metrics.slices import STAGE, TOUCHPOINT, Filters

DEFAULT_SCALES = {MetricKind.NPS: (0.0, 10.0), MetricKind.NET: (1.0, 7.0), MetricKind.RATE: (0.0, 1.0)}
"""Scales that a kind of metric brings with it (METHODS §1); the others have none."""
ACRONYM = 4
"""An id of up to four letters is taken for an acronym: nps → NPS, csat → CSAT."""


def catalog_of(settings: Settings) -> Catalog:
    """The catalog of a valid configuration."""
    headlines = [name for name, metric in settings.metrics.items() if metric.headline]
    return Catalog(
        company=settings.company,
        metrics=tuple(metric_of(name, metric) for name, metric in settings.metrics.items()),
        dimensions=_dimensions(settings),
        stages=_journey_axis(STAGE, settings.stages),
        touchpoints=_journey_axis(TOUCHPOINT, settings.touchpoints),
        personas=tuple(
            Persona(name, persona.label or as_words(name), Filters.of(persona.rule))
            for name, persona in settings.personas.items()
        ),
        events=tuple(DeclaredEvent(e.day, e.label, e.rebase, e.metrics) for e in settings.event),
        thresholds=Thresholds(**settings.thresholds.model_dump()),
        first_weekday=WEEKDAYS.index(settings.week_start),
        headline=headlines[0] if headlines else "",
        benchmark_metrics=tuple(metric_of(name, metric) for name, metric in settings.benchmark_metrics.items()),
        rival=(settings.benchmarks.rival if settings.benchmarks else None) or "",
        kind=settings.responses.kind or "",
        own_words=(
            *settings.privacy.not_masked,
            *settings.themes,
            *(w for words in settings.themes.values() for w in words),
        ),
    )


def metric_of(name: str, metric: MetricSettings | BenchmarkMetricSettings) -> Metric:
    """One metric of the catalog. Raises ValueError where it has no scale; the checks say so before."""
    scale = metric.scale or DEFAULT_SCALES.get(metric.kind)
    if scale is None:
        raise ValueError(f"metrics.{name} has no scale")
    known = metric.model_dump(exclude={"column", "headline", "label", "scale"})
    return Metric(id=name, label=metric.label or label_of(name), scale=scale, **known)


def dimension_ids(settings: Settings) -> tuple[str, ...]:
    """Every dimension: first those with a section of their own, in its order, then those that only
    [responses.dimensions] names."""
    others = (name for name in settings.responses.dimensions if name not in settings.dimensions)
    return (*settings.dimensions, *others)


def _dimensions(settings: Settings) -> tuple[Axis, ...]:
    def axis(name: str) -> Axis:
        configured = settings.dimensions.get(name)
        if configured is None:
            return Axis(name, as_words(name))
        return Axis(name, configured.label or as_words(name), configured.values)

    return tuple(axis(name) for name in dimension_ids(settings))


def _journey_axis(axis_id: str, order: OrderSettings) -> Axis:
    return Axis(axis_id, order.label or as_words(axis_id), order.order)


def label_of(name: str) -> str:
    """What a metric without a label is called."""
    return name.upper() if len(name) <= ACRONYM else as_words(name)


def as_words(name: str) -> str:
    """ "sales_region" → "Sales region"."""
    return name.replace("_", " ").capitalize()
