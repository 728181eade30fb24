"""What the doctor prints is sent to a terminal, which obeys escape sequences (ECMA-48; CWE-150)."""

from __future__ import annotations

from data_sources.doctor import Examination
from data_sources.problems import Problem
from data_sources.profile import DatasetProfile
from data_sources.report import LONGEST, report

ATTACK = "North\x1b[2J\x1b]0;owned\x07\nNo problem found.\u202egnihton\x9b31m\r"


def test_a_value_of_a_table_neither_moves_the_cursor_nor_begins_a_line() -> None:
    problem = Problem("dimensions.region", f"there is also “{ATTACK}”.", "Add it.", grave=False)
    printed = report(Examination((DatasetProfile("responses", "db", ATTACK),), (problem,)))
    assert all(character.isprintable() or character == "\n" for character in printed)
    assert "\nNo problem found." not in printed
    assert "there is also “North�[2J" in printed


def test_an_endless_value_is_cut() -> None:
    printed = report(Examination((), (Problem("key", "x" * 1_000_000, "Mend it."),)))
    assert len(printed) < 2 * LONGEST
