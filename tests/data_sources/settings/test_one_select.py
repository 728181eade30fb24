"""One SELECT and nothing else: OWASP's SQL injection cheat sheet (stacked queries, comments, closing brackets)."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources.settings import ConfigurationError, load_settings
from data_sources.settings.one_select import not_one_select

ONE = (
    "SELECT * FROM answers",
    "  select a -- the newest; only\nfrom t /* ; ) */ ;  ",
    "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "FROM 'answers.parquet'",
    "VALUES (1, ';', ')')",
    "SELECT replace(a, ';', ')'), a::date, '12:30', \"we;ird)\", `b;q)`, [m;s)] FROM t",
    "SELECT $$ ; ) $$, $tag$ ; $tag$, 'it''s;' FROM t",
    'SELECT "update", x.delete FROM t',
)
OTHERS = {
    "": "empty",
    "-- nothing": "empty",
    ";;": "empty",
    "DROP TABLE answers": "begins with “DROP”",
    "INSERT INTO t VALUES (1)": "begins with “INSERT”",
    "COPY t TO '/tmp/x'": "begins with “COPY”",
    "ATTACH 'other.db'": "begins with",
    "SELECT 1; DROP TABLE answers": "several",
    "SELECT 1 /* x */ ; -- y\n SELECT 2": "several",
    "SELECT 1) AS x; DROP TABLE answers; --": "several",
    "SELECT 1) AS x, (SELECT 2": "bracket",
    "SELECT (1": "bracket",
    "WITH gone AS (DELETE FROM answers RETURNING *) SELECT * FROM gone": "would write",
    "SELECT 'open": "never closed",
    'SELECT "open': "never closed",
    "SELECT 1 /* open": "never closed",
}


@pytest.mark.parametrize("sql", ONE)
def test_one_select_is_taken(sql: str) -> None:
    assert not_one_select(sql) == ""


@pytest.mark.parametrize("sql", OTHERS)
def test_anything_else_is_told(sql: str) -> None:
    assert OTHERS[sql] in not_one_select(sql)


def test_a_configuration_with_another_statement_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cx.toml"
    path.write_text(
        'company = "X"\n[sources.f]\nfolder = "."\n[responses]\nsource = "f"\nid = "id"\n'
        'sql = "SELECT 1; DROP TABLE x"\ncustomer = "c"\ntime = "t"\n[metrics.nps]\nkind = "nps"\ncolumn = "nps"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert [problem.text() for problem in caught.value.problems] == [
        "responses.sql: holds several statements. Write one SELECT in the source’s own dialect."
    ]
