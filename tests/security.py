"""Which tests `make security` runs: the files that docs/security.md names, so that the page and the command say the
same, and the files and folders below. Single tests elsewhere bear the marker themselves."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "security.md"
NAMED = tuple(sorted(set(re.findall(r"\btests/[\w/]+\.py", PAGE.read_text(encoding="utf-8")))))
ALSO = (
    "tests/components/test_entrance.py",
    "tests/components/test_provider.py",
    "tests/components/test_reach.py",
    "tests/components/test_text.py",
    "tests/components/test_tokens.py",
    "tests/components/test_visits.py",
    "tests/data_sources/masking/",
    "tests/data_sources/settings/test_one_select.py",
    "tests/data_sources/test_access_settings.py",
    "tests/data_sources/test_audit.py",
    "tests/data_sources/test_export.py",
    "tests/data_sources/test_forget.py",
    "tests/data_sources/test_hostile_sql.py",
    "tests/data_sources/test_looks.py",
    "tests/data_sources/test_own_store.py",
    "tests/data_sources/test_people.py",
    "tests/data_sources/test_pseudonyms.py",
    "tests/data_sources/test_row_rules.py",
    "tests/e2e/test_audit.py",
    "tests/e2e/test_hostile_pages.py",
    "tests/e2e/test_sign_in.py",
    "tests/e2e/test_sign_in_proxy.py",
    "tests/faults/",
    "tests/metrics/test_access.py",
    "tests/metrics/test_identity.py",
    "tests/metrics/test_rollup.py",
    "tests/metrics/test_spreadsheet.py",
    "tests/metrics/test_suppression.py",
    "tests/pages/test_audit_page.py",
    "tests/serving/test_doors.py",
    "tests/serving/test_gate.py",
    "tests/serving/test_headers.py",
    "tests/serving/test_host.py",
    "tests/serving/test_nginx.py",
    "tests/serving/test_secrets.py",
    "tests/serving/test_spoken.py",
    "tests/serving/test_unsaid.py",
    "tests/serving/test_way_back.py",
    "tests/test_hostile_config.py",
    "tests/test_sign_in_docs.py",
)
"""Paths from the repository's root; a folder ends with a slash."""


def holds_a_control(path: str) -> bool:
    """Whether a test, by its path from the repository's root, is one of them."""
    return path.startswith((*NAMED, *ALSO))
