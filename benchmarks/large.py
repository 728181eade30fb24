"""Companies of any size, made once and kept in the user's cache, and the same responses on a PostgreSQL of our own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import sqlalchemy as sa

from benchmarks.company import Company
from data_sources.demo import generate, last_complete_week
from tests.postgres import Postgres, why_not

BIG, MIDDLE, SMALL = 10_000_000, 1_000_000, 10_000
"""Responses: issue 4 asks for a click at ten million against one at ten thousand, and for the peer at one million."""
KEPT = "CX_BENCHMARK_FOLDER"
"""Environment variable: where large companies are kept between runs (default: the user's cache folder)."""
ADVICE = (
    "CREATE INDEX responses_time ON responses (submitted_at)",
    "CREATE INDEX responses_customer ON responses (customer_id, submitted_at)",
    "CREATE INDEX responses_comment ON responses (submitted_at DESC, response_id DESC)"
    " WHERE free_text IS NOT NULL AND free_text <> ''",
)
"""The indexes that docs/operations.md advises."""
BATCH = 1 << 24
"""Bytes of CSV handed to PostgreSQL at a time."""


def company(responses: int, scratch: Path) -> Company:
    """The demo company at one size, made where it is not there yet; `scratch` is where its cubes go."""
    until = last_complete_week(date.today())
    tables = kept() / f"demo-{responses}-{until.isoformat()}"
    if not (tables / "whole").exists():
        generate(tables, until=until, responses=responses)
        (tables / "whole").touch()
    return Company(tables, scratch, responses)


def kept() -> Path:
    """The folder that keeps large companies."""
    named = os.environ.get(KEPT)
    cache = os.environ.get("XDG_CACHE_HOME")
    base = Path(cache) if cache else Path.home() / ".cache"
    return Path(named) if named else base / "customer-room-benchmarks"


@contextmanager
def postgres(of: Company) -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL that holds the company's responses with the advised indexes, gone afterwards.
    Raises RuntimeError where no server can be started; CX_BENCHMARK_POSTGRES names one that is loaded already."""
    loaded = os.environ.get("CX_BENCHMARK_POSTGRES")
    if loaded:
        yield loaded
        return
    missing = why_not()
    if missing:
        raise RuntimeError(missing)
    server = Postgres()
    server.start()
    try:
        load(of.tables / "responses.parquet", server.url)
        yield server.url
    finally:
        server.remove()


def load(responses: Path, url: str) -> None:
    """Copy the responses into table `responses`, in time order as an append log has them, then index and analyse."""
    place = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute(
            "CREATE UNLOGGED TABLE responses (response_id text, customer_id text, submitted_at timestamp, stage text,"
            " touchpoint text, region text, segment text, product text, nps smallint, csat smallint, success smallint,"
            " effort smallint, emotion smallint, free_text text, topic text, language text, promised_for date,"
            " came_on date)"
        )
        _copy(responses, connection)
        for statement in ADVICE:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE responses")


def _copy(responses: Path, connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Through a file: DuckDB writes to a pipe out of order."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as own:
        rows = Path(folder) / "rows.csv"
        own.execute(
            f"COPY (SELECT * FROM read_parquet('{responses}') ORDER BY submitted_at) TO '{rows}' (HEADER false)"
        )
        with rows.open("rb") as source, connection.cursor().copy("COPY responses FROM STDIN (FORMAT csv)") as copy:
            while block := source.read(BATCH):
                copy.write(block)
