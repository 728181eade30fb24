"""The company that is measured: the demo, made once into a folder of our own, and rooms on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data_sources import query
from data_sources.connections import Sources
from data_sources.cube.build import Builder, Run
from data_sources.cube.files import CubeFiles
from data_sources.demo import RESPONSES, generate, last_complete_week
from data_sources.engines import ARROW_CELLS, cell_limit
from data_sources.room import Room
from data_sources.settings import Settings, load_settings
from data_sources.tables import datasets
from data_sources.view import View
from metrics.access import OWNER
from metrics.slices import EVERYTHING, Filters

QUICK_RESPONSES = 20_000
"""For the test: large enough for every page to have something to say."""


@dataclass(frozen=True, slots=True)
class Company:
    """The demo company at one size, with its tables in `tables`; `scratch` is ours to write in."""

    tables: Path
    scratch: Path
    responses: int

    def settings(self, cube: str = "cube") -> Settings:
        """The demo's own configuration, reading our tables and never refreshing by itself; the same cube whatever the
        engine."""
        settings = load_settings()
        source = settings.sources["demo"].model_copy(update={"folder": str(self.tables)})
        ours = {"folder": str(self.scratch / cube), "refresh_minutes": 0, "cell_limit": ARROW_CELLS}
        kept = settings.cube.model_copy(update=ours)
        return settings.model_copy(update={"sources": {"demo": source}, "cube": kept})

    @property
    def usual(self) -> bool:
        """Whether this is the size that people get: only then are its goals meant."""
        return self.responses == RESPONSES


def make(scratch: Path, responses: int) -> Company:
    """Write the demo company's tables. The weeks end with the last complete one, as in the app."""
    tables = scratch / f"demo-{responses}"
    generate(tables, until=last_complete_week(date.today()), responses=responses)
    return Company(tables, scratch, responses)


@contextmanager
def room(company: Company) -> Iterator[Room]:
    """A room with its cube in memory, closed at the end."""
    opened = Room(company.settings())
    opened.cube()
    yield opened
    opened.close()


def view(room: Room, **kept: str) -> View:
    """The newest week of everybody, or of one value an axis: view(room, region="North")."""
    scope = EVERYTHING.filtered(Filters.of({axis: [value] for axis, value in kept.items()}))
    return View(room, room.newest_telling_week(), scope, room.catalog.headline_metric, OWNER)


def builder(settings: Settings, run: Run, sources: Sources, files: Path) -> Builder:
    """The cube's builder as the room makes it, with statements sent through `run` and files of its own."""
    catalog, responses = settings.catalog(), datasets(settings)["responses"]
    axes = (*catalog.dimensions, catalog.stages, catalog.touchpoints)
    engine = sources.engine(responses.source)
    return Builder(
        responses,
        catalog.metrics,
        tuple(axis for axis in axes if query.records(responses, axis.id)),
        catalog.first_weekday,
        cell_limit(engine, settings.cube.cell_limit),
        run,
        engine.dialect.name,
        CubeFiles(files),
    )
