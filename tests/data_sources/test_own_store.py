"""The app's own store: for its user only, shared by processes, and in trouble a sentence and not a wait. The authority
is SQLite itself (sqlite.org/rescode.html) under real locks, real modes and a real limit of the operating system."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data_sources.errors import Unavailable
from data_sources.own_store import OwnStore, StoreTrouble

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("CREATE TABLE IF NOT EXISTS kept (what TEXT)",)


@pytest.fixture
def store(tmp_path: Path) -> OwnStore:
    return OwnStore(tmp_path / "own" / "store", TABLES, patience=0.2)


def keep(store: OwnStore, what: str) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO kept VALUES (?)", (what,))


def kept(store: OwnStore) -> list[str]:
    with store.reading() as connection:
        return [] if connection is None else [row[0] for row in connection.execute("SELECT what FROM kept")]


def test_nothing_is_made_by_reading_and_everything_is_its_users_own(store: OwnStore) -> None:
    assert kept(store) == []
    assert not store.folder.exists()
    before = os.umask(0)
    try:
        keep(store, "a")
        with store.reading() as open_one:
            assert open_one is not None
            keep(store, "b")  # the journal is there while somebody reads
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()}
            assert [row[0] for row in open_one.execute("PRAGMA journal_mode")] == ["wal"]
    finally:
        os.umask(before)
    assert modes == {"store.sqlite": 0o600, "store.sqlite-wal": 0o600, "store.sqlite-shm": 0o600}
    assert stat.S_IMODE(store.folder.stat().st_mode) == stat.S_IMODE(store.folder.parent.stat().st_mode) == 0o700
    assert kept(store) == ["a", "b"]


def test_a_block_that_fails_leaves_nothing(store: OwnStore) -> None:
    keep(store, "a")

    def fails() -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO kept VALUES ('b')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert kept(store) == ["a"]


def test_many_who_begin_at_once_end_with_one_store(store: OwnStore) -> None:
    store = OwnStore(store.folder, TABLES, patience=20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: keep(store, str(i)), range(24)))
    assert sorted(map(int, kept(store))) == list(range(24))


def test_a_locked_store_says_so_soon_and_can_still_be_read(store: OwnStore) -> None:
    keep(store, "a")
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreTrouble, match=r"^The app’s own store is locked by another process\. Try again"):
        keep(store, "b")
    assert time.monotonic() - began < 2
    assert kept(store) == ["a"]
    holder.close()
    keep(store, "c")
    assert kept(store) == ["a", "c"]


FILLING = """
import resource, signal, sys
from pathlib import Path
from data_sources.own_store import OwnStore, StoreTrouble
store = OwnStore(Path(sys.argv[1]), ("CREATE TABLE IF NOT EXISTS kept (what TEXT)",))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def keep(what):
    with store.writing() as connection:
        connection.execute("INSERT INTO kept VALUES (?)", (what,))
keep("a")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    keep("b" * 1_000_000)
except StoreTrouble as trouble:
    print(trouble)
keep("c")
"""


def test_a_file_that_may_not_grow_is_said_and_what_was_kept_stays(store: OwnStore) -> None:
    """No room: the operating system refuses to let the file grow (setrlimit)."""
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(store.folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "store is full" in done.stdout or "by its disk" in done.stdout
    assert str(store.folder) in done.stdout
    assert kept(store) == ["a", "c"]


def test_what_is_no_database_is_called_damaged_and_left_alone(store: OwnStore) -> None:
    store.folder.mkdir(parents=True)
    store.path.write_bytes(b"no database " * 1000)
    with pytest.raises(StoreTrouble, match="is damaged"):
        keep(store, "a")
    with pytest.raises(Unavailable, match="is damaged"):
        kept(store)
    assert store.path.read_bytes().startswith(b"no database")


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreTrouble, match="cannot be opened") as caught:
        keep(OwnStore(tmp_path / "file" / "store", TABLES), "a")
    assert str(caught.value.again()) == str(caught.value)


def test_what_was_deleted_is_in_none_of_its_files_after_scrubbing(tmp_path: Path) -> None:
    """Beside a running app, whose open connection keeps the journal; with rows of many lengths under an index, because
    SQLite's secure_delete leaves what it moved between pages."""
    store = OwnStore(tmp_path / "store", (*TABLES, "CREATE INDEX IF NOT EXISTS kept_what ON kept (what)"))
    drawn = random.Random(2)
    keep(store, "first")
    app = sqlite3.connect(store.path, isolation_level=None)
    app.execute("SELECT * FROM kept").fetchall()
    many = [f"{drawn.randrange(10**6)} Jane{i:05d} {'x' * drawn.randrange(10, 400)}" for i in range(1500)]
    with store.writing() as connection:
        rows = [(drawn.randrange(10**9), what) for what in many]
        connection.executemany("INSERT INTO kept (rowid, what) VALUES (?, ?)", rows)
    gone, stay = drawn.sample(many, 750), set(many)
    with store.writing() as connection:
        connection.executemany("DELETE FROM kept WHERE what = ?", [(what,) for what in gone])
    assert any(b"Jane" in path.read_bytes() for path in store.folder.iterdir() if path.name.endswith("-wal"))
    assert store.scrub()
    left = b"".join(path.read_bytes() for path in store.folder.iterdir())
    assert not [what for what in gone if what.split()[1].encode() in left]
    assert all(what.split()[1].encode() in left for what in stay - set(gone))
    app.close()


def test_a_reader_in_the_way_of_scrubbing_is_said(store: OwnStore) -> None:
    keep(store, "a")
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM kept").fetchall()
    assert not store.scrub()
    reader.close()
    assert store.scrub()
