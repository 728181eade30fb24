"""The parts of the customer story: who, the emotional curve, what happened step by step."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts import emotional_curve
from components.draw import draw
from components.text import cut, plain
from data_sources.timelines import Timelines
from data_sources.view import View
from metrics.people import CustomerStory, TimelineEntry
from metrics.story import around, curve, label

NEUTRAL = 4.0
"""The middle of 1–7."""
LONGEST_STEP = 240
"""Letters of what happened in one step: a few lines. Customers' own words are cut only where they have no end
(components/text.py)."""


def sentence(story: CustomerStory) -> str:
    """ "Avon-6495 felt worst at delivery & installation, and left it at 2 of 7." """
    felt = curve(story.timeline)
    if felt.remembered is None:
        return f"{story.pseudonym}: {len(story.timeline)} moments, no feeling recorded."
    peak = story.timeline[felt.places[felt.remembered.peak_index]]
    peak_feeling, end_feeling = felt.feelings[felt.remembered.peak_index], felt.feelings[-1]
    word = "worst" if peak_feeling < NEUTRAL else "best"
    place = peak.touchpoint or peak.stage
    when = f"at {place}" if place else f"on {peak.time.day} {peak.time:%b %Y}"
    return f"{story.pseudonym} felt {word} {when} ({peak_feeling:.1f} of 7), and last felt {end_feeling:.1f}."


def who(story: CustomerStory) -> str:
    """Segment, region, persona, value, tenure, outcome in one line."""
    parts = [
        *(value for value in story.dimensions.values() if value),
        *story.personas,
        "" if story.value is None else f"worth {story.value_unit}{story.value:,.0f} a year",
        "" if story.since is None else f"with us since {story.since:%b %Y}",
        story.outcome or "",
    ]
    return " · ".join(part for part in parts if part)


def emotional_line(view: View, story: CustomerStory) -> None:
    """The curve over the timeline, its peak and end marked; a comment's point opens from there."""
    picked = draw(emotional_curve.chart(story.timeline, story.here), on_select=True)
    response = str(picked[0].get("response") or "") if picked else ""
    if response and response != story.here:
        links.go(links.STORY, links.story_link(view.metric.id, response))


def before_and_after(story: CustomerStory) -> None:
    """What happened around the comment that led here, and the peak–end reading."""
    said = around(story)
    if said:
        st.markdown(plain(said))
    remembered = curve(story.timeline).remembered
    if remembered is not None:
        both = f"Peak–end {remembered.value:.1f}, plain mean {remembered.mean:.1f} of 7"
        st.caption(f"{both}: a heuristic for what is remembered.")


def timeline(view: View, story: CustomerStory) -> None:
    """Every step, newest first; the comment that led here is marked in words."""
    steps(view, story.timeline[::-1], story.here)
    if story.bounded:
        st.caption("Only the newest part of a long story is shown.")
    for missing in story.missing:
        st.caption(plain(f"Not part of this story: {missing}."))


def steps(view: View, entries: Sequence[TimelineEntry], here: str | None = None) -> None:
    """What happened, in the order given: the day, and beside it what, with which scores, in which words."""
    for entry in entries:
        day, told = st.columns([1, 5])
        day.caption(f"{entry.time.day} {entry.time:%b %Y}, {entry.time:%H:%M}")
        with told:
            _step(view, entry, entry.response is not None and entry.response == here)


def _step(view: View, entry: TimelineEntry, here: bool) -> None:
    metrics = {metric.id: metric for metric in view.catalog.metrics}
    scores = " · ".join(f"{metrics[name].label} {score:g}" for name, score in entry.scores.items() if name in metrics)
    head = " · ".join(part for part in (cut(entry.stage or ""), cut(label(entry), LONGEST_STEP), scores) if part)
    mark = " · **this is what led here**" if here else ""
    st.markdown(f"{plain(head)}{mark}")
    if entry.comment:
        st.markdown(f"*“{plain(entry.comment)}”*")


def onward(view: View, timelines: Timelines, response: str) -> None:
    """To the next customer with a similar story, and back to the comments."""
    with st.container(horizontal=True, key="onward"):
        back = links.voices_link(view.metric.id, view.slice_where)
        links.opener("Back to the comments", links.VOICES, back, key="back_to_voices")
        following = timelines.similar(response, view.scope, view.metric)
        if following is not None:
            link = links.story_link(view.metric.id, following, view.slice_where)
            links.opener("Next customer with a similar story", links.STORY, link, key="next_story")
