"""An end is an end (OWASP, Session Management Cheat Sheet: “manual session expiration”), in every process of a machine
and after a restart."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from data_sources.own_store import FILE, StoreTrouble
from data_sources.sign_outs import FOLDER, SignOuts

ANA = ("https://login.example", "42", "n-1", "", "", "1800000000")


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_sign_in_that_was_ended_is_ended_for_every_process(tmp_path: Path) -> None:
    here, there = SignOuts(tmp_path, Clock()), SignOuts(tmp_path, Clock())
    assert not there.holds(ANA)
    here.add(ANA, 2_000.0)
    assert there.holds(ANA)
    assert not there.holds((*ANA[:2], "n-2", *ANA[3:]))


def test_two_marks_are_not_one_because_their_parts_read_alike(tmp_path: Path) -> None:
    ended = SignOuts(tmp_path)
    ended.add(("a", "bc"), 1e12)
    assert not ended.holds(("ab", "c"))


def test_nobody_can_tell_from_the_file_who_signed_out(tmp_path: Path) -> None:
    SignOuts(tmp_path).add(("https://login.example", "ana@larkmere.example", "n-1"), 1e12)
    path = tmp_path / FOLDER / FILE
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"ana" not in written
    assert b"login.example" not in written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_over_by_itself_is_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    ended = SignOuts(tmp_path, clock)
    ended.add(ANA, 2_000.0)
    clock.now = 2_001.0
    ended.add(("another",), 3_000.0)
    with sqlite3.connect(tmp_path / FOLDER / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM ended").fetchone() == (1,)
    connection.close()


def test_a_store_that_cannot_be_read_lets_nobody_in(tmp_path: Path) -> None:
    ended = SignOuts(tmp_path)
    ended.add(ANA, 1e12)
    (tmp_path / FOLDER / FILE).write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreTrouble):
        ended.holds(ANA)
