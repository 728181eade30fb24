"""A real company that somebody looks at: a room on a folder of files; cube and store in folders of the test's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.view import View
from metrics.access import EVERY_RIGHT, PAGES, Right, Viewer
from metrics.slices import ALL_ROWS, Filters, Rules
from tests.e2e.company import answers, in_folder

SAID = (
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "+cmd|' /C calc'!A0",
    "They rang back; =1+1 was promised.\n@SUM(1) and more",
    "Zürich was kind, 日本 too.",
    "The lift was stuck again.",
    "Call me back: jane.doe@example.com, please.",
)  # fmt: skip
ANA = "ana@larkmere.example"


def company(place: Path, rows: pd.DataFrame | None = None) -> Path:
    """Its cx.toml; what the app keeps goes to `place`/kept."""
    place.mkdir(parents=True, exist_ok=True)
    config = in_folder(place, answers(SAID) if rows is None else rows)
    config.write_text(config.read_text() + 'folder = "kept/cube"\n')
    return config


def opened(config: Path) -> Room:
    """The room of a configuration, its cube read."""
    room = Room(load_settings(config))
    room.cube()
    return room


def viewer(
    without: frozenset[Right] = frozenset(), rules: Rules = ALL_ROWS, pages: frozenset[str] = frozenset(PAGES)
) -> Viewer:
    """Ana, with every right but some."""
    return Viewer(ANA, ("analyst",), EVERY_RIGHT - without, pages, rules)


def look(room: Room, who: Viewer | None = None, **filters: list[str]) -> View:
    """How Ana sees the newest week."""
    looking = who or viewer()
    return View(room, room.closed_weeks()[-1], looking.scope(Filters.of(filters)), room.catalog.metrics[0], looking)
