"""The masker of a company: its own words are nobody's names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from data_sources.masking.masker import Masker
from metrics.catalog import Catalog


def masker_of(catalog: Catalog) -> Masker:
    """A masker that leaves alone what the company calls its parts, places and rivals; one for the same words."""
    return _masker(tuple(dict.fromkeys(_own_words(catalog))))


@lru_cache(maxsize=8)
def _masker(kept: tuple[str, ...]) -> Masker:
    return Masker(kept)


def _own_words(catalog: Catalog) -> Iterator[str]:
    yield from (catalog.company, catalog.rival, *catalog.own_words)
    for axis in (*catalog.dimensions, catalog.stages, catalog.touchpoints):
        yield from (axis.label, *axis.values)
    yield from (persona.label for persona in catalog.personas)
    yield from (metric.label for metric in (*catalog.metrics, *catalog.benchmark_metrics))
