"""The statements that are advised, by a PostgreSQL that executes them as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from data_sources.index_advice import CLOSING, LONGEST_NAME, NOTHING, advice, in_words
from data_sources.settings import Settings, load_settings

pytestmark = pytest.mark.postgres
LONG = "answers_of_the_yearly_survey_of_every_customer_of_the_north_"
TABLES = (f"{LONG}2025"[:63], "äöü" * 10, f"{'ö' * 29}_25", f"{'ö' * 29}_26", "short")
"""63 bytes at most, as PostgreSQL keeps them."""


def configured(folder: Path, url: str, table: str) -> Settings:
    path = folder / "cx.toml"
    path.write_text(
        f'company = "T"\ncurrency = "€"\n[sources.db]\nurl = "{url}"\n[responses]\nsource = "db"\ntable = "{table}"\n'
        'id = "id"\ncustomer = "customer %"\ntime = "at"\ncomment = "said %(x)s"\n[metrics.nps]\nkind = "nps"\n'
        'column = "score %"\n'
    )
    return load_settings(path)


def test_what_is_printed_can_be_pasted_whatever_the_names(tmp_path: Path, postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("CREATE SCHEMA advised")
        raw.execute("SET search_path = advised")
        statements = []
        for table in TABLES:
            columns = '"id" integer, "customer %" text, "at" timestamp, "said %(x)s" text, "score %" integer'
            raw.execute(f'CREATE TABLE "{table}" ({columns})')
            found = advice(configured(tmp_path, postgres_url, table))
            statements += [one.statement for one in found]
            raw.execute(in_words(found))
        raw.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'advised'")
        names = [name for (name,) in raw.fetchall()]
        connection.rollback()
    engine.dispose()
    assert len(set(statements)) == len(names) == 4 * len(TABLES)
    assert max(len(name.encode()) for name in names) == LONGEST_NAME
    assert all(any(f'"{name}"' in one or f" {name} " in one for one in statements) for name in names), "none was cut"
    assert {name.rpartition("_")[2] for name in names} == {"time", "customer", "comment", "words"}


def test_a_name_is_cut_only_where_it_must_be(tmp_path: Path, postgres_url: str) -> None:
    fits = "t" * (LONGEST_NAME - len("cx__time"))
    found = advice(configured(tmp_path, postgres_url, fits))
    assert found[0].statement == f"CREATE INDEX cx_{fits}_time ON {fits} (at)"
    assert f"cx_{fits}" not in found[1].statement


def test_the_last_words(tmp_path: Path, postgres_url: str) -> None:
    assert in_words(()) == NOTHING
    assert in_words(advice(configured(tmp_path, postgres_url, "short"))).endswith(CLOSING)
