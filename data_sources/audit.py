"""The audit log: who looked at whom, searched for what, took what away, and when. It is only ever added to; what
refers to a customer lies beside it and can be erased without breaking the chain (data_sources/audit_chain.py)."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from data_sources.audit_chain import SALT_BYTES, Fields, Head, HeadFile, Seals, commitment
from data_sources.own_store import OwnStore, StoreTrouble, private_folder
from data_sources.problems import Problem
from data_sources.pseudonyms import kept_key
from data_sources.settings.root import Settings

KEY_FILE = "audit.key"
LONGEST = 2_000
"""Characters of a person, a place or a reference that are kept: an address holds no more."""
CUSTOMER, SEARCH = "customer", "search"
"""In a reference: the customer's mark (Seals.mark), never the customer; and what was searched for."""
COLUMNS = ("sequence", "time", "person", "act", "place", "many", "commitment")
"""What an entry says, in the order of the table; its seal comes last."""
TABLES = (
    """CREATE TABLE IF NOT EXISTS audit_entries (
        sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, person TEXT NOT NULL, act TEXT NOT NULL, place TEXT NOT NULL,
        many INTEGER, commitment TEXT, seal TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS audit_references (
        sequence INTEGER PRIMARY KEY REFERENCES audit_entries, salt BLOB NOT NULL, about TEXT NOT NULL,
        customer TEXT)""",
    "CREATE INDEX IF NOT EXISTS audit_customers ON audit_references (customer)",
    """CREATE TRIGGER IF NOT EXISTS audit_in_order BEFORE INSERT ON audit_entries
        WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entries)
        BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_never_changed BEFORE UPDATE ON audit_entries
        BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_never_deleted BEFORE DELETE ON audit_entries
        BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_reference_never_changed BEFORE UPDATE ON audit_references
        BEGIN SELECT RAISE(ABORT, 'a reference is erased, never changed'); END""",
)
"""References can be deleted, which is what `forget` does; nothing else can."""


class Act(StrEnum):
    """What somebody did, in words."""

    SIGNED_IN = "signed in"
    REFUSED = "was refused"
    STORY = "opened a story"
    WALK = "walked a journey"
    SEARCHED = "searched"
    EXPORTED = "exported"
    AUDIT = "opened the audit log"
    FORGOT = "forgot a customer"


