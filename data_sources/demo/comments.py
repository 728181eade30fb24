"""A response's comment, composed from what happened, how it was felt, and who writes."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache

from data_sources.demo.company import REGIONS, SEGMENTS, TOUCHPOINTS
from data_sources.demo.incidents import KINDS, MOODS, WORDS, Incident, with_details
from data_sources.demo.truths import HELPFUL_EMPLOYEE
from data_sources.demo.voices import Voice, spoken

LONG_STANDING = 3
"""Years with the company from which people mention them."""
RETIRED_AGES = (66, 91)
FOREIGN = 0.045
"""Share of comments not in English."""
BESIDE_THE_POINT, WITH_A_TAIL, WITHOUT_A_TAIL = 0.15, 0.72, 0.4
"""Of a few words: how often they say nothing about what happened, how often two or three more follow; of a
sentence alone: how often none follow."""
BRIEF, ORDINARY, TALKATIVE = 0.10, 0.36, 0.6
"""Patience (0…1) up to which people write a sentence, two, three; above it a paragraph."""
MARKS = ("line: ", "mobile: ", "staff: ")
STAFFED = ("sales", "call centre", "after-sales support", "delivery & installation")
LINE = ("call centre", "after-sales support", "delivery & installation")
ABOUT = {
    "call": ("call centre", "online help", "email", "social media"),
    "bill": ("billing & payment", "sales", "digital transactions"),
    "net": ("after-sales support", "delivery & installation", "mobile app"),
}
"""What comments in other languages are marked with, and the touchpoints that are about it."""
LANGUAGES, WELSH, SPEAKS_WELSH = ("pl", "es", "ur", "de"), "cy", 0.7
_FAMILY = r"\b([Kk]ids|[Cc]hildren|our lad|my lot|the wife|[Hh]usband|[Gg]randchildren|teenagers|the dog|my daughter)\b"
UNLIKELY = {
    "Retired": re.compile(
        r"day off|unpaid|day's (pay|holiday)|my wage|my boss|lunch break|cancelled work|of us work|I've a job"
        r"|morning's work|at work|a meeting|client|interview|[Mm]y (mum|dad|nan)\b|football"
    ),
    "Students": re.compile(_FAMILY + r"|my lunch break|My boss|technophobe|grandchildren|my specs"),
    "Young professionals": re.compile(r"[Gg]randchildren|technophobe|my specs"),
    "Small business": re.compile(_FAMILY),
}
"""What gives a segment away as another one."""
ATTEMPTS = 4
TOPIC_KNOWN = 0.62
"""Share of comments that somebody has already given a topic."""
Phrases = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Who writes: places of region, segment and kind of product, the 0–10 score, years with the company,
    whether the last answer was a bad one, and how they write."""

    region: int
    segment: int
    kind: int
    score: int
    years: int
    let_down_before: bool
    voice: Voice


def comment(incident: Incident, mood: int, detail: int, teller: Teller, rng: random.Random) -> tuple[str, str]:
    """The text and its language. `mood` is a place in incidents.MOODS, `detail` a set of details."""
    if rng.random() < FOREIGN and not incident.occasion:
        language = WELSH if REGIONS[teller.region] == "Wales" and rng.random() < SPEAKS_WELSH else rng.choice(LANGUAGES)
        fitting = _about(_foreign(language, MOODS[mood]), incident)
        if fitting:
            return with_details(expand(rng.choice(fitting), rng), detail), language
    for _ in range(ATTEMPTS):
        text = _english(incident, mood, detail, teller, rng)
        if not _out_of_character(text, SEGMENTS[teller.segment]):
            break
    return spoken(text, teller.voice, rng), "en"


def _english(incident: Incident, mood: int, detail: int, teller: Teller, rng: random.Random) -> str:
    """The text before it is typed."""
    terse = rng.random() < teller.voice.terseness
    parts = _terse(incident, mood, teller, rng) if terse else _told(incident, mood, teller, rng)
    text = " ".join(with_details(expand(part, rng), detail) for part in parts)
    text = text.replace("{years}", str(teller.years)).replace("{name}", HELPFUL_EMPLOYEE.name)
    text = text.replace("{score}", str(teller.score))
    return text.replace("{age}", str(rng.randint(*RETIRED_AGES)))


