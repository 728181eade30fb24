"""The disk of the cache folder is full, broken or strange. The authority for numbers is raw SQL
(tests/faults/truth.py), for a full disk the kernel: a file system of our own that is full, else a limit on files."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.entrance import the_room
from tests.faults.conftest import Ground, count_queries, words
from tests.faults.truth import shown

pytestmark = [pytest.mark.postgres, pytest.mark.security]

Page = Callable[..., AppTest]
IN_MEMORY = "in memory only: the cube could not be written"


@pytest.fixture
def full(ground: Ground) -> Iterator[Callable[[], object]]:
    """The cache folder on a small disk of its own (root may mount one); a context in which it is full."""
    ground.cache.mkdir()
    mounted = os.geteuid() == 0 and _mount(ground.cache)

    @contextmanager
    def filled() -> Iterator[None]:
        ballast = ground.cache / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(b"x" * 512)
        yield
        ballast.unlink()

    @contextmanager
    def limited() -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, before[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    yield filled if mounted else limited
    if mounted:
        subprocess.run(["umount", "--lazy", str(ground.cache)], check=True)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def held(folder: Path) -> dict[str, bytes]:
    """Every file of the cube, and what it holds."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.suffix in (".cells", ".json", ".tmp")}


def test_a_disk_that_is_full_from_the_start(ground: Ground, page: Page, full: Callable[[], object]) -> None:
    with full():
        said = words(page())
        room = the_room()
        assert IN_MEMORY in said and ground.right(room)
        assert not held(ground.cache), "no half of a file stays"
        ground.one_more()
        asked = count_queries(room)
        assert room.refresh() and ground.right(room)
        assert len(asked) < 15, "what is in memory is kept, not read again"
    assert room.refresh()
    assert IN_MEMORY not in words(page())
    assert ground.right(ground.room()), "persisted, and read from there"


def test_a_disk_that_fills_up_between_two_refreshes(ground: Ground, page: Page, full: Callable[[], object]) -> None:
    page()
    room, old = the_room(), ground.truth()
    before = held(ground.cache)
    ground.one_more()
    with full():
        assert room.refresh() and ground.right(room)
        assert IN_MEMORY in words(page())
        assert held(ground.cache) == before, "the files of the cube before are whole"
        assert not room._keeper.look() and ground.right(room), "it does not take the older one over"
    other = ground.room()
    asked = count_queries(other)
    assert shown(other) == old and not asked, "another process still reads the cube before"
    assert room.refresh()
    assert IN_MEMORY not in words(page())
    assert other._keeper.look() and ground.right(other) and ground.right(ground.room())


def test_a_damaged_file_of_old_weeks_is_written_again_at_the_next_refresh(ground: Ground) -> None:
    """Not only when everything is read again: the process that has it in memory repairs it."""
    room = ground.room()
    room.cube()
    large = max(ground.cache.rglob("*.cells"), key=lambda path: path.stat().st_size)
    large.write_bytes(large.read_bytes()[:-9] + b"not it..!")
    asked = count_queries(room)
    assert room.refresh() and len(asked) < 15
    again = ground.room()
    asked = count_queries(again)
    assert ground.right(again) and not asked


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_folder_whose_files_cannot_be_locked(ground: Ground, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """As some network file systems: two processes read, both are right, and so is what they leave."""

    def refused(place: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refused)
    rooms = [ground.room(), ground.room()]
    with ThreadPoolExecutor(2) as both:
        assert all(both.map(ground.right, rooms))
    ground.one_more()
    assert all(room.refresh() and room.refresh() for room in rooms), "the first may take over what the other has read"
    assert all(map(ground.right, rooms)) and ground.right(ground.room())


def test_a_folder_that_cannot_be_written(ground: Ground, page: Page) -> None:
    """A file stands where the folder should: no lock, no note, no cube on disk; the numbers are right."""
    ground.cache.write_text("not a folder")
    assert IN_MEMORY in words(page())
    assert ground.right(the_room())
    assert not the_room()._keeper.rebuild_due, "although no note of it can be written"
    ground.cache.unlink()
    assert the_room().refresh()
    assert IN_MEMORY not in words(page()) and ground.right(ground.room())
