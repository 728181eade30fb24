"""The sentence an executive would say aloud, and the grey line under it: computed, never claiming more than was found.

"Explains" is meant in the arithmetic sense of METHODS §5 only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from metrics.estimate import Verdict
from metrics.metric import Better, Metric
from metrics.mix import MixShift
from metrics.periods import Period
from metrics.review import Mover, Reading
from metrics.words import fraction, number_word, plural, slice_words, starts_sentence

MIDWEEK = timedelta(days=3)
"""A week carries the ISO number of its fourth day, whatever day it starts on (ISO 8601: the Thursday decides)."""
STEADY = "everything moved within its normal range"
FOLLOWS = "all else follows from these or moved within its normal range"
"""Slices whose signal only mirrors a listed one are not listed again (metrics/movers.py)."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What goes with a KPI's reading: `movers` are its slices with a signal, by points explained; `elsewhere` those of
    other KPIs; `silent` slices that stopped answering; `shift` the clearest mix shift."""

    movers: Sequence[Mover] = ()
    elsewhere: Sequence[Mover] = ()
    silent: Sequence[Mover] = ()
    shift: MixShift | None = None


def sentence(reading: Reading, findings: Findings, labels: Mapping[str, str] | None = None, enough: int = 0) -> str:
    """The headline on one KPI: what it did, and the slice, mix shift or silence that goes with it. `labels` are the
    axes' names; a number of fewer than `enough` answers is not called steady."""
    names = dict(labels or {})
    label, week = reading.metric.label, reading.metric.text(reading.estimate.value)
    match reading.verdict:
        case Verdict.STALE:
            return f"{label} is stale: {reading.why}."
        case Verdict.TOO_FEW if not reading.estimate.n:
            return f"Nobody answered on {label} this week."
        case Verdict.TOO_FEW:
            return f"Only {plural(reading.estimate.n or 0, 'answer')} on {label} this week: too few to say."
        case Verdict.SIGNAL:
            return f"{moved(label, reading)} {_cause(reading, findings, names)}"
    if reading.p is None and not findings.movers:
        return f"{label} is at {week}; {reading.why}."
    few = (reading.estimate.n or 0) < enough
    level = f"at {week} from only {plural(reading.estimate.n or 0, 'answer')}" if few else f"steady at {week}"
    return f"{label} is {level}{_although(findings, names)}"


def subline(week: Period, responses: int, scanned: int, signals: int) -> str:
    """ "Week 46 · 9–15 Nov 2026 · 1,204 responses · 512 slices scanned, 3 signals · all else
    follows from these or moved within its normal range"."""
    parts = [f"Week {week_number(week)}", week.text(), plural(responses, "response")]
    if scanned:
        parts.append(f"{plural(scanned, 'slice')} scanned, {plural(signals, 'signal')}")
        parts.append(FOLLOWS if signals else STEADY)
    return " · ".join(parts)


def week_number(week: Period) -> int:
    """The ISO number of the week."""
    return (week.start + MIDWEEK).isocalendar().week


def moved(name: str, reading: Reading) -> str:
    """One number's departure as a full sentence: "NPS fell 9 points to 31."; over several weeks "NPS has run 4 points
    below its usual 40 for three weeks."."""
    return f"{name} {predicate(reading)}{_judged(reading)}."


def predicate(reading: Reading) -> str:
    """ "fell 9 points to 31", so also against the week before; else "fell 9 points from its usual 40 to 31", or "is at
    31, 9 points below its usual 40" where it did not fall now; "has run 4 points below its usual 40 for three
    weeks"."""
    metric, shift = reading.metric, reading.shift.value or 0.0
    side, usual = "below" if shift < 0 else "above", metric.text(reading.usual.value)
    if reading.weeks == 1:
        now, step = metric.text(reading.estimate.value), reading.step
        if step is not None and step * shift <= 0:
            return f"is at {now}, {amount(metric, shift)} {side} its usual {usual}"
        same = step is None or amount(metric, step) == amount(metric, shift)
        since = "" if same else f" from its usual {usual}"
        return f"{'fell' if shift < 0 else 'rose'} {amount(metric, shift)}{since} to {now}"
    span = f"for {number_word(reading.weeks)} weeks"
    if "together" in reading.why:
        span = f"over the last {number_word(reading.weeks)} weeks"
    return f"has run {amount(metric, shift)} {side} its usual {usual} {span}"