def _out_of_character(text: str, segment: str) -> bool:
    """Whether somebody of that segment would hardly say it."""
    return segment in UNLIKELY and UNLIKELY[segment].search(text) is not None


def expand(text: str, rng: random.Random) -> str:
    """One reading of a text with choices: "[a|b] c" is "a c" or "b c". Choices do not nest."""
    return "".join(piece if isinstance(piece, str) else rng.choice(piece) for piece in _parsed(text))


def _terse(incident: Incident, mood: int, teller: Teller, rng: random.Random) -> list[str]:
    """A few words, mostly with a few more."""
    general, own = _general(mood), incident.short[teller.kind]
    if not incident.occasion and rng.random() < BESIDE_THE_POINT:
        own = general["shorts"]
    parts = [rng.choice(own), rng.choice(general["tails"])]
    return parts if rng.random() < WITH_A_TAIL else parts[:1]


def _told(incident: Incident, mood: int, teller: Teller, rng: random.Random) -> list[str]:
    """The incident, with as much around it as this person has patience for: from one sentence to a paragraph."""
    general, marks = _general(mood), _marks(incident, teller.kind)
    say = list(incident.say[teller.kind])
    rng.shuffle(say)
    opening, closing = [rng.choice(general["openings"])], [rng.choice(general["closings"])]
    consequence = [rng.choice(_suiting(general["consequences"], marks))]
    aside = [rng.choice(_suiting(_asides(mood, teller), marks) or general["consequences"][-1:])]
    patience = teller.voice.patience * rng.random()
    if patience < BRIEF:
        return say[:1] if rng.random() < WITHOUT_A_TAIL else [say[0], rng.choice(general["tails"])]
    if patience < ORDINARY:
        return rng.choice(
            [opening + say[:1], say[:1] + consequence, say[:1] + aside, say[:1] + consequence, say[:1] + closing]
        )
    if patience < TALKATIVE:
        return rng.choice(
            [
                opening + say[:1] + consequence,
                say[:1] + aside + consequence,
                say[:1] + consequence + closing,
                say[:2] + consequence,
            ]
        )
    return rng.choice(
        [
            opening + say[:2] + consequence + aside + closing,
            opening + say[:1] + aside + consequence + closing,
            aside + say[:2] + consequence + closing,
            say[:2] + consequence + aside,
        ]
    )


def _asides(mood: int, teller: Teller) -> tuple[str, ...]:
    """What this person in particular would add: history first, then years, then who and where they are."""
    asides, name = _asides_of(), MOODS[mood]
    if teller.let_down_before:
        return asides[f"again.{name}"]
    if teller.years >= LONG_STANDING and teller.years % 2:
        return asides[f"years.{name}"]
    return asides[f"{SEGMENTS[teller.segment]}.{name}"] + asides[f"{REGIONS[teller.region]}.{name}"]


def _marks(incident: Incident, kind: int) -> frozenset[str]:
    """The marks of texts that suit: "line: " where it is about the line in the house, so that who could not work
    or watch may come up, "mobile: " for phones, "staff: " where there were people."""
    touchpoint = TOUCHPOINTS[incident.touchpoint]
    line = {"line"} if KINDS[kind] == "fixed" and touchpoint in LINE else set()
    return frozenset(line | ({KINDS[kind]} & {"mobile"}) | ({"staff"} if touchpoint in STAFFED else set()))


@cache
def _suiting(texts: tuple[str, ...], marks: frozenset[str]) -> tuple[str, ...]:
    """Texts for anybody, and those with one of the marks; all without their marks."""
    split = [text.partition(": ") if text.startswith(MARKS) else ("", "", text) for text in texts]
    return tuple(rest for mark, _, rest in split if not mark or mark in marks)


def _about(texts: tuple[str, ...], incident: Incident) -> list[str]:
    """Those marked with what the incident's touchpoint is about."""
    touchpoint = TOUCHPOINTS[incident.touchpoint]
    return [text.partition(": ")[2] for text in texts if touchpoint in ABOUT[text.partition(": ")[0]]]


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
