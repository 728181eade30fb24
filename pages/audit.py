"""Audit: who looked at whom, searched for what, took what away; and whether the log of it holds."""

from __future__ import annotations

from components.audit_page import choices, evidence, listed, sentence, wanted_act, wanted_before, wanted_person
from components.headline import headline
from components.messages import freshness_line, page_boundary
from components.noted import noted
from data_sources.audit_report import audit_report
from data_sources.view import View


def render(view: View) -> None:
    """The verdict, what to look for, the newest entries of it."""
    with page_boundary("The audit log cannot be read just now."):
        report = audit_report(view, noted(), wanted_person(), wanted_act(), wanted_before())
        headline(view, sentence(report), evidence(report))
        choices(report)
        listed(report)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
