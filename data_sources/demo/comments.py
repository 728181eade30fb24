"""A response's comment, composed from what happened, how it was felt, and who writes."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache

from data_sources.demo.company import REGIONS, SEGMENTS
from data_sources.demo.incidents import MOODS, WORDS, Incident, with_details
from data_sources.demo.truths import HELPFUL_EMPLOYEE
from data_sources.demo.voices import Voice, spoken

LONG_STANDING = 3
"""Years with the company from which people mention them."""
FOREIGN = 0.034
"""Share of comments not in English."""
LANGUAGES = ("pl", "es", "ur", "cy", "de")
TOPIC_KNOWN = 0.62
"""Share of comments that somebody has already given a topic."""
Phrases = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Who writes: places of region and segment, years with the company, whether the last answer was a bad one,
    and how they write."""

    region: int
    segment: int
    years: int
    let_down_before: bool
    voice: Voice


def comment(incident: Incident, mood: int, detail: int, teller: Teller, rng: random.Random) -> tuple[str, str]:
    """The text and its language. `mood` is a place in incidents.MOODS, `detail` a set of details."""
    if rng.random() < FOREIGN and not incident.occasion:
        language = rng.choice(LANGUAGES)
        return with_details(expand(rng.choice(_foreign(language, MOODS[mood])), rng), detail), language
    parts = _terse(incident, mood, rng) if rng.random() < teller.voice.terseness else _told(incident, mood, teller, rng)
    text = " ".join(with_details(expand(part, rng), detail) for part in parts)
    text = text.replace("{years}", str(teller.years)).replace("{name}", HELPFUL_EMPLOYEE.name)
    return spoken(text, teller.voice, rng), "en"


def expand(text: str, rng: random.Random) -> str:
    """One reading of a text with choices: "[a|b] c" is "a c" or "b c". Choices do not nest."""
    pieces = []
    for piece in _parsed(text):
        pieces.append(piece if isinstance(piece, str) else rng.choice(piece))
    return "".join(pieces)


def _terse(incident: Incident, mood: int, rng: random.Random) -> list[str]:
    """A few words, sometimes a few more."""
    own = incident.short if incident.short and (incident.occasion or rng.random() < 0.8) else _general(mood)["shorts"]  # noqa: PLR2004
    parts = [rng.choice(own)]
    if rng.random() < 0.45:  # noqa: PLR2004  as often as it reads well
        parts.append(rng.choice(_general(mood)["tails"]))
    return parts


def _told(incident: Incident, mood: int, teller: Teller, rng: random.Random) -> list[str]:
    """The incident, with as much around it as this person has patience for."""
    general, patience = _general(mood), teller.voice.patience * rng.random()
    parts = [rng.choice(incident.say)]
    if patience > 0.25:  # noqa: PLR2004
        parts.append(rng.choice(general["consequences"]))
    if patience > 0.42:  # noqa: PLR2004
        parts.insert(0, rng.choice(general["openings"]))
    if patience > 0.5:  # noqa: PLR2004
        parts.append(rng.choice(_asides(mood, teller)))
    if patience > 0.68 and len(incident.say) > 1:  # noqa: PLR2004
        told = parts[1]
        parts.insert(2, rng.choice([say for say in incident.say if say != told]))
    if patience > 0.6:  # noqa: PLR2004
        parts.append(rng.choice(general["closings"]))
    return parts


def _asides(mood: int, teller: Teller) -> tuple[str, ...]:
    """What this person in particular would add: history first, then years, then who and where they are."""
    asides, name = _asides_of(), MOODS[mood]
    if teller.let_down_before:
        return asides[f"again.{name}"]
    if teller.years >= LONG_STANDING and teller.years % 2:
        return asides[f"years.{name}"]
    return asides[f"{SEGMENTS[teller.segment]}.{name}"] + asides[f"{REGIONS[teller.region]}.{name}"]


@cache
def _parsed(text: str) -> tuple[str | tuple[str, ...], ...]:
    pieces: list[str | tuple[str, ...]] = []
    for piece in text.replace("]", "[").split("["):
        pieces.append(tuple(piece.split("|")) if "|" in piece else piece)
    return tuple(pieces)


@cache
def _general(mood: int) -> Phrases:
    tables = tomllib.loads((WORDS / "general.toml").read_text("utf-8"))
    return {key: tuple(values) for key, values in tables[MOODS[mood]].items()}


@cache
def _asides_of() -> Phrases:
    tables = tomllib.loads((WORDS / "asides.toml").read_text("utf-8"))
    return {f"{who}.{mood}": tuple(texts) for who, moods in tables.items() for mood, texts in moods.items()}


@cache
def _foreign(language: str, mood: str) -> tuple[str, ...]:
    tables = tomllib.loads((WORDS / "languages.toml").read_text("utf-8"))
    return tuple(tables[language][mood])
