"""The Competitors page in words: its sentence, what each row means, where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from components.charts.rank import share_words
from components.reading import interval_words
from data_sources.competition import NEWEST, Competition
from data_sources.leads import Change
from data_sources.view import View
from metrics.estimate import Direction, Estimate, Verdict
from metrics.kinds import UNSTATED
from metrics.metric import Metric
from metrics.rank import likelihood, ordinal
from metrics.rivals import Rival, Side
from metrics.words import plural

POOLED = "periods pooled"
TOO_FEW = "too few"


def sentence(found: Competition, today: date) -> str:
    """ "Tarnwick has passed us in Mobile SIM: NPS 41 against our 32, since September.", only with a signal; our rank
    with its likelihood otherwise."""
    metric = found.metric
    if not found.rivals:
        return f"No competitor is known for {metric.label}."
    if found.refusal:
        return f"{metric.label} cannot be held against these figures."
    if found.changes:
        first, *others = sorted(found.changes, key=lambda change: not change.what.by_them)
        more = f" {plural(len(others), 'more change').capitalize()} of order this year." if others else ""
        return f"{change_words(metric, first, today)}{more}"
    coarse = not_by(found)
    if coarse:
        return f"{_rank_words(found)}, held against their figures for all: they are {coarse}."
    return f"{_rank_words(found)}; nothing has changed order this year."


def not_by(found: Competition) -> str:
    """ "not by region" where competitors' figures cannot follow a filter, so that a part of ours stands against the
    whole of theirs; "" where they follow it."""
    marks = (mark for rival in found.rivals for mark in rival.side.marks if mark.startswith("not by"))
    return next((mark.partition(":")[0] for mark in marks), "")


def change_words(metric: Metric, change: Change, today: date) -> str:
    """ "Tarnwick has passed us in Mobile SIM: NPS 41 against our 32, since September." """
    what = change.what
    where = f" in {' · '.join(value for _, value in what.where)}" if what.where else ""
    since = f"{what.month:%B}" if what.month.year == today.year else f"{what.month:%B %Y}"
    theirs, ours = metric.text(change.theirs.value), metric.text(change.ours.value)
    if what.by_them:
        return f"{what.company} has passed us{where}: {metric.label} {theirs} against our {ours}, since {since}."
    return f"We have passed {what.company}{where}: {metric.label} {ours} against their {theirs}, since {since}."


def change_gap(metric: Metric, change: Change) -> str:
    """ "Gap before +6 (+4 to +9), since −9 (−14 to −3)." """
    before, after = change.what.before, change.what.after
    return f"Gap before {gap_words(metric, before)}, since {gap_words(metric, after)}."


def _rank_words(found: Competition) -> str:
    ranks, us = found.ranks, found.ours.name
    if ranks is None:
        return f"{found.metric.label}: too few answers to rank us"
    place = ranks.place(us)
    share = ranks.share(us, place)
    standing = f"We are {ordinal(place)} of {len(ranks.names)} on {found.metric.label}"
    word = likelihood(share)
    return (
        f"{standing}, and {word} ({share_words(share)}) so"
        if word
        else f"{standing}, but the order is open ({share_words(share)})"
    )


def evidence(found: Competition) -> str:
    """Ours with its interval and n, the span, the kind, and how many were held against us at once."""
    ours, metric = found.ours, found.metric
    value = f"ours {metric.text(ours.estimate.value)}" if ours.estimate.value is not None else ""
    n = f"n {ours.estimate.n:,}" if ours.estimate.n else ""
    span = found.level if found.window is None else f"{found.level}, {_span(found.window.start, found.window.last_day)}"
    kind = (found.kind or UNSTATED) if found.rivals else ""
    compared = f"{plural(found.compared, 'competitor')} tested at once" if found.compared else ""
    marks = [mark for mark in ours.marks if found.level == NEWEST or POOLED not in mark]
    parts = (value, interval_words(metric, ours.estimate), n, *marks, span if found.rivals else "", kind, compared)
    return " · ".join(part for part in parts if part)


def _span(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%b %Y}"
    return f"{first:%b %Y} to {last:%b %Y}"


def lead_words(rival: Rival, refused: bool = False) -> str:
    """What a competitor's row means: who leads, beyond chance or not, and what limits it."""
    if rival.side.estimate.value is None:
        return TOO_FEW
    if refused or rival.gap.value is None:
        return "not compared" if refused else "ours too few"
    if rival.verdict is Verdict.STALE:
        return "stale"
    low = ", low n" if any(mark.startswith("n below") for mark in rival.side.marks) else ""
    return _leads(rival) + low


