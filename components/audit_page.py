"""The parts of the audit page: whether the log holds, what to look for, its entries."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.labelled import labelled
from components.tables import table
from components.text import labels_of
from data_sources.audit import SEARCH, Act
from data_sources.audit_entries import Entry
from data_sources.audit_report import AuditReport
from data_sources.looks import PSEUDONYM, RESPONSE

EVERYBODY, EVERYTHING = "Everybody", "Everything"
PERSON_KEY, ACT_KEY, BEFORE_KEY = "audit_person", "audit_act", "audit_before"
"""Session state: what is looked for. Not in the address, which would carry a colleague's name into other logs."""
ERASED = "erased"


def wanted_person() -> str:
    """Whose entries are looked for; "" for everybody's."""
    chosen = str(st.session_state.get(PERSON_KEY, EVERYBODY))
    return "" if chosen == EVERYBODY else chosen


def wanted_act() -> str:
    """Which acts are looked for; "" for all."""
    chosen = str(st.session_state.get(ACT_KEY, EVERYTHING))
    return "" if chosen == EVERYTHING else chosen


def wanted_before() -> int | None:
    """The entry before which the page begins; None for the newest."""
    before = st.session_state.get(BEFORE_KEY)
    return before if isinstance(before, int) else None


def sentence(report: AuditReport) -> str:
    """ "The audit log holds: 1,204 entries." """
    return report.verdict.text()


def evidence(report: AuditReport) -> str:
    """The head that can be written down elsewhere, and that no filter of the bar counts here."""
    head = f"head {report.verdict.head.text()[:24]}…" if report.verdict.holds else "run “python -m data_sources check”"
    return f"{head} · every entry: filters narrow the other pages"


def choices(report: AuditReport) -> None:
    """Whose entries and which acts; another choice begins with the newest again."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit_choices"):
        _choice("Who", (EVERYBODY, *report.people), PERSON_KEY)
        _choice("What", (EVERYTHING, *(act.value for act in Act)), ACT_KEY)


def _choice(label: str, options: Sequence[str], key: str) -> None:
    names = labels_of(options)
    with labelled(label, 260):
        st.selectbox(label, list(names), format_func=lambda one: names.get(one, one), key=key, on_change=_from,
                     args=(None,), label_visibility="collapsed")  # fmt: skip


def listed(report: AuditReport) -> None:
    """The entries, the newest first, and the way to older ones."""
    if not report.newest:
        st.caption("No entry of that kind.")
        return
    table((_row(entry) for entry in report.newest), "Entries of the audit log, the newest first")
    st.caption(f"{len(report.newest):,} of {report.found:,} entries. Times are UTC.")
    oldest = report.newest[-1].sequence
    with st.container(horizontal=True):
        if wanted_before() is not None:
            st.button("Newest entries", type="tertiary", on_click=_from, args=(None,))
        if report.older:
            st.button("Older entries", type="secondary", on_click=_from, args=(oldest,))


def _from(before: int | None) -> None:
    st.session_state[BEFORE_KEY] = before


def _row(entry: Entry) -> dict[str, str]:
    return {
        "No.": f"{entry.sequence:,}",
        "Time": f"{entry.time:%Y-%m-%d %H:%M:%S}",
        "Who": entry.person,
        "What": entry.act,
        "Where": entry.place,
        "About": _about(entry),
        "How many": "" if entry.many is None else f"{entry.many:,}",
    }


def _about(entry: Entry) -> str:
    """The customer by pseudonym and the answer they were opened by, or what was searched for."""
    if entry.erased:
        return ERASED
    known = (entry.about.get(name, "") for name in (PSEUDONYM, RESPONSE, SEARCH))
    return " · ".join(part for part in known if part)
