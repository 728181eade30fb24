"""Data health: what each dataset holds, how much comes each week, who is listened to, what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from data_sources import query
from data_sources.cube.store import Cube
from data_sources.doctor import Examination, examine
from data_sources.errors import Unavailable
from data_sources.room import Room
from metrics.access import Viewer
from metrics.limits import ProcessBehaviour, process_behaviour
from metrics.listening import Heard, listening
from metrics.periods import Period
from metrics.slices import EVERYTHING, TOUCHPOINT
from metrics.sums import IntArray

FEEDS = ("responses", "verbatims", "journey_events")
"""Datasets that flow week by week; figures and outcomes come in their own rhythm."""
VOLUME_WEEKS = 78
"""A year and a half of weekly rows: enough to see a season twice without crowding."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Rows a week of one dataset against its own limits; `trouble` says why there is none."""

    role: str
    periods: tuple[Period, ...]
    chart: ProcessBehaviour | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Everything the data health page says. `cells` and `bytes` are the cube's, `seconds` its last refresh."""

    examination: Examination
    volumes: tuple[Volume, ...]
    heard: tuple[Heard, ...]
    cells: int
    estimated_cells: int
    bytes: int
    seconds: float


def health(room: Room, viewer: Viewer) -> Health:
    """The health of every dataset now. A dataset that fails is named with its trouble and hides none of the others.
    It counts every row: raises NotPermitted for a viewer who sees a part of them, Unavailable only where there is no
    cube at all."""
    viewer.require_every_row("look at the datasets as a whole")
    cube = room.cube()
    return Health(
        examine(room.settings, room.sources, room.now()),
        tuple(_volume(room, cube, role) for role in FEEDS if role in room.datasets),
        _heard(room, cube),
        len(cube.cells),
        cube.estimated_cells,
        cube.cells.nbytes,
        cube.seconds,
    )


def _volume(room: Room, cube: Cube, role: str) -> Volume:
    """Closed weeks only: the open week is not over."""
    closed = room.closed_weeks()[-VOLUME_WEEKS:]
    try:
        rows = cube.over(closed, EVERYTHING).counts(query.ROWS) if role == "responses" else _rows(room, role, closed)
    except Unavailable as error:
        return Volume(role, closed, None, str(error))
    return Volume(role, closed, process_behaviour(rows.astype(np.float64), (0.0, inf)))


def _rows(room: Room, role: str, weeks: tuple[Period, ...]) -> IntArray:
    dataset = room.datasets[role]
    table = room.sources.run(dataset.source, query.cells(dataset, (), (), weeks, EVERYTHING))
    rows = np.zeros(len(weeks), dtype=np.int64)
    for week, n in zip(table[query.ATOM].to_pylist(), table[query.ROWS].to_pylist(), strict=True):
        rows[week] = n
    return rows


def _heard(room: Room, cube: Cube) -> tuple[Heard, ...]:
    """Every configured or found touchpoint; none where the company records no touchpoint."""
    if not cube.holds((TOUCHPOINT,)):
        return ()
    closed = room.closed_weeks()
    rows = cube.over(closed, EVERYTHING).counts(query.ROWS, (TOUCHPOINT,))
    return listening(cube.labels(TOUCHPOINT), closed, rows)
