"""The comparators of all KPIs judged together: a page of cards asks the same question many times (METHODS §3, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import nan

import numpy as np

from metrics.comparators import COMPETITOR, EXPECTATION, PAST
from metrics.discovery import benjamini_hochberg
from metrics.estimate import Comparator, Verdict
from metrics.rollup import COMPANY
from metrics.servqual import FALSE_DISCOVERIES, p_from

Comparators = Mapping[str, tuple[Comparator, ...]]
"""By metric id."""


def judged_together(given: Comparators) -> Comparators:
    """The same comparators, with a signal only where it passes Benjamini–Hochberg at FALSE_DISCOVERIES over all gaps of
    its kind (own past, competitors, expectations, the company: four questions, four families) of all metrics. p is read
    off the gap's interval (metrics.servqual.p_from), so a signal still leaves 0 out. Stale, too few and without an
    interval count as not tested."""
    for kind in (PAST, COMPETITOR, EXPECTATION, COMPANY):
        given = _judged(given, kind)
    return given


def _judged(given: Comparators, kind: str) -> Comparators:
    tested = [_p(one) if one.kind == kind else nan for own in given.values() for one in own]
    beyond = iter(benjamini_hochberg(np.array(tested, dtype=np.float64), FALSE_DISCOVERIES).tolist())
    return {metric: tuple(_told(one, kind, bool(next(beyond))) for one in own) for metric, own in given.items()}


def _p(one: Comparator) -> float:
    p = p_from(one.gap) if one.verdict in (Verdict.SIGNAL, Verdict.ROUTINE) else None
    return nan if p is None else p


def _told(one: Comparator, kind: str, beyond: bool) -> Comparator:
    chance = one.kind == kind and one.verdict is Verdict.SIGNAL and not beyond
    return replace(one, verdict=Verdict.ROUTINE) if chance else one
