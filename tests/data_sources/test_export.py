"""What leaves as a file: only by right, masked and under pseudonyms as on the page, harmless, and noted first. The
authorities: pandas on the company's own rows, Python's csv, openpyxl, and OWASP's list of signs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from data_sources import export
from data_sources.audit import Act
from data_sources.audit_entries import entries
from data_sources.audit_verdict import verdict
from data_sources.export import TooFewToExport, comments_file, table_file
from data_sources.own_store import StoreTrouble
from data_sources.paging import Order
from data_sources.room import Room
from data_sources.voices import Request
from metrics.access import NotPermitted, Right
from metrics.search import parse
from metrics.slice_of import Slice
from metrics.slices import Filters
from tests.data_sources.watched import ANA, SAID, company, look, opened, viewer


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = opened(company(tmp_path_factory.mktemp("export")))
    yield made
    made.close()


@pytest.fixture(scope="module")
def raw(room: Room) -> pd.DataFrame:
    return pd.read_parquet(f"{room.settings.sources['warehouse'].folder}/responses.parquet")


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content[3:].decode(), newline=""), strict=True))


def newest_week(rows: pd.DataFrame, room: Room) -> pd.DataFrame:
    week = room.closed_weeks()[-1]
    day = rows["submitted_at"].dt.date
    return rows[(day >= week.start) & (day < week.end)].sort_values(["submitted_at", "response_id"], ascending=False)


def test_every_comment_of_the_request_is_there_in_order_with_its_scores(room: Room, raw: pd.DataFrame) -> None:
    title, heads, *rows = rows_of(comments_file(look(room, region=["North"]), Request()))
    expected = newest_week(raw[raw["region"] == "North"], room)
    assert heads == ["Time", "Customer", "Comment", "NPS", "EASE", "Feeling", "Stage", "Touchpoint", "Topic", "Region"]
    assert len(rows) == len(expected) > 15
    assert [row[0] for row in rows] == [f"{at:%Y-%m-%d %H:%M}" for at in expected["submitted_at"]]
    assert [int(row[3]) for row in rows] == expected["nps"].tolist()
    assert [row[7] for row in rows] == expected["touchpoint"].tolist()
    assert {row[9] for row in rows} == {"North"}
    assert [row[1] for row in rows] == [room.names.of(customer) for customer in expected["customer_id"]]
    for said in title:
        assert "Smallville" in said and "NPS" in said and "North" in said and ANA in said
        assert f"{len(rows)} comments" in said and f"{datetime.now(UTC):%Y-%m-%d}" in said


def test_no_customer_leaves_under_their_own_id(room: Room, raw: pd.DataFrame) -> None:
    content = comments_file(look(room), Request()).decode()
    cells = {cell for row in rows_of(content.encode()) for cell in row}
    assert not cells & set(raw["customer_id"]) and not cells & set(raw["response_id"])


def test_personal_data_is_masked_in_the_file_as_on_the_page(room: Room) -> None:
    said = {row[2] for row in rows_of(comments_file(look(room), Request()))[2:]}
    assert "Call me back: [e-mail], please." in said
    assert not [text for text in said if "jane.doe" in text]


def test_no_cell_runs(room: Room) -> None:
    content = comments_file(look(room), Request(weeks=12))
    rows = rows_of(content)
    for sign in ("=HYPERLINK", "+cmd"):
        assert any(row[2].startswith(f"'{sign}") for row in rows[2:])
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(content[3:].decode(), newline=""), delimiter=delimiter):
            assert not [
                cell for cell in row if cell.lstrip(" \"'“").startswith(("=", "+", "-", "@")) and cell[0] != "'"
            ]
    assert {row[2] for row in rows[2:]} >= {SAID[3], SAID[4]}, "what is harmless stays as it was said"


def test_search_band_and_order_are_those_of_the_page(room: Room, raw: pd.DataFrame) -> None:
    asked = Request(parse("lift"), "detractors", Order.LOWEST, weeks=4)
    title, _, *rows = rows_of(comments_file(look(room), asked))
    scores = [int(row[3]) for row in rows]
    assert rows and {row[2] for row in rows} == {SAID[4]} and scores == sorted(scores) and max(scores) <= 6
    assert "with “lift”" in title[0] and "Detractors" in title[0]


def test_the_row_rule_holds_in_the_file(room: Room) -> None:
    northern = viewer(rules=(Filters.of({"region": ["North"]}),))
    _, _, *rows = rows_of(comments_file(look(room, northern), Request(weeks=12)))
    assert rows and {row[9] for row in rows} == {"North"}
    with pytest.raises(TooFewToExport):
        comments_file(look(room, northern, region=["South"]), Request(weeks=12))


@pytest.mark.parametrize("right", [Right.EXPORT, Right.SEE_COMMENTS])
def test_without_the_right_nothing_is_read_made_or_noted(
    room: Room, right: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = verdict(room.audit).entries

    def never(*_: object) -> bytes:
        raise AssertionError("a file was made")

    monkeypatch.setattr(export, "file", never)
    with pytest.raises(NotPermitted):
        comments_file(look(room, viewer(frozenset({right}))), Request())
    if right is Right.EXPORT:
        with pytest.raises(NotPermitted):
            table_file(look(room, viewer(frozenset({right}))), pa.table({"a": [1]}), "nps")
    assert verdict(room.audit).entries == before


def test_it_is_noted_with_its_size_and_before_it_is_handed_out(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    content = comments_file(look(room, region=["South"]), Request(parse("lift"), weeks=4))
    (entry,) = entries(room.audit.store, limit=1)
    assert (entry.person, entry.act, entry.many) == (ANA, Act.EXPORTED, len(rows_of(content)) - 2)
    assert entry.about == {"search": "with “lift”"} and "South" in entry.place and "comments" in entry.place
    assert table_file(look(room), pa.table({"Slice": ["=1+1"], "n": [3]}), "regions").endswith(b'"\'=1+1",3\r\n')
    (entry,) = entries(room.audit.store, limit=1)
    assert (entry.act, entry.many) == (Act.EXPORTED, 1) and "regions" in entry.place

    def refused(*_: object, **__: object) -> int:
        raise StoreTrouble("is full", "Make room.")

    monkeypatch.setattr(room.audit, "note", refused)
    for make in (
        lambda: comments_file(look(room), Request()),
        lambda: table_file(look(room), pa.table({"a": [1]}), "a"),
    ):
        with pytest.raises(StoreTrouble, match="is full"):
            make()


def test_a_file_holds_no_more_than_its_limit_and_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows_of(comments_file(look(room), Request(weeks=12)))
    monkeypatch.setattr(export, "AT_ONCE", 7)
    assert rows_of(comments_file(look(room), Request(weeks=12)))[1:] == whole[1:], "page by page is the same"
    monkeypatch.setattr(export, "MOST_COMMENTS", 23)
    title, _, *rows = rows_of(comments_file(look(room), Request(weeks=12)))
    assert rows == whole[2:25] and "23 comments, the first 23" in title[0]


def test_a_file_begins_at_the_beginning_wherever_the_page_is(room: Room) -> None:
    view = look(room)
    first = room.verbatims(view.viewer).page(Slice(view.metric, view.week, view.scope))
    assert first.after is not None
    onward, whole = comments_file(view, Request(after=first.after)), comments_file(view, Request())
    assert rows_of(onward)[1:] == rows_of(whole)[1:]
