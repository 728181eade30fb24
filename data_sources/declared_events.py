"""Declared events that a company keeps in a table, beside those in cx.toml."""

from __future__ import annotations

import sqlalchemy as sa

from data_sources.connections import Sources
from data_sources.dialects import as_datetime
from data_sources.settings import Settings
from data_sources.tables import datasets
from metrics.catalog import DeclaredEvent

MOST_EVENTS = 1_000
"""Rows read of an events table, the newest first: a chart that marks more marks nothing."""
TRUE = {"1", "true", "t", "yes", "y"}


def read_events(settings: Settings, sources: Sources) -> tuple[DeclaredEvent, ...]:
    """The events of [events], oldest first; none where it is not configured. An event for one metric lists it; rows
    without a day or a label are passed over (the doctor reports them). Raises Unavailable."""
    dataset = datasets(settings).get("events")
    if dataset is None:
        return ()
    day = dataset["day"]
    statement = sa.select(*(column.label(word) for word, column in dataset.columns.items()))
    newest = statement.select_from(dataset.from_clause).order_by(day.desc()).limit(MOST_EVENTS)
    rows = sources.run(dataset.source, newest).to_pylist()
    return tuple(event for row in reversed(rows) if (event := _event(row)) is not None)


def _event(row: dict[str, object]) -> DeclaredEvent | None:
    at, label, metric = as_datetime(row["day"]), row.get("label"), row.get("metric")
    if at is None or not label:
        return None
    rebase = str(row.get("rebase") or "").strip().lower() in TRUE
    return DeclaredEvent(at.date(), str(label), rebase, (str(metric),) if metric else ())
