"""What can go wrong on a Spark Thrift server, as errors of PyHive's that repeat nothing of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pyhive import hive
from thrift.Thrift import TException

CONDITION = re.compile(r"\[([A-Z][A-Z_]+(?:\.[A-Z_]+)?)\] ([A-Z].*?)(?:\. |\.?\n|\.?$)")
"""Spark's error condition and the first sentence of what it says (after the class of Java's exception)."""
NAMES_ONLY = re.compile(r"TABLE_OR_VIEW|UNRESOLVED|SCHEMA_NOT_FOUND|MISSING_AGGREGATION|DATATYPE_MISMATCH|PARSE_SYNTAX")
"""Conditions whose first sentence names tables, columns and types and never a value (Spark's error-conditions.json)."""
STALE_FILES = re.compile(r"\[FAILED_READ_FILE|CANNOT_READ_FILE_FOOTER")
"""A session lists the files of a table once. One that was replaced or removed since cannot be read any more."""


class LineLost(hive.OperationalError):  # type: ignore[misc]  # PyHive publishes no types
    """The server cannot be reached or is silent: the connection is of no use any more."""


class StaleFiles(hive.OperationalError):  # type: ignore[misc]  # PyHive publishes no types
    """A file of a table is not what it was when the session looked."""


def refusal(text: str) -> hive.Error:
    """The error for what Spark says of a failed statement: its condition, and its first sentence where that holds
    names only."""
    if STALE_FILES.search(text):
        return StaleFiles("a file of the table is missing or damaged")
    found = CONDITION.search(text)
    if found is None:
        return hive.OperationalError("the server broke off the query")
    condition, sentence = found.groups()
    return hive.ProgrammingError(sentence if NAMES_ONLY.search(condition) else condition)


@contextmanager
def on_the_line() -> Iterator[None]:
    """Turns what happens to a connection into LineLost, in the system's own words."""
    try:
        yield
    except (TException, OSError, EOFError) as error:
        inner = getattr(error, "inner", None)
        said = f"{error}: {inner}" if inner else str(error)
        raise LineLost(said or "the server closed the connection") from None
