"""`[people]`: who has which role, and for whom which values, as a table of the company's own says."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import sqlalchemy as sa

from data_sources.connections import FAIL_FAST_SECONDS, Sources
from data_sources.errors import RefusedQuery, Unavailable
from data_sources.memo import Memo
from data_sources.settings.access import PeopleSettings
from data_sources.settings.root import Settings
from data_sources.tables import from_clause_of
from metrics.access import Claims
from metrics.identity import identity

OUTAGE_SECONDS = 300.0
"""How long, while the table cannot be read, its last reading still counts: a database restarts in less, and a person
who was removed meanwhile keeps their rights no longer than this."""
ASK_SECONDS = 5.0
"""After this long the table counts as unreadable: every page waits for it."""
MOST_ROWS = 100_000
"""Rows of the table at most (a person may have several); more is no table of people, and nobody is let in by it."""
SHARE_OF_RECHECK = 0.5
"""A reading counts for this share of access.recheck_seconds, and an open page looks as often (components/identity.py):
so both together take no longer than the whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the table says of one person: ids of roles, every value of every mapped attribute, and of these the values
    in the rows of each role."""

    roles: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    of_role: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The table as it was `at` a moment (seconds of the clock, taken before the question)."""

    at: float
    people: Mapping[str, Entry]


class People:
    """The table, read again every few seconds: by one asker while others wait, and shared by all. Thread-safe.

    `trouble` says why the last reading is old; "" where it is not.
    """

    def __init__(self, settings: Settings, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._configured, self._sources, self._clock = settings.people, sources, clock
        self._in_folder = self._configured is not None and settings.sources[self._configured.source].folder is not None
        self._lasts = settings.access.recheck_seconds * SHARE_OF_RECHECK
        self._readings: Memo[_Reading] = Memo(1)
        self._last: _Reading | None = None
        self._failure: tuple[float, Unavailable] | None = None
        self.trouble = ""

    def known(self, claims: Claims) -> Claims:
        """The claims of a sign-in with the roles that the table gives, and the attributes that it maps.

        What the table maps comes from the table alone: a claim of the same name is dropped, also for a person whom the
        table does not name, who so has no value of it. To add the two up would let either of them open rows that the
        other closes. Without [people] the claims come back as they are. Raises Unavailable where the table cannot be
        read and its last reading is older than OUTAGE_SECONDS: then nobody has a right by it.
        """
        if self._configured is None:
            return claims
        nobody = Entry((), dict.fromkeys(self._configured.attributes, ()))
        entry = self._current(self._configured).people.get(identity(claims.person), nobody)
        attributes = {**claims.attributes, **entry.attributes}
        return replace(claims, roles=entry.roles, attributes=attributes, of_role=entry.of_role)

    def entries(self) -> Mapping[str, Entry]:
        """Everybody whom the table names, read at most seconds ago; nobody without [people]. Raises Unavailable."""
        return {} if self._configured is None else self._newest(self._configured).people

    def _current(self, configured: PeopleSettings) -> _Reading:
        try:
            reading = self._newest(configured)
        except Unavailable as error:
            return self._in_an_outage(error)
        if self._last is None or reading.at >= self._last.at:
            self._last, self.trouble = reading, ""
        return reading

    def _newest(self, configured: PeopleSettings) -> _Reading:
        now, failed = self._clock(), self._failure
        if failed is not None and now < failed[0]:
            raise failed[1].again()
        try:
            reading = self._readings.get(int(now / self._lasts), partial(self._read, configured))
        except Unavailable as error:
            self._failure = self._clock() + FAIL_FAST_SECONDS, error
            raise
        self._failure = None
        return reading

    def _in_an_outage(self, error: Unavailable) -> _Reading:
        last = self._last
        if last is None or self._clock() - last.at > self._lasts + OUTAGE_SECONDS:
            raise error
        self.trouble = f"Who may see what was last read some minutes ago: {error}"
        return last

    def _read(self, configured: PeopleSettings) -> _Reading:
        began = self._clock()
        rows = self._sources.run(configured.source, _statement(configured, self._in_folder), ASK_SECONDS)
        if rows.num_rows > MOST_ROWS:
            raise RefusedQuery(configured.source, f"[people] has more than {MOST_ROWS:,} rows")
        return _Reading(began, _entries(rows.to_pydict(), tuple(configured.attributes)))


def _statement(configured: PeopleSettings, in_folder: bool) -> sa.Select[tuple[object, ...]]:
    """One row for each person, role and combination of values, with columns `person`, `role` and the attributes."""
    names = [configured.person, configured.role, *configured.attributes.values()]
    table = from_clause_of(configured, "people", dict.fromkeys(names, sa.types.NullType()), in_folder)
    labels = ["person", "role", *(f"attribute_{name}" for name in configured.attributes)]
    columns = [table.c[name].label(label) for name, label in zip(names, labels, strict=True)]
    return sa.select(*columns).select_from(table).distinct().limit(MOST_ROWS + 1)


def _entries(rows: Mapping[str, list[object]], attributes: tuple[str, ...]) -> dict[str, Entry]:
    """The table by person. Rows without a person are nobody's; a NULL is no role and no value."""
    told: dict[str, list[tuple[str, list[str]]]] = {}
    columns = [rows[f"attribute_{name}"] for name in attributes]
    for person, role, *found in zip(rows["person"], rows["role"], *columns, strict=True):
        who = identity(_text(person))
        if who:
            told.setdefault(who, []).append((_text(role), [_text(value) for value in found]))

    def values(mine: list[tuple[str, list[str]]]) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(dict.fromkeys(found[place] for _, found in mine if found[place]))
            for place, name in enumerate(attributes)
        }

    def entry(mine: list[tuple[str, list[str]]]) -> Entry:
        roles = tuple(dict.fromkeys(role for role, _ in mine if role))
        return Entry(roles, values(mine), {one: values([row for row in mine if row[0] == one]) for one in roles})

    return {who: entry(mine) for who, mine in told.items()}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
