"""Customers are people: one comment, one timeline, one story. Names never get this far, only pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Verbatim:
    """One comment. `scores` maps metric id to the score given with it; `sentiment` is −1…1, None where it was
    not scored; `pseudonym` stands for the customer."""

    id: str
    pseudonym: str
    time: datetime
    text: str
    scores: dict[str, float] = field(default_factory=dict)
    stage: str | None = None
    touchpoint: str | None = None
    dimensions: dict[str, str | None] = field(default_factory=dict)
    topic: str | None = None
    sentiment: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a customer: a survey response ("response"), a comment without one ("comment"), a
    journey event ("event") or what the customer did in the end ("outcome"). `feeling` is on 1–7 where it is known."""

    time: datetime
    kind: str
    stage: str | None
    touchpoint: str | None
    what: str
    scores: dict[str, float] = field(default_factory=dict)
    feeling: float | None = None
    comment: str | None = None
    response: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerStory:
    """One customer under a pseudonym, and everything that happened to them in order of time. `here` is the
    response that led to the story; `missing` says in words what is not part of it and why; `bounded` that only the
    newest part of a long timeline was read."""

    pseudonym: str
    dimensions: dict[str, str | None]
    personas: tuple[str, ...]
    value: float | None
    value_unit: str
    since: datetime | None
    outcome: str | None
    timeline: tuple[TimelineEntry, ...]
    here: str | None = None
    missing: tuple[str, ...] = ()
    bounded: bool = False
