"""What happens to customers: incidents, each a few journey events, a topic and ways of telling it.

The texts are in words/*.toml. `[a|b|c]` in them is a choice, `{minutes}` a detail; event and comment of one response
share the detail, so the timeline and the customer's words agree.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from data_sources.demo.company import MOBILE, PRODUCTS, TOUCHPOINTS, IntArray

WORDS = Path(__file__).parent / "words"
MOODS = ("bad", "mixed", "good")
OCCASIONS = ("", "failure", "spill", "release", "employee")
KINDS = ("fixed", "mobile")
"""Lines in the house, or phones: an installation is told differently from a parcel."""
DETAILS = 12
"""How many sets of details there are."""
DETAIL: dict[str, tuple[str, ...]] = {
    "minutes": ("18", "22", "25", "27", "31", "35", "38", "42", "47", "52", "55", "65"),
    "quick": ("two", "three", "4", "five", "5", "six", "3", "seven", "eight", "a couple of", "under 10", "about 10"),
    "times": ("three", "four", "seven", "5", "six", "3", "4", "five", "seven", "two", "8", "nine"),
    "quick_n": ("2", "3", "4", "5", "5", "6", "3", "7", "8", "2", "9", "10"),
    "days_n": ("3", "4", "5", "6", "8", "9", "10", "11", "12", "2", "14", "16"),
    "amount": ("£7.50", "£9", "£11.40", "£12", "£14.99", "£18", "£23.60", "£27", "£31.20", "£38", "£46", "£64.75"),
    "days": ("3", "four", "5", "six", "8", "nine", "ten", "11", "12", "two", "14", "16"),
    "slot": ("8–1", "8–12", "12–6", "1–6", "9–11", "2–4", "10–1", "8–10", "12–2", "4–6", "1–5", "8–6"),
    "speed": ("14", "22", "31", "38", "9", "45", "52", "27", "61", "18", "70", "6"),
    "fast": ("480", "510", "890", "320", "905", "150", "610", "740", "280", "430", "930", "540"),
    # later than the slot of the same set ends
    "clock": ("1:40", "half twelve", "6.15", "half six", "11:20", "quarter past 4", "1.30", "10:35", "2:25",
              "ten past 6", "twenty past 5", "7pm"),
    "room": ("the hall", "the back bedroom", "the living room", "the loft", "the study", "the kitchen", "the box room",
             "the landing", "the front room", "the office", "the extension", "the garage"),
    "part": ("the right ONT box", "a long enough cable", "the wall bracket", "a splitter", "the fibre box", "a ladder",
             "the router", "any connectors", "the outside box", "the drop cable", "the power supply",
             "a drill bit long enough"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incident:
    """One kind of thing that happens. `what` are its events in order, `say` sentences that tell it
    and `short` a few words that do, each by place in KINDS."""

    touchpoint: int
    mood: int
    occasion: int
    kind: int | None
    topic: str
    outcome: str
    what: tuple[str, ...]
    say: tuple[tuple[str, ...], ...]
    short: tuple[tuple[str, ...], ...]


@cache
def incidents() -> tuple[Incident, ...]:
    """Every incident of words/incidents_*.toml, in order of file and place."""
    found: list[Incident] = []
    for file in sorted(WORDS.glob("incidents_*.toml")):
        found += [_incident(item) for item in tomllib.loads(file.read_text("utf-8"))["incident"]]
    return tuple(found)


def _incident(item: dict[str, object]) -> Incident:
    def texts(key: str) -> tuple[str, ...]:
        value = item.get(key, [])
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)

    kind = str(item.get("kind", ""))
    return Incident(
        TOUCHPOINTS.index(str(item["touchpoint"])),
        MOODS.index(str(item["mood"])),
        OCCASIONS.index(str(item.get("occasion", ""))),
        KINDS.index(kind) if kind else None,
        str(item["topic"]),
        str(item["outcome"]),
        texts("what"),
        tuple(_told_by(texts("say"), owner) for owner in KINDS),
        tuple(_told_by(texts("short"), owner) for owner in KINDS),
    )


def _told_by(texts: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Those that customers of a kind can say: a text may begin with "fixed: " or "mobile: "."""
    others = tuple(f"{other}: " for other in KINDS if other != kind)
    return tuple(text.removeprefix(f"{kind}: ") for text in texts if not text.startswith(others))


@cache
def choices() -> tuple[IntArray, IntArray]:
    """Which incidents a response may be about: a table of incident places with a row for every (touchpoint,
    mood, kind, occasion), padded with −1, and how many each row has."""
    shape = (len(TOUCHPOINTS), len(MOODS), len(KINDS), len(OCCASIONS))
    rows: list[list[int]] = [[] for _ in range(int(np.prod(shape)))]
    for place, incident in enumerate(incidents()):
        for kind in range(len(KINDS)):
            if incident.kind in (None, kind):
                key = (incident.touchpoint, incident.mood, kind, incident.occasion)
                rows[int(np.ravel_multi_index(key, shape))].append(place)
    table = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return table, np.array([len(row) for row in rows])


def choose(
    touchpoint: IntArray, felt: IntArray, product: IntArray, occasion: IntArray, rng: np.random.Generator
) -> IntArray:
    """The incident of each response: by touchpoint, by mood from its 0–10 score, by kind of product and by
    occasion (falling back to the ordinary where nothing special fits the mood)."""
    shape = (len(TOUCHPOINTS), len(MOODS), len(KINDS), len(OCCASIONS))
    table, counts = choices()
    kind = kind_of(product)
    mood = (felt >= 7).astype(np.int64) + (felt >= 9)  # noqa: PLR2004  NPS's own bands
    special = np.ravel_multi_index((touchpoint, mood, kind, occasion), shape)
    usual = np.ravel_multi_index((touchpoint, mood, kind, np.zeros_like(occasion)), shape)
    row = np.where(counts[special] > 0, special, usual)
    return table[row, (rng.random(len(row)) * counts[row]).astype(np.int64)]


def kind_of(product: IntArray) -> IntArray:
    """Places in KINDS of products."""
    return np.array([int(name in MOBILE) for name in PRODUCTS])[product]


def with_details(text: str, detail: int) -> str:
    """The text with the details of one set filled in."""
    for name, values in DETAIL.items():
        if "{" + name + "}" in text:
            text = text.replace("{" + name + "}", values[detail])
    return text
