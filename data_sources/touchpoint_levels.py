"""What is, must be and should be at every touchpoint of one company, for one KPI and one scope."""

from __future__ import annotations

from data_sources.criticality import criticality, journey_axis
from data_sources.errors import NotConfigured
from data_sources.people_affected import people_affected
from data_sources.view import SCANNED_WEEKS, View
from metrics.broken import AFFECTED_WEEKS, TouchpointLevels, ranked
from metrics.catalog import Axis
from metrics.metric import Metric
from metrics.touchpoint_levels import Asked, Standard, TouchpointLevel, levels_of


def touchpoint_levels(view: View, metric: Metric) -> TouchpointLevels:
    """The levels of every touchpoint (every stage where a company records no touchpoints), the broken ones ranked,
    worked out once for all who look at it. Raises NotConfigured where it records neither, NotFilterable,
    Unavailable."""
    axis = journey_axis(view.catalog)
    if not axis:
        raise NotConfigured("responses.touchpoint] or [responses.stage", "What is, must be and should be")
    return view.once(("touchpoint levels", metric.id), lambda: _levels(view, metric, view.catalog.axis(axis)))


def _levels(view: View, metric: Metric, axis: Axis) -> TouchpointLevels:
    weeks, scope, thresholds = view.weeks[-SCANNED_WEEKS:], view.scope, view.catalog.thresholds
    asked = Asked(metric, axis, weeks, view.figures("expectations", metric), scope.filters, thresholds)
    rows = levels_of(asked, view.sums(metric, weeks, (axis.id,)))
    tested = sum(row.p is not None for row in rows)
    month = view.span(AFFECTED_WEEKS)
    if not any(row.standard is Standard.BELOW for row in rows):
        return TouchpointLevels(
            metric, axis, rows, (), tested, month, "", notes=_minimum_notes(metric, rows), low_n=thresholds.low_n
        )
    affected = people_affected(view, metric, axis, month)
    weights = criticality(view, metric, axis.id)
    broken, left_out = ranked(rows, weights, affected.people)
    notes = (*_minimum_notes(metric, rows), *affected.notes, *_weight_notes(axis, weights))
    return TouchpointLevels(
        metric, axis, rows, broken, tested, month, affected.counted, left_out, notes, thresholds.low_n,
        view.room.settings.currency,
    )  # fmt: skip


def _minimum_notes(metric: Metric, rows: tuple[TouchpointLevel, ...]) -> tuple[str, ...]:
    if any(row.must_be is not None for row in rows):
        return ()
    return (f"What customers need at least is not known: name metrics.{metric.id}.minimum in cx.toml, or configure "
            "[expectations].",)  # fmt: skip


def _weight_notes(axis: Axis, weights: object) -> tuple[str, ...]:
    if weights:
        return ()
    return (f"The weight of a {axis.label.lower()} is not known: nobody answered about two of them within a year.",)
