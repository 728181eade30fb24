"""A chart on the page: what was clicked comes back, the table opens on demand, the file is safe to open."""

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from components.charts.chart import Chart
from components.draw import OUT_OF_REACH, ready
from components.text import LONGEST
from data_sources.export import table_as_csv as csv


def page() -> None:
    import streamlit as st

    from components.draw import draw, draw_spark
    from tests.components.charts import invented

    st.write(draw(invented.moved(), "moved", on_select=True))
    draw(invented.trend())
    draw_spark(invented.sparks()[0][2])


def test_draws_and_returns_what_was_clicked() -> None:
    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    at.session_state["moved"] = {"selection": {"pick": [{"where": "Mobile app"}]}}
    at.run()
    assert not at.exception
    assert "Mobile app" in str([element.value for element in at.main if element.type in ("json", "markdown")])


def test_an_endless_name_is_cut_in_the_picture_and_cannot_be_clicked() -> None:
    """What a click returns no address takes; a name of ordinary length stays as it is, whatever is in it."""
    names = ["short \u202e", "x" * 1_000_000]
    given = pa.table({"label": names, "where": names})
    shown = ready(Chart({}, given, "M" * 1_000_000, 100, "names", lambda: given))
    assert shown.data["where"].to_pylist() == [names[0], OUT_OF_REACH]
    assert shown.data["label"].to_pylist()[0] == "short "
    assert len(shown.data["label"].to_pylist()[1]) < 2 * LONGEST
    assert len(shown.alt) < 2 * LONGEST


def test_a_click_on_what_is_out_of_reach_is_none() -> None:
    at = AppTest.from_function(page, default_timeout=30).run()
    at.session_state["moved"] = {"selection": {"pick": [{"where": OUT_OF_REACH}]}}
    at.run()
    assert not at.exception
    assert "None" in str([element.value for element in at.main if element.type == "markdown"])


def test_the_file_is_utf8_for_excel_and_runs_no_formula() -> None:
    table = pa.table(
        {"Slice": ["Zürich", "=1+1", "-2+3+cmd|' /C calc'!A0", "@x"], "Explains": ["+1.1", "-6", "−6.1", "5"]}
    )
    text = csv(table).decode("utf-8-sig")
    assert csv(table).startswith(b"\xef\xbb\xbf") and "Zürich" in text
    assert '"\'=1+1"' in text and "\"'-2+3" in text and '"\'@x"' in text
    assert '"+1.1"' in text and '"-6"' in text