class Audit:
    """The log in a store. Whoever cannot be written about must not look: `note` raises StoreTrouble, and what it would
    have noted does not happen."""

    def __init__(self, folder: Path, secret: bytes, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.store = OwnStore(folder, TABLES)
        self.seals = Seals(secret)
        self.head = HeadFile(folder, self.seals)
        self._now = now

    def note(
        self, person: str, act: Act, place: str = "", many: int | None = None, about: Mapping[str, str] | None = None
    ) -> int:
        """Add an entry; its number. It is on the disk when this returns. Raises StoreTrouble."""
        with self.store.writing(then=self._keep_head) as connection:
            return self._add(connection, person, act, place=place, many=many, about=about)

    def _add(
        self,
        connection: sqlite3.Connection,
        person: str,
        act: Act,
        *,
        place: str = "",
        many: int | None = None,
        about: Mapping[str, str] | None = None,
    ) -> int:
        """Add an entry within a transaction."""
        last = last_of(connection)
        if last.sequence == 0:
            self._begin()
        reference = {name: _kept(value) for name, value in (about or {}).items()}
        salt = secrets.token_bytes(SALT_BYTES)
        entry: dict[str, str | int | None] = {
            "sequence": last.sequence + 1,
            "time": self._now().isoformat(timespec="milliseconds"),
            "person": _kept(person),
            "act": act.value,
            "place": _kept(place),
            "many": many,
            "commitment": commitment(salt, reference) if reference else None,
        }
        seal = self.seals.entry(entry, last.seal)
        connection.execute("INSERT INTO audit_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*entry.values(), seal))
        if reference:
            connection.execute(
                "INSERT INTO audit_references VALUES (?, ?, ?, ?)",
                (entry["sequence"], salt, json.dumps(reference), reference.get(CUSTOMER)),
            )
        return last.sequence + 1

    def _begin(self) -> None:
        """A head before the first entry, so that a table without one is a table whose head was taken away."""
        if not self.head.path.exists():
            with self._keeping():
                self.head.keep(Head())

    def _keep_head(self, connection: sqlite3.Connection) -> None:
        """Keep the newest seal outside the table. While the store is held for writing, so that of several processes
        none puts an older head over a newer one. A head that the table does not fit is left as it is: it is what
        proves that the table was cut."""
        with self._keeping():
            kept = self.head.read()
            if kept is not None and (kept == Head() or seal_at(connection, kept.sequence) == kept.seal):
                self.head.keep(last_of(connection))

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            remedy = f"Make room on the disk of {self.store.folder}, or let the app’s user write there."
            raise StoreTrouble(f"cannot keep the seal of the audit log ({error.strerror})", remedy) from error

    # -- erasing ----------------------------------------------------------------------------------------------

    def references_to(self, customer: str, words: Sequence[str] = ()) -> list[int]:
        """The numbers of entries that refer to a customer: by their mark, or by a search for words (case does not
        count). Raises StoreTrouble."""
        with self.store.reading() as connection:
            return [] if connection is None else list(self._referring(connection, customer, words))

    def erase(self, person: str, customer: str, words: Sequence[str] = ()) -> int:
        """Erase what `references_to` finds, and note that so many were: how many. Nothing is noted where there is
        nothing to erase. Raises StoreTrouble."""
        with self.store.writing(then=self._keep_head) as connection:
            found = list(self._referring(connection, customer, words))
            connection.executemany("DELETE FROM audit_references WHERE sequence = ?", [(number,) for number in found])
            if found:
                self._add(connection, person, Act.FORGOT, many=len(found))
            return len(found)

    def _referring(self, connection: sqlite3.Connection, customer: str, words: Sequence[str]) -> Iterator[int]:
        mark, terms = self.seals.mark(customer), [word.casefold() for word in words if word.strip()]
        for number, about, marked in connection.execute("SELECT sequence, about, customer FROM audit_references"):
            searched = str(json.loads(about).get(SEARCH, "")).casefold()
            if marked == mark or any(term in searched for term in terms):
                yield int(number)


def audit_log(settings: Settings) -> Audit:
    """The log in the store, sealed by the configured key (CX_AUDIT_KEY), else by a random one kept beside it, readable
    by its owner only. Raises StoreTrouble."""
    folder = settings.store_folder()
    if settings.audit_key is not None:
        return Audit(folder, settings.audit_key.get_secret_value().encode())
    try:
        private_folder(folder)
        return Audit(folder, kept_key(folder / KEY_FILE))
    except OSError as error:
        what = f"cannot keep the key of the audit log ({error.strerror})"
        raise StoreTrouble(what, f"Let the app’s user write in {folder}.") from error


def kept_with_care(settings: Settings) -> list[Problem]:
    """What is worth knowing about where the log and its key lie, once several people are told apart."""
    if settings.access.sign_in == "none":
        return []
    found = []
    if settings.store.folder is None:
        what = f"is not set, so the audit log is kept in {settings.store_folder()}, beside the cube."
        found.append(Problem("store.folder", what, "Name a folder that is backed up.", grave=False))
    if settings.audit_key is None:
        what = "is not set, so who can write the audit log can also read the key that seals it."
        found.append(Problem("audit_key", what, "Set CX_AUDIT_KEY.", grave=False))
    return found


def last_of(connection: sqlite3.Connection) -> Head:
    """The last entry of the table."""
    row = connection.execute("SELECT sequence, seal FROM audit_entries ORDER BY sequence DESC LIMIT 1").fetchone()
    return Head(int(row[0]), str(row[1])) if row else Head()


def seal_at(connection: sqlite3.Connection, sequence: int) -> str | None:
    """The seal of one entry of the table."""
    row = connection.execute("SELECT seal FROM audit_entries WHERE sequence = ?", (sequence,)).fetchone()
    return str(row[0]) if row else None


def fields_of(row: tuple[str | int | None, ...]) -> Fields:
    """An entry's columns as they were sealed."""
    return dict(zip(COLUMNS, row, strict=True))


def _kept(text: str) -> str:
    """A text as it is kept: not endless, and of letters that can be written."""
    return text[:LONGEST].encode("utf-8", "replace").decode()
