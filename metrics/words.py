"""Numbers and slices in the words of somebody speaking."""

from __future__ import annotations

from metrics.slices import NOT_RECORDED, STAGE, TOUCHPOINT

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLACES = ("region", "country", "area", "state", "city", "county", "market", "district", "territory", "town")
"""Axis ids or labels that name places: people are "in" them."""
POINTS_OF_COMPASS = {"north", "south", "east", "west", "midlands", "highlands", "islands", "centre", "northern"}
"""Last words of places that take "the"."""
FRACTIONS = (
    (0.18, ""),
    (0.22, "a fifth"),
    (0.285, "a quarter"),
    (0.38, "a third"),
    (0.45, "over a third"),
    (0.55, "half"),
    (0.62, "over half"),
    (0.72, "two thirds"),
    (0.8, "three quarters"),
    (0.9, "most"),
    (0.98, "nearly all"),
    (1.1, "all"),
)
"""Below each share, what people call it. Less than a fifth is not worth saying."""


def number_word(count: int) -> str:
    """ "three"; digits above twelve."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def plural(count: int, noun: str) -> str:
    """ "1 answer", "2 answers", "no answers"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s" if count else f"no {noun}s"


def fraction(share: float) -> str:
    """A share of a change as it is said: "two thirds", "nearly all", "more than all"; "" below a fifth."""
    return next((word for below, word in FRACTIONS if share < below), "more than all")


def slice_words(where: tuple[tuple[str, str], ...], labels: dict[str, str]) -> str:
    """A slice as a noun: "Delivery & installation in the North", "the Family segment in Wales". `labels` maps axis id
    to its label."""
    if not where:
        return "the whole"
    first, *others = speaking_order(where, labels)
    return " ".join([_noun(*first, labels), *(_qualifier(*part, labels) for part in others)])


def speaking_order(where: tuple[tuple[str, str], ...], labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Axes in the order in which they are said: touchpoint, product or people, stage, place."""
    return tuple(sorted(where, key=lambda part: _rank(part[0], labels)))


def starts_sentence(words: str) -> str:
    """With a capital first letter."""
    return words[:1].upper() + words[1:]


def _rank(axis: str, labels: dict[str, str]) -> int:
    """Touchpoint first, then products and people, stage, and the place last."""
    if axis == TOUCHPOINT:
        return 0
    if axis == STAGE:
        return 2
    return 3 if _is_place(axis, labels) else 1


def _is_place(axis: str, labels: dict[str, str]) -> bool:
    words = f"{axis} {labels.get(axis, '')}".lower().replace("_", " ").split()
    return any(word in PLACES for word in words)


def _place(value: str) -> str:
    return f"the {value}" if value.lower().split()[-1:] and value.lower().split()[-1] in POINTS_OF_COMPASS else value


def _label(axis: str, labels: dict[str, str]) -> str:
    return labels.get(axis, axis.replace("_", " ")).lower()


def _noun(axis: str, value: str, labels: dict[str, str]) -> str:
    if value == NOT_RECORDED:
        return f"responses without a recorded {_label(axis, labels)}"
    if axis == TOUCHPOINT:
        return value
    return _place(value) if _is_place(axis, labels) else f"the {value} {_label(axis, labels)}"


def _qualifier(axis: str, value: str, labels: dict[str, str]) -> str:
    if value == NOT_RECORDED:
        return f"without a recorded {_label(axis, labels)}"
    if _is_place(axis, labels):
        return f"in {_place(value)}"
    return f"{'at' if axis == STAGE else 'in'} the {value} {_label(axis, labels)}"
