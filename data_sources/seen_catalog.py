"""The catalog with the values that the data turned out to hold, and with those that a viewer's own rows hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from data_sources import query
from data_sources.cube.store import Cube, CubeSlice
from metrics.catalog import Axis, Catalog, DeclaredEvent
from metrics.slices import Rules, both


def found_catalog(configured: Catalog, declared: tuple[DeclaredEvent, ...], cube: Cube) -> Catalog:
    """What is configured, with the values that the cube holds and the events of the [events] table."""

    def known(axis: Axis) -> Axis:
        return replace(axis, values=cube.labels(axis.id)) if cube.holds((axis.id,)) else axis

    return replace(configured.with_axes(known), events=(*configured.events, *declared))


def seen_catalog(catalog: Catalog, rules: Rules, by: Callable[[str], CubeSlice]) -> Catalog:
    """The catalog for somebody who sees these rows: no axis has a value that none of them has, no persona is one that
    none of them can be. `by` gives all their cells by one axis."""

    def seen(axis: Axis) -> Axis:
        if not axis.values or not rules:
            return replace(axis, values=())
        cells = by(axis.id)
        rows = cells.counts(query.ROWS, (axis.id,)).sum(axis=0).tolist()
        held = {label for label, n in zip(cells.cube.labels(axis.id), rows, strict=True) if n}
        return replace(axis, values=tuple(value for value in axis.values if value in held))

    personas = tuple(persona for persona in catalog.personas if both((persona.rule,), rules))
    return replace(catalog.with_axes(seen), personas=personas)
