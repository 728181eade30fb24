"""The parts of the voices page: what to read, the comments with the search marked, the themes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts import score_distribution
from components.draw import draw
from components.labelled import labelled
from components.messages import too_few
from components.story_card import who_said_it
from components.tables import table
from components.text import beginning, escaped, key_of, plain, typed
from data_sources.paging import Order
from data_sources.view import View
from data_sources.voices import Heard, Request, Voices
from metrics.bands import bands
from metrics.choose import seed_of
from metrics.metric import Metric
from metrics.people import Verbatim
from metrics.search import Search, marks, parse
from metrics.sentiment import in_words
from metrics.themes import Theme

ORDER_KEY, AFTER_PARAMETER = "order", "after"
ALL = "All scores"
ORDERS = {
    "Newest": Order.NEWEST,
    "Lowest score": Order.LOWEST,
    "Highest score": Order.HIGHEST,
    "At random": Order.RANDOM,
}


def controls(view: View) -> Request:
    """Search, period, score band and order; their widgets keep themselves in the address."""
    labels = {band.label: band.id for band in bands(view.metric)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="voices_controls"):
        with labelled("Search", 300):
            words = st.text_input(
                "Search",
                placeholder='late "call centre" -refund',
                key=links.SEARCH_PARAMETER,
                bind="query-params",
                label_visibility="collapsed",
            )
        span = _choice("Period", list(links.SPANS.values()), links.WEEKS_PARAMETER)
        band = _choice("Score", [ALL, *labels], links.BAND_PARAMETER)
        order = _choice("Order", list(ORDERS), ORDER_KEY)
    return Request(
        parse(typed(words or "")),
        labels.get(band),
        ORDERS[order],
        seed_of(view.week),
        links.parameter(AFTER_PARAMETER),
        next(weeks for weeks, named in links.SPANS.items() if named == span),
    )


def _choice(label: str, options: Sequence[str], key: str) -> str:
    with labelled(label, 170):
        return st.selectbox(label, options, key=key, bind="query-params", label_visibility="collapsed")


def sentence(view: View, voices: Voices) -> str:
    """ "99 responses on NPS; 41 comments to read." """
    metric = view.metric.label
    if voices.page.hidden:
        return f"Too few responses on {metric} to read their comments."
    return f"{voices.responses:,} responses on {metric}; {voices.comments:,} comments to read."


def evidence(view: View, voices: Voices, request: Request) -> str:
    """The card's number, and what the comments are narrowed to."""
    metric = view.metric
    value = f"{metric.label} {metric.text(voices.estimate.value)}"
    band = next((band.label for band in bands(metric) if band.id == request.band), "")
    said = f"n {voices.estimate.n:,}", voices.slice_.period.text()
    parts = [value, *said, request.search.in_words(), band]
    return " · ".join(part for part in parts if part)


def distribution(view: View, voices: Voices) -> None:
    """How many gave which score; adds up to the card's n. Hidden where the comments are."""
    if voices.page.hidden:
        st.caption("Too few to show.")
        return
    draw(score_distribution.chart(view.metric, dict(voices.distribution)), "distribution")


def comments(view: View, voices: Voices, request: Request) -> None:
    """One page of comments, and the way to the next."""
    page, needed = voices.page, view.catalog.thresholds.show_comments
    if page.hidden:
        too_few(page.answers, needed, "answers")
        return
    if not page.items:
        st.caption("Nobody said anything that fits: try fewer words, or all scores.")
    if page.bounded:
        st.caption("Drawn at random from the newest 5,000 comments.")
    if request.order is Order.RANDOM:
        st.caption(f"Random order, seed {request.seed}: the same link draws the same order.")
    for place, verbatim in enumerate(page.items):
        comment(verbatim, view, request.search, place)
    with st.container(horizontal=True):
        if request.after and st.button("First page", type="tertiary"):
            links.go(links.VOICES, links.voices_link(view.metric.id, view.slice_where))
        if page.after and st.button("More comments", type="secondary"):
            onward = links.voices_link(view.metric.id, view.slice_where)
            links.go(links.VOICES, {**onward, AFTER_PARAMETER: page.after})


def comment(verbatim: Verbatim, view: View, search: Search, place: int = 0) -> None:
    """One comment in the customer's own words; the link leads to their story. Its place on the page tells two comments
    of one id apart."""
    with st.container(key=f"comment_{place}_{key_of(verbatim.id)}", gap="xxsmall"):
        st.markdown(f"*“{marked(verbatim.text, search)}”*")
        # never on a line of its own: where it just fitted, a font that came late threw it there and all below down
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.caption(f"{who_said_it(verbatim, view.metric)} · feeling {in_words(verbatim.sentiment)}")
            links.opener(
                "Story", links.STORY, links.story_link(view.metric.id, verbatim.id, view.slice_where),
                key=f"open_{place}_{key_of(verbatim.id)}",
            )  # fmt: skip


def marked(text: str, search: Search) -> str:
    """A comment as text, with what was searched for marked; of an endless one the beginning."""
    text = beginning(text)
    shown, at = "", 0
    for start, end in marks(text, search):
        shown += f"{escaped(text[at:start])}:orange-background[{escaped(text[start:end])}]"
        at = end
    return shown + escaped(text[at:])


def theme_table(view: View, found: Sequence[Theme], title: str) -> None:
    """Each theme with its share, score, interval and what it does to the metric."""
    if not found:
        return
    told, few = [theme for theme in found if not theme.few], [theme.label for theme in found if theme.few]
    st.markdown(f"**{title}**")
    if told:
        table(_theme_row(theme, view.metric) for theme in told)
    if few:
        st.caption(f"Too few mentions to score: {plain(', '.join(few))}.")


def heard_line(found: Heard) -> None:
    """How many comments were read for the themes."""
    if found.hidden:
        st.caption("Too few comments for themes.")
    elif found.read < found.of:
        st.caption(f"From a random {found.read:,} of {found.of:,} comments.")
    else:
        st.caption(f"From all {found.of:,} comments.")


def _theme_row(theme: Theme, metric: Metric) -> dict[str, str]:
    low, high = metric.text(theme.value.lower), metric.text(theme.value.upper)
    return {
        "Theme": theme.label,
        "Share": f"{theme.share:.0%} ({theme.count:,})",
        metric.label: f"{metric.text(theme.value.value)} ({low} to {high})",
        "Impact": metric.text_change(theme.impact.value, max(1, metric.decimals)),
    }
