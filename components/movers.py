"""What moved: each slice with a signal in words, the way to its comments, and what the silent ones say."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts import movers as movers_chart
from components.draw import draw
from components.reading import change_words, evidence_words, value_words
from components.text import plain
from data_sources.view import View
from metrics.contributions import Contribution
from metrics.review import Mover, WeeklyReview

MOST = 6
"""Signals listed; the count above says how many there are."""


def moved(view: View, review: WeeklyReview) -> None:
    """The bars that add up to the change, then the signals as links."""
    picked = draw(movers_chart.chart(review.chosen, bars(review)), on_select=True)
    where = {part.label: dict(part.where) for part in review.breakdown}
    if picked and (place := where.get(str(picked[0]["where"]))):
        links.go(links.VOICES, links.voices_link(review.chosen.id, {**view.slice_where, **place}))
    if review.mix_shift:
        st.markdown(plain(review.mix_shift))


def bars(review: WeeklyReview) -> tuple[movers_chart.Bar, ...]:
    """The breakdown as bars, coloured where the slice is a signal of its own."""
    loud = {frozenset(mover.where): mover.reading for mover in review.movers}

    def bar(part: Contribution) -> movers_chart.Bar:
        reading = loud.get(frozenset(part.where))
        if reading is None:
            return movers_chart.Bar(part, part.label)
        return movers_chart.Bar(part, part.label, reading.verdict, reading.direction)

    rest = (movers_chart.Bar(review.rest),) if review.rest else ()
    return (*(bar(part) for part in review.breakdown), *rest)


def signals(view: View, review: WeeklyReview) -> None:
    """Every signal: what, where, how far, since when; each opens the comments behind it."""
    found: Sequence[Mover] = (*review.movers, *review.elsewhere)
    if not found and not review.silent:
        st.caption("No slice departs from its usual level this week.")
    for mover in found[:MOST]:
        _signal(view, mover)
    for mover in review.silent:
        st.markdown(f"**{plain(mover.label)}** is stale: {plain(mover.reading.why)}.")


def _signal(view: View, mover: Mover) -> None:
    reading = mover.reading
    link = links.voices_link(reading.metric.id, {**view.slice_where, **dict(mover.where)})
    owner = f" · {reading.metric.owner}" if reading.metric.owner else ""
    with st.container(gap="xxsmall", key=f"signal_{reading.metric.id}_{mover.label}"):
        links.opener(
            f"{plain(reading.metric.label)} · {plain(mover.label)}: {plain(value_words(reading))} "
            f"({plain(change_words(reading))})",
            links.VOICES,
            link,
            key=f"open_signal_{reading.metric.id}_{mover.label}",
        )
        st.caption(plain(f"{reading.direction.value}: {reading.why} · {evidence_words(reading)}{owner}"))
