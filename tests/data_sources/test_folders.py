"""A folder of files as tables: every kind, changes seen at once, and one bad file that hides no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_sources import file_tables
from data_sources.errors import Unavailable
from data_sources.folders import FolderDatabase

ROWS = pd.DataFrame({"id": [1, 2, 3], "words": ["a", None, "ü, “c”\nd"], "at": pd.to_datetime(["2026-01-05"] * 3)})


def database(folder: Path) -> FolderDatabase:
    return FolderDatabase("files", folder, "Europe/London")


def rows_of(folder: FolderDatabase, table: str) -> list[tuple[object, ...]]:
    connection = folder.connect()
    rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()
    connection.close()
    return rows


def test_every_kind_of_file_is_a_table_named_by_its_stem(tmp_path: Path) -> None:
    ROWS.to_csv(tmp_path / "plain.csv", index=False)
    ROWS.to_csv(tmp_path / "Packed.2026.csv.gz", index=False)
    ROWS.to_csv(tmp_path / "tabs.tsv", index=False, sep="\t")
    ROWS.to_parquet(tmp_path / "columns.parquet")
    ROWS.to_excel(tmp_path / "book.xlsx", index=False)
    (tmp_path / "parts").mkdir()
    ROWS[:1].to_parquet(tmp_path / "parts" / "a.parquet")
    ROWS[1:].to_parquet(tmp_path / "parts" / "b.parquet")
    (tmp_path / "_SUCCESS.csv").write_text("")
    (tmp_path / "~$book.xlsx").write_text("")
    (tmp_path / "notes.txt").write_text("no data")
    folder = database(tmp_path)
    names = ("Packed.2026", "book", "columns", "parts", "plain", "tabs")
    assert folder.tables() == names
    expected = [(i, None if pd.isna(w) else w, at.to_pydatetime()) for i, w, at in ROWS.itertuples(index=False)]
    for name in names:
        assert [(i, w, pd.Timestamp(at).to_pydatetime()) for i, w, at in rows_of(folder, name)] == expected, name


def test_an_excel_file_with_several_sheets_is_a_table_a_sheet(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "plan.xlsx") as book:
        ROWS.to_excel(book, sheet_name="Year 2026", index=False)
        pd.DataFrame({"mixed": [1, None, "x"]}).to_excel(book, sheet_name="Other", index=False)
        pd.DataFrame().to_excel(book, sheet_name="Empty", index=False)
    folder = database(tmp_path)
    assert folder.tables() == ("plan_other", "plan_year_2026")
    assert {row[0] for row in rows_of(folder, "plan_other")} == {"1", "x", None}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_new_changed_and_removed_files_are_seen_at_once(tmp_path: Path, suffix: str) -> None:
    def save(name: str, values: list[object], column: str = "a") -> None:
        frame, beside = pd.DataFrame({column: values}), tmp_path / f".{name}"
        frame.to_csv(beside, index=False) if suffix == "csv" else frame.to_parquet(beside)
        beside.replace(tmp_path / f"{name}.{suffix}")

    folder = database(tmp_path)
    assert folder.tables() == ()
    save("one", [1])
    assert rows_of(folder, "one") == [(1,)]
    save("one", ["now", "text"], column="b")
    assert rows_of(folder, "one") == [("now",), ("text",)]
    save("two", [2])
    assert folder.tables() == ("one", "two")
    (tmp_path / f"one.{suffix}").unlink()
    assert folder.tables() == ("two",)


def test_a_large_text_file_is_read_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_tables, "IN_MEMORY_BYTES", 10)
    ROWS.to_csv(tmp_path / "large.csv", index=False)
    folder = database(tmp_path)
    assert len(rows_of(folder, "large")) == 3
    connection = folder.connect()
    assert connection.execute("SELECT table_type FROM information_schema.tables").fetchall() == [("VIEW",)]
    monkeypatch.setattr(file_tables, "IN_MEMORY_BYTES", 10_000)
    ROWS[:2].to_csv(tmp_path / "large.csv", index=False)
    assert len(rows_of(folder, "large")) == 2


def test_a_late_row_of_another_type_does_not_break_the_table(tmp_path: Path) -> None:
    (tmp_path / "late.csv").write_text("score\n" + "5\n" * 60_000 + "n/a\n")
    assert len(rows_of(database(tmp_path), "late")) == 60_001


def test_one_bad_file_is_named_and_hides_no_other(tmp_path: Path) -> None:
    ROWS.to_csv(tmp_path / "good.csv", index=False)
    (tmp_path / "broken.parquet").write_bytes(b"secret rows, no Parquet")
    (tmp_path / "latin.csv").write_bytes("id,words\n1,Müller secret\n".encode("latin-1"))
    (tmp_path / "book.xlsx").write_bytes(b"secret")
    ROWS.to_csv(tmp_path / "both.csv", index=False)
    ROWS.to_parquet(tmp_path / "both.parquet")
    folder = database(tmp_path)
    assert folder.tables() == ("good",)
    assert set(folder.troubles) == {"broken", "latin", "book", "both"}
    assert "UTF-8" in folder.troubles["latin"]
    assert folder.troubles["both"] == "both.csv, both.parquet would all be the table both"
    assert "secret" not in str(folder.troubles)


def test_a_missing_folder_says_which_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"sources\.files\.folder"):
        database(tmp_path / "nowhere").connect()
