"""The Expectations page in words: its sentence, the evidence under it, and the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.reading import interval_words
from data_sources.expectation_report import ExpectationReport, Overall
from data_sources.view import View
from metrics.estimate import Direction, Estimate, Verdict
from metrics.expectation import LEVELS, PAIRED, Gap, Item, Zone
from metrics.metric import Metric
from metrics.words import plural, slice_words, starts_sentence

NOTHING = "Nothing to hold the numbers against yet."
HOW = (
    "Configure [expectations] in cx.toml (what customers say they hope for and put up with), or set minimum, target "
    "and aspiration on the metrics."
)
TARGETS_ONLY = "Customers were not asked: no [expectations] are configured, so these are the company’s own targets."

QUIET = {
    Zone.TOO_FEW: "Too few answers to say how customers are served.",
    Zone.NONE: NOTHING,
    Zone.STALE: "What customers expect was asked too long ago to say.",
    Zone.UNSURE: "No expectation says how many answers it rests on, so nothing can be told apart.",
    Zone.ABOVE: "Customers are served better than what should be.",
    Zone.MET: "Everything is better than what must be.",
    Zone.SHORT: "Everything falls short of what customers hope for; what they put up with was not asked.",
    Zone.UNCLEAR: "Nothing falls short of what must be, beyond chance.",
}
"""What is said when nothing is below."""


def sentence(view: View, report: ExpectationReport) -> str:
    """The furthest below what must be, with a signal; else who stands where; else that nothing is known."""
    if not report.items:
        return NOTHING
    below = max(_below(report), key=_shortfall, default=None)
    if below is not None:
        return _too_low(view, below)
    alike = {item.zone for item in report.items}
    inside = [item for item in report.items if item.zone is Zone.WITHIN]
    if inside:
        who = _names([item.metric for item in inside])
        return f"{who} {_are(inside)} what must be and what should be; nothing falls short."
    return QUIET[next(iter(alike))] if len(alike) == 1 else QUIET[Zone.UNCLEAR]


def _below(report: ExpectationReport) -> Iterator[Item]:
    """Items below what must be; slices only where no item as a whole is."""
    whole = [item for item in report.items if item.zone is Zone.BELOW]
    parts = (item for axes in report.slices.values() for items in axes.values() for item in items)
    yield from whole or (item for item in parts if item.zone is Zone.BELOW)


def _shortfall(item: Item) -> float:
    """How far below, as a share of the metric's whole span, so that points and stars can be ranked."""
    low, high = item.metric.bounds
    value = item.floor.gap.value if item.floor else None
    return abs(value or 0.0) / (high - low)


def _too_low(view: View, item: Item) -> str:
    metric, gap = item.metric, item.floor
    assert gap is not None  # noqa: S101  an item below the floor has one
    labels = {axis.id: axis.label for axis in view.catalog.axes}
    place = f"{starts_sentence(slice_words(item.where, labels))}: " if item.where else ""
    amount = metric.text_change(abs(gap.gap.value or 0.0)).lstrip("+")
    level = metric.text(gap.expected.estimate.value)
    whose = {"minimum": "our own minimum", "target": "our target", "promised": "what we promised"}
    against = whose.get(gap.expected.level, "what customers put up with" if gap.expected.level else "what is expected")
    side = "below" if (gap.gap.value or 0.0) < 0 else "above"
    mine = f"{place}{metric.label} is {metric.text(item.perception.value)}"
    if gap.pairing == PAIRED:  # its difference is not that of the two numbers, which come from all who answered
        return f"{mine}, {side} {against} ({level}): by {amount} among customers who gave both."
    return f"{mine}, {amount} {side} {against} ({level})."


def _are(items: list[Item]) -> str:
    return "stands between" if len(items) == 1 else "stand between"


def evidence(view: View, report: ExpectationReport) -> str:
    """The week, how many gaps were compared, and where the levels come from."""
    asked = "" if report.asked or not report.items else "own targets, customers not asked"
    bases = sorted({gap.expected.basis for item in report.items for gap in item.gaps})
    said = f"{plural(report.tested, 'gap')} tested together" if report.tested else ""
    return " · ".join(part for part in (view.week.text(), said, asked or ", ".join(bases)) if part)


def gap_row(item: Item, gap: Gap) -> dict[str, str]:
    """One gap in the table: both sides, the difference with its interval, n, and how it was made."""
    metric, found = item.metric, gap.gap
    return {
        "Item": " · ".join([metric.label, *(value for _, value in item.where)]),
        "Against": gap.expected.label,
        "Perceived": metric.text(item.perception.value),
        "Expected": metric.text(gap.expected.estimate.value),
        "Gap": metric.text_change(found.value),
        "95 % interval": change_interval(metric, found) or "no interval",
        "n": "not stated" if found.n is None else f"{found.n:,}",
        "Verdict": verdict_words(gap),
        "How": " · ".join(part for part in (gap.pairing, _spans(item), *gap.expected.notes) if part),
    }


def verdict_words(gap: Gap) -> str:
    """ "signal: falls short", "signal: does better", "routine", "too few", "stale". Short of what is hoped for is not
    yet a concern."""
    if gap.verdict is Verdict.SIGNAL:
        return f"{gap.verdict}: {'falls short' if gap.direction is Direction.CONCERN else 'does better'}"
    return str(gap.verdict)


def _spans(item: Item) -> str:
    return f"ours over {item.weeks} weeks" if item.weeks > 1 else ""


def change_interval(metric: Metric, change: Estimate) -> str:
    """ "−25 to −13"; empty without an interval."""
    if change.lower is None or change.upper is None:
        return ""
    return f"{metric.text_change(change.lower)} to {metric.text_change(change.upper)}"


def source_row(item: Item, gap: Gap) -> dict[str, str]:
    """One level: where it comes from, of when, on how many answers, and what limits it."""
    expected, metric = gap.expected, item.metric
    n = expected.estimate.n
    marks = (["stale"] if expected.stale else []) + list(expected.notes)
    return {
        "Item": metric.label,
        "Level": expected.label,
        "Kind": str(expected.basis),
        "Value": metric.text(expected.estimate.value),
        "95 % interval": interval_words(metric, expected.estimate) or "–",
        "n": "–" if expected.fixed else "not stated" if n is None else f"{n:,}",
        "Since": f"{expected.as_of.day} {expected.as_of:%b %Y}" if expected.as_of else "–",
        "From": expected.publisher or "not named",
        "Mark": "; ".join(marks) or "–",
    }


def overall_words(overall: Sequence[Overall]) -> list[str]:
    """ "Success and Ease together: −19 (−25 to −13) against hoped for, +14 (+8 to +20) against acceptable." """
    groups: dict[tuple[Metric, ...], list[str]] = {}
    for each in overall:
        metric, interval = each.metrics[0], change_interval(each.metrics[0], each.gap)
        if each.gap.value is not None:
            level = LEVELS[each.level][0] if each.level in LEVELS else each.level
            said = metric.text_change(each.gap.value) + (f" ({interval})" if interval else "")
            groups.setdefault(each.metrics, []).append(f"{said} against {level}")
    return [f"{_names(metrics)} together: {', '.join(said)}." for metrics, said in groups.items()]


def _names(metrics: Sequence[Metric]) -> str:
    names = [metric.label for metric in metrics]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
