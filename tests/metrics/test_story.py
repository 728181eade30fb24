"""The emotional curve: METHODS §6's example through a timeline, feelings from any scale, and what led to a comment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from metrics.metric import Better, Metric, MetricKind
from metrics.people import CustomerStory, TimelineEntry
from metrics.story import around, curve, feeling, label, with_feelings

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
EMOTION = Metric("emotion", "Emotion", MetricKind.NET, (1, 7))
WAIT = Metric("wait", "Waiting", MetricKind.MEAN, (0, 60), better=Better.LOWER)
START = datetime(2026, 11, 2, 9)


def entry(hours: float, kind: str = "event", **given: object) -> TimelineEntry:
    made = TimelineEntry(START + timedelta(hours=hours), kind, None, None, "Visit")
    return replace(made, **given)


def story(*timeline: TimelineEntry, here: str | None = "r") -> CustomerStory:
    return CustomerStory("Heron-4127", {}, (), None, "", None, None, tuple(timeline), here)


@pytest.mark.parametrize(
    ("scores", "felt"),
    [
        ({}, None),
        ({"emotion": 2.0, "nps": 10.0}, 2.0),
        ({"nps": 0.0}, 1.0),
        ({"nps": 5.0}, 4.0),
        ({"nps": 10.0}, 7.0),
        ({"wait": 60.0}, 1.0),
        ({"wait": 0.0}, 7.0),
        ({"nps": 11.0}, None),
        ({"emotion": 9.0, "nps": 10.0}, 7.0),
        ({"other": 3.0}, None),
    ],
)
def test_a_feeling_is_the_emotion_asked_or_a_score_brought_to_its_scale(
    scores: dict[str, float], felt: float | None
) -> None:
    assert feeling(scores, (NPS, WAIT, EMOTION)) == felt


def test_the_curve_of_methods_6() -> None:
    """5, 1, 6, 5, 6 → (1 + 6)/2 = 3.5 where the mean is 4.6 (METHODS §6), with events between."""
    timeline = []
    for day, felt in enumerate((5.0, 1.0, 6.0, 5.0, 6.0)):
        timeline += [entry(24 * day), entry(24 * day + 1, "response", scores={"emotion": felt})]
    found = curve(with_feelings(timeline, (NPS, EMOTION)))
    assert found.feelings == (5.0, 1.0, 6.0, 5.0, 6.0)
    assert found.places == (1, 3, 5, 7, 9)
    assert found.remembered is not None
    assert (found.remembered.value, found.remembered.mean) == (3.5, pytest.approx(4.6))
    assert found.places[found.remembered.peak_index] == 3
    assert curve([entry(0)]).remembered is None


def test_what_happened_before_and_after() -> None:
    told = around(
        story(
            entry(-200, what="Order placed"),
            entry(-48, what="Engineer visit", outcome="missed"),
            entry(-2, what="Call", touchpoint="call centre"),
            entry(0, "response", response="r", comment="Nobody came."),
            entry(3, what="Call back"),
            entry(24 * 5, "outcome", what="Left"),
        )
    )
    assert told == (
        "2 days before: Engineer visit (missed). Earlier the same day: Call at call centre. "
        "Later the same day: Call back. 5 days later: Left."
    )
    alone = around(story(entry(0, "response", response="r")))
    assert alone == "Nothing recorded before. Nothing recorded since."
    assert around(story(entry(0))) == ""
    assert around(story(entry(0), here=None)) == ""


def test_a_label_does_not_repeat_itself() -> None:
    assert label(entry(0, what="Call centre call", touchpoint="call centre", outcome="call")) == "Call centre call"
