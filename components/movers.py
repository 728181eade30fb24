"""What moved: each slice with a signal in words, the way to its comments, and what the silent ones say."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from components import links
from components.charts import movers as movers_chart
from components.draw import draw, ready
from components.reading import change_words, evidence_words, value_words
from components.text import key_of, plain
from data_sources.view import View
from metrics.contributions import Contribution
from metrics.overtaking import Overtaking
from metrics.review import Mover, WeeklyReview
from metrics.words import number_word

Where = tuple[tuple[str, str], ...]

SIGNAL_WIDTH = 380
"""Pixels a signal needs; three stand beside each other at 1440."""
MOST = 6
"""Signals listed; the count above says how many there are."""


def moved(view: View, review: WeeklyReview) -> None:
    """The bars that add up to the change, then the signals as links."""
    chart = view.made_of("movers chart", review, lambda: ready(movers_chart.chart(review.chosen, bars(review))))
    picked = draw(chart, on_select=True)
    where = {_key(part.where): dict(part.where) for part in review.breakdown}
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
            return movers_chart.Bar(part, _key(part.where))
        return movers_chart.Bar(part, _key(part.where), reading.verdict, reading.direction)

    rest = (movers_chart.Bar(review.rest),) if review.rest else ()
    return (*(bar(part) for part in review.breakdown), *rest)


def _key(where: Where) -> str:
    """A slice as one text. Its label is none: "other" may be a region and a product."""
    return json.dumps(where, ensure_ascii=False)


def signals(view: View, review: WeeklyReview) -> None:
    """Every signal: what, where, how far, since when; each opens the comments behind it."""
    found: Sequence[Mover] = (*review.movers, *review.elsewhere)
    if not found and not review.silent:
        st.caption("No slice departs from its usual level this week.")
    with st.grid(columns="auto", min_column_width=SIGNAL_WIDTH, gap="medium"):
        for mover, (name, said, evidence) in view.made_of("signals", review, lambda: [_words(m) for m in found[:MOST]]):
            with st.container(gap="xxsmall", key=f"signal_{name}"):
                onward = links.voices_link(mover.reading.metric.id, {**view.slice_where, **dict(mover.where)})
                links.opener(said, links.VOICES, onward, key=f"open_signal_{name}")
                st.caption(evidence)
    if len(found) > MOST:
        st.caption(f"And {number_word(len(found) - MOST)} more, on the metric pages.")
    for mover in review.silent:
        st.markdown(f"**{plain(mover.label)}** is stale: {plain(mover.reading.why)}.")


def overtaken(found: Sequence[Overtaking]) -> None:
    """Competitors that passed us or that we passed, newest first."""
    for one in found[:MOST]:
        where = " · ".join(value for _, value in one.where) or "all customers"
        verb = f"{one.company} overtook us" if one.by_them else f"We overtook {one.company}"
        metric = one.metric
        gap = f"{metric.text_change(one.before.value)} before, {metric.text_change(one.after.value)} since"
        st.markdown(f"**{plain(verb)}** in {plain(where)} in {one.month:%B %Y}: {plain(metric.label)} gap {gap}.")


def _words(mover: Mover) -> tuple[Mover, tuple[str, str, str]]:
    """A signal's name, what moved how far, and the evidence for it."""
    reading = mover.reading
    said = f"{plain(reading.metric.label)} · {plain(mover.label)}: {plain(value_words(reading))}"
    evidence = f"{reading.direction.value}: {reading.why} · {evidence_words(reading)} · {reading.metric.owner}"
    name = f"{reading.metric.id}_{key_of(_key(mover.where))}"
    return mover, (name, f"{said} ({plain(change_words(reading))})", plain(evidence.removesuffix(" · ")))
