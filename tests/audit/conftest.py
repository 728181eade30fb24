"""The demo company twice: as the app shows it, and as rows that only DuckDB has touched."""

from collections.abc import Iterator

import duckdb
import pytest

from data_sources.demo import demo_folder
from data_sources.room import Room
from data_sources.settings import load_settings
from tests.audit.company import UNTIL


@pytest.fixture(scope="session")
def folder():
    return demo_folder(UNTIL)


@pytest.fixture(scope="session")
def room(folder, tmp_path_factory) -> Iterator[Room]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CX_SOURCES__DEMO__FOLDER", str(folder))
        environment.setenv("CX_CUBE__FOLDER", str(tmp_path_factory.mktemp("cube")))
        opened = Room(load_settings())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def files(folder) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for file in folder.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    yield connection
    connection.close()
