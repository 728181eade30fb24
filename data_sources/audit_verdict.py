"""Whether the audit log is whole: the first place that does not fit, in a sentence.

Caught: an entry that was changed, deleted, added or moved without the key; a tail that was cut off; a log replaced by
an older copy of itself; a reference that was changed, added or deleted by other means than `forget`; a guard taken
from its tables. Not caught: whoever has the key; the store and its head together put back to an earlier state, unless
a head that was written down elsewhere (`seen`) says otherwise; the end of a log that no head sealed yet, because a
process was killed while it wrote.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from data_sources.audit import COLUMNS, CUSTOMER, TABLES, Act, Audit, audit_log
from data_sources.audit_chain import HEAD_FILE, Fields, Head, commitment, same
from data_sources.own_store import FILE
from data_sources.settings.root import Settings

ENTRIES = (
    f"SELECT {', '.join(f'e.{column}' for column in COLUMNS)}, seal, CAST(salt AS BLOB), about, customer "
    "FROM audit_entries e LEFT JOIN audit_references r ON r.sequence = e.sequence ORDER BY e.sequence"
)
LOST = "SELECT count(*) FROM audit_references WHERE sequence NOT IN (SELECT sequence FROM audit_entries)"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`trouble` says where and how the log does not fit, "" where it does. `entries` were read; `erased` of their
    references were erased; `unsealed` entries came after the head that is kept outside the table."""

    entries: int
    head: Head
    trouble: str = ""
    erased: int = 0
    unsealed: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything fits."""
        return not self.trouble

    def text(self) -> str:
        """One line for a terminal or a page."""
        if self.trouble:
            return f"The audit log does not hold: {self.trouble}"
        if not self.entries:
            return "The audit log is empty."
        erased = f"; {self.erased:,} references were erased" if self.erased else ""
        late = f"; the newest {self.unsealed:,} not sealed outside yet" if self.unsealed else ""
        return f"The audit log holds: {self.entries:,} {'entry' if self.entries == 1 else 'entries'}{erased}{late}."


def verdict_of(settings: Settings, seen: Head | None = None) -> Verdict:
    """The verdict on a configuration's log; nothing is made where nothing was ever kept. Raises StoreTrouble."""
    folder = settings.store_folder()
    if not (folder / FILE).exists() and not (folder / HEAD_FILE).exists():
        return Verdict(0, Head(), _missing(seen, Head(), None))
    return verdict(audit_log(settings), seen)


def verdict(audit: Audit, seen: Head | None = None) -> Verdict:
    """Read the whole log (two seconds of a processor for a hundred thousand entries). `seen`: a head that was written
    down before; the log must still hold it. Raises StoreTrouble."""
    try:
        head, kept = audit.head.read(), audit.head.path.exists()
    except OSError:
        head, kept = None, True
    with audit.store.reading() as connection:  # after the head, which is then never ahead of what is read
        if connection is None:
            lost = f"the head says {head.sequence:,} entries, and the log is gone." if head and head.sequence else ""
            return Verdict(0, Head(), lost or _missing(seen, Head(), None))
        unguarded = _unguarded(connection)
        if unguarded:
            return Verdict(0, Head(), unguarded)
        return _read(audit, connection, head, kept, seen)


def _read(audit: Audit, connection: sqlite3.Connection, head: Head | None, kept: bool, seen: Head | None) -> Verdict:
    last, erased, said_erased, at_head, at_seen = Head(), 0, 0, None, None
    for *entry, seal, salt, about, mark in connection.execute(ENTRIES):
        fields = dict(zip(COLUMNS, entry, strict=True))
        number, expected, committed = int(fields["sequence"]), last.sequence + 1, fields["commitment"]
        if number != expected:
            return Verdict(last.sequence, last, f"entry {expected:,} is missing.")
        if not _sealed(audit, fields, str(seal), last):
            return Verdict(last.sequence, last, f"entry {number:,} is not as it was written, or not in its place.")
        if salt is not None and not _fits(bytes(salt), str(about), mark, committed):
            return Verdict(last.sequence, last, f"what entry {number:,} refers to is not as it was written.")
        erased += salt is None and committed is not None
        if fields["act"] == Act.FORGOT:
            said_erased += int(fields["many"] or 0)
        last = Head(number, str(seal))
        at_head = last.seal if head is not None and head.sequence == number else at_head
        at_seen = last.seal if seen is not None and seen.sequence == number else at_seen
    lost = connection.execute(LOST).fetchone()[0]
    trouble = (
        _headless(head, kept, last, at_head)
        or _missing(seen, last, at_seen)
        or ("a reference belongs to no entry." if lost else "")
        or (f"{erased:,} references are gone, and `forget` erased {said_erased:,}." if erased != said_erased else "")
    )
    return Verdict(last.sequence, last, trouble, erased, last.sequence - head.sequence if head else 0)


def _sealed(audit: Audit, fields: Fields, seal: str, before: Head) -> bool:
    try:
        return same(seal, audit.seals.entry(fields, before.seal))
    except TypeError:  # something that this app never writes, which has no canonical form
        return False


def _fits(salt: bytes, text: str, marked: object, committed: object) -> bool:
    try:
        about = json.loads(text)
        return committed is not None and about.get(CUSTOMER) == marked and same(commitment(salt, about), str(committed))
    except (ValueError, AttributeError, TypeError, RecursionError):
        return False


def _headless(head: Head | None, kept: bool, last: Head, at_head: str | None) -> str:
    """What is wrong between the head outside and the table."""
    if head is None:
        if not last.sequence:
            return ""
        gone = "is not one that this app sealed with this key." if kept else "is gone."
        return f"the head outside the table {gone}"
    if head.sequence > last.sequence:
        return f"the head says {head.sequence:,} entries, and the log ends at {last.sequence:,}: its end was cut off."
    return "" if head == Head() or at_head == head.seal else f"entry {head.sequence:,} is not the one that was sealed."


def _missing(seen: Head | None, last: Head, at_seen: str | None) -> str:
    """Whether a head that was written down is still there."""
    if seen is None or seen == Head() or at_seen == seen.seal:
        return ""
    return f"entry {seen.sequence:,} is not the one that was written down; the log ends at {last.sequence:,}."


def _unguarded(connection: sqlite3.Connection) -> str:
    """Which table or guard is not as this app makes it."""
    made = sqlite3.connect(":memory:")
    for statement in TABLES:
        made.execute(statement)
    parts = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rootpage"
    there = dict(connection.execute(parts).fetchall())
    wrong = [name for name, sql in made.execute(parts) if there.get(name) != sql]
    made.close()
    return f"its table or guard {wrong[0]} is gone or not as this app makes it." if wrong else ""
