"""Sign-ins that were ended by “Sign out” before their hours were over, known to all processes of one machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from data_sources.own_store import OwnStore

FOLDER = "sign_outs"
"""Within the store's folder: a file of its own, so that whoever signs out waits for nobody who is noted down."""
TABLES = ("CREATE TABLE IF NOT EXISTS ended (sign_in TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID",)
SEPARATOR = "\x1f"


class SignOuts:
    """A sign-in is known by its mark (components/tokens.py), of which only a hash is kept. The provider's nonce is part
    of it, so nobody can tell from the file who signed out. Holds nothing itself; any thread, any process."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = OwnStore(folder / FOLDER, TABLES), clock

    def add(self, sign_in: tuple[str, ...], until: float) -> None:
        """End a sign-in that would have lasted `until` (seconds since 1970) at the longest. Those that are over by
        themselves are forgotten. Raises StoreTrouble."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM ended WHERE until < ?", (self._clock(),))
            connection.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", (_hashed(sign_in), until))

    def holds(self, sign_in: tuple[str, ...]) -> bool:
        """Whether a sign-in was ended. Raises StoreTrouble: whoever cannot be told apart from somebody who has signed
        out is not let in."""
        with self._store.reading() as connection:
            if connection is None:
                return False
            found = connection.execute("SELECT 1 FROM ended WHERE sign_in = ?", (_hashed(sign_in),)).fetchone()
            return found is not None


def _hashed(sign_in: tuple[str, ...]) -> str:
    return sha256(SEPARATOR.join(sign_in).encode()).hexdigest()
