"""For when an installation or a parcel was promised, and when it came: dates of delivery & installation responses.

They follow the incident that a response is about, so that they agree with its events and with what is written: who
scores badly was mostly kept waiting, and the failed installations came very late or not at all.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from data_sources.demo.company import IntArray, pick
from data_sources.demo.effects import DELIVERY
from data_sources.demo.happenings import DAY, Happenings, outcomes, span
from data_sources.demo.incidents import DETAIL, MOODS, OCCASIONS, Incident, incidents
from data_sources.demo.weeks import Week

NEVER = np.iinfo(np.int64).min
"""In place of a day: none."""
TOLD, A_DAY, AS_FELT, NEARLY, FAILED = range(5)
"""How late an incident's delivery is: as many days as its text says; one; more, the worse it was felt; about on time;
not come at its end."""
MOST_LATE, LATE_AT_ALL, LATE_A_POINT, PROMOTER = 10, 0.03, 0.025, 9
"""Where no text says it, at most ten days late, each with a chance that grows with every point of the 0–10 feeling
below 9."""
NEAR_SHARES = np.array([0.10, 0.64, 0.14, 0.08, 0.04])
"""How often what went well came a day early, on the day, a day late, two, three: a new day agreed upon and kept is
forgiven."""


def promises(
    week: Week, told: tuple[IntArray, IntArray], own: Happenings, events: Happenings, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """The day promised and the day it came, counted from the week's first, one place per response: NEVER where nothing
    was promised, and where it has not come. `told` is places of incidents and of sets of details, `own` the events of
    the incidents, `events` those of their threads as well."""
    incident, detail = told
    how = _how_late()[incident]
    first, last = (second // DAY for second in span(own, len(week)))
    days = np.array([int(number) for number in DETAIL["days_n"]])[detail]
    as_felt = rng.binomial(MOST_LATE, np.clip(LATE_AT_ALL + LATE_A_POINT * (PROMOTER - week.felt), 0, 1))
    near = pick(rng, NEAR_SHARES, len(week)) - 1
    late = np.choose(np.maximum(how, 0), [days, np.ones_like(days), as_felt, near, days])
    promised = np.maximum(last - late, np.minimum(first + 1, last))
    came = np.where(how == FAILED, _at_last(events, len(week)), last)
    return np.where(how < 0, NEVER, promised), np.where(how < 0, NEVER, came)


def _at_last(events: Happenings, size: int) -> IntArray:
    """The day of a late end in each response's threads, NEVER without one."""
    ends = (events.outcome == outcomes().index("done late")) & (events.touchpoint == DELIVERY)
    day = np.full(size, NEVER)
    day[events.response[ends]] = events.second[ends] // DAY
    return day


@cache
def _how_late() -> IntArray:
    """How late each incident's delivery is; −1 where it is about none."""
    return np.array([_lateness(incident) for incident in incidents()])


def _lateness(incident: Incident) -> int:
    if incident.touchpoint != DELIVERY:
        return -1
    mood, failure, last = MOODS[incident.mood], OCCASIONS[incident.occasion] == "failure", incident.what[-1]
    if failure and mood == "bad":
        return FAILED
    if "{days_n}" in last:
        return TOLD
    if "a day late" in last:
        return A_DAY
    return NEARLY if mood == "good" else AS_FELT
