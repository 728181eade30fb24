"""How one reading is put into words and colours: the same on every card, row and sentence."""

from __future__ import annotations

from typing import Literal

from metrics.estimate import Direction, Estimate, Verdict
from metrics.metric import Metric
from metrics.review import Reading
from metrics.words import number_word

Colour = Literal["red", "green", "gray"]
Arrow = Literal["up", "down", "off"]


def value_words(reading: Reading) -> str:
    """The value, or in its place the word that says why there is none."""
    if reading.verdict is Verdict.TOO_FEW:
        return "too few"
    if reading.verdict is Verdict.STALE and reading.estimate.value is None:
        return "stale"
    return reading.metric.text(reading.estimate.value)


def interval_words(metric: Metric, estimate: Estimate) -> str:
    """ "26 to 36"; empty without an interval."""
    if estimate.lower is None or estimate.upper is None:
        return ""
    return f"{metric.text(estimate.lower)} to {metric.text(estimate.upper)}"


def evidence_words(reading: Reading, low_n: int = 0) -> str:
    """ "26 to 36 · n 1,204"; "low n" below `low_n` answers (METHODS §8)."""
    n = reading.estimate.n
    said = "n not stated" if n is None else f"n {n:,}"
    low = "low n" if n is not None and n < low_n else ""
    interval = "" if reading.verdict is Verdict.TOO_FEW else interval_words(reading.metric, reading.estimate)
    parts = [interval, said, low]
    return " · ".join(part for part in parts if part)


def change_words(reading: Reading) -> str:
    """ "−9 ± 4.6", "−4 ± 1.5 over eight weeks": the departure that the verdict is about."""
    told, half = _told(reading), _told(reading).half_width
    change = reading.metric.text_change(told.value)
    interval = "" if half is None else f" ± {half:.{max(1, reading.metric.decimals)}f}"
    return f"{change}{interval}{f' over {number_word(reading.weeks)} weeks' if told is reading.shift else ''}"


def _told(reading: Reading) -> Estimate:
    """The change of the weeks that the signal was seen over; this week's where that is one."""
    lasting = reading.verdict is Verdict.SIGNAL and reading.weeks > 1 and reading.shift.value is not None
    return reading.shift if lasting else reading.change


def colour_of(reading: Reading) -> Colour:
    """Red and green for a signal only; everything else is grey."""
    if reading.verdict is not Verdict.SIGNAL:
        return "gray"
    return "green" if reading.direction is Direction.IMPROVEMENT else "red"


def arrow_of(reading: Reading) -> Arrow:
    """Which way the number went; no arrow where it is the same as printed."""
    change = _told(reading).value
    if change is None or reading.metric.text_change(change) == "±0":
        return "off"
    return "up" if change > 0 else "down"


def verdict_words(reading: Reading) -> str:
    """ "signal: concern", "routine", "too few", "stale"."""
    if reading.verdict is Verdict.SIGNAL and reading.direction is not Direction.NONE:
        return f"{reading.verdict.value}: {reading.direction.value}"
    untested = reading.verdict is Verdict.ROUTINE and reading.p is None and "no verdict" in reading.why
    return "no verdict yet" if untested else reading.verdict.value
