"""A chart on the page: what was clicked comes back, the table opens on demand, the file is safe to open."""

import pyarrow as pa
from streamlit.testing.v1 import AppTest

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


def test_the_file_is_utf8_for_excel_and_runs_no_formula() -> None:
    table = pa.table(
        {"Slice": ["Zürich", "=1+1", "-2+3+cmd|' /C calc'!A0", "@x"], "Explains": ["+1.1", "-6", "−6.1", "5"]}
    )
    text = csv(table).decode("utf-8-sig")
    assert csv(table).startswith(b"\xef\xbb\xbf") and "Zürich" in text
    assert '"\'=1+1"' in text and "\"'-2+3" in text and '"\'@x"' in text
    assert '"+1.1"' in text and '"-6"' in text
