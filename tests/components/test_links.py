"""Addresses carry the view: what a link says is what the page it leads to reads."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components import links


def test_a_link_carries_metric_slice_and_response_and_never_a_customer() -> None:
    where = {"region": "North", "touchpoint": "delivery & installation"}
    slices = ["region:North", "touchpoint:delivery & installation"]
    assert links.voices_link("nps", where) == {"metric": "nps", "slice": slices}
    assert links.story_link("nps", "R1") == {"metric": "nps", "response": "R1"}
    assert links.metric_link("nps") == {"metric": "nps"}


def reader() -> None:
    import streamlit as st

    from components import links

    st.json({"slice": links.slice_in_address(), "metric": links.parameter("metric"), "none": links.parameter("x")})


def test_a_slice_reads_back_as_it_was_written_colons_and_all() -> None:
    where = {"region": "North: upper", "product": "A=B&C"}
    at = AppTest.from_function(reader, default_timeout=30)
    at.query_params["slice"] = links.slice_parameters(where)["slice"] + ["no separator"]
    at.query_params["metric"] = "nps"
    at.run()
    assert not at.exception
    for word in ("North: upper", "A=B&C", '"metric":"nps"', '"none":null'):
        assert word in at.json[0].value.replace('": ', '":'), word
    assert '["no separator",""]' in at.json[0].value.replace(", ", ","), "told to the reader as unknown, not dropped"
