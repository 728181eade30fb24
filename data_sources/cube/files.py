"""The cube on disk: one Parquet file an atom, so that a restart asks nothing and a refresh writes what changed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data_sources.cube.store import Cube
from metrics.periods import Period

NOTE = "cube.json"


@dataclass(frozen=True)
class Saved:
    """What cube.json remembers of the last build."""

    first_week: date
    last_week: date
    axes: tuple[str, ...]
    left_out: tuple[str, ...]
    estimated_cells: int
    last: datetime | None
    read_at: datetime | None
    seconds: float


@dataclass(frozen=True)
class CubeFiles:
    """A folder for one configuration (its name is the configuration's fingerprint)."""

    folder: Path

    def _path(self, piece: Period, axes: Sequence[str]) -> Path:
        return self.folder / "-".join(axes or ("all",)) / f"{piece.start}_{piece.end}.parquet"

    def has(self, piece: Period, axes: Sequence[str]) -> bool:
        """Whether an atom has been saved with these axes."""
        return self._path(piece, axes).exists()

    def load(self, piece: Period, axes: Sequence[str]) -> pa.Table:
        """One atom's cells."""
        with pq.ParquetFile(self._path(piece, axes)) as file:
            return file.read(use_threads=False)

    def save(self, tables: Mapping[Period, pa.Table], axes: Sequence[str]) -> None:
        """Write atoms, each whole or not at all."""
        for piece, table in tables.items():
            path = self._path(piece, axes)
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
                pq.write_table(table, file, compression="zstd")
            os.replace(file.name, path)  # noqa: PTH105  atomic on POSIX and Windows

    def remember(self, cube: Cube, axes: Sequence[str]) -> None:
        """Note what was built, after its atoms are on disk."""
        note = {
            "first_week": cube.weeks[0].start.isoformat(),
            "last_week": cube.weeks[-1].start.isoformat(),
            "axes": list(axes),
            "left_out": list(cube.left_out),
            "estimated_cells": cube.estimated_cells,
            "last": cube.last.isoformat() if cube.last else None,
            "read_at": cube.read_at.isoformat() if cube.read_at else None,
            "seconds": cube.seconds,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{NOTE}.{os.getpid()}.tmp"
        draft.write_text(json.dumps(note, indent=1))
        draft.replace(self.folder / NOTE)

    def saved(self) -> Saved | None:
        """What was last remembered; None where nothing readable is there."""
        try:
            note = json.loads((self.folder / NOTE).read_text())
            return Saved(
                date.fromisoformat(note["first_week"]),
                date.fromisoformat(note["last_week"]),
                tuple(note["axes"]),
                tuple(note["left_out"]),
                int(note["estimated_cells"]),
                datetime.fromisoformat(note["last"]) if note["last"] else None,
                datetime.fromisoformat(note["read_at"]) if note["read_at"] else None,
                float(note["seconds"]),
            )
        except (OSError, ValueError, KeyError):
            return None
