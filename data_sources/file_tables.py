"""What is in a folder: which files are tables, what they are called, and how DuckDB reads them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

PARQUET, TEXT, EXCEL = "parquet", "text", "excel"
SUFFIXES = {
    ".parquet": PARQUET,
    ".csv": TEXT, ".csv.gz": TEXT, ".csv.zst": TEXT, ".tsv": TEXT, ".tsv.gz": TEXT,
    ".xlsx": EXCEL, ".xlsm": EXCEL,
}  # fmt: skip
IGNORED = (".", "_", "~$")
"""Beginnings of names that are no data: hidden files, a job's own marks (_SUCCESS), Excel's locks."""
IN_MEMORY_BYTES = 512 * 2**20
"""Text files up to this size on disk are read once into memory whenever they change, so that a query does not
parse them again; larger ones are parsed by every query (better: make them Parquet)."""


@dataclass(frozen=True, slots=True)
class FileTable:
    """One file, or one sub-folder of Parquet parts: its stem, how to read it, and the (name, size, time) of its
    parts, which tells that it has changed."""

    stem: str
    kind: str
    path: Path
    parts: tuple[tuple[str, int, int], ...]

    @property
    def in_memory(self) -> bool:
        """Whether its rows are copied into memory; the others stay where they are."""
        return self.kind == EXCEL or (self.kind == TEXT and sum(size for _, size, _ in self.parts) <= IN_MEMORY_BYTES)

    def reader(self) -> str:
        """The DuckDB table function that reads it. The first line of a text file is its header, even where no row
        follows: DuckDB by itself would call a header without rows a row."""
        if self.kind == PARQUET:
            pattern = self.path / "*.parquet" if self.path.is_dir() else self.path
            return f"read_parquet({quoted_text(str(pattern))}, union_by_name = true)"
        return f"read_csv({quoted_text(str(self.path))}, header = true, sample_size = -1)"


def tables_in(folder: Path) -> tuple[FileTable, ...]:
    """Every table of a folder, in the order of their names. Raises OSError where there is no such folder."""
    found = (_table(path) for path in sorted(folder.iterdir()) if not path.name.startswith(IGNORED))
    return tuple(table for table in found if table is not None)


def twice(tables: tuple[FileTable, ...]) -> dict[str, tuple[str, ...]]:
    """Stems that several files claim, with the files' names."""
    counts = Counter(table.stem for table in tables)
    return {
        stem: tuple(table.path.name for table in tables if table.stem == stem)
        for stem, count in counts.items()
        if count > 1
    }


def _table(path: Path) -> FileTable | None:
    if path.is_dir():
        parts = tuple(_state(part) for part in sorted(path.glob("*.parquet")) if not part.name.startswith(IGNORED))
        return FileTable(path.name, PARQUET, path, parts) if parts else None
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if path.name.lower().endswith(suffix):
            return FileTable(path.name[: -len(suffix)], SUFFIXES[suffix], path, (_state(path),))
    return None


def _state(path: Path) -> tuple[str, int, int]:
    known = path.stat()
    return path.name, known.st_size, known.st_mtime_ns


def sheets(table: FileTable) -> dict[str, pa.Table]:
    """The sheets of an Excel file that have a cell, by table name: the file's stem, with several sheets
    stem_sheet. A column of mixed types becomes text."""
    import pandas as pd

    frames = pd.read_excel(table.path, sheet_name=None)
    filled = {str(name): frame for name, frame in frames.items() if len(frame.columns)}
    if len(filled) == 1:
        return {table.stem: _arrow(next(iter(filled.values())))}
    return {f"{table.stem}_{_word(name)}": _arrow(frame) for name, frame in filled.items()}


def _word(sheet: str) -> str:
    """ "Plan 2026" → "plan_2026"."""
    return re.sub(r"\W+", "_", sheet.strip()).lower().strip("_")


def _arrow(frame: object) -> pa.Table:
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)  # noqa: S101  pandas is imported only where it is needed
    columns = []
    for i in range(frame.shape[1]):
        column = frame.iloc[:, i]
        try:
            columns.append(pa.array(column, from_pandas=True))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns.append(pa.array([None if pd.isna(v) else str(v) for v in column], pa.string()))
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def quoted_text(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """A DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'
