"""One fingerprint for what a cube depends on, so that another configuration never reads its files."""

from __future__ import annotations

import hashlib
import json

from data_sources.settings import Settings
from data_sources.settings.sources import DEMO, SourceSettings

VERSION = 1
"""Raise when the meaning of a persisted cell changes."""


def fingerprint(settings: Settings) -> str:
    """Sixteen hex digits of the canonical JSON of source, query, metrics and calendar; secrets take no part."""
    source = settings.sources[settings.responses.source]
    parts = {
        "version": VERSION,
        "source": _place(source),
        "responses": settings.responses.model_dump(mode="json"),
        "metrics": {name: metric.model_dump(mode="json") for name, metric in settings.metrics.items()},
        "calendar": [settings.week_start, settings.time_zone],
    }
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _place(source: SourceSettings) -> str:
    """Where the rows are: URL or folder; for the demo company the very generation of its files."""
    if source.folder != DEMO:
        return source.url or source.folder or ""
    from data_sources.demo import demo_folder

    return str(demo_folder())
