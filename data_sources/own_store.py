"""The app's own store: what it must keep itself, beside the company's data. One SQLite file in a folder of its own, for
the app's user only, shared by all processes of one machine."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data_sources.errors import Unavailable

FILE = "store.sqlite"
PATIENCE_SECONDS = 2.0
"""How long a page waits for another process that writes: a note takes some milliseconds, a page may take longer."""
MINE_ONLY, FOLDER_MINE_ONLY = 0o600, 0o700
FULL = "is full or has no room on its disk"
REASONS = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "Try again; if it stays so, end that process."),
    sqlite3.SQLITE_LOCKED: ("is locked by another process", "Try again; if it stays so, end that process."),
    sqlite3.SQLITE_FULL: (FULL, "Make room on the disk of {folder}."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written by its disk", "Make room on, or repair, the disk of {folder}."),
    sqlite3.SQLITE_READONLY: ("cannot be written", "Let the app’s user write in {folder}."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Let the app’s user write in {folder}."),
    sqlite3.SQLITE_PERM: ("cannot be opened", "Let the app’s user write in {folder}."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Move {folder} away, keep it, and restore it from a copy."),
    sqlite3.SQLITE_NOTADB: ("is damaged", "Move {folder} away, keep it, and restore it from a copy."),
}
"""What SQLite says by its primary result code (sqlite.org/rescode.html), and what to do."""
PRIMARY = 0xFF
"""The part of an extended result code that is the primary one."""


class StoreTrouble(Unavailable):
    """The app's own store cannot be read or written. A kind of Unavailable: a page that survives an outage says this
    as well and asks again by itself."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__("store", what, remedy)
        self.args = (f"The app’s own store {what}. {remedy}",)

    def again(self) -> StoreTrouble:
        """The same error as a new object, for another thread to raise."""
        return StoreTrouble(self.what, self.remedy)


class OwnStore:
    """The store in a folder. Every use opens the file anew (a tenth of a millisecond), so that threads, forks and a
    file that somebody replaced need no thought. `tables` are the CREATE statements (IF NOT EXISTS) of what is kept."""

    def __init__(self, folder: Path, tables: tuple[str, ...], patience: float = PATIENCE_SECONDS) -> None:
        self.folder, self._tables, self._patience = folder, tables, patience

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE

    @contextmanager
    def writing(self, then: Callable[[sqlite3.Connection], None] | None = None) -> Iterator[sqlite3.Connection]:
        """A transaction that no other process writes during; it is kept whole, or not at all where the block raises.
        `then` is called once it is kept, again while nobody else writes. Raises StoreTrouble."""
        with self._open(make=True) as connection:
            with _alone(connection):
                yield connection
            if then is not None:
                with _alone(connection):
                    then(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """One state of the store, whatever is written meanwhile; None where nothing was ever kept. Raises
        StoreTrouble."""
        if not self.path.exists():
            yield None
            return
        with self._open(make=False) as connection:
            connection.execute("BEGIN")
            try:
                yield connection if _holdings(connection) else None
            finally:
                connection.rollback()

    def scrub(self) -> bool:
        """Overwrite what was deleted, in the file (secure_delete leaves what was moved between pages) and in its
        journal; False where a reader was in the way and some of it may lie in the journal until the next time. Raises
        StoreTrouble."""
        with self._open(make=True) as connection:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    @contextmanager
    def _open(self, *, make: bool) -> Iterator[sqlite3.Connection]:
        connection: sqlite3.Connection | None = None
        try:
            if make:
                self._made()
            connection = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
            # FULL: what was noted is on the disk before the page is drawn, whatever happens to the power
            connection.executescript(
                "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;"
                "PRAGMA cell_size_check = ON;"
            )
            if make and _holdings(connection) < len(self._tables):
                self._furnish(connection)
            yield connection
        except sqlite3.DatabaseError as error:
            raise self._trouble(error) from error
        except OSError as error:
            raise StoreTrouble(
                f"cannot be opened ({error.strerror})", f"Let the app’s user write in {self.folder}."
            ) from error
        finally:
            if connection is not None:
                connection.close()

    def _furnish(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in self._tables:
            connection.execute(statement)
        connection.commit()

    def _made(self) -> None:
        """The folder and an empty file, for the app's user only: SQLite gives its journal the file's own mode. The file
        is closed before it bears its name: closing it drops every lock that this process holds on it (sqlite.org,
        "How To Corrupt An SQLite Database File", 2.2)."""
        if self.path.exists():
            return
        private_folder(self.folder)
        draft = self.path.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, MINE_ONLY))
        try:
            os.link(draft, self.path)
        except FileExistsError:
            pass  # another was first
        finally:
            draft.unlink()

    def _trouble(self, error: sqlite3.DatabaseError) -> StoreTrouble:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY
        what, remedy = REASONS.get(code, (f"refused a statement ({type(error).__name__})", "Run `check`."))
        return StoreTrouble(what, remedy.format(folder=self.folder))


def private_folder(folder: Path) -> None:
    """Make a folder, and those around it that are missing, for the app's user only. Raises OSError."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=FOLDER_MINE_ONLY, exist_ok=True)


@contextmanager
def _alone(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _holdings(connection: sqlite3.Connection) -> int:
    """How many tables, indexes and triggers there are."""
    return int(connection.execute("SELECT count(*) FROM sqlite_master WHERE sql IS NOT NULL").fetchone()[0])