def _leads(rival: Rival) -> str:
    if rival.gap.lower is None:
        return "no interval"
    if rival.verdict is not Verdict.SIGNAL:
        return "level"
    return "▲ we lead" if rival.direction is Direction.IMPROVEMENT else "▼ they lead"


def gap_words(metric: Metric, gap: Estimate) -> str:
    """ "−9 (−14 to −3)"; "−9, no interval" without one."""
    if gap.lower is None or gap.upper is None:
        return f"{metric.text_change(gap.value)}, no interval"
    return f"{metric.text_change(gap.value)} ({metric.text_change(gap.lower)} to {metric.text_change(gap.upper)})"


def gap_lines(found: Competition) -> Iterator[str]:
    """The gap to the best and, where it is another one, to the chosen competitor, each with interval and verdict."""
    best = _best_words(found)
    for name, role in dict({found.best: best, found.chosen: "chosen"} | {found.best: best}).items():
        rival = found.rival(name)
        if rival is not None and rival.gap.value is not None:
            gap = gap_words(found.metric, rival.gap)
            yield f"Against {name} ({role}): {gap}, {lead_words(rival)}."


def _best_words(found: Competition) -> str:
    """The best is looked for among figures that are neither few nor stale; where another is drawn above, it says so."""
    first = next((one.name for one in found.rivals if one.side.estimate.value is not None), found.best)
    return "the best" if first == found.best else "the best, few and stale figures aside"


def notes(found: Competition) -> tuple[str, ...]:
    """What limits the figures of some competitors, each said once with how many it concerns."""
    marks: dict[str, list[str]] = {}
    for rival in found.rivals:
        for mark in rival.side.marks:
            if POOLED not in mark:
                marks.setdefault(mark, []).append(rival.name)
    everybody = len(found.rivals)
    return tuple(
        f"{mark} ({'every competitor' if len(names) == everybody and everybody > 1 else ', '.join(names)})"
        for mark, names in sorted(marks.items())
    )


def source_row(metric: Metric, one: Side, gap: Estimate | None, level: str) -> dict[str, str]:
    """One company in the table of sources."""
    pooled = [mark for mark in one.marks if level == NEWEST or POOLED not in mark]
    return {
        "Company": one.name,
        "Value": TOO_FEW if one.estimate.value is None else finer(metric, one.estimate.value),
        "95 % interval": interval_words(metric, one.estimate) or "–",
        "n": "not stated" if one.estimate.n is None else f"{one.estimate.n:,}",
        "Our gap": "–" if gap is None or gap.value is None else gap_words(metric, gap),
        "Figures": _span(one.since or one.as_of, one.as_of) if one.as_of else "–",
        "Kind": one.kind or "not stated",
        "Published by": one.publisher or "not stated",
        "Marks": "; ".join(pooled),
    }


def finer(metric: Metric, value: float) -> str:
    """A value with one digit more than on the charts, to be held against its source: "7.95", "32.9 %"."""
    number = f"{value:.{metric.decimals + 1}f}".replace("-", "−")
    return f"{number}\u202f%" if metric.unit == "%" else number


def no_benchmarks(view: View) -> str:
    """The sentence of the page without competitors."""
    us = view.catalog.company
    if not view.open_axes():
        return f"No competitor is configured, and {us} records no units to hold against each other."
    return f"No competitor is configured: the units of {us} are held against each other."
