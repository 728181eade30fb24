"""The same small tables on every engine at hand: a folder of Parquet files, a DuckDB file, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa

ENGINES = ("folder", "duckdb", "postgresql", "sqlite")


@dataclass(frozen=True)
class Stored:
    """One source: what cx.toml says of it, and what its tables are called there."""

    section: str
    prefix: str

    def table(self, name: str) -> str:
        return self.prefix + name


def make_source(
    kind: str, frames: Mapping[str, pd.DataFrame], folder: Path, request: pytest.FixtureRequest, name: str = "db"
) -> Stored:
    """Stores the frames, a table each, and says how to reach them as [sources.<name>]."""
    place = folder / f"source_{name}"
    place.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        for table, frame in frames.items():
            frame.to_parquet(place / f"{table}.parquet")
        return Stored(f'[sources.{name}]\nfolder = "{place}"\n', "")
    if kind == "duckdb":
        _into_duckdb(frames, place / "rows.duckdb")
        return Stored(f'[sources.{name}]\nurl = "duckdb:///{place / "rows.duckdb"}"\n', "")
    if kind == "sqlite":
        url = f"sqlite:///{place / 'rows.sqlite'}"
        _into(sa.create_engine(url), {table: _as_text(frame) for table, frame in frames.items()}, None)
        return Stored(f'[sources.{name}]\nurl = "{url}"\n', "")
    url, schema = request.getfixturevalue("postgres_url"), f"t{uuid4().hex[:12]}"
    _into(sa.create_engine(url), frames, schema)
    return Stored(f'[sources.{name}]\nurl = "{url}"\n', f"{schema}.")


def _into(engine: sa.Engine, frames: Mapping[str, pd.DataFrame], schema: str | None) -> None:
    with engine.begin() as connection:
        if schema:
            connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
        for table, frame in frames.items():
            frame.to_sql(table, connection, schema=schema, index=False, method="multi", chunksize=500)
    engine.dispose()


def _into_duckdb(frames: Mapping[str, pd.DataFrame], path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        for table, frame in frames.items():
            connection.register("frame", frame)
            name = table.replace('"', '""')
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM frame')
            connection.unregister("frame")


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Times as SQLite stores them: text, to the second."""
    times = {c: frame[c].dt.strftime("%Y-%m-%d %H:%M:%S") for c in frame.columns if frame[c].dtype.kind == "M"}
    return frame.assign(**times)
