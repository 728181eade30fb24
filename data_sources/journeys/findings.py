"""What the doctor says of journey events beside what holds for every dataset: whether success can ever be seen."""

from __future__ import annotations

from collections.abc import Iterator

from data_sources.problems import Problem, listed, remedy
from data_sources.profile import MOST_VALUES, DatasetProfile
from data_sources.settings.datasets import DatasetSettings, JourneyEventsSettings


def journey_findings(configured: DatasetSettings, profile: DatasetProfile) -> Iterator[Problem]:
    """Outcomes in `succeeded` that no event has: a journey that reached what it came for would count as failed."""
    if not isinstance(configured, JourneyEventsSettings) or not configured.succeeded or not profile.rows:
        return
    key = f"{profile.role}.succeeded"
    if configured.outcome is None:
        yield Problem(key, "no column says how an event ended.", f"Set {profile.role}.outcome too.")
        return
    counted = profile.values.get("outcome")
    if counted is None or len(counted) >= MOST_VALUES:
        return
    found = [value for value in counted if value]
    for outcome in configured.succeeded:
        if outcome not in found:
            others = [value for value in found if value not in configured.succeeded]
            near = remedy(outcome, others, f"There are: {listed(found)}.")
            yield Problem(key, f"no event has the outcome “{outcome}”.", near)
