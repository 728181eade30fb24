"""A folder of files as a private in-memory DuckDB: each file a table, changed and new files seen at once."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from threading import Lock

import duckdb

from data_sources.errors import Unavailable
from data_sources.file_tables import EXCEL, FileTable, quoted_name, quoted_text, sheets, tables_in, twice
from data_sources.problems import listed

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "custom_user_agent": "customer-room",
    "allocator_background_threads": "true",
}
"""DuckDB would otherwise download extensions from the internet by itself, and keep what a build of the cube needed: a
server of ten million responses then held 140 MB more."""
AS_READ = "as_read"
"""The schema of text files as they were read; what is asked are views on them."""


class FolderDatabase:
    """The in-memory database of one folder. `connect()` may be called from any thread; every connection it gives
    is independent of the others and sees the same tables. `troubles` maps a table that cannot be read to why; the
    others stay usable."""

    def __init__(self, source: str, folder: Path, time_zone: str) -> None:
        self._source, self._folder, self._time_zone = source, folder, time_zone
        self._root = duckdb.connect(":memory:", config=CONFIG)
        self._lock = Lock()
        self._made: dict[FileTable, tuple[str, ...]] = {}
        self.troubles: dict[str, str] = {}

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, after looking which files came, went or changed. Raises Unavailable where
        there is no such folder."""
        with self._lock:
            self._look()
            connection = self._root.cursor()
        connection.execute(f"SET TimeZone = {quoted_text(self._time_zone)}")
        return connection

    def tables(self) -> tuple[str, ...]:
        """The tables there are, by name."""
        with self._lock:
            self._look()
            return tuple(sorted(name for names in self._made.values() for name in names))

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._root.close()

    def _look(self) -> None:
        try:
            present = tables_in(self._folder)
        except OSError as error:
            raise Unavailable(
                self._source, f"has no folder {self._folder}", f"Set sources.{self._source}.folder to where it is."
            ) from error
        claimed = twice(present)
        wanted = {file for file in present if file.stem not in claimed}
        self.troubles = {stem: f"{listed(files)} would all be the table {stem}" for stem, files in claimed.items()}
        for file in self._made.keys() - wanted:
            self._drop(self._made.pop(file))
        for file in present:
            if file in wanted and file not in self._made:
                self._try_to_make(file)

    def _try_to_make(self, file: FileTable) -> None:
        self._root.execute("BEGIN")
        try:
            names = self._make(file)
            self._root.execute("COMMIT")
            self._made[file] = names
        except (duckdb.Error, ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            self._root.execute("ROLLBACK")
            self.troubles[file.stem] = f"{file.path.name} cannot be read: {_reason(error)}"

    def _make(self, file: FileTable) -> tuple[str, ...]:
        if file.kind == EXCEL:
            tables = sheets(file)
            for name, rows in tables.items():
                self._root.register("sheet_rows", rows)
                self._root.execute(f"CREATE OR REPLACE TABLE {quoted_name(name)} AS SELECT * FROM sheet_rows")
                self._root.unregister("sheet_rows")
            return tuple(tables)
        rows = self._in_memory(file) if file.in_memory else f"* FROM {file.reader()}"
        self._root.execute(f"CREATE OR REPLACE VIEW {quoted_name(file.stem)} AS SELECT {rows}")
        return (file.stem,)

    def _in_memory(self, file: FileTable) -> str:
        """Read a text file into a table of its own; what to select from it. A column without a single value would be
        text to DuckDB, which compares with no number or time: it is shown as NULL, which fits every role."""
        name = f"{AS_READ}.{quoted_name(file.stem)}"
        self._root.execute(f"CREATE SCHEMA IF NOT EXISTS {AS_READ}")
        self._root.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {file.reader()}")
        columns = [quoted_name(str(row[0])) for row in self._root.execute(f"DESCRIBE {name}").fetchall()]
        filled = self._root.execute(f"SELECT {', '.join(f'count({c})' for c in columns)} FROM {name}").fetchone() or ()
        empty = [f"NULL AS {c}" for c, count in zip(columns, filled, strict=True) if not count]
        replaced = f" REPLACE ({', '.join(empty)})" if empty else ""
        return f"*{replaced} FROM {name}"

    def _drop(self, names: tuple[str, ...]) -> None:
        for name in names:
            row = self._root.execute(
                "SELECT table_type FROM information_schema.tables WHERE table_schema = 'main' AND table_name = ?",
                [name],
            ).fetchone()
            if row is not None:
                kind = "VIEW" if row[0] == "VIEW" else "TABLE"
                self._root.execute(f"DROP {kind} {quoted_name(name)}")
            self._root.execute(f"CREATE SCHEMA IF NOT EXISTS {AS_READ}")
            self._root.execute(f"DROP TABLE IF EXISTS {AS_READ}.{quoted_name(name)}")


def _reason(error: Exception) -> str:
    """Why a file cannot be read, without its content."""
    text = str(error)
    if re.search(r"unicode|utf-?8", text, re.IGNORECASE):
        return "it is not UTF-8 text; save it as UTF-8"
    line = re.search(r"line:? (\d+)", text, re.IGNORECASE)
    if line:
        return f"line {line.group(1)} does not fit the others; repair it there"
    return "it is damaged or of another kind; open and repair it"
