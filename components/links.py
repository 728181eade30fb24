"""Where a click leads: addresses of pages, and the parameters that carry the view.

The filter widgets own their parameters (week and the dimensions) and keep them across pages; a link carries only
the parameters of the page it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.text import sendable

WEEKLY_REVIEW, METRIC, VOICES, STORY, DATA_HEALTH = "weekly-review", "metric", "voices", "story", "data-health"
JOURNEY, COMPETITORS, EXPECTATIONS, AUDIT = "journey", "competitors", "expectations", "audit"
"""Addresses of the pages, the same in the URL and in the code."""
WEEK_PARAMETER = "week"
METRIC_PARAMETER, SLICE_PARAMETER, RESPONSE_PARAMETER = "metric", "slice", "response"
SEARCH_PARAMETER, BAND_PARAMETER, WEEKS_PARAMETER = "search", "score", "weeks"
"""Of the voices page: the words of the search box, a score band by its label, and how many weeks."""
SPANS = {1: "This week", 4: "Last 4 weeks", 12: "Last 12 weeks"}
"""How many weeks the voices page can read together, and what the address and the reader call them."""
SLICE_SEPARATOR = ":"
"""?slice=region:North: an axis and one of its values."""
LONGEST = 2_000
"""Characters of a parameter that are read: ids and places are shorter."""

Parameters = dict[str, str | list[str]]


def metric_link(metric_id: str, where: Mapping[str, str] | None = None) -> Parameters:
    """To a metric, narrowed to a slice."""
    return {METRIC_PARAMETER: metric_id, **slice_parameters(where or {})}


def voices_link(
    metric_id: str, where: Mapping[str, str] | None = None, *, search: str = "", band: str = "", weeks: int = 1
) -> Parameters:
    """To the comments of exactly a slice of a metric: those that a search finds, of one score band (its label), over
    so many weeks (one of SPANS; KeyError for another number). What is left out is not narrowed."""
    narrowed = {SEARCH_PARAMETER: search, BAND_PARAMETER: band, WEEKS_PARAMETER: "" if weeks == 1 else SPANS[weeks]}
    return {**metric_link(metric_id, where), **{name: value for name, value in narrowed.items() if value}}


def story_link(metric_id: str, response_id: str, where: Mapping[str, str] | None = None) -> Parameters:
    """To the story of the customer who gave a response; the customer is never in the address."""
    return {**metric_link(metric_id, where), RESPONSE_PARAMETER: response_id}


def slice_parameters(where: Mapping[str, str]) -> Parameters:
    """A slice as repeated ?slice= parameters."""
    return {SLICE_PARAMETER: [f"{axis}{SLICE_SEPARATOR}{value}" for axis, value in where.items()]} if where else {}


def slice_in_address() -> tuple[tuple[str, str], ...]:
    """The slice that the address asks for: axes and values, unchecked; the value is "" where none is named. What stands
    twice is given once."""
    texts = (sendable(text)[:LONGEST] for text in st.query_params.get_all(SLICE_PARAMETER))
    pairs = (text.partition(SLICE_SEPARATOR) for text in texts)
    return tuple(dict.fromkeys((axis, value) for axis, _, value in pairs))


def parameter(name: str) -> str | None:
    """One parameter of the address; None where it is absent."""
    value = st.query_params.get(name)
    return sendable(str(value))[:LONGEST] or None if value else None


def stay(metric_id: str) -> None:
    """Draw this page again with another KPI; what else the address holds stays."""
    st.query_params[METRIC_PARAMETER] = metric_id
    st.rerun()


OPEN_PAGES = "open_pages"
"""Under this name the session keeps the addresses of the viewer's pages."""


def opens(page: str) -> bool:
    """Whether the viewer has this page; every page where nobody has said which."""
    known = st.session_state.get(OPEN_PAGES)
    return known is None or page in known


def go(page: str, parameters: Parameters) -> None:
    """Leave for another page with its parameters; stays where it is not one of the viewer's."""
    if not opens(page):
        st.toast("Your role does not open that page.")
        return
    st.switch_page(page_at(page), query_params=parameters)


def opener(label: str, page: str, parameters: Parameters, *, key: str, help_text: str | None = None) -> None:
    """What leads one level deeper: it looks like the words it says, and a click or the Enter key goes there. Words
    alone where the page is not one of the viewer's."""
    if not opens(page):
        st.markdown(label)
    elif st.button(f":primary[{label}] ›", type="tertiary", key=key, help=help_text):
        go(page, parameters)


def page_at(address: str) -> st.Page:
    """A page by its address. Streamlit knows pages by address, so any object with that address will do."""
    return st.Page(_elsewhere, url_path=address, title=address)


def _elsewhere() -> None:
    """Stands for a page's body where only its address matters."""
