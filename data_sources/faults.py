"""From a driver's error to a sentence: what failed and what to do. Nothing of a statement, a parameter, a row or a
password gets through."""

from __future__ import annotations

import re

import sqlalchemy as sa

from data_sources.errors import RefusedQuery, TooSlow, Unavailable
from data_sources.settings.layers import secret_variable

BY_ITSELF = "It is tried again by itself."
NO_ANSWER = ("does not answer", f"Check the server and the network. {BY_ITSELF}")
SERVER_FAULTS = (
    (
        r"password|fe_sendauth|authentication|error validating",
        "does not accept the user or password",
        "Set {variable}.",
    ),
    (r"timeout expired|timed out", *NO_ANSWER),
    (r"refused", "is not running: the connection is refused", "Start the server. " + BY_ITSELF),
    (r"translate host|resolve|not known|no address", "names a host that is not known", "Check sources.{name}.url."),
    (r"database .* does not exist", "has no such database", "Check sources.{name}.url."),
    (r"role .* does not exist", "has no such user", "Check sources.{name}.url."),
    (r"too many (clients|connections)|remaining connection", "has no connection left", BY_ITSELF),
    (r"starting up|shutting down", "is starting or stopping", BY_ITSELF),
    (r"closed the connection|terminat|connection .*(lost|reset|closed)|eof detected", "broke off", BY_ITSELF),
)
FILE_FAULTS = (
    (r"conflicting lock|locked", "is being written by another program", BY_ITSELF),
    (r"unable to open|does not exist|no such file|no files found|cannot open", "has no readable file at its place",
     "Check sources.{name}."),
    (r"not a database|not a valid duckdb|magic bytes|malformed|serialization|storage version",
     "has a file of another kind or version", "Check sources.{name}."),
)  # fmt: skip
TIMED_OUT = re.compile(
    r"QueryCanceled|InterruptException|interrupted|statement timeout|INTERRUPT Error|SQLSTATE: 57014"
)
REFUSALS = re.compile(
    r"no such (table|column|function)|does not exist|not found|cannot be (found|resolved)|syntax error|"
    r"permission denied|read-?only|ambiguous|Cannot compare|must appear in the GROUP BY",
    re.IGNORECASE,
)
"""First lines that name tables, columns and functions, never values of a row."""
NOT_UTF_8 = "a text is not UTF-8"
ODD_VALUES = (
    (re.compile(r"(timestamp|date|timestamptz) too (large|small)|year -?\d+ is out of range"),
     "a time is before the year 1, after 9999 or infinite"),
    (re.compile("invalid byte sequence for encoding"), NOT_UTF_8),
)  # fmt: skip
"""What psycopg says of times that Python does not have, and PostgreSQL of bytes stored without an encoding."""
SQLITE_REFUSAL = re.compile(r"no such|syntax error|ambiguous|misuse|readonly|near \"")
"""SQLite calls these operational errors too."""


def fault(name: str, error: sa.exc.DBAPIError, seconds: float) -> Unavailable:
    """The error to raise for a driver's error on source `name`, whose time limit was `seconds`."""
    original = error.orig
    text = f"{type(original).__name__}: {original}"
    if TIMED_OUT.search(text):
        return TooSlow(name, seconds)
    for odd, what in ODD_VALUES:
        if odd.search(text):
            return RefusedQuery(name, what)
    if not _is_outage(original):
        return RefusedQuery(name, _first_line(str(original)))
    known = FILE_FAULTS if _driver(original) in ("sqlite3", "duckdb") else SERVER_FAULTS
    for pattern, what, remedy in known:
        if re.search(pattern, text, re.IGNORECASE):
            return Unavailable(name, what, remedy.format(name=name, variable=secret_variable(name)))
    return Unavailable(name, "is not reachable", f"Check sources.{name}. {BY_ITSELF}")


def silent(name: str) -> Unavailable:
    """For a server that took a query and said nothing within its own time limit."""
    return Unavailable(name, *NO_ANSWER)


def unreadable(error: Exception) -> str:
    """For an answer that arrived and cannot be read: what is wrong with it, without any of it."""
    if isinstance(error, UnicodeError):
        return NOT_UTF_8
    return f"the answer holds a value that cannot be read ({type(error).__name__})"


def no_driver(name: str, error: Exception) -> Unavailable:
    """For a URL that SQLAlchemy cannot use."""
    if isinstance(error, ModuleNotFoundError | sa.exc.NoSuchModuleError):
        missing = getattr(error, "name", None) or "for this URL"
        return Unavailable(name, f"needs a driver that is not installed ({missing})", "Install it with pip.")
    return Unavailable(name, "has a URL that is none", f"Check sources.{name}.url: driver://user@host/database.")


def _is_outage(original: BaseException | None) -> bool:
    """Whether the source is gone, as against a query it did not like."""
    module, kind = _driver(original), type(original).__name__
    if module == "sqlite3":
        return kind in ("OperationalError", "DatabaseError") and not SQLITE_REFUSAL.search(str(original))
    if module == "duckdb":
        return kind in ("IOException", "ConnectionException", "FatalException", "SerializationException")
    return "OperationalError" in [base.__name__ for base in type(original).__mro__] or kind == "InterfaceError"


def _driver(original: BaseException | None) -> str:
    return type(original).__module__.split(".")[0].lstrip("_")


def _first_line(text: str) -> str:
    """The driver's own first line where it names tables or columns; nothing of it where it may hold data."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line.rstrip(".!") if REFUSALS.search(line) else "a value does not have the type that the query needs"
