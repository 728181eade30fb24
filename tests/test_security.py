"""`make security` runs what docs/security.md says holds, and fails where it could not ask."""

from __future__ import annotations

from pathlib import Path

from tests.security import ALSO, NAMED

ROOT = Path(__file__).resolve().parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_test_that_is_to_be_run_is_there() -> None:
    assert [place for place in (*NAMED, *ALSO) if not (ROOT / place).exists()] == []
    assert list(ALSO) == sorted(set(ALSO))
    assert NAMED, "the page names none"


def test_the_command_asks_and_does_not_pass_in_silence() -> None:
    """pip-audit ends with 0 where PyPI has no answer for a package, unless it is told to be strict."""
    target = MAKEFILE[MAKEFILE.index("\nsecurity:") : MAKEFILE.index("\nbench:")]
    assert "pytest -m security" in target
    assert "bandit" in target and "--configfile pyproject.toml" in target
    assert "pip-audit --strict" in target and "-r requirements.txt" in target and "exit 1" in target
