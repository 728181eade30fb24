"""Events the company declares: what it did on which day, and whether new limits start there."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

from data_sources.demo.truths import APP_RELEASE, INSTALLATION_FAILURE

ORDINARY: tuple[tuple[int, int, str], ...] = (
    (131, 1, "New website"),
    (98, 0, "Annual price change"),
    (73, 2, "Call centre opens on Sundays"),
    (46, 0, "Annual price change"),
    (31, 1, "Larkmere TV channels added"),
)
"""(weeks before the last, day of the week, label): no jump in any score follows from these."""


def event_rows(last_monday: date, planted: bool) -> pa.Table:
    """The events table: day, label, rebase, metric (null: every metric)."""
    rows: list[tuple[date, str, bool, str | None]] = [
        (last_monday - timedelta(weeks=ago) + timedelta(days=day), label, False, None) for ago, day, label in ORDINARY
    ]
    if planted:
        release = last_monday - timedelta(weeks=APP_RELEASE.since_weeks - 1)
        contractor = last_monday - timedelta(weeks=INSTALLATION_FAILURE.since_weeks - 1)
        rows.append((release, APP_RELEASE.label, True, APP_RELEASE.metric))
        rows.append((contractor, f"New installation contractor, {INSTALLATION_FAILURE.region}", False, None))
    day, label, rebase, metric = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return pa.table(
        {
            "day": pa.array(day, pa.date32()),
            "label": pa.array(label, pa.string()),
            "rebase": pa.array(rebase, pa.bool_()),
            "metric": pa.array(metric, pa.string()),
        }
    )
