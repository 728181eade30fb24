"""What a page says instead of its data: AppTest, Streamlit's own test runner."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from data_sources.errors import SearchRefused


def refused_page() -> None:
    import streamlit as st

    from components.messages import page_boundary
    from data_sources.errors import SearchRefused

    with page_boundary("The comments cannot be read just now."):
        raise SearchRefused
    st.caption("the page goes on")


def test_a_refused_search_is_one_sentence_and_the_page_lives_on() -> None:
    app = AppTest.from_function(refused_page, default_timeout=30).run()
    assert not app.exception
    assert [info.value.replace("\\", "") for info in app.info] == [str(SearchRefused())]
    assert str(SearchRefused()).count(".") == 1
    assert [caption.value for caption in app.caption] == ["the page goes on"]
