"""One customer's story: the emotional curve over the timeline, its peak and end, and what led to a comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from metrics.metric import Better, Metric
from metrics.peak_end import HIGHEST, LOWEST, PeakEnd, peak_end
from metrics.people import CustomerStory, TimelineEntry

EMOTION = ("emotion", "feel", "felt", "mood")
"""What a metric is called that asks for the feeling itself."""
NEIGHBOURS = 2
"""How many things before and after a comment are told."""


@dataclass(frozen=True, slots=True)
class EmotionalCurve:
    """The moments of a timeline whose feeling (1–7) is known, in order of time: `places` are their indexes in the
    timeline. `remembered` is the peak–end reading of them (its indexes count along the curve); None without any."""

    places: tuple[int, ...]
    times: tuple[datetime, ...]
    feelings: tuple[float, ...]
    remembered: PeakEnd | None


def feeling(scores: Mapping[str, float], metrics: Sequence[Metric]) -> float | None:
    """How a response felt, on 1–7: the score of the metric that asks for the feeling, else of the first one
    answered in the catalog's order, moved linearly from its own scale and turned where lower is better. None
    where no score on its scale was given."""
    ordered = sorted(metrics, key=lambda metric: not asks_feeling(metric))
    for metric in ordered:
        score = scores.get(metric.id)
        low, high = metric.scale
        if score is not None and low <= score <= high and high > low:
            share = (score - low) / (high - low)
            share = share if metric.better is Better.HIGHER else 1 - share
            return LOWEST + share * (HIGHEST - LOWEST)
    return None


def asks_feeling(metric: Metric) -> bool:
    """Whether a metric's id or label says that it asks for the feeling."""
    name = f"{metric.id} {metric.label}".lower()
    return any(word in name for word in EMOTION)


def with_feelings(timeline: Sequence[TimelineEntry], metrics: Sequence[Metric]) -> tuple[TimelineEntry, ...]:
    """The same timeline with the feeling of every response."""
    return tuple(replace(entry, feeling=feeling(entry.scores, metrics)) for entry in timeline)


def curve(timeline: Sequence[TimelineEntry]) -> EmotionalCurve:
    """The emotional curve of a timeline in order of time; empty where no feeling is known."""
    known = [(place, entry.time, entry.feeling) for place, entry in enumerate(timeline) if entry.feeling is not None]
    feelings = tuple(felt for _, _, felt in known)
    places, times = tuple(place for place, _, _ in known), tuple(time for _, time, _ in known)
    return EmotionalCurve(places, times, feelings, peak_end(feelings))


def around(story: CustomerStory) -> str:
    """What happened before and after the comment that led here: "1 day before: engineer visit (missed). 3 days
    later: call to the call centre." ; "" where nothing in the story led here."""
    here = next((i for i, entry in enumerate(story.timeline) if entry.response == story.here), None)
    if story.here is None or here is None:
        return ""
    comment = story.timeline[here]
    before = story.timeline[max(0, here - NEIGHBOURS) : here]
    after = story.timeline[here + 1 : here + 1 + NEIGHBOURS]
    told = [f"{_when(entry, comment)}: {label(entry)}" for entry in before]
    told += [] if before else ["nothing recorded before"]
    told += [f"{_when(entry, comment)}: {label(entry)}" for entry in after]
    told += [] if after else ["nothing recorded since"]
    return " ".join(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}." for sentence in told)


def label(entry: TimelineEntry) -> str:
    """One entry in words: what happened, where, and how it ended."""
    place = f" at {entry.touchpoint}" if entry.touchpoint and entry.touchpoint.lower() not in entry.what.lower() else ""
    ended = f" ({entry.outcome})" if entry.outcome and entry.outcome.lower() not in entry.what.lower() else ""
    return f"{entry.what}{place}{ended}"


def _when(entry: TimelineEntry, comment: TimelineEntry) -> str:
    days = (entry.time.date() - comment.time.date()).days
    if days == 0:
        return "earlier the same day" if entry.time < comment.time else "later the same day"
    count = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"{count} before" if days < 0 else f"{count} later"
