"""The parts of the journey page that are words and choices."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import links
from components.labelled import labelled
from components.metric_page import metric_choice
from components.reading import evidence_words, value_words
from components.text import cut, plain
from data_sources.journey_report import JourneyReport
from data_sources.view import View
from metrics.estimate import Direction, Verdict
from metrics.headline import amount, predicate, week_number
from metrics.journey_strip import Spot
from metrics.periods import Period
from metrics.review import Reading
from metrics.slices import STAGE, TOUCHPOINT
from metrics.story import asks_feeling
from metrics.words import number_word, starts_sentence

AGAINST_KEY = "against"
USUAL = "its usual level"
PLACES = {STAGE: "stage", TOUCHPOINT: "touchpoint"}


def choices(view: View) -> Period | None:
    """The KPI, and the week that it is held against (None: its usual level), both kept in the address."""
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with left:
        metric_choice(view, stay=True)
    with right:
        return against(view) if view.catalog.stages.values else None


def against(view: View) -> Period | None:
    """The week that the address asks to compare with, whichever side of this one; None: with the usual level."""
    weeks = {week.text(): week for week in reversed(view.room.closed_weeks()) if week != view.week}
    asked = links.parameter(AGAINST_KEY)
    if asked is not None and asked not in (USUAL, *weeks):
        st.warning(
            f"The address asks for a comparison with “{plain(cut(asked))}”, which is no other week here: ignored."
        )
    with labelled("Against"):
        chosen = st.selectbox(
            "Against", [USUAL, *weeks], key=AGAINST_KEY, bind="query-params", label_visibility="collapsed"
        )
    return weeks.get(chosen or USUAL)


def sentence(report: JourneyReport) -> str:
    """What an executive would say aloud of the journey; a concern is named only where there is a signal."""
    if not report.axis:
        whole = f"{report.metric.label}: {value_words(report.whole)}"
        return f"{whole}. No stage and no touchpoint is recorded to follow the journey by."
    concerns, gains = (_signals(report.spots, it) for it in (Direction.CONCERN, Direction.IMPROVEMENT))
    if concerns:
        first = concerns[0]
        places = {spot.place for spot in concerns if spot.axis == first.axis}
        others = f" {starts_sentence(_counted(len(places) - 1, first.axis))} with a concern." if len(places) > 1 else ""
        return f"{starts_sentence(first.place)} is where it hurts: {_moved(report, first.reading)}, a concern.{others}"
    if gains:
        return f"{starts_sentence(gains[0].place)} got better: {_moved(report, gains[0].reading)}, an improvement."
    return f"{_standing(report)}; {_quiet(report)}."


def evidence(report: JourneyReport, week: Period) -> str:
    """The KPI end to end with interval and n, and how many cells were looked at."""
    whole = f"{report.metric.label} end to end {value_words(report.whole)}, {evidence_words(report.whole)}"
    looked = "cells compared" if report.against else "slices scanned"
    return f"Week {week_number(week)} · {week.text()} · {whole} · {report.looked_at:,} {looked}"


def _signals(spots: Sequence[Spot], direction: Direction) -> list[Spot]:
    """The spots with a signal in one direction: stages before touchpoints, the clearest first."""
    found = [it for it in spots if it.reading.verdict is Verdict.SIGNAL and it.reading.direction is direction]
    return sorted(found, key=lambda spot: (spot.axis != STAGE, 1.0 if spot.reading.p is None else spot.reading.p))


def _moved(report: JourneyReport, reading: Reading) -> str:
    """ "NPS fell 9 points to 31"; against a week "NPS fell 9 points to 31 against 2–8 Nov 2026"."""
    metric, week = reading.metric, report.against
    if week is None:
        return f"{metric.label} {predicate(reading)}"
    change = reading.change.value or 0.0
    verb = "fell" if change < 0 else "rose"
    return f"{metric.label} {verb} {amount(metric, change)} to {value_words(reading)} against {week.text()}"


def _standing(report: JourneyReport) -> str:
    """Where customers feel best and worst, if the two differ beyond chance."""
    found, place = report.extremes, PLACES[report.axis]
    if found is None:
        return f"No {place} clearly stands apart"
    if asks_feeling(found.metric):
        return f"Customers feel best at {found.best} and worst at {found.worst}"
    return f"{found.metric.label} is best at {found.best} and worst at {found.worst}"


def _quiet(report: JourneyReport) -> str:
    """That no place moved; a KPI that moved as a whole is said all the same."""
    rows = report.strip.rows if report.strip else ()
    wholes = [row.whole for row in rows] or [report.whole]
    loud = next((whole for whole in wholes if whole.verdict is Verdict.SIGNAL), None)
    if loud is not None:
        return f"as a whole {_moved(report, loud)}, at no single {PLACES[report.axis]}"
    if not report.looked_at:
        return "there is too little yet to say what moved"
    return (
        f"nothing changed clearly against {report.against.text()}"
        if report.against
        else "nothing moved on the way this week"
    )


def _counted(count: int, axis: str) -> str:
    return f"{number_word(count)} other {PLACES[axis]}{'' if count == 1 else 's'}"
