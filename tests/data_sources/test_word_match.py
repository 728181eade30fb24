"""A search as SQL text per dialect; what it finds on real engines is in test_verbatims.py."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from data_sources.word_match import holds, spaced
from metrics.search import SEPARATORS, normalised, parse

COLUMN = sa.column("said", sa.Text())


@pytest.mark.parametrize(
    ("dialect", "form"),
    [(postgresql.dialect(), "translate("), (sqlite.dialect(), "cx_spaced("), (mysql.dialect(), "replace(replace(")],
)
def test_the_form_of_each_dialect(dialect: sa.Dialect, form: str) -> None:
    text = str(holds(COLUMN, parse("late")).compile(dialect=dialect))
    assert form in text
    assert text.count("replace(") in (0, len(SEPARATORS) - 1)


def test_what_the_reader_typed_is_a_parameter_and_its_wildcards_are_escaped() -> None:
    compiled = holds(COLUMN, parse("50% o'hare_ -x")).compile(dialect=postgresql.dialect())
    assert "hare" not in str(compiled)
    assert " 50/%" in compiled.params.values()
    assert " o hare/_" in compiled.params.values()


def test_every_search_is_compiled_anew_for_its_own_words() -> None:
    """DESIGN fact 5: a cached construct must not keep the first search's words."""
    said = sa.table("said", sa.column("text", sa.Text()))
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.connect() as connection:
        connection.connection.driver_connection.create_function("cx_spaced", 1, spaced)
        connection.execute(sa.text("CREATE TABLE said (text TEXT)"))
        connection.execute(sa.insert(said), [{"text": "late."}, {"text": "(early"}, {"text": "EARLY über ÜBER"}])
        for typed, expected in (("late", 1), ("early", 2), ("ÜBER", 1), ("-early", 1), ("nothing", 0)):
            found = connection.execute(sa.select(said.c.text).where(holds(said.c.text, parse(typed)))).all()
            assert len(found) == expected, typed
    engine.dispose()


def test_spaced_is_what_normalising_does_to_separators() -> None:
    assert spaced(f"a{SEPARATORS}b").count(" ") == len(SEPARATORS)
    assert spaced("Late-again") == "Late again"
    assert spaced(None) is None
    assert spaced("late,") == normalised("LATE,")
