"""The link that reproduces this view, with its week written out: a page opened later must not slide on."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from components.links import WEEK_PARAMETER
from data_sources.view import View


def share(view: View) -> None:
    """A button that opens the link to copy."""
    with st.popover("Link", icon=":material/link:", type="tertiary", key="share"):
        st.caption("Opens this page with this week and these filters, whenever it is opened.")
        st.code(address(view), language=None, wrap_lines=True)


def address(view: View) -> str:
    """The address of this page with every parameter in force and the week, which Streamlit leaves out while it is
    the newest."""
    parameters = {name: st.query_params.get_all(name) for name in st.query_params}
    parameters[WEEK_PARAMETER] = [view.week.text()]
    here = urlsplit(st.context.url or "")
    place = f"{here.scheme}://{here.netloc}{here.path}" if here.netloc else ""
    return f"{place}?{urlencode(parameters, doseq=True)}"
