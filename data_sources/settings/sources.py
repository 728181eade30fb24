"""`[sources.…]`: the databases and folders that a company already has."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from data_sources.settings.section import Section

DEMO = "demo:"
"""The folder that stands for the embedded demo company, made on first use."""


class SourceSettings(Section):
    """One database or one folder of files: either `url` or `folder`."""

    url: str | None = None
    """SQLAlchemy URL of a database, without its password: "postgresql+psycopg://reader@db/cx",
    "sqlite:///cx.db", "duckdb:///cx.duckdb". A relative file is looked for beside cx.toml."""
    folder: str | None = None
    """Folder of CSV, CSV.gz, Parquet or Excel files, relative to cx.toml. Each file is a table named by its stem
    (orders.csv.gz → orders), a sub-folder of Parquet files is one table, an Excel file with several sheets one
    table per sheet (plan_2026)."""
    password: SecretStr | None = None
    """Password of the URL's user. Only by the environment (CX_SOURCES__WAREHOUSE__PASSWORD) or
    .streamlit/secrets.toml, never in cx.toml."""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    """A query that takes longer is stopped and the page says so."""
    connect_seconds: Annotated[float, Field(gt=0)] = 5.0
    """How long to wait for a server that does not answer."""
    pool_size: Annotated[int, Field(ge=1)] = 10
    """Connections kept open to a server, so queries that run at once; more wait their turn."""
