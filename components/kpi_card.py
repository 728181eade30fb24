"""A KPI card: the number with its evidence, what it is held against, and the way down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import links
from components.charts.spark import Spark, spark
from components.draw import draw_spark
from components.reading import arrow_of, change_words, colour_of, evidence_words, value_words, verdict_words
from components.text import plain
from data_sources.view import View
from metrics.estimate import Assurance, Comparator, Verdict
from metrics.metric import Metric
from metrics.review import Card, Reading, WeeklyReview

MOST_CARDS = 7
"""What a room takes in at a glance (the weekly review shows five to seven)."""
CARRIED = ("Ours is", "not by", "no figure", "stale", "n not stated", "n below", "ours over")
"""Beginnings of notes that a card must carry; how a figure was pooled stands on the metric page."""
KINDS = {"past": "own past", "competitor": "competitor", "expectation": "expectation", "company": "company"}
"""What a card calls each kind of comparator where a note is about one of them."""
FOR_ALL = ": figure for all"
"""End of a note that a card has no room for: "not by region" says it."""
BLANK = "&nbsp;"
"""Keeps a line's place while there is nothing to say on it: what stands below must not jump from view to view."""
ARROWS = {"up": "↑ ", "down": "↓ ", "off": ""}
PAGE_WIDTH, GAP, NARROWEST = 1264, 16, 164
"""Pixels of the page at 1440, between cards, and of the narrowest card that still reads: seven fit on one line."""


@dataclass(frozen=True, slots=True)
class Face:
    """What one card says, as it is drawn: made once for all who look at the same review."""

    metric_id: str
    name: str
    definition: str | None
    value: str
    picture: Spark
    change: str
    evidence: str
    held_against: str


def kpi_cards(view: View, review: WeeklyReview) -> None:
    """The first seven in the order configured, wrapping on narrow screens; the others are named."""
    low_n = view.catalog.thresholds.low_n
    shown, others = review.cards[:MOST_CARDS], review.cards[MOST_CARDS:]
    faces = view.made_of("cards", review, lambda: [face(card, low_n) for card in shown])
    with st.grid(columns="auto", min_column_width=card_width(len(shown)), gap="small"):
        for one in faces:
            kpi_card(one)
    if others:
        names = ", ".join(card.reading.metric.label for card in others)
        st.caption(f"{plain(names)}: on the metric page.")


def card_width(cards: int) -> int:
    """Pixels below which cards wrap, so that all stand beside each other on a desk's screen."""
    return max(NARROWEST, min(240, PAGE_WIDTH // max(1, cards) - GAP))


def kpi_card(said: Face) -> None:
    """One KPI. Its name is the link one level deeper."""
    with st.container(border=True, key=f"card_{said.metric_id}", height="stretch", gap="xxsmall"):
        links.opener(
            said.name, links.METRIC, links.metric_link(said.metric_id), key=f"open_{said.metric_id}",
            help_text=said.definition,
        )  # fmt: skip
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.metric(said.name, said.value, label_visibility="collapsed", width="content")
            draw_spark(said.picture)
        st.markdown(said.change)
        st.caption(said.evidence)
        if said.held_against:
            st.caption(said.held_against)


def face(card: Card, low_n: int) -> Face:
    """What a card says; below `low_n` answers it says so."""
    reading, metric = card.reading, card.reading.metric
    known = tuple(comparator for comparator in card.comparators if comparator.theirs.value is not None)
    shown = shown_comparators(known)
    lines = [comparator_words(metric, comparator) for comparator in shown]
    if card.assurance is not Assurance.UNKNOWN and metric.target is not None:
        lines.append(f"target {plain(metric.text(metric.target))}: {card.assurance.value}")
    if lines:
        lines.append(limits(shown) or BLANK)
    return Face(
        metric.id,
        plain(metric.label),
        plain(metric.definition) or None,
        value_words(reading),
        spark(metric, card.chart, reading.verdict, reading.direction),
        change(reading),
        f"{verdict_words(reading)}  \n{evidence_words(reading, low_n)}",
        "  \n".join(lines),
    )


def change(reading: Reading) -> str:
    """The change against the usual level, coloured where it is a signal; its verdict stands on the next line."""
    if reading.change.value is None:
        return ":gray-badge[–]"
    return f":{colour_of(reading)}-badge[{ARROWS[arrow_of(reading)]}{change_words(reading)}]"


def shown_comparators(comparators: Sequence[Comparator]) -> list[Comparator]:
    """The three of every KPI: own past (twice), the best competitor, what customers expect; and the company's total for
    whoever sees a part of it."""
    order = {"company": 1, "past": 2, "competitor": 1, "expectation": 1}
    shown: list[Comparator] = []
    for kind, most in order.items():
        shown += [comparator for comparator in comparators if comparator.kind == kind][:most]
    return shown


def comparator_words(metric: Metric, comparator: Comparator) -> str:
    """ "Halden 46 (−15)"; a gap beyond chance is bold."""
    gap = metric.text_change(comparator.gap.value)
    if comparator.verdict is Verdict.SIGNAL:
        gap = f"**{gap}**"
    return f"{plain(comparator.label)} {plain(metric.text(comparator.theirs.value))} ({gap})"


def limits(shown: Sequence[Comparator]) -> str:
    """What limits the figures above it, in one line of the card: "their figures: not by region", "expectation: n not
    stated". Empty where nothing does."""
    kinds: dict[str, list[str]] = {}
    for comparator in shown:
        for note in comparator.note.split("; "):
            if note.startswith(CARRIED):
                kinds.setdefault(note.removesuffix(FOR_ALL), []).append(comparator.kind)
    notes: dict[str, list[str]] = {}
    theirs = [comparator.kind for comparator in shown if comparator.kind != "past"]
    for note, whose in kinds.items():
        who = "their figures" if len(theirs) > 1 and whose == theirs else " and ".join(KINDS[kind] for kind in whose)
        notes.setdefault(who, []).append(note)
    return " · ".join(f"{who}: {plain(', '.join(said))}" for who, said in notes.items())
