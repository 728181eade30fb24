"""What an engine is given: how many cells its cube may have, and that docs/engines.md says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_sources.engines import ARROW_CELLS, CELLS, ROW_CELLS, SLOW_CELLS, cell_limit, database_engine
from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.settings.sources import SourceSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
PINNED = {
    line.partition("==")[0].lower(): line.partition("==")[2].strip()
    for name in ("requirements-spark.txt", "requirements-engines.txt", "requirements-engines-apart.txt")
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    if "==" in line
}


@pytest.mark.parametrize(
    ("url", "cells"),
    [("duckdb:///x.duckdb", ARROW_CELLS), ("sqlite:///x.sqlite", ROW_CELLS), ("postgresql+psycopg://h/x", ROW_CELLS)],
)
def test_the_driver_decides_how_many_cells_there_may_be_unless_the_company_does(url: str, cells: int) -> None:
    engine = database_engine(SourceSettings(url=url), "UTC")
    assert cell_limit(engine, None) == cells
    assert cell_limit(engine, 7) == 7


def test_a_room_goes_by_it(tmp_path: Path) -> None:
    config = tmp_path / "cx.toml"
    text = """
        company = "Test"
        [sources.db]
        url = "sqlite:///rows.sqlite"
        [responses]
        source = "db"
        table = "responses"
        id = "id"
        customer = "customer"
        time = "at"
        [metrics.nps]
        kind = "nps"
        column = "nps"
        [cube]
        {limit}
    """
    for limit, cells in (("", ROW_CELLS), ("cell_limit = 1234", 1234)):
        config.write_text(text.format(limit=limit))
        room = Room(load_settings(config))
        assert room._builder().cell_limit == cells
        room.close()


@pytest.mark.engines
@pytest.mark.parametrize("url", ["hive+http://h:1/x", "hive://h:1/x?auth=NONE&colour=red"])
def test_a_spark_is_reached_by_the_binary_transport_and_by_what_a_session_knows(url: str) -> None:
    with pytest.raises(sa.exc.ArgumentError):
        database_engine(SourceSettings(url=url), "UTC")


@pytest.mark.engines
def test_an_unknown_kind_of_authentication_is_an_unreachable_source(tmp_path: Path) -> None:
    engine = database_engine(SourceSettings(url="hive://h:1/x?auth=MAGIC"), "UTC")
    with pytest.raises(sa.exc.DBAPIError, match="MAGIC is none of"):
        engine.connect()


def rows_of_the_table() -> list[list[str]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_names_every_limit_as_the_code_has_it() -> None:
    seen = set()
    for _engine, url, _driver, _tested, _leaves, cells in rows_of_the_table():
        if cells:
            dialect = re.findall(r"(\w+)(?:\+\w+)?://|(?:sqlite)", url)
            name = dialect[0] or "sqlite"
            seen.add(name)
            assert int(cells.replace(",", "")) == CELLS.get(name, ROW_CELLS), name
    assert seen >= set(CELLS) - {"presto"}
    assert SLOW_CELLS < ROW_CELLS < ARROW_CELLS


def test_the_page_names_the_versions_that_are_tested() -> None:
    named = {
        name.lower(): version
        for _, _, driver, *_ in rows_of_the_table()
        for name, version in re.findall(r"([A-Za-z][\w-]+) (\d+\.\d+(?:\.\d+)?)", driver)
    }
    assert len(named) >= 7
    for name, version in named.items():
        assert PINNED[name].removesuffix(".0") == version.removesuffix(".0"), name


def test_every_extra_package_is_pinned_once_and_none_is_pinned_elsewhere() -> None:
    ours = (ROOT / "requirements-dev.txt").read_text() + (ROOT / "requirements.txt").read_text()
    assert not [name for name in PINNED if re.search(rf"^{re.escape(name)}(\[.*\])?==", ours, re.MULTILINE | re.I)]
    assert sa.__version__ in ours
