"""What the doctor finds in `[people]`: rows that give nobody anything, which nobody would notice but the person."""

from __future__ import annotations

from data_sources.connections import Sources
from data_sources.errors import Unavailable
from data_sources.people import People
from data_sources.problems import Problem, listed, remedy
from data_sources.settings.roles import roles_of
from data_sources.settings.root import Settings
from metrics.identity import written_plainly

MOST_NAMED = 5
"""Of unknown roles, this many are named."""


def people_findings(settings: Settings, sources: Sources) -> list[Problem]:
    """The problems of the table; none where [people] is not configured."""
    if settings.people is None:
        return []
    try:
        entries = People(settings, sources).entries()
    except Unavailable as error:
        return [Problem("people", f"{error.what}.", error.remedy)]
    if not entries:
        return [Problem("people", "has no row that names a person, so it gives nobody a role.", "Look at its column.")]
    known = list(roles_of(settings))
    unknown = sorted({role for entry in entries.values() for role in entry.roles} - set(known))
    found = [
        Problem(
            "people.role",
            f"the table names “{role}”, which is no role.",
            remedy(role, known, f"There are: {listed(known)}."),
        )
        for role in unknown[:MOST_NAMED]
    ]
    odd = sum(not written_plainly(person) for person in entries)
    if odd:
        what = f"{odd:,} of {len(entries):,} people hold a space, a comma or a character that no sign-in names."
        found.append(Problem("people.person", what, "One person a row, as the sign-in names them.", grave=False))
    return found