def amount(metric: Metric, change: float) -> str:
    """The size of a change without its sign: "9 points", "1 point", "0.2"; with a further digit where it would round
    to nothing."""
    places = metric.decimals
    if round(abs(change), places) == 0:
        places += 1
    number = f"{abs(change):.{places}f}"
    if not metric.unit:
        return number
    return f"{number} point" if float(number) == 1 else f"{number} points"


def mix_words(shift: MixShift, labels: Mapping[str, str] | None = None) -> str:
    """ "In Wales, Success fell 4 points although every segment improved: who answered changed, the Student segment
    most (21 % of answers, then 38 %)."."""
    names = dict(labels or {})
    axis, metric = names.get(shift.axis, shift.axis).lower(), shift.metric
    fell = shift.change < 0
    each = f"every {axis}" if shift.against == shift.present else f"{shift.against} of {shift.present} {axis}s"
    other = "rose" if fell else "fell"
    if metric.better is Better.HIGHER:
        other = "improved" if fell else "got worse"
    where = f"In {slice_words(shift.where, names)}, " if shift.where else ""
    verb = "fell" if fell else "rose"
    grown = shift.grown
    old, new = (sum(part.before.n for part in shift.parts), sum(part.after.n for part in shift.parts))
    who = slice_words(((shift.axis, grown.label),), names)
    return (
        f"{where}{metric.label} {verb} {amount(metric, shift.change)}{_over(shift.weeks)} although {each} {other}: "
        f"the mix of answers changed, most of all {who} "
        f"({grown.before.n / old:.0%} of answers before, {grown.after.n / new:.0%} now)."
    ).replace("%", "\u202f%")


def _over(weeks: int) -> str:
    return "" if weeks == 1 else f" over {number_word(weeks)} weeks"


def _judged(reading: Reading) -> str:
    """Says which way is better only where a reader would take it the wrong way round."""
    if reading.metric.better is Better.HIGHER:
        return ""
    return ", for the better" if reading.metric.improves(reading.shift.value or 0.0) else ", for the worse"


def _cause(reading: Reading, findings: Findings, names: dict[str, str]) -> str:
    """The second sentence under a signal."""
    whole, shift = reading.shift.value or 0.0, findings.shift
    if shift is not None and not shift.where and shift.metric.id == reading.metric.id and shift.change * whole > 0:
        return mix_words(shift, names)
    helping = [mover for mover in findings.movers if mover.contribution.points * whole > 0]
    share = fraction(helping[0].contribution.points / whole) if helping else ""
    if share:
        return f"{starts_sentence(slice_words(helping[0].where, names))} explains {share} of it."
    if findings.movers:
        first = findings.movers[0]
        return f"No single slice explains it; {slice_words(first.where, names)} {predicate(first.reading)}."
    return "No single slice stands out behind it."


def _although(findings: Findings, names: dict[str, str]) -> str:
    """What goes on under a steady total; the end of the sentence."""
    if findings.movers:
        where, reading = findings.movers[0].where, findings.movers[0].reading
        return f", but {slice_words(where, names)} {predicate(reading)}{_judged(reading)}."
    if findings.shift is not None:
        return f". {mix_words(findings.shift, names)}"
    if findings.elsewhere:
        first = findings.elsewhere[0]
        return f". {moved(f'{first.reading.metric.label} for {slice_words(first.where, names)}', first.reading)}"
    if findings.silent:
        first = findings.silent[0]
        return f", but {slice_words(first.where, names)} is silent: {first.reading.why}."
    return f": {STEADY}."
