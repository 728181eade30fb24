"""How a path and its numbers are put into words: the same in the picture, its table, its buttons and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.estimate import Estimate
from metrics.journeys import Path
from metrics.metric import Metric

BACK = "↩ "
STEP_MARK = " › "
TOO_FEW = "too few"


def turned_back(steps: Sequence[str], order: Sequence[str] = ()) -> tuple[bool, ...]:
    """Which steps lead back: to one visited before, or to an earlier one where the steps have an order."""
    rank = {step: place for place, step in enumerate(order)}

    def back(i: int) -> bool:
        here, before = rank.get(steps[i]), rank.get(steps[i - 1])
        earlier = i > 0 and here is not None and before is not None and here < before
        return earlier or steps[i] in steps[:i]

    return tuple(back(i) for i in range(len(steps)))


def in_words(path: Path, order: Sequence[str] = ()) -> str:
    """ "Purchase › Use › ↩ Purchase › …" """
    backs = turned_back(path.steps, order)
    said = [f"{BACK if back else ''}{step}" for step, back in zip(path.steps, backs, strict=True)]
    return STEP_MARK.join([*said, *(["…"] if path.longer else [])])


def per_cent(share: Estimate) -> str:
    """ "82 % (79 to 85)"; no brackets without an interval, words where there are too few, "–" where there is none."""
    return _with_interval("–" if share.value is None else f"{share.value:.0f}\u202f%", share, 0)


def score_words(metric: Metric, score: Estimate) -> str:
    """A value of the KPI in the same way: "31 (26 to 36)"."""
    return _with_interval(metric.text(score.value), score, metric.decimals)


def _with_interval(value: str, estimate: Estimate, decimals: int) -> str:
    if estimate.value is None and estimate.n:
        return TOO_FEW
    if estimate.lower is None or estimate.upper is None:
        return value
    low, high = (_number(bound, decimals) for bound in (estimate.lower, estimate.upper))
    return f"{value} ({low} to {high})"


def _number(bound: float, decimals: int) -> str:
    """A bound without its unit, which stands beside the value."""
    text = f"{bound:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
