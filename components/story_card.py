"""Words of customers that look like words: the quotation, and one grey line on who said it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.text import key_of, plain
from metrics.choose import Story
from metrics.metric import Metric
from metrics.people import Verbatim

LONGEST_QUOTE = 420
"""Characters of a comment on a card; the story shows all of it."""


def quotation(text: str, longest: int = LONGEST_QUOTE) -> None:
    """A comment in italics, cut at a word where it is long."""
    words = text.strip() if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"
    st.markdown(f"*“{plain(words)}”*")


def who_said_it(verbatim: Verbatim, metric: Metric) -> str:
    """ "Heron-412 · North · Family · call centre · 12 Nov 2026 · NPS 2"."""
    score = verbatim.scores.get(metric.id)
    parts = [
        verbatim.pseudonym,
        *(value for value in verbatim.dimensions.values() if value),
        verbatim.touchpoint or verbatim.stage or "",
        f"{verbatim.time.day} {verbatim.time:%b %Y}",
        "" if score is None else f"{metric.label} {score:g}",
    ]
    return plain(" · ".join(part for part in parts if part))


def story_card(verbatim: Verbatim, metric: Metric, why: str = "") -> None:
    """One customer's words; the link leads to their whole story."""
    with st.container(border=True, height="stretch", key=f"story_{key_of(verbatim.id)}"):
        if why:
            st.caption(plain(why))
        quotation(verbatim.text)
        st.caption(who_said_it(verbatim, metric))
        links.opener(
            "This customer’s story",
            links.STORY,
            links.story_link(metric.id, verbatim.id),
            key=f"open_story_{key_of(verbatim.id)}",
        )


def three_stories(stories: Sequence[Story], metric: Metric) -> None:
    """One from the worst signal, one from the best, one at random with its seed."""
    if not stories:
        st.caption("No comment can be shown this week: nobody wrote one, or too few answered.")
        return
    for column, story in zip(st.columns(len(stories)), stories, strict=True):
        with column:
            story_card(story.verbatim, metric, why_words(story))


def why_words(story: Story) -> str:
    """ "From the worst signal: delivery & installation · North", "At random, seed 202646"."""
    where = " · ".join(value for _, value in story.where)
    seed = f", seed {story.seed}" if story.seed is not None else ""
    return f"{story.why.value[:1].upper()}{story.why.value[1:]}{seed}{': ' if where else ''}{where}"
