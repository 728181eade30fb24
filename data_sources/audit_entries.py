"""The audit log read: the newest entries, by person and act."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data_sources.own_store import OwnStore

PAGE = 50
WANTED = "(? = '' OR person = ?) AND (? = '' OR act = ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did. `time` in UTC; `place`: page and filters; `many`: how many rows or references;
    `about`: whom or what it refers to, empty where nothing is and where it was erased (`erased`)."""

    sequence: int
    time: datetime
    person: str
    act: str
    place: str
    many: int | None
    about: Mapping[str, str]
    erased: bool = False


def entries(
    store: OwnStore, person: str = "", act: str = "", before: int | None = None, limit: int = PAGE
) -> tuple[Entry, ...]:
    """The newest entries, of one person or act where one is given, before a number. Raises StoreTrouble."""
    statement = (
        "SELECT e.sequence, time, person, act, place, many, commitment, about FROM audit_entries e "
        f"LEFT JOIN audit_references r ON r.sequence = e.sequence WHERE {WANTED} "
        "AND (? IS NULL OR e.sequence < ?) ORDER BY e.sequence DESC LIMIT ?"
    )
    with store.reading() as connection:
        if connection is None:
            return ()
        found = connection.execute(statement, (person, person, act, act, before, before, limit)).fetchall()
    return tuple(_entry(row) for row in found)


def count(store: OwnStore, person: str = "", act: str = "") -> int:
    """How many entries there are of a person and an act. Raises StoreTrouble."""
    with store.reading() as connection:
        if connection is None:
            return 0
        statement = f"SELECT count(*) FROM audit_entries WHERE {WANTED}"
        return int(connection.execute(statement, (person, person, act, act)).fetchone()[0])


def people(store: OwnStore) -> tuple[str, ...]:
    """Everybody whom the log names. Raises StoreTrouble."""
    with store.reading() as connection:
        if connection is None:
            return ()
        found = connection.execute("SELECT DISTINCT person FROM audit_entries ORDER BY person").fetchall()
    return tuple(str(row[0]) for row in found)


def _entry(row: tuple[object, ...]) -> Entry:
    sequence, time, person, act, place, many, committed, about = row
    return Entry(
        int(str(sequence)),
        datetime.fromisoformat(str(time)),
        str(person),
        str(act),
        str(place),
        many if isinstance(many, int) else None,
        json.loads(str(about)) if about else {},
        erased=committed is not None and about is None,
    )
