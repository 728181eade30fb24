"""The cube on disk: a note and two files of coded columns, so that a restart asks nothing and a refresh writes what it
read. The first file holds the atoms that are hardly ever read again, the second the newest ones."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import pairwise, takewhile
from pathlib import Path

import pyarrow as pa

from data_sources.cube.cells import Cells
from data_sources.cube.store import Cube

NOTE = "cube.json"
SUFFIX = ".cells"
MOST_NEWEST = 60
"""Atoms (about a year) that a refresh may write before everything is written anew, in two files again."""
LEFT_SECONDS = 3600
"""A draft that is older was left by a process that was killed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One file: the cells of atoms `first` … `last` − 1, its length and its CRC-32."""

    name: str
    first: int
    last: int
    length: int
    check: int


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
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class CubeFiles:
    """A folder for one configuration (its name is the configuration's fingerprint)."""

    folder: Path

    def save(self, cube: Cube, axes: Sequence[str], changed: int, settled: int, before: Cube | None = None) -> None:
        """Write the cells from atom `changed` on; files of older atoms stay where they hold those of the cube `before`.
        Atoms before `settled` go into a file of their own. Every file is whole or not there; the note, which names
        them, is replaced last. A file that stays is looked at: one that was damaged is written anew. Raises OSError;
        then what was there before is there still, and nothing else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        old, end = self.saved(), len(cube.atoms)
        theirs = old.segments if old else ()
        mine = theirs if old and before is not None and old.read_at == before.read_at else ()
        stay = tuple(takewhile(lambda segment: segment.last <= changed and self._is_whole(segment), mine))
        if stay and end - stay[-1].last > MOST_NEWEST:
            stay = ()
        cuts = [stay[-1].last, end] if stay else sorted({0, min(settled, end), end})
        new: list[Segment] = []
        try:
            for first, last in pairwise(cuts):
                new.append(self._write(cube.cells.coded(first, last), first, last))
            self._note(_saved(cube, axes, (*stay, *new)))
        except OSError:
            for segment in new:
                _gone(self.folder / segment.name)
            raise
        self._clean({segment.name for segment in (*theirs, *stay, *new)})

    def saved(self) -> Saved | None:
        """What was last remembered; None where nothing readable is there."""
        try:
            note = json.loads((self.folder / NOTE).read_text())
            if note.pop("check") != _check(note):
                return None
            return Saved(
                date.fromisoformat(note["first_week"]),
                date.fromisoformat(note["last_week"]),
                tuple(note["axes"]),
                tuple(note["left_out"]),
                int(note["estimated_cells"]),
                datetime.fromisoformat(note["last"]) if note["last"] else None,
                datetime.fromisoformat(note["read_at"]) if note["read_at"] else None,
                float(note["seconds"]),
                tuple(Segment(**segment) for segment in note["segments"]),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def load(self, saved: Saved) -> list[Cells] | None:
        """The cells of every file that was noted; None where one is not there or not as it was written."""
        try:
            return [self._read(segment, saved.axes) for segment in saved.segments]
        except (OSError, ValueError, KeyError):
            return None

    def _write(self, cells: Cells, first: int, last: int) -> Segment:
        columns: dict[str, pa.Array] = {"atom": pa.array(cells.atom)}
        for axis, codes in cells.codes.items():
            columns[f"axis {axis}"] = pa.DictionaryArray.from_arrays(
                pa.array(codes), pa.array(cells.labels[axis], pa.string())
            )
        columns |= {f"sum {name}": pa.array(summed) for name, summed in cells.measures.items()}
        batch = pa.record_batch(columns)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        content = sink.getvalue()
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".tmp", delete=False) as file:
            draft = Path(file.name)
        name = draft.with_suffix(SUFFIX).name
        _replaced(draft, content, self.folder / name)
        return Segment(name, first, last, content.size, zlib.crc32(content))

    def _content(self, segment: Segment) -> bytes:
        content = (self.folder / segment.name).read_bytes()
        if len(content) != segment.length or zlib.crc32(content) != segment.check:
            raise ValueError(f"{segment.name} is not as it was written")
        return content

    def _is_whole(self, segment: Segment) -> bool:
        try:
            return bool(self._content(segment))
        except (OSError, ValueError):
            return False

    def _read(self, segment: Segment, axes: Sequence[str]) -> Cells:
        content = self._content(segment)
        table = pa.ipc.open_stream(content).read_all()
        columns = {name: table[name].combine_chunks() for name in table.column_names}
        found = {axis: _one(columns[f"axis {axis}"]) for axis in axes}
        return Cells(
            _one(columns["atom"]).to_numpy(),
            {axis: column.indices.to_numpy() for axis, column in found.items()},
            {axis: tuple(column.dictionary.to_pylist()) for axis, column in found.items()},
            {name[4:]: _one(column).to_numpy() for name, column in columns.items() if name.startswith("sum ")},
        )

    def _note(self, saved: Saved) -> None:
        note = {
            "first_week": saved.first_week.isoformat(),
            "last_week": saved.last_week.isoformat(),
            "axes": list(saved.axes),
            "left_out": list(saved.left_out),
            "estimated_cells": saved.estimated_cells,
            "last": saved.last.isoformat() if saved.last else None,
            "read_at": saved.read_at.isoformat() if saved.read_at else None,
            "seconds": saved.seconds,
            "segments": [asdict(segment) for segment in saved.segments],
        }
        draft = self.folder / f"{NOTE}.{os.getpid()}.tmp"
        _replaced(draft, json.dumps({**note, "check": _check(note)}, indent=1).encode(), self.folder / NOTE)

    def _clean(self, wanted: set[str]) -> None:
        """Remove what no note names any more; what the note before this one named stays, for a process that is reading
        it. Drafts of a killed process go, and so do the folders in which earlier versions kept a file an atom."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif (path.suffix == SUFFIX and path.name not in wanted) or (path.suffix == ".tmp" and _is_old(path)):
                path.unlink(missing_ok=True)


def _saved(cube: Cube, axes: Sequence[str], segments: tuple[Segment, ...]) -> Saved:
    return Saved(
        cube.weeks[0].start, cube.weeks[-1].start, tuple(axes), cube.left_out, cube.estimated_cells, cube.last,
        cube.read_at, cube.seconds, segments,
    )  # fmt: skip


def _check(note: object) -> int:
    return zlib.crc32(json.dumps(note, sort_keys=True).encode())


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The only chunk of a column that was written as one."""
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _replaced(draft: Path, content: bytes | pa.Buffer, place: Path) -> None:
    """Write the draft and put it in its place, at once on POSIX and Windows. Raises OSError; then no draft stays."""
    try:
        draft.write_bytes(content)
        os.replace(draft, place)  # noqa: PTH105  as the tests of killed processes count them
    except OSError:
        _gone(draft)
        raise


def _gone(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > LEFT_SECONDS
    except OSError:
        return False
