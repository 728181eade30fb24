"""What the audit page says: the newest entries that were asked for, and whether the log holds."""

from __future__ import annotations

from dataclasses import dataclass

from data_sources.audit import Act
from data_sources.audit_entries import PAGE, Entry, count, entries, people
from data_sources.audit_verdict import Verdict, verdict
from data_sources.looks import Noted
from data_sources.view import View
from metrics.access import NotPermitted

PAGE_ID = "audit"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The `newest` entries of `found` that a person and an act leave, `older` if there are more behind them; everybody
    whom the log names, and its verdict as of the newest entry."""

    newest: tuple[Entry, ...]
    older: bool
    found: int
    people: tuple[str, ...]
    verdict: Verdict


def audit_report(view: View, noted: Noted, person: str = "", act: str = "", before: int | None = None) -> AuditReport:
    """The log, for who has the audit page: that it was opened is its newest entry, once a session. Raises NotPermitted,
    StoreTrouble."""
    viewer, log = view.viewer, view.room.audit
    if not viewer.opens(PAGE_ID):
        raise NotPermitted(None, "read the audit log")
    key = log.seals.mark(repr((viewer.person, Act.AUDIT.value)))
    if key not in noted:
        log.note(viewer.person, Act.AUDIT, PAGE_ID)
        noted.add(key)
    last = count(log.store)
    held = view.room.answers.get(("audit verdict", last), lambda: verdict(log))
    assert isinstance(held, Verdict)  # noqa: S101  a Memo of any answers
    shown = entries(log.store, person, act, before, PAGE + 1)
    found = count(log.store, person, act)
    return AuditReport(shown[:PAGE], len(shown) > PAGE, found, people(log.store), held)
