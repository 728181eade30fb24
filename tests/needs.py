"""What some tests need and not every machine has. Where it is missing they are left out and the last lines say so;
with CX_NOTHING_LEFT_OUT=1 (CI) they fail instead."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import mariadb, postgres
from tests.spark import cluster

SHARED = Path(os.environ.get("CX_TEST_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))
DIALECTS = ("snowflake.sqlalchemy", "sqlalchemy_bigquery", "trino", "clickhouse_connect", "databricks.sqlalchemy",
            "pymysql", "pyodbc", "pyhive")  # fmt: skip
EXTRAS = "pip install -r requirements-engines.txt, and requirements-engines-apart.txt with --no-deps"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")


def chromium() -> str | None:
    """Debian's Chromium; None where there is none."""
    found = (path for path in CHROMIUM if Path(path).exists())
    return next(found, None) or shutil.which("chromium") or shutil.which("chromium-browser")


def nginx() -> str | None:
    """Debian's nginx; None where there is none. Ordinary users do not have /usr/sbin in their path."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _installed(module: str) -> bool:
    """Whether a module can be imported, in a package that may be missing too."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


WHY_NOT: dict[str, Callable[[], str | None]] = {
    "browser": lambda: None if chromium() else "Chromium was not found in /usr/bin (Debian: apt-get install chromium)",
    "engines": lambda: None if all(map(_installed, DIALECTS)) else f"a dialect is not installed ({EXTRAS})",
    "mariadb": mariadb.why_not,
    "nginx": lambda: None if nginx() else "nginx was not found in /usr/sbin (Debian: apt-get install nginx)",
    "postgres": lambda: None if os.environ.get("CX_TEST_POSTGRES") else postgres.why_not(),
    "shared": lambda: None if (SHARED / "README.md").exists() else f"the public data is not at {SHARED}",
    "spark": cluster.why_not,
}
"""Why each need cannot be met on this machine; None where it can."""


@cache
def missing(need: str) -> str | None:
    """Why a need cannot be met on this machine; None where it can. Looked for once."""
    return WHY_NOT[need]()


def require(need: str) -> None:
    """Leave the running test out where a need is not met; fail it where nothing may be left out."""
    reason = missing(need)
    if reason is None:
        return
    if os.environ.get("CX_NOTHING_LEFT_OUT"):
        pytest.fail(f"nothing may be left out, and {reason}", pytrace=False)
    pytest.skip(f"left out: {reason}")
