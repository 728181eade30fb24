"""The cube on disk: what is read back is what was written, whatever was killed, cut short or changed in between; the
authority is the cube in memory, and for a builder the rows themselves."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa

from data_sources.cube import files as cube_files
from data_sources.cube.build import Builder
from data_sources.cube.files import NOTE, SUFFIX, CubeFiles
from data_sources.cube.store import Cube
from data_sources.dialects import Moment
from data_sources.fetch import fetch
from data_sources.keeper import silent
from data_sources.tables import Dataset
from metrics.catalog import Axis
from metrics.metric import Metric, MetricKind
from metrics.slices import EVERYTHING, NOT_RECORDED

STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))
AXES = (Axis("region", "Region", ("North",)), Axis("product", "Product", ()))
FIRST = datetime(2025, 1, 6, 12)
DAYS = 26 * 7


class Company:
    """Rows in SQLite, a few every day, and the builder of their cube."""

    def __init__(self, folder: Path) -> None:
        self.engine = sa.create_engine(f"sqlite:///{folder / 'rows.sqlite'}")
        columns = [sa.Column("at", sa.Text), sa.Column("region", sa.Text), sa.Column("product", sa.Text)]
        self.table = sa.Table("responses", sa.MetaData(), *columns, sa.Column("stars", sa.Float))
        self.table.create(self.engine)
        named = sa.table(
            "responses", sa.column("at", Moment()), *(sa.column(n) for n in ("region", "product", "stars"))
        )
        roles = {"time": named.c["at"], "dim:region": named.c.region, "dim:product": named.c["product"]}
        dataset = Dataset("responses", "db", named, {**roles, "score:stars": named.c.stars})
        self.asked = 0
        self.builder = Builder(dataset, (STARS,), AXES, 0, 1_000, self.run, "sqlite", CubeFiles(folder / "cube"))
        self.answers(
            (FIRST + timedelta(days=day), ("North", "South", None)[day % 3], "Fibre", 1 + day % 5)
            for day in range(DAYS)
        )

    def answer(self, at: datetime, region: str | None, product: str, stars: float) -> None:
        self.answers([(at, region, product, stars)])

    def answers(self, rows: Iterable[tuple[datetime, str | None, str, float]]) -> None:
        told = [
            {"at": at.isoformat(sep=" "), "region": region, "product": product, "stars": stars}
            for at, region, product, stars in rows
        ]
        with self.engine.begin() as connection:
            connection.execute(self.table.insert(), told)

    def run(self, statement: sa.Select[tuple[object, ...]]) -> pa.Table:
        self.asked += 1
        with self.engine.connect() as connection:
            return fetch(connection, statement)

    @property
    def folder(self) -> Path:
        return self.builder.files.folder

    def build(self, keep: Cube | None = None, weeks: int = 4) -> Cube:
        with self.engine.connect() as connection:
            (newest,) = connection.execute(sa.text("SELECT max(at) FROM responses")).one()
        self.moment = getattr(self, "moment", datetime.fromisoformat(newest)) + timedelta(hours=1)
        return self.builder.build(max(self.moment, datetime.fromisoformat(newest)), lambda *_: None, keep, weeks)

    def restored(self) -> Cube | None:
        return self.builder.restore(self.moment)

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix == SUFFIX)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def same(one: Cube | None, other: Cube) -> None:
    assert one is not None
    for field in ("weeks", "atoms", "left_out", "last", "read_at", "estimated_cells"):
        assert getattr(one, field) == getattr(other, field), field
    assert one.cells.labels == other.cells.labels
    mine, its = (cube.over(cube.weeks, EVERYTHING).sums(STARS, ("region", "product")) for cube in (one, other))
    for part in ("n", "total", "squares"):
        assert np.array_equal(getattr(mine, part), getattr(its, part))
    rows = [cube.over(cube.weeks, EVERYTHING).counts("rows", ("region",)) for cube in (one, other)]
    assert np.array_equal(*rows)


def test_what_is_restored_is_what_was_built_and_nothing_is_asked(company: Company) -> None:
    built = company.build()
    company.asked = 0
    same(company.restored(), built)
    assert company.asked == 0
    assert built.labels("region") == ("North", "South", NOT_RECORDED)
    assert built.over(built.weeks, EVERYTHING).counts("rows").sum() == DAYS
    saved = company.builder.files.saved()
    assert saved is not None
    assert [segment.first for segment in saved.segments] == [0, saved.segments[0].last]
    assert saved.segments[-1].last == len(built.atoms)


def test_a_refresh_writes_only_the_newest_atoms_and_restores_whole(company: Company) -> None:
    cube = company.build()
    first = company.files()
    for turn in range(3):
        company.answer(FIRST + timedelta(days=DAYS + 3 * turn), "West", f"New {turn}", 5)
        company.answer(FIRST + timedelta(days=DAYS - 10), "North", "Fibre", 2)
        company.asked = 0
        refreshed = company.build(cube)
        assert company.asked <= 9, "the span, and the atoms of five weeks"
        same(company.restored(), refreshed)
        cube = refreshed
    assert len(set(first) & set(company.files())) == 1
    assert cube.labels("product") == ("Fibre", "New 0", "New 1", "New 2")
    assert cube.over(cube.weeks, EVERYTHING).counts("rows").sum() == DAYS + 6


def test_the_large_file_stays_and_what_nobody_names_goes(company: Company) -> None:
    cube = company.build()
    saved = company.builder.files.saved()
    assert saved is not None
    large, small = (company.folder / segment.name for segment in saved.segments)
    for _ in range(3):
        cube = company.build(cube)
        assert large in company.files()
    assert small not in company.files()
    assert len(company.files()) == 3, "the large one, the newest and the one before, which somebody may be reading"


def test_an_old_week_read_again_is_written_again(company: Company) -> None:
    cube = company.build()
    company.answer(FIRST + timedelta(days=3), "South", "Fibre", 1)
    refreshed = company.build(cube, weeks=40)
    same(company.restored(), refreshed)
    assert refreshed.over(refreshed.weeks, EVERYTHING).counts("rows").sum() == DAYS + 1


def test_after_a_year_of_refreshes_everything_is_written_anew(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = company.build()
    monkeypatch.setattr(cube_files, "MOST_NEWEST", 8)
    before = set(company.files())
    again = company.build(cube)
    same(company.restored(), again)
    saved = company.builder.files.saved()
    assert saved is not None
    assert not {company.folder / segment.name for segment in saved.segments} & before


def test_files_of_another_cube_are_not_taken_for_those_of_this_one(company: Company) -> None:
    """Another process has built since: what it wrote of old weeks is not what is in our memory."""
    cube = company.build()
    company.answer(FIRST + timedelta(days=3), "South", "Fibre", 1)
    company.build()
    refreshed = company.build(cube)
    same(company.restored(), refreshed)


@pytest.mark.parametrize("harm", ["cut", "flipped", "gone", "note cut", "note changed", "note empty"])
def test_what_is_damaged_is_built_anew_never_shown(company: Company, harm: str) -> None:
    built = company.build()
    file, note = company.files()[0], company.folder / NOTE
    content = file.read_bytes()
    if harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif harm == "gone":
        file.unlink()
    elif harm == "note cut":
        note.write_text(note.read_text()[:-40])
    elif harm == "note changed":
        said = json.loads(note.read_text())
        note.write_text(json.dumps({**said, "first_week": (built.weeks[0].start - timedelta(weeks=1)).isoformat()}))
    else:
        note.write_text("")
    assert company.restored() is None
    again = company.build()
    assert again.over(again.weeks, EVERYTHING).counts("rows").sum() == DAYS
    same(company.restored(), again)


def test_a_process_killed_while_writing_leaves_the_cube_before(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = company.build()
    company.answer(FIRST + timedelta(days=DAYS), "North", "Fibre", 3)
    replaced = os.replace
    for survives in range(2):
        moves: list[object] = []

        def killed(*names: str, moves: list[object] = moves, survives: int = survives) -> None:
            moves.append(names)
            if len(moves) > survives:
                raise KeyboardInterrupt
            replaced(*names)

        monkeypatch.setattr(os, "replace", killed)
        monkeypatch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            company.build(cube)
        monkeypatch.undo()
        same(company.restored(), cube)


def test_drafts_of_a_killed_process_and_folders_of_earlier_versions_go(company: Company) -> None:
    (company.folder / "region-product").mkdir(parents=True)
    (company.folder / "region-product" / "2025-01-06_2025-01-13.parquet").touch()
    old, new = company.folder / "a.tmp", company.folder / "b.tmp"
    for draft in (old, new):
        draft.touch()
    hours = time.time() - 2 * cube_files.LEFT_SECONDS
    os.utime(old, (hours, hours))
    company.build()
    assert not old.exists()
    assert new.exists(), "its process may be alive"
    assert not (company.folder / "region-product").exists()


def test_a_deleted_folder_means_that_everything_is_read_again(company: Company) -> None:
    cube = company.build()
    shutil.rmtree(company.folder)
    company.answer(FIRST + timedelta(days=3), "South", "Fibre", 1)
    again = company.build(cube)
    assert again.over(again.weeks, EVERYTHING).counts("rows").sum() == DAYS + 1


def test_weeks_that_came_first_mean_that_everything_is_read_again(company: Company) -> None:
    cube = company.build()
    company.answer(FIRST - timedelta(days=20), "South", "Fibre", 1)
    again = company.build(cube)
    assert again.weeks[0].start == date(2024, 12, 16)
    assert again.over(again.weeks, EVERYTHING).counts("rows").sum() == DAYS + 1


def test_progress_is_told_while_reading(company: Company) -> None:
    told: list[tuple[float, str]] = []
    company.builder.build(FIRST + timedelta(days=DAYS), lambda share, what: told.append((share, what)))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[0] == (0.0, "reading Jan 2025")
    assert told[-1] == (1.0, "ready")


@pytest.mark.parametrize(("silent_weeks", "reread"), [(6, 4), (1, 0)])
def test_a_week_that_was_read_half_is_read_again_however_long_the_data_stood_still(
    tmp_path: Path, silent_weeks: int, reread: int
) -> None:
    company = Company(tmp_path)
    monday = FIRST + timedelta(days=DAYS)
    company.answer(monday, "North", "Fibre", 5)
    half = company.builder.build(monday + timedelta(hours=1), silent, None, reread)
    days = range(1, 7 * silent_weeks + 1)
    company.answers((monday + timedelta(days=day), "North", "Fibre", 5) for day in days)
    now = monday + timedelta(days=7 * silent_weeks, hours=1)
    refreshed, truth = (company.builder.build(now, silent, keep, reread) for keep in (half, None))
    counts = [cube.over(cube.weeks, EVERYTHING).counts("rows").tolist() for cube in (refreshed, truth)]
    assert counts[0] == counts[1]
    assert counts[0][-2] == 7
