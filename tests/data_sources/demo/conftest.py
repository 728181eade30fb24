"""The demo company at its default size, with and without what is planted, each made once for all tests here."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from data_sources.demo import generate

UNTIL = date(2026, 11, 15)


@dataclass(frozen=True)
class Made:
    """A folder, what its making told of its progress, and how long it took (clock and processor)."""

    folder: Path
    told: tuple[float, ...]
    wall: float
    work: float


def make(folder: Path, planted: bool) -> Made:
    told: list[float] = []
    wall, work = time.perf_counter(), time.process_time()
    generate(folder, until=UNTIL, planted=planted, progress=lambda part, _: told.append(part))
    return Made(folder, tuple(told), time.perf_counter() - wall, time.process_time() - work)


@pytest.fixture(scope="session")
def larkmere(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("larkmere"), planted=True)


@pytest.fixture(scope="session")
def quiet_larkmere(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("quiet"), planted=False)
