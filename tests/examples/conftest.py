"""The examples' configurations on the public data in ../shared/data, through the app's own data path."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from data_sources.room import Room
from data_sources.settings import load_settings
from tests.needs import SHARED

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[Callable[[str, str, str], Room]]:
    """`opened("olist", "olist", "olist15k")`: the room of an example with its source's folder set as a person
    would set it, by the environment. Nothing of it is kept."""
    rooms: list[Room] = []
    with pytest.MonkeyPatch.context() as environment:

        def room(example: str, source: str, data: str) -> Room:
            environment.setenv(f"CX_SOURCES__{source.upper()}__FOLDER", str(SHARED / data))
            environment.setenv("CX_CUBE__FOLDER", str(tmp_path_factory.mktemp("cube")))
            rooms.append(Room(load_settings(REPOSITORY / "examples" / example / "cx.toml")))
            return rooms[-1]

        yield room
    for each in rooms:
        each.close()


@pytest.fixture(scope="module")
def raw() -> Callable[[str], duckdb.DuckDBPyConnection]:
    """The files of a data folder as text, read without the app: what its numbers are held against."""

    def folder(data: str) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        for file in (SHARED / data).glob("*.csv.gz"):
            name = file.name.removesuffix(".csv.gz")
            connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_csv('{file}', all_varchar = true)")
        return connection

    return folder
